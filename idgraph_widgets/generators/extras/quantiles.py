"""Distributions between the first and the last of several values, as tables that are made once."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from idgraph_widgets.config.extra_specs import Distribution

STEPS_BITS, PLACE_BITS = 12, 30
"""A table has 2^12 steps; places between first and last are counted in 2^-30."""

_TAIL = 0.001
"""Left out at an end that has no bound."""

_GRID = 40_000


def quantiles(distribution: Distribution) -> np.ndarray:
    """Positions (int64, from 0 to 2^30) that the shares 0, 2^-12, … 1 of draws lie below.

    A distribution without bounds is cut where a thousandth lies beyond, so that it spans the range that is asked for.
    """
    shares = np.linspace(0, 1, (1 << STEPS_BITS) + 1)
    if distribution.name == "normal":
        normal = NormalDist()
        places = np.array([normal.inv_cdf(_TAIL + share * (1 - 2 * _TAIL)) for share in shares])
    elif distribution.name == "exponential":
        places = np.array([-math.log1p(-share * (1 - _TAIL)) for share in shares])
    else:
        places = _of_density(distribution, shares)
    scaled = (places - places[0]) / (places[-1] - places[0])
    # Nine decimals: a platform's last bit moves no place.
    return np.round(np.round(scaled, 9) * (1 << PLACE_BITS)).astype(np.int64)


def _of_density(distribution: Distribution, shares: np.ndarray) -> np.ndarray:
    """Quantiles by adding up a density."""
    first, *rest = distribution.parameters
    if distribution.name == "beta":
        (beta,) = rest
        x = (np.arange(_GRID) + 0.5) / _GRID
        logs, top = (first - 1) * np.log(x) + (beta - 1) * np.log1p(-x), 1.0
    else:
        top = first + 12 * math.sqrt(first) + 12
        x = (np.arange(_GRID) + 0.5) / _GRID * top
        logs = (first - 1) * np.log(x) - x
    density = np.exp(logs - logs.max())
    below = np.concatenate([[0.0], np.cumsum(density)]) / density.sum()
    reached = 1.0 if distribution.name == "beta" else 1 - _TAIL
    return np.interp(shares * reached, below, np.arange(_GRID + 1) / _GRID * top)
