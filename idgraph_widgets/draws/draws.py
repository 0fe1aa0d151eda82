"""Named streams of uniform integers and the small distributions made from them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, overload

import numpy as np

from idgraph_widgets.arrays import Coded, divided
from idgraph_widgets.draws.hashing import salted

UNIT_BITS = 53
"""Bits of a unit draw: every value is exact as a DOUBLE, too."""

SCALE = 10_000
"""Shares, rates and scores are drawn in ten-thousandths."""

_UNIT = 1 << UNIT_BITS


def threshold(share: float) -> int:
    """The integer t such that a unit draw is below t with probability `share`."""
    return round(min(1.0, max(0.0, share)) * _UNIT)


class Draws:
    """Uniform integers from hashes, one named stream per use.

    Every method takes `keys`: hashes of a row's keys, as `hashed` and `hashed_keys` make them.

    Parameters
    ----------
    seed : int
        The dataset's seed.
    table : str
        Prefix of the stream names, so that no two tables share a stream by accident.

    Examples
    --------
    >>> import numpy as np
    >>> from idgraph_widgets.draws import hashed
    >>> d = Draws(42, "households")
    >>> d.chance("tv", 0.85, hashed(np.arange(1, 6)))
    array([ True,  True, False,  True, False])
    """

    def __init__(self, seed: int, table: str):
        self.seed = seed
        self.table = table

    def salt(self, stream: str) -> int:
        """A 63-bit number that stands for (seed, table, stream)."""
        return _salt(self.seed, self.table, stream)

    def hash(self, stream: str, keys: np.ndarray) -> np.ndarray:
        """All 64 bits, as uint64."""
        return salted(keys, self.salt(stream))

    def unit(self, stream: str, keys: np.ndarray) -> np.ndarray:
        """Uniform int64 in [0, 2^53)."""
        h = self.hash(stream, keys)
        h &= np.uint64(_UNIT - 1)
        return h.view(np.int64)

    def below(self, stream: str, n: int | np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Uniform int64 in [0, n). `n`, a number or one per row, must be at least 1."""
        unit = self.unit(stream, keys)
        if not isinstance(n, np.ndarray):
            if n & (n - 1) == 0:
                unit &= np.int64(n - 1)
                return unit
            return divided(unit, n)[1]
        # Unsigned division is faster, and a mix of int64 and uint64 would become a float.
        divisor = np.ascontiguousarray(n, np.int64).view(np.uint64)
        return np.remainder(unit.view(np.uint64), divisor).view(np.int64)

    def between(self, stream: str, low: int, high: int, keys: np.ndarray) -> np.ndarray:
        """Uniform int64 in [low, high], both ends included."""
        return self.below(stream, high - low + 1, keys) + np.int64(low)

    def chance(self, stream: str, share: float, keys: np.ndarray) -> np.ndarray:
        """Booleans, true with probability `share`, a number in [0, 1]."""
        return self.unit(stream, keys) < threshold(share)

    def chance_in_scale(self, stream: str, share: int | np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Booleans, true with a probability of `share` ten-thousandths, one number or one per row."""
        return self.below(stream, SCALE, keys) < share

    def index(self, stream: str, shares: Sequence[float], keys: np.ndarray) -> np.ndarray:
        """Index (int64) of one of `shares`, each with its share of their sum; none may be 0 or less."""
        return step_index(self.unit(stream, keys), cumulative_thresholds(shares))

    @overload
    def choose(self, stream: str, shares: Mapping[str, float], keys: np.ndarray) -> Coded: ...

    @overload
    def choose(self, stream: str, shares: Mapping[int, float], keys: np.ndarray) -> np.ndarray: ...

    def choose(self, stream: str, shares: Mapping[Any, float], keys: np.ndarray) -> np.ndarray | Coded:
        """One of the keys of `shares`, each with its share: int64 for whole numbers, `Coded` for texts."""
        values = picks(shares)
        found = self.index(stream, [shares[value] for value in values], keys)
        if isinstance(values[0], str):
            return Coded(found.astype(np.int32), values)
        return np.array(values, np.int64)[found]

    def count(self, stream: str, mean: float, most: int, keys: np.ndarray) -> np.ndarray:
        """int64 in 0..most from a Poisson distribution of that mean, cut at `most`."""
        return self.choose(stream, poisson_shares(mean, most), keys)


@lru_cache(maxsize=4096)
def _salt(seed: int, table: str, stream: str) -> int:
    digest = hashlib.sha256(f"{seed}/{table}/{stream}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def picks(shares: Mapping[Any, float]) -> tuple[Any, ...]:
    """The keys of `shares` that can be drawn: those with a positive share."""
    return tuple(value for value, share in shares.items() if share > 0)


def poisson_shares(mean: float, most: int) -> dict[int, float]:
    """Shares of 0..most of a Poisson distribution; the tail above goes to `most`."""
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


def step_index(x: np.ndarray, limits: Sequence[int]) -> np.ndarray:
    """The first i with x < limits[i], as int64; the last index above all limits."""
    upper = np.asarray(limits, np.int64)[:-1]
    if len(upper) <= 8:  # a sum of comparisons beats a search
        found = np.zeros(len(x), np.int64)
        for limit in upper:
            found += x >= limit
        return found
    return np.searchsorted(upper, x, side="right").astype(np.int64)
