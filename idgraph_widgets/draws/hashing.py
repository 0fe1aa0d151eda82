"""Spark's ``xxhash64`` on numpy arrays: BIGINTs and texts, chained.

``xxhash64(a, b, salt)`` hashes ``a`` from the seed 42, ``b`` from that result, ``salt`` from that one. The hash of the
keys is therefore made once (`chain`, `chained`) and every stream adds a single round (`salted`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

_U = np.uint64
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
_WORD = (1 << 64) - 1
SEED = 42
"""Seed of Spark's ``xxhash64``."""

_STEP = 1 << 15
"""Values hashed at a time: the temporaries stay in the processor's cache."""


def chain(values: np.ndarray, after: np.ndarray | int = SEED) -> np.ndarray:
    """Hashes of BIGINTs.

    Parameters
    ----------
    values : ndarray of int64
    after : ndarray of uint64 or int
        Hashes of the keys before, one per value; or a seed.

    Returns
    -------
    ndarray of uint64
    """
    words = np.ascontiguousarray(values, dtype=np.int64).view(_U)
    hashes = np.empty(len(words), _U)
    step = min(_STEP, len(words))
    mixed, spare = np.empty(step, _U), np.empty(step, _U)
    for start in range(0, len(words), _STEP):
        h = hashes[start : start + _STEP]
        word, t = mixed[: len(h)], spare[: len(h)]
        np.multiply(words[start : start + _STEP], _U(_P2), out=word)
        _rotate(word, 31, t)
        word *= _U(_P1)
        if isinstance(after, np.ndarray):
            np.add(after[start : start + _STEP], _U((_P5 + 8) & _WORD), out=h)
            h ^= word
        else:
            np.bitwise_xor(word, _U((after + _P5 + 8) & _WORD), out=h)
        _round(h, t)
        _finish(h, t)
    return hashes


def chained(*keys: np.ndarray) -> np.ndarray:
    """Hashes of several BIGINT keys, first to last."""
    hashes = chain(keys[0])
    for key in keys[1:]:
        hashes = chain(key, hashes)
    return hashes


def salted(hashes: np.ndarray, salt: int) -> np.ndarray:
    """One more round, with the same BIGINT for every row."""
    word = _U(_rotate_int((salt & _WORD) * _P2 & _WORD, 31) * _P1 & _WORD)
    out = np.empty(len(hashes), _U)
    spare = np.empty(min(_STEP, len(hashes)), _U)
    for start in range(0, len(hashes), _STEP):
        h = out[start : start + _STEP]
        t = spare[: len(h)]
        np.add(hashes[start : start + _STEP], _U((_P5 + 8) & _WORD), out=h)
        h ^= word
        _round(h, t)
        _finish(h, t)
    return out


def chain_text(texts: pa.StringArray, after: np.ndarray | int = SEED) -> np.ndarray:
    """Hashes of texts (UTF-8), null skipped as Spark does: the hash before stays.

    Parameters
    ----------
    texts : pyarrow.StringArray
    after : ndarray of uint64 or int

    Returns
    -------
    ndarray of uint64
    """
    n = len(texts)
    hashes = after.copy() if isinstance(after, np.ndarray) else np.full(n, after, _U)
    offsets = (
        np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + n + 1] if n else np.zeros(1, int)
    )
    data = texts.buffers()[2] if n else None
    data = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    lengths = np.diff(offsets)
    there = None if texts.null_count == 0 else texts.is_valid().to_numpy(zero_copy_only=False)
    # Texts of one length are one matrix of bytes, hashed column by column.
    for length in np.flatnonzero(np.bincount(lengths)):
        rows = np.flatnonzero(lengths == length if there is None else (lengths == length) & there)
        # Every place of a text of that length: rows are then copied whole and not byte by byte.
        windows = (
            np.lib.stride_tricks.sliding_window_view(data, length) if length else np.zeros((len(data) + 1, 0), "u1")
        )
        for start in range(0, len(rows), _STEP):
            some = rows[start : start + _STEP]
            hashes[some] = _hash_bytes(windows[offsets[some]], hashes[some])
    return hashes


def _hash_bytes(matrix: np.ndarray, seed: np.ndarray) -> np.ndarray:
    """Hashes of the rows of a matrix of bytes."""
    n, length = matrix.shape
    words = np.ascontiguousarray(matrix[:, : length // 8 * 8]).view(_U) if length >= 8 else np.zeros((n, 0), _U)
    t = np.empty(n, _U)
    at = 0
    if length >= 32:
        lanes = [seed + _U((_P1 + _P2) & _WORD), seed + _U(_P2), seed.copy(), seed - _U(_P1)]
        while at + 4 <= length // 8:
            for lane in range(4):
                _mix(lanes[lane], words[:, at + lane], t)
            at += 4
        h = np.zeros(n, _U)
        for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True):
            h += (lane << _U(bits)) | (lane >> _U(64 - bits))
        for lane in lanes:
            word = lane * _U(_P2)
            _rotate(word, 31, t)
            word *= _U(_P1)
            h ^= word
            h *= _U(_P1)
            h += _U(_P4)
    else:
        h = seed + _U(_P5)
    h = h + _U(length)
    for k in range(at, length // 8):
        word = words[:, k] * _U(_P2)
        _rotate(word, 31, t)
        word *= _U(_P1)
        h ^= word
        _round(h, t)
    at = length // 8 * 8
    if length - at >= 4:
        h ^= np.ascontiguousarray(matrix[:, at : at + 4]).view(np.uint32)[:, 0].astype(_U) * _U(_P1)
        _rotate(h, 23, t)
        h *= _U(_P2)
        h += _U(_P3)
        at += 4
    for k in range(at, length):
        h ^= matrix[:, k].astype(_U) * _U(_P5)
        _rotate(h, 11, t)
        h *= _U(_P1)
    _finish(h, t)
    return h


def _mix(lane: np.ndarray, word: np.ndarray, t: np.ndarray) -> None:
    lane += word * _U(_P2)
    _rotate(lane, 31, t)
    lane *= _U(_P1)


def _rotate(x: np.ndarray, bits: int, t: np.ndarray) -> None:
    np.left_shift(x, _U(bits), out=t)
    np.right_shift(x, _U(64 - bits), out=x)
    np.bitwise_or(x, t, out=x)


def _rotate_int(x: int, bits: int) -> int:
    return ((x << bits) | (x >> (64 - bits))) & _WORD


def _round(h: np.ndarray, t: np.ndarray) -> None:
    _rotate(h, 27, t)
    h *= _U(_P1)
    h += _U(_P4)


def _finish(h: np.ndarray, t: np.ndarray) -> None:
    np.right_shift(h, _U(33), out=t)
    h ^= t
    h *= _U(_P2)
    np.right_shift(h, _U(29), out=t)
    h ^= t
    h *= _U(_P3)
    np.right_shift(h, _U(32), out=t)
    h ^= t
