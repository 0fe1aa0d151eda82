"""How many people engage how often: events are Poisson given a person's activity, which is lognormal.

`forecast.engagement.at_least` evaluates the same law, and a test holds the two together. They are two because they are
asked for different things: here it is one number for a count of rows, at each step of a slider and before a run, where
numpy would have to be loaded for it alone; there it is a whole curve of two thousand counts, of which a plot shows the
far end, where the few quantiles of this one would show as steps.
"""

from __future__ import annotations

import math
from functools import lru_cache

from idgraph_widgets.config.generation import GenerationConfig

_QUANTILES = 64


def events_per_person(config: GenerationConfig, days: int) -> float:
    """Expected engagements of a person in so many days."""
    return config.engagement_config.events_per_person_day * days


def categories_with(config: GenerationConfig, days: int, at_least: int) -> float:
    """Expected number of categories in which a person has at least so many events."""
    engagement = config.engagement_config
    weights = tuple(engagement.category_weights.values())
    return _tails(events_per_person(config, days), engagement.activity_sigma, weights, at_least)


@lru_cache(maxsize=64)
def _tails(mean: float, sigma: float, weights: tuple[float, ...], at_least: int) -> float:
    """Sum over the weights; events are Poisson given an activity, which is lognormal with mean 1.

    Kept, because a slider elsewhere asks for the same again with every step.
    """
    from statistics import NormalDist  # costs more to import than all of this package

    normal = NormalDist()
    total = 0.0
    for step in range(_QUANTILES):
        z = normal.inv_cdf((step + 0.5) / _QUANTILES)
        activity = mean * math.exp(sigma * z - sigma * sigma / 2)
        total += sum(_poisson_tail(activity * weight, at_least) for weight in weights)
    return total / _QUANTILES


def _poisson_tail(mean: float, at_least: int) -> float:
    term, below = math.exp(-mean), 0.0
    for count in range(at_least):
        below += term
        term *= mean / (count + 1)
    return max(0.0, 1 - below)
