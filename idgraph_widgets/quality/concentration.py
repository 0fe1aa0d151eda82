"""How unequal counts are when they are as spread as configured and chance adds its part: the share of the top tenth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

import numpy as np

_PEOPLE, _CHANCES = 256, 32
"""Points at which activity and chance are looked at."""

_TRIED = 40
"""People tried at each point of activity."""


def busiest_tenth(
    alive: Mapping[int, float], mean: float, sigma: float, per_session: float, most: float = math.inf
) -> float:
    """Share of events that the busiest tenth of people with any events make.

    Somebody's rate is lognormal, and holds for as long as an identifier of theirs is alive; sessions come by chance at
    that rate, and so does the number of events in each.

    Parameters
    ----------
    alive : mapping of int to float
        Number of people by how long an identifier of theirs is alive, in any unit; those with 0 have no events.
    mean : float
        Mean number of events of all these people.
    sigma : float
        Standard deviation of the logarithm of the rate.
    per_session : float
        Mean number of events of a session, a geometric number.
    most : float
        Highest rate, relative to the mean.

    Examples
    --------
    >>> round(busiest_tenth({1: 1_000}, mean=1e6, sigma=0.0, per_session=1.0), 2)  # everybody does the same
    0.1
    >>> round(busiest_tenth({1: 1_000}, mean=1e6, sigma=1.2, per_session=1.0), 2)
    0.46
    """
    normal = NormalDist()
    rate = _capped(np.exp(sigma * _normal(normal, _PEOPLE)), most)
    time = np.array([units for units in alive if units > 0], float)
    people = np.array([alive[units] for units in alive if units > 0], float)
    time = time / np.average(time, weights=people)
    expected = mean * np.outer(time, rate).ravel()
    # Of those with any events: their number, mean and variance follow from the chance of having any.
    seen = -np.expm1(-expected / per_session)
    weight = np.repeat(people, _PEOPLE) * seen
    spread = np.maximum(0.0, seen * ((2 * per_session - 1) / expected + 1) - 1)
    return _top_tenth(expected / seen, spread, weight)


def weekly_spread(
    mean: float, sigma: float, week_sigma: float, weeks: int, busy: int, most: float = math.inf
) -> float | None:
    """Variance over mean of weekly sessions, averaged over the people with `busy` or more in all.

    Somebody's rate is lognormal, that of a week lognormal around it; sessions come by chance at that rate. Found by
    trying many people, always the same ones.

    Parameters
    ----------
    mean : float
        Sessions of a week of all people.
    sigma, week_sigma : float
        Standard deviations of the logarithms of somebody's rate, and of a week's around it.
    weeks, busy : int
    most : float
        Highest rate of a week.

    Returns
    -------
    float or None
        None where hardly anybody has so many.

    Examples
    --------
    >>> round(weekly_spread(0.5, 1.2, 0.0, 13, 24), 1), round(weekly_spread(0.5, 1.2, 0.6, 13, 24), 1)
    (1.0, 2.1)
    """
    normal, rng = NormalDist(), np.random.default_rng(1)
    usual = mean * _capped(np.exp(sigma * _normal(normal, _PEOPLE)), most / mean)
    of_weeks = np.exp(week_sigma * _normal(normal, _CHANCES) - week_sigma**2 / 2)
    rate = np.minimum(most, np.repeat(usual, _TRIED)[:, None] * rng.choice(of_weeks, (_PEOPLE * _TRIED, weeks)))
    counts = rng.poisson(rate)
    counts = counts[counts.sum(axis=1) >= busy]
    if len(counts) < _TRIED:
        return None
    return float((counts.var(axis=1, ddof=1) / counts.mean(axis=1)).mean())


def popular_tenth(items: int, views: float, exponent: float) -> float:
    """Share of views that the most viewed tenth of items have.

    Parameters
    ----------
    items : int
        At least ten.
    views : float
        Of all items.
    exponent : float
        Of the Zipf distribution of popularity; the views of an item come by chance.

    Examples
    --------
    >>> round(popular_tenth(100, 1e9, 0.0), 3), round(popular_tenth(100, 2_000, 0.0), 2)
    (0.1, 0.14)
    """
    share = np.arange(1, items + 1, dtype=float) ** -exponent
    expected = views * share / share.sum()
    return _top_tenth(expected, 1 / expected, np.ones(items), items // 10)


def _top_tenth(mean: np.ndarray, spread: np.ndarray, weight: np.ndarray, top: float | None = None) -> float:
    """Share of the top tenth, or of the top `top`, of counts that vary lognormally around their means.

    `spread` are the variances of the counts over their squared means, `weight` how many there are of each.
    """
    width = np.sqrt(np.log1p(spread))[:, None]
    counts = mean[:, None] * np.exp(width * _normal(NormalDist(), _CHANCES)[None, :] - width**2 / 2)
    weight = np.repeat(weight / _CHANCES, _CHANCES)
    order = np.argsort(-counts.ravel())
    counts, weight = counts.ravel()[order], weight[order]
    top = weight.sum() / 10 if top is None else top
    taken = np.clip(top - (np.cumsum(weight) - weight), 0.0, weight)
    return float((taken * counts).sum() / (weight * counts).sum())


def _normal(normal: NormalDist, points: int) -> np.ndarray:
    return np.array([normal.inv_cdf((i + 0.5) / points) for i in range(points)])


def _capped(rate: np.ndarray, most: float) -> np.ndarray:
    """Rates with the mean 1 of which none is above `most`; what the busiest may not do, others do."""
    rate = rate / rate.mean()
    for _ in range(100):
        rate = np.minimum(rate, most)
        below = rate < most
        if not below.any():
            break
        rate[below] *= max(1.0, (len(rate) - rate[~below].sum()) / rate[below].sum())
    return np.minimum(rate, most)
