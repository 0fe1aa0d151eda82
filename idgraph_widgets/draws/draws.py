"""Named streams of uniform integers and the small distributions made from them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F

UNIT_BITS = 53
"""Bits of a unit draw: every value is exact as a DOUBLE, too."""

SCALE = 10_000
"""Shares, rates and scores are drawn in ten-thousandths."""

_UNIT = 1 << UNIT_BITS


def threshold(share: float) -> int:
    """The integer t such that a unit draw is below t with probability `share`."""
    return min(_UNIT, max(0, round(share * _UNIT)))


class Draws:
    """Uniform integers from hashes, one named stream per use.

    Parameters
    ----------
    seed : int
        The dataset's seed.
    table : str
        Prefix of the stream names, so that no two tables share a stream by accident.

    Examples
    --------
    >>> d = Draws(42, "households")
    >>> df.withColumn("has_tv", d.chance("tv", 0.85, "household_id"))  # doctest: +SKIP
    """

    def __init__(self, seed: int, table: str):
        self.seed = seed
        self.table = table

    def salt(self, stream: str) -> int:
        """A 63-bit number that stands for (seed, table, stream)."""
        digest = hashlib.sha256(f"{self.seed}/{self.table}/{stream}".encode()).digest()
        return int.from_bytes(digest[:8], "big") >> 1

    def hash(self, stream: str, *keys: Column | str) -> Column:
        """All 64 bits, signed. Keys must be BIGINT or STRING and not null."""
        return F.xxhash64(*[_column(k) for k in keys], F.lit(self.salt(stream)).cast("bigint"))

    def unit(self, stream: str, *keys: Column | str) -> Column:
        """Uniform BIGINT in [0, 2^53)."""
        return self.hash(stream, *keys).bitwiseAND(F.lit(_UNIT - 1))

    def unit_sql(self, stream: str, *keys: str) -> str:
        """The expression of `unit` as SQL text over column names, for declared root tables."""
        return f"xxhash64({', '.join(keys)}, {self.salt(stream)}L) & {_UNIT - 1}L"

    def below(self, stream: str, n: int | Column, *keys: Column | str) -> Column:
        """Uniform BIGINT in [0, n). `n` must be at least 1 in every row."""
        return F.pmod(self.unit(stream, *keys), n if isinstance(n, Column) else F.lit(n).cast("bigint"))

    def between(self, stream: str, low: int, high: int, *keys: Column | str) -> Column:
        """Uniform BIGINT in [low, high], both ends included."""
        return self.below(stream, high - low + 1, *keys) + F.lit(low).cast("bigint")

    def chance(self, stream: str, share: float | Column, *keys: Column | str) -> Column:
        """BOOLEAN, true with probability `share`.

        `share` is a number in [0, 1], or a column with an integer number of ten-thousandths.
        """
        if isinstance(share, Column):
            return self.below(stream, SCALE, *keys) < share
        return self.unit(stream, *keys) < F.lit(threshold(share))

    def choose(self, stream: str, shares: Mapping[Any, float], *keys: Column | str) -> Column:
        """One of the keys of `shares`, each with its share (normalised to sum to 1)."""
        return choose(self.unit(stream, *keys), shares)

    def count(self, stream: str, mean: float, most: int, *keys: Column | str) -> Column:
        """BIGINT in 0..most from a Poisson distribution of that mean, cut at `most`."""
        return choose(self.unit(stream, *keys), poisson_shares(mean, most))


def poisson_shares(mean: float, most: int) -> dict[int, float]:
    """Shares of 0..most of a Poisson distribution; the tail above goes to `most`."""
    import math

    shares = {k: math.exp(-mean) * mean**k / math.factorial(k) for k in range(most)}
    shares[most] = max(0.0, 1.0 - sum(shares.values()))
    return shares


def cumulative_thresholds(shares: Sequence[float]) -> list[int]:
    """Upper unit thresholds of consecutive shares; the last one is 2^53."""
    total = float(sum(shares))
    thresholds, running = [], 0.0
    for share in shares:
        running += share
        # Nine decimals: a different last bit of a platform's sum cannot move a threshold.
        thresholds.append(threshold(round(running / total, 9)))
    thresholds[-1] = _UNIT
    return thresholds


def choose(unit: Column, shares: Mapping[Any, float]) -> Column:
    """The key of `shares` in whose share the unit draw falls."""
    items = [(value, share) for value, share in shares.items() if share > 0]
    limits = cumulative_thresholds([share for _, share in items])
    return steps(unit, limits, [_literal(value) for value, _ in items])


def steps(x: Column, limits: Sequence[int], values: Sequence[Column]) -> Column:
    """values[i] for the first i with x < limits[i]; the last value above all limits.

    A balanced tree of CASE expressions: an engine evaluates log2(n) comparisons a row.
    """
    if len(values) == 1:
        return values[0]
    middle = len(values) // 2
    return F.when(x < F.lit(limits[middle - 1]), steps(x, limits[:middle], values[:middle])).otherwise(
        steps(x, limits[middle:], values[middle:])
    )


def int_div(value: Column, by: int) -> Column:
    """Whole quotient of a BIGINT that is not negative, without going through DOUBLE."""
    divisor = F.lit(by).cast("bigint")
    return F.call_function("div", value, divisor)


def _literal(value: Any) -> Column:
    column = F.lit(value)
    return column.cast("bigint") if isinstance(value, int) and not isinstance(value, bool) else column


def _column(key: Column | str) -> Column:
    return F.col(key) if isinstance(key, str) else key
