"""Text columns built from numbers: bytes side by side, then one Arrow array."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets.arrays.columns import Coded, text
from idgraph_widgets.arrays.numbers import divided


def strings(offsets: np.ndarray, data: np.ndarray) -> pa.StringArray:
    """Texts from their int32 offsets into bytes of UTF-8."""
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))


def fixed(matrix: np.ndarray) -> pa.StringArray:
    """Texts of equal length from a matrix of bytes, one row a text."""
    n, width = matrix.shape
    return strings(np.arange(0, (n + 1) * width, max(width, 1), dtype=np.int32)[: n + 1], np.ascontiguousarray(matrix))


def ragged(matrix: np.ndarray, lengths: np.ndarray) -> pa.StringArray:
    """Texts from the first bytes of the rows of a matrix, as many as `lengths` says."""
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return strings(offsets, matrix[np.arange(matrix.shape[1]) < lengths[:, None]])


def letters(texts: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    """Where each text begins and the last one ends (int64) among bytes of UTF-8, and those bytes; without nulls."""
    n = len(texts)
    if n == 0:
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + n + 1].astype(np.int64)
    data = texts.buffers()[2]
    data = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    return offsets - offsets[0], data[offsets[0] : offsets[-1]]


def ipv4(numbers: np.ndarray) -> pa.StringArray:
    """Dotted text of IPv4 addresses given as numbers."""
    n = len(numbers)
    octets, lengths = _octets()
    cells = np.empty((n, 4), np.uint32)
    length = np.full(n, -1, np.int32)  # no dot behind the last
    parts = np.ascontiguousarray(numbers, np.int64).astype(">u4").view(np.uint8).reshape(n, 4)
    for k in range(4):
        cells[:, k] = octets[parts[:, k]]
        length += lengths[parts[:, k]]
    offsets = np.zeros(n + 1, np.int32)
    np.cumsum(length, out=offsets[1:])
    letters = cells.view(np.uint8).reshape(n, 16)
    letters[np.arange(n), 11 + lengths[parts[:, 3]].astype(np.intp)] = 0
    flat = letters.ravel()
    return strings(offsets, flat[flat != 0])


def ipv6(network: np.ndarray, host: np.ndarray) -> pa.StringArray:
    """``2001:db8:nnnn:nnnn::hhhh:hhhh`` from two numbers of 32 bits."""
    matrix = np.empty((len(network), 29), np.uint8)
    matrix[:] = np.frombuffer(b"2001:db8:....:....::....:....", np.uint8)
    for at, part in ((9, network >> 16), (14, network & 0xFFFF), (20, host >> 16), (25, host & 0xFFFF)):
        matrix[:, at : at + 4] = _hex_words()[part].view(np.uint8).reshape(len(network), 4)
    return fixed(matrix)


def ipv6_home(network: np.ndarray) -> pa.StringArray:
    """``2001:db8:nnnn:nnnn:100n::1`` from numbers of 36 bits: no address of `ipv6`, whose fifth group is 0."""
    matrix = np.empty((len(network), 26), np.uint8)
    matrix[:] = np.frombuffer(b"2001:db8:....:....:....::1", np.uint8)
    for at, part in ((9, network >> 20), (14, (network >> 4) & 0xFFFF), (19, (network & 0xF) | 0x1000)):
        matrix[:, at : at + 4] = _hex_words()[part].view(np.uint8).reshape(len(network), 4)
    return fixed(matrix)


def hex_bytes(numbers: np.ndarray) -> np.ndarray:
    """Lower-case hexadecimal of 64-bit numbers as a matrix of bytes, shape (n, 16)."""
    return hexadecimal(np.ascontiguousarray(numbers).view(np.uint64).astype(">u8").data, 8)


def hexadecimal(data: bytes | memoryview, width: int) -> np.ndarray:
    """Lower-case hexadecimal of strings of `width` bytes, an even number, one after the other: shape (n, 2 * width)."""
    return _hex_words()[np.frombuffer(data, ">u2")].view(np.uint8).reshape(-1, 2 * width)


@lru_cache(maxsize=1)
def _octets() -> tuple[np.ndarray, np.ndarray]:
    """(four bytes of "0." to "255.", their lengths)."""
    texts = [f"{i}." for i in range(256)]
    cells = np.zeros((256, 4), np.uint8)
    for i, octet in enumerate(texts):
        cells[i, : len(octet)] = np.frombuffer(octet.encode(), np.uint8)
    return cells.view(np.uint32).ravel(), np.array([len(text) for text in texts], np.uint8)


@lru_cache(maxsize=1)
def _hex_words() -> np.ndarray:
    """Four bytes of "0000" to "ffff"."""
    two = np.array([f"{i:02x}" for i in range(256)], "S2").view(np.uint16)
    four = np.empty((65_536, 2), np.uint16)
    four[:, 0], four[:, 1] = np.repeat(two, 256), np.tile(two, 256)
    return four.view(np.uint32).ravel()


def digits(numbers: np.ndarray, width: int) -> np.ndarray:
    """Decimal digits of whole numbers below 10^width, zeros in front, as a matrix of bytes, shape (n, width)."""
    matrix = np.empty((len(numbers), width), np.uint8)
    rest = np.asarray(numbers)
    for place in range(width - 1, -1, -1):
        rest, digit = divided(rest, 10)
        matrix[:, place] = digit
    matrix += ord("0")
    return matrix


def joined(*parts: str | Coded | pa.StringArray) -> pa.StringArray:
    """Texts one behind the other, row by row; a plain text stands in every row. Null where a part is null."""
    return pc.binary_join_element_wise(*(text(part) if isinstance(part, Coded) else part for part in parts), "")
