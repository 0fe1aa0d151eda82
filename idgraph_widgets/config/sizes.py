"""Household sizes: the shares that a mean and a deviation ask for, and which of them can be had."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

_DIGITS = 12


def size_shares(config: Any) -> dict[int, float]:
    """Share of households by size.

    Parameters
    ----------
    config : GenerationConfig, HouseholdConfig or SizeDistribution
        A valid one.

    Returns
    -------
    dict
        Every size from 1 to `max_size` with its share; they sum to 1. With mean and std_dev, the
        maximum-entropy distribution among all that have them, exact to about 1e-9.

    Examples
    --------
    >>> from idgraph_widgets.config import SizeDistribution
    >>> shares = size_shares(SizeDistribution(mean=3.0, std_dev=1.0, max_size=6))
    >>> round(sum(size * share for size, share in shares.items()), 9)
    3.0
    """
    household = getattr(config, "household_config", config)
    sizes = getattr(household, "size_distribution", household)
    if sizes.mean is None:
        return {size: sizes.shares.get(size, 0.0) for size in range(1, sizes.max_size + 1)}
    return dict(_solved(float(sizes.mean), float(sizes.std_dev), sizes.max_size))


def reachable_std_dev(mean: float, max_size: int) -> tuple[float, float]:
    """Lowest and highest standard deviation that sizes 1 to `max_size` with this mean can have.

    The lowest comes from the two whole sizes around the mean, the highest from the two ends.
    """
    above = mean - math.floor(mean)
    return math.sqrt(above * (1 - above)), math.sqrt(max(0.0, (mean - 1) * (max_size - mean)))


@lru_cache(maxsize=64)
def _solved(mean: float, std_dev: float, max_size: int) -> tuple[tuple[int, float], ...]:
    low, high = reachable_std_dev(mean, max_size)
    if std_dev <= low + 1e-9:
        shares = _between(mean, math.floor(mean), min(math.floor(mean) + 1, max_size))
    elif std_dev >= high - 1e-9:
        shares = _between(mean, 1, max_size)
    else:
        shares = _exponential_family(mean, std_dev * std_dev, max_size)
    return tuple(_rounded(shares, max_size).items())


def _between(mean: float, lower: int, upper: int) -> dict[int, float]:
    """The distribution on two sizes that has this mean."""
    if lower == upper:
        return {lower: 1.0}
    return {lower: (upper - mean) / (upper - lower), upper: (mean - lower) / (upper - lower)}


def _exponential_family(mean: float, variance: float, max_size: int) -> dict[int, float]:
    """Solve p(k) ∝ exp(a·x + b·x²), x = k − mean, for Σ p·x = 0 and Σ p·x² = variance.

    These are the conditions for the minimum of the convex function log Σ exp(a·x + b·(x² − variance)),
    so Newton steps with halving always arrive.
    """
    points = [size - mean for size in range(1, max_size + 1)]
    a = b = 0.0
    for _ in range(500):
        weights, level = _weights(points, a, b, variance)
        moments = [math.fsum(w * x**power for w, x in zip(weights, points)) for power in range(5)]
        gradient = moments[1], moments[2] - variance
        if max(abs(gradient[0]), abs(gradient[1])) < 1e-13:
            break
        h11 = moments[2] - moments[1] ** 2
        h12 = moments[3] - moments[1] * moments[2]
        h22 = moments[4] - moments[2] ** 2
        determinant = h11 * h22 - h12 * h12
        if determinant <= 0:
            break
        step_a = (h22 * gradient[0] - h12 * gradient[1]) / determinant
        step_b = (h11 * gradient[1] - h12 * gradient[0]) / determinant
        scale = 1.0
        while scale > 1e-6 and _weights(points, a - scale * step_a, b - scale * step_b, variance)[1] > level:
            scale /= 2
        a, b = a - scale * step_a, b - scale * step_b
    return dict(zip(range(1, max_size + 1), _weights(points, a, b, variance)[0]))


def _weights(points: list[float], a: float, b: float, variance: float) -> tuple[list[float], float]:
    """The distribution for (a, b) and the convex function's value there."""
    exponents = [a * x + b * (x * x - variance) for x in points]
    top = max(exponents)
    weights = [math.exp(exponent - top) for exponent in exponents]
    total = math.fsum(weights)
    return [weight / total for weight in weights], top + math.log(total)


def _rounded(shares: dict[int, float], max_size: int) -> dict[int, float]:
    """Shares with 12 decimals that sum to 1, so that no platform's last bit reaches a row."""
    unit = 10**_DIGITS
    counts = {size: round(shares.get(size, 0.0) * unit) for size in range(1, max_size + 1)}
    largest = max(counts, key=counts.__getitem__)
    counts[largest] += unit - sum(counts.values())
    return {size: count / unit for size, count in counts.items()}
