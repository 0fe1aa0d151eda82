"""Spark's ``xxhash64`` on numpy arrays: BIGINTs and texts, one after the other.

``xxhash64(a, b, salt)`` hashes ``a`` from the seed 42, ``b`` from that result, ``salt`` from that one. The hash of the
keys is therefore made once (`hashed`, `hashed_keys`) and every stream adds a single round (`salted`).
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


def hashed(values: np.ndarray, after: np.ndarray | int = SEED) -> np.ndarray:
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


def hashed_keys(*keys: np.ndarray) -> np.ndarray:
    """Hashes of several BIGINT keys, first to last."""
    hashes = hashed(keys[0])
    for key in keys[1:]:
        hashes = hashed(key, hashes)
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


def hashed_text(texts: pa.StringArray, after: np.ndarray | int = SEED) -> np.ndarray:
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
    if n == 0:
        return hashes
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + n + 1]
    data = texts.buffers()[2]
    letters = _Letters(np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8))
    lengths = np.diff(offsets)
    there = None if texts.null_count == 0 else texts.is_valid().to_numpy(zero_copy_only=False)
    # Texts of one length take the same steps.
    for length in np.flatnonzero(np.bincount(lengths)).tolist():
        rows = np.flatnonzero(lengths == length if there is None else (lengths == length) & there)
        for start in range(0, len(rows), _STEP):
            some = rows[start : start + _STEP]
            hashes[some] = _hash_texts(letters, offsets[some].astype(np.int64), length, hashes[some])
    return hashes


def hashed_words(words: np.ndarray, codes: np.ndarray, after: np.ndarray | int = SEED) -> np.ndarray:
    """``hashed(words[codes], after)``, for few words: what a word contributes is made once.

    Parameters
    ----------
    words : ndarray of int64
    codes : ndarray of whole numbers
        Position of each value in `words`; -1 is the last.
    after : ndarray of uint64 or int
    """
    mixed = np.ascontiguousarray(words, dtype=np.int64).view(_U) * _U(_P2)
    _rotate(mixed, 31, np.empty(len(mixed), _U))
    mixed *= _U(_P1)
    hashes = np.empty(len(codes), _U)
    spare = np.empty(min(_STEP, len(codes)), _U)
    for start in range(0, len(codes), _STEP):
        h = hashes[start : start + _STEP]
        t = spare[: len(h)]
        np.take(mixed, codes[start : start + _STEP], out=h, mode="wrap")
        if isinstance(after, np.ndarray):
            np.add(after[start : start + _STEP], _U((_P5 + 8) & _WORD), out=t)
            h ^= t
        else:
            h ^= _U((after + _P5 + 8) & _WORD)
        _round(h, t)
        _finish(h, t)
    return hashes


class _Letters:
    """Bytes of UTF-8, read one, four or eight at a time from any place on."""

    def __init__(self, data: np.ndarray):
        self.one = data
        self.four, self.eight = (
            np.ndarray((max(0, len(data) - width + 1),), f"<u{width}", data, 0, (1,)) for width in (4, 8)
        )


def _hash_texts(letters: _Letters, at: np.ndarray, length: int, seed: np.ndarray) -> np.ndarray:
    """Hashes of texts of one length that begin at these places, which are moved."""
    t = np.empty(len(at), _U)
    if length >= 32:
        h = _stripes(letters, at, length // 32, seed, t)
        h += _U(length)
    else:
        h = seed + _U((_P5 + length) & _WORD)
    for _ in range(length % 32 // 8):
        word = letters.eight[at]
        at += 8
        word *= _U(_P2)
        _rotate(word, 31, t)
        word *= _U(_P1)
        h ^= word
        _round(h, t)
    if length % 8 >= 4:
        word = letters.four[at].astype(_U)
        at += 4
        word *= _U(_P1)
        h ^= word
        _rotate(h, 23, t)
        h *= _U(_P2)
        h += _U(_P3)
    for _ in range(length % 4):
        word = letters.one[at].astype(_U)
        at += 1
        word *= _U(_P5)
        h ^= word
        _rotate(h, 11, t)
        h *= _U(_P1)
    _finish(h, t)
    return h


def _stripes(letters: _Letters, at: np.ndarray, count: int, seed: np.ndarray, t: np.ndarray) -> np.ndarray:
    """What the first `count` times 32 bytes give, in four lanes."""
    lanes = [seed + _U((_P1 + _P2) & _WORD), seed + _U(_P2), seed.copy(), seed - _U(_P1)]
    for _ in range(count):
        for lane in lanes:
            _mix(lane, letters.eight[at], t)
            at += 8
    h = np.zeros(len(at), _U)
    for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True):
        np.left_shift(lane, _U(bits), out=t)
        h += t
        np.right_shift(lane, _U(64 - bits), out=t)
        h += t
    for lane in lanes:
        word = lane * _U(_P2)
        _rotate(word, 31, t)
        word *= _U(_P1)
        h ^= word
        h *= _U(_P1)
        h += _U(_P4)
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
