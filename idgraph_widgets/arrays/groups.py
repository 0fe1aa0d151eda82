"""Repeating, looking up and grouping rows by whole-number keys."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays.columns import Columns

_BITS = 63
"""Of a number that is not negative."""


class Lookup:
    """Position of keys that lie close together, such as a block's.

    Parameters
    ----------
    keys : ndarray of int64
        Unique.
    """

    def __init__(self, keys: np.ndarray):
        self._low = int(keys.min()) if len(keys) else 0
        high = int(keys.max()) if len(keys) else -1
        self._position = np.full(high - self._low + 1, -1, np.int64)
        self._position[keys - self._low] = np.arange(len(keys), dtype=np.int64)

    def __getitem__(self, keys: np.ndarray) -> np.ndarray:
        """Positions (int64) of keys that are all there."""
        return self._position[keys - self._low]


def among(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Whether each key is one of `wanted`; keys that lie close together, such as a block's."""
    if not len(keys) or not len(wanted):
        return np.zeros(len(keys), bool)
    low, high = int(keys.min()), int(keys.max())
    is_wanted = np.zeros(high - low + 1, bool)
    is_wanted[wanted[(wanted >= low) & (wanted <= high)] - low] = True
    return is_wanted[keys - low]


def explode(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat row i counts[i] times: (row, number from 0), both int64."""
    counts = np.asarray(counts, np.int64)
    row = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    starts = np.cumsum(counts) - counts
    return row, np.arange(len(row), dtype=np.int64) - starts[row]


def matches(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of rows with equal keys, for whole-number keys of which those of `right` lie close together.

    Returns
    -------
    (ndarray of int64, ndarray of int64)
        Row of `left`, rising, and row of `right`, rising for each row of `left`.
    """
    if len(left) == 0 or len(right) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    low, high = int(right.min()), int(right.max())
    counts = np.bincount(right - low)
    starts = np.cumsum(counts) - counts
    there = np.flatnonzero((left >= low) & (left <= high))
    place = left[there] - low
    row, number = explode(counts[place])
    return there[row], order_by(right)[starts[place[row]] + number]


def order_by(*keys: np.ndarray) -> np.ndarray:
    """Rows (int64) in the order of whole-number keys, the first one first; of equal ones in their own order.

    As ``np.lexsort``, which takes the last one first, at a fifth of its cost: keys and row are sorted as one number,
    where it has room for them.
    """
    found = _packed_order(*keys)
    if found is not None:
        return found
    if len(keys) == 1:
        return np.argsort(keys[0], kind="stable")
    order = order_by(keys[-1])
    for key in reversed(keys[:-1]):
        order = order[order_by(key[order])]
    return order


def _packed_order(*keys: np.ndarray) -> np.ndarray | None:
    """The same, None where a number of 63 bits has no room for keys and row."""
    row = np.arange(len(keys[0]), dtype=np.int64)
    if len(row) == 0:
        return row
    lows = [int(key.min()) for key in keys]
    widths = [(int(key.max()) - low).bit_length() for key, low in zip(keys, lows, strict=True)]
    bits = (len(row) - 1).bit_length()
    if sum(widths) + bits > _BITS:
        return None
    packed = np.zeros(len(row), np.int64)
    for key, low, width in zip(keys, lows, widths, strict=True):
        packed <<= width
        packed |= key.astype(np.int64, copy=False) - low
    packed <<= bits
    packed |= row
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def group_starts(*keys: np.ndarray) -> np.ndarray:
    """Positions at which a new group of equal keys begins, in arrays in which equal keys lie side by side."""
    n = len(keys[0])
    if n == 0:
        return np.zeros(0, np.int64)
    new = np.zeros(n, bool)
    new[0] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def numbered_groups(*keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(positions where groups of equal keys begin, group number of each row); equal keys lie side by side."""
    starts = group_starts(*keys)
    lengths = np.diff(np.append(starts, len(keys[0])))
    return starts, np.repeat(np.arange(len(starts), dtype=np.int64), lengths)


def group_ids(*keys: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Group rows by equal keys, in the order of the keys.

    Returns
    -------
    (order, starts, group)
        ``order`` sorts the rows by the keys, stably; ``starts`` are the positions in that order at which groups begin;
        ``group`` is the group number of each row, in the rows' own order.
    """
    order = order_by(*keys)
    starts, number = numbered_groups(*(key[order] for key in keys))
    group = np.empty(len(order), np.int64)
    group[order] = number
    return order, starts, group


def count_distinct(group: np.ndarray, value: np.ndarray, groups: int, limit: int) -> np.ndarray:
    """Number (int64) of different values of each group.

    Parameters
    ----------
    group : ndarray of int64
        Group of each row, 0 <= group < `groups`.
    value : ndarray of int64
        Value of each row, 0 <= value < `limit`.
    groups, limit : int
        Their product is below 2^63.
    """
    found = np.sort(group * limit + value)
    return np.bincount(found[group_starts(found)] // limit, minlength=groups)


def sum_by(columns: Columns, *keys: str) -> Columns:
    """One row per combination of whole-number keys, in their order; every other column, int64, is summed."""
    order, starts, _ = group_ids(*(columns[key] for key in keys))
    found = {key: columns[key][order][starts] for key in keys}
    for name in columns.names:
        if name not in keys:
            # reduceat would take the next row for a group of none, and there is none.
            found[name] = np.add.reduceat(columns[name][order], starts) if len(starts) else columns[name]
    return Columns(**found)
