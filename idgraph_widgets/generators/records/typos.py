"""Typing errors: one character dropped, doubled, swapped with the next, or the key beside it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import explode
from idgraph_widgets.arrays.texts import letters, strings

DROPPED, DOUBLED, SWAPPED, NEIGHBOUR = range(4)
"""Kinds of errors."""

_KEYS = b"qwertyuiopasdfghjklzxcvbnmQWERTYUIOPASDFGHJKLZXCVBNM1234567890"
_BESIDE = b"wertyuioposdfghjklkxcvbnmnWERTYUIOPOSDFGHJKLKXCVBNMN2345678909"
"""The key to the right of each; of the last one in a row, the one to the left."""

_NEIGHBOURS = np.frombuffer(bytes.maketrans(_KEYS, _BESIDE), np.uint8)

SHORTEST = 3
"""Characters of a text, at least, for an error to happen in it."""


def neighbours(letter: np.ndarray) -> np.ndarray:
    """The keys beside letters and digits (bytes); other characters stay."""
    return _NEIGHBOURS[letter]


def mistyped(texts: pa.StringArray, place: np.ndarray, kind: np.ndarray) -> pa.StringArray:
    """Texts with one error each.

    Parameters
    ----------
    texts : pyarrow.StringArray
        Of at least two ASCII characters, without nulls.
    place : ndarray of int64
        The character, from 0; not the last.
    kind : ndarray of int64
        `DROPPED`, `DOUBLED`, `SWAPPED` or `NEIGHBOUR`.
    """
    begin, data = letters(texts)
    length = np.diff(begin) + (kind == DOUBLED) - (kind == DROPPED)
    row, at = explode(length)
    kind, place = kind[row], place[row]
    # Which character of the text stands at each place of the mistyped one.
    shift = np.select(
        [
            (kind == DROPPED) & (at >= place),
            (kind == DOUBLED) & (at > place),
            (kind == SWAPPED) & (at == place),
            (kind == SWAPPED) & (at == place + 1),
        ],
        [1, -1, 1, -1],
        0,
    )
    found = data[begin[row] + at + shift]
    wrong = np.where((kind == NEIGHBOUR) & (at == place), neighbours(found), found)
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum(length, out=offsets[1:])
    return strings(offsets, wrong)
