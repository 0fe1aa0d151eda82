"""Expected engagement: how uneven activity is, when it happens, how content shares it, how far views go."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES

DEVICE_WEIGHTS = {"mobile": 0.45, "desktop": 0.25, "tv": 0.30}
"""Shares of engagements by kind of device on a default run (measured)."""

SATURDAY = 5

MOST = 2000
"""Engagements of a person that are told apart."""


_DEVIATIONS = np.linspace(-4.5, 4.5, 141)
_WEIGHTS = np.exp(-0.5 * _DEVIATIONS**2) / np.exp(-0.5 * _DEVIATIONS**2).sum()


@lru_cache(maxsize=1)
def _log_factorials() -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, MOST + 1)))])


def at_least(mean: float, sigma: float, most: int = MOST) -> np.ndarray:
    """P(a person has at least n events), n = 0..most, for events of that mean over people.

    Events are Poisson given a person's activity, which is lognormal with deviation `sigma`: the law of
    `forecast.activity`, which says why there are two.
    """
    activity = np.exp(sigma * _DEVIATIONS - sigma * sigma / 2)
    rates = np.maximum(mean * activity, 1e-12)[:, None]
    counts = np.arange(most + 1)[None, :]
    masses = np.exp(counts * np.log(rates) - rates - _log_factorials()[None, : most + 1])
    below = np.concatenate([[0.0], np.cumsum(_WEIGHTS @ masses)[:-1]])
    return np.clip(1.0 - below, 0.0, 1.0)


def rhythm(config: GenerationConfig) -> np.ndarray:
    """Share of engagements by weekday (rows) and local hour (columns), over all devices."""
    engagement = config.engagement_config
    rows = []
    for day, share in enumerate(engagement.weekday_weights):
        days = "weekend_" if day >= SATURDAY else ""
        odds = engagement.weekend_desktop_odds if day >= SATURDAY else 1.0
        devices = {name: weight * (odds if name == "desktop" else 1.0) for name, weight in DEVICE_WEIGHTS.items()}
        curves = {name: np.array(getattr(engagement, f"{name}_{days}hour_weights")) for name in devices}
        hours = sum(weight * curves[name] for name, weight in devices.items()) / sum(devices.values())
        rows.append(share * hours)
    return np.array(rows)


def weekly(usual: float, sigma: float, most: int = 30) -> np.ndarray:
    """Shares of weeks with 0..most sessions of somebody who usually has so many; the last is that or more.

    Weeks vary lognormally with deviation `sigma` around the mean `usual`, sessions come by chance.
    """
    tail = at_least(usual, sigma, most)
    return np.append(tail[:-1] - tail[1:], tail[-1])


def reached(config: GenerationConfig) -> np.ndarray:
    """Share of views by type of content (rows) that reach a quarter, half, three quarters and the end (columns)."""
    engagement = config.engagement_config
    ends = np.array([getattr(engagement, f"{name}_view_ends") for name in CONTENT_TYPES])
    return 1 - np.cumsum(ends, axis=1)[:, :-1]


def popularity(config: GenerationConfig) -> np.ndarray:
    """Expected share of engagements per item of the catalog, most popular first."""
    engagement = config.engagement_config
    shares = []
    for category in engagement.category_weights.values():
        for content_type in engagement.content_type_weights.values():
            pair = category * content_type
            if pair > 0:
                count = max(1, round(engagement.catalog_size * pair))
                ranks = np.arange(1, count + 1, dtype=float) ** -engagement.popularity_exponent
                shares.append(pair * ranks / ranks.sum())
    return np.sort(np.concatenate(shares))[::-1]


def interests(config: GenerationConfig) -> dict[str, float]:
    """Share of people with enough engagements per content category in the lookback, before taste by age."""
    engagement, audience = config.engagement_config, config.audience_config
    mean = engagement.events_per_person_day * audience.lookback_days
    least = audience.interest_min_events
    return {
        category: float(at_least(mean * share, engagement.activity_sigma, most=least + 1)[least])
        for category, share in engagement.category_weights.items()
    }
