"""A keyed bijection on integers: keys that are unique by construction and say nothing."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from idgraph_widgets.draws.draws import Draws


def scramble(draws: Draws, stream: str, value: Column, bits: int, rounds: int = 3) -> Column:
    """Permute `value` within 0..2^bits - 1 (a Feistel network over xxhash64).

    Parameters
    ----------
    draws : Draws
        Supplies the key of the permutation.
    stream : str
    value : Column
        BIGINT in 0..2^bits - 1.
    bits : int
        Even, at most 52, so that the result plus one is a valid table key.
    rounds : int

    Returns
    -------
    Column
        BIGINT in 0..2^bits - 1; different values give different results.
    """
    if bits % 2 or not 2 <= bits <= 52:
        raise ValueError(f"bits must be even and in 2..52, not {bits}")
    half = bits // 2
    mask = F.lit((1 << half) - 1).cast("bigint")
    left, right = F.shiftright(value, half), value.bitwiseAND(mask)
    for i in range(rounds):
        mixed = draws.hash(f"{stream}/{i}", right).bitwiseAND(mask)
        left, right = right, left.bitwiseXOR(mixed)
    return F.shiftleft(left, half).bitwiseOR(right)
