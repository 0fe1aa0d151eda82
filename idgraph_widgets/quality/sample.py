"""Which blocks of households are read row by row, and what that proves.

Nothing but sums crosses a block of households. A fault of the making is one of every block, or of some; so a spread of
whole blocks tells of it, while counts, sums and what belongs to all households are looked at whole.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Collection, Sequence

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.schema import ids

FROM = 100_000
"""Households up to which a sample is everything."""

BLOCKS = 10
"""Blocks of a sample: 100,000 households, as many as statistics need."""

SURE = 0.95
"""How sure `certain_share` is."""


def blocks_of(households: int) -> int:
    """Number of blocks of so many households.

    Examples
    --------
    >>> blocks_of(1), blocks_of(10_000), blocks_of(10_001)
    (1, 1, 2)
    """
    return ids.block_of(max(households, 1)) + 1


def spread(households: int, chance: random.Random | None = None) -> tuple[int, ...] | None:
    """A sample of blocks: one, by chance, of each tenth of the dataset; None where everything is to be read.

    Parameters
    ----------
    households : int
    chance : random.Random, optional
        Default: another choice each time.

    Examples
    --------
    >>> spread(100_000) is None
    True
    >>> spread(1_000_000, random.Random(1))
    (2, 19, 21, 34, 41, 57, 67, 77, 86, 93)
    """
    if households <= FROM:
        return None
    of, chance = blocks_of(households), chance or random.SystemRandom()
    count = min(BLOCKS, of)
    bounds = [number * of // count for number in range(count + 1)]
    return tuple(chance.randrange(low, high) for low, high in itertools.pairwise(bounds))


def chosen(blocks: Collection[int], households: int) -> tuple[int, ...] | None:
    """These blocks, in order; None where they are all there are.

    Raises
    ------
    ConfigError
        There is no such block, or none is named.

    Examples
    --------
    >>> chosen([2, 0], 30_000), chosen([0], 4_000)
    ((0, 2), None)
    """
    of = blocks_of(households)
    wrong = sorted(number for number in set(blocks) if not 0 <= number < of)
    if wrong or not blocks:
        found = ", ".join(map(str, wrong)) or "none"
        there = "block 0" if of == 1 else f"0 to {of - 1}"
        raise ConfigError(f"blocks: found {found}; this dataset has {there}, of {ids.BLOCK:,} households each.")
    return None if len(set(blocks)) == of else tuple(sorted(set(blocks)))


def ranges(blocks: Sequence[int], size: int) -> list[tuple[tuple[int, int], ...]]:
    """First and last household of each of the blocks, as many in a slice as have at most `size` households.

    Examples
    --------
    >>> ranges([0, 2, 3], 20_000)
    [((1, 10000), (20001, 30000)), ((30001, 40000),)]
    """
    each = [(number * ids.BLOCK + 1, (number + 1) * ids.BLOCK) for number in blocks]
    many = max(1, size // ids.BLOCK)
    return [tuple(each[at : at + many]) for at in range(0, len(each), many)]


def certain_share(read: int, of: int) -> float:
    """The share of all blocks in which a fault must be so that a sample by chance meets it, 95 % of the time.

    Examples
    --------
    >>> certain_share(10, 100)
    0.25
    >>> certain_share(10, 10)
    0.1
    """
    for faulty in range(1, of + 1):
        if math.comb(of - faulty, read) / math.comb(of, read) <= 1 - SURE:
            return faulty / of
    return 1.0
