"""Expected engagement: how uneven activity is, when it happens, how content shares it, how far views go."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from idgraph_widgets.charts.figures import heat, line, share_bars
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES
from idgraph_widgets.studio.expected.card import Card, Plot

DEVICE_WEIGHTS = {"mobile": 0.45, "desktop": 0.25, "tv": 0.30}
"""Shares of engagements by kind of device on a default run (measured)."""

SATURDAY = 5
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST = 2000


_DEVIATIONS = np.linspace(-4.5, 4.5, 141)
_WEIGHTS = np.exp(-0.5 * _DEVIATIONS**2) / np.exp(-0.5 * _DEVIATIONS**2).sum()


@lru_cache(maxsize=1)
def _log_factorials() -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, _MOST + 1)))])


def at_least(mean: float, sigma: float, most: int = _MOST) -> np.ndarray:
    """P(a person has at least n events), n = 0..most, for events of that mean over people.

    Events are Poisson given a person's activity, which is lognormal with deviation `sigma`.
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


def _log_axis(title: str, low: float, high: float, **more) -> dict:
    return {"type": "log", "range": [math.log10(low), math.log10(high)], "title": {"text": title}, **more}


def _grid(last: int) -> np.ndarray:
    """Whole numbers from 1 to `last`, evenly spread on a log axis."""
    return np.unique(np.round(np.geomspace(1, max(2, last), 60)).astype(int))


def _activity_plot(config, _sample: Mapping) -> Plot:
    engagement = config.engagement_config
    mean = engagement.events_per_person_day * config.window_days
    tail = at_least(mean, engagement.activity_sigma)
    counts = _grid(_MOST)
    shown = counts[tail[counts] > 5e-5]
    figure = line(
        shown,
        tail[shown],
        "%{y:.2%} of people have %{x} or more",
        _log_axis("engagements in the window", 1, _MOST),
        _log_axis("people with at least as many", 1e-4, 1, tickformat=".2~%"),
        fill=True,
    )
    return Plot(
        figure,
        f"A person has {mean:.1f} engagements on average; {tail[10]:.1%} have 10 or more, "
        f"{tail[100]:.2%} have 100 or more.",
    )


def _rhythm_plot(config, _sample: Mapping) -> Plot:
    table = rhythm(config)
    hours = [f"{hour:02d}" for hour in range(24)]
    figure = heat(hours, WEEKDAYS, table, "%{y} %{x}:00: %{z:.2%} of engagements")
    figure["layout"]["xaxis"] |= {"title": {"text": "local hour"}, "dtick": 3}
    day, hour = np.unravel_index(int(table.argmax()), table.shape)
    return Plot(figure, f"Engagements by weekday and local hour; most on {WEEKDAYS[day]} at {hour:02d}:00.")


def _popularity_plot(config, _sample: Mapping) -> Plot:
    shares = popularity(config)
    ranks = _grid(len(shares))
    top = max(1, len(shares) // 100)
    figure = line(
        ranks,
        shares[ranks - 1],
        "item %{x}: %{y:.3%} of engagements",
        _log_axis("rank of the item", 1, max(1000, len(shares))),
        _log_axis("share of engagements", 1e-6, 0.1, tickformat="~%"),
        fill=True,
    )
    return Plot(figure, f"The most popular 1 % of items draw {shares[:top].sum():.1%} of engagements.")


_USUAL, _SHOWN_WEEKS = 4.0, 16


def _weeks_plot(config, _sample: Mapping) -> Plot:
    sigma = config.engagement_config.week_sigma
    shares = weekly(_USUAL, sigma, _SHOWN_WEEKS)
    names = [*map(str, range(_SHOWN_WEEKS)), f"{_SHOWN_WEEKS}+"]
    figure = share_bars(names, shares)
    figure["layout"]["xaxis"] |= {"title": {"text": "sessions in a week"}}
    return Plot(
        figure,
        f"Somebody with {_USUAL:g} sessions a week on average has none in {shares[0]:.1%} of weeks and "
        f"{2 * _USUAL:g} or more in {shares[int(2 * _USUAL) :].sum():.1%}.",
    )


def _endings_plot(config, _sample: Mapping) -> Plot:
    table = reached(config)
    figure = heat(("a quarter", "half", "three quarters", "the end"), CONTENT_TYPES, table, "%{y}, %{x}: %{z:.0%}")
    ends = ", ".join(f"{name} {share:.0%}" for name, share in zip(CONTENT_TYPES, table[:, -1], strict=True))
    return Plot(figure, f"Views that reach the end: {ends}.")


_ENGAGEMENT = "engagement_config"

CARDS = (
    Card(
        "activity",
        "Activity of people",
        "Share of people with at least so many engagements",
        _activity_plot,
        (f"{_ENGAGEMENT}.events_per_person_day", f"{_ENGAGEMENT}.activity_sigma", "start_date", "end_date"),
    ),
    Card(
        "popularity",
        "Popularity of content",
        "Share of engagements by rank of the item",
        _popularity_plot,
        (
            f"{_ENGAGEMENT}.popularity_exponent",
            f"{_ENGAGEMENT}.catalog_size",
            f"{_ENGAGEMENT}.category_weights",
            f"{_ENGAGEMENT}.content_type_weights",
        ),
    ),
    Card(
        "weeks",
        "Busy and quiet weeks",
        f"Share of weeks by sessions, of somebody with {_USUAL:g} a week on average",
        _weeks_plot,
        (f"{_ENGAGEMENT}.week_sigma",),
    ),
    Card(
        "endings",
        "How far views go",
        "Share of views that reach so much of the item, by type of content; stronger colour is more",
        _endings_plot,
        tuple(f"{_ENGAGEMENT}.{name}_view_ends" for name in CONTENT_TYPES),
    ),
    Card(
        "rhythm",
        "Week",
        "When engagements happen, all devices together; stronger colour is more",
        _rhythm_plot,
        (
            f"{_ENGAGEMENT}.weekday_weights",
            f"{_ENGAGEMENT}.weekend_desktop_odds",
            *(f"{_ENGAGEMENT}.{name}_{days}hour_weights" for days in ("", "weekend_") for name in DEVICE_WEIGHTS),
        ),
        wide=True,
        height=230,
    ),
)
