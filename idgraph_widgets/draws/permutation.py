"""A keyed bijection on integers: keys that are unique by construction and say nothing."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from idgraph_widgets.draws.draws import Draws
from idgraph_widgets.draws.hashing import hashed

_TABLE_BITS = 18
"""Up to this many bits of a half, a round is a look-up in a table of all its values."""


def scrambled(draws: Draws, stream: str, value: np.ndarray, bits: int, rounds: int = 3) -> np.ndarray:
    """`value` permuted within 0..2^bits - 1: a Feistel network over the streams ``stream/0`` and on.

    Parameters
    ----------
    draws : Draws
        Supplies the key of the permutation.
    stream : str
    value : ndarray of int64
        In 0..2^bits - 1; different values give different results.
    bits : int
        Even, at most 52, so that the result plus one is a valid table key.
    rounds : int

    Returns
    -------
    ndarray of int64
    """
    if bits % 2 or not 2 <= bits <= 52:
        raise ValueError(f"bits must be even and in 2..52, not {bits}")
    half = bits // 2
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for i in range(rounds):
        name = f"{stream}/{i}"
        if half <= _TABLE_BITS and len(value) > mask >> 3:
            mixed = _table(draws.seed, draws.table, name, half)[right]
        else:
            mixed = (draws.hash(name, hashed(right)) & np.uint64(mask)).view(np.int64)
        left, right = right, left ^ mixed
    return (left << half) | right


@lru_cache(maxsize=64)
def _table(seed: int, table: str, stream: str, half: int) -> np.ndarray:
    every = hashed(np.arange(1 << half, dtype=np.int64))
    return (Draws(seed, table).hash(stream, every) & np.uint64((1 << half) - 1)).astype(np.int32)
