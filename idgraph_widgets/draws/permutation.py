"""A keyed bijection on integers: keys that are unique by construction and say nothing."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.draws.draws import Draws


def with_scrambled(
    df: DataFrame, name: str, draws: Draws, stream: str, value: Column, bits: int, rounds: int = 3
) -> DataFrame:
    """Add column `name`: `value` permuted within 0..2^bits - 1 (a Feistel network over xxhash64).

    Each round is a column of its own, used twice by the next: as one expression the tree would double with
    every round, and planning it would cost more than running it.

    Parameters
    ----------
    df : DataFrame
    name : str
        Column to add: BIGINT in 0..2^bits - 1; different values give different results.
    draws : Draws
        Supplies the key of the permutation.
    stream : str
    value : Column
        BIGINT in 0..2^bits - 1; null stays null.
    bits : int
        Even, at most 52, so that the result plus one is a valid table key.
    rounds : int
    """
    if bits % 2 or not 2 <= bits <= 52:
        raise ValueError(f"bits must be even and in 2..52, not {bits}")
    half = bits // 2
    mask = F.lit((1 << half) - 1).cast("bigint")
    left, right = f"{name}__left", f"{name}__right"
    df = df.withColumn(name, value)
    df = df.withColumns({left: F.shiftright(name, half), right: F.col(name).bitwiseAND(mask)})
    for i in range(rounds):
        mixed = draws.hash(f"{stream}/{i}", right).bitwiseAND(mask)
        df = df.withColumns({left: F.col(right), right: F.col(left).bitwiseXOR(mixed)})
    result = F.shiftleft(left, half).bitwiseOR(F.col(right))
    return df.withColumn(name, result).drop(left, right)
