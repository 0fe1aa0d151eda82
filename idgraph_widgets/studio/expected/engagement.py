"""Expected engagement: how uneven activity is, when it happens, how content shares it, how far views go."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from idgraph_widgets.charts.figures import heat, line, share_bars
from idgraph_widgets.forecast.engagement import DEVICE_WEIGHTS, MOST, at_least, popularity, reached, rhythm, weekly
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES
from idgraph_widgets.studio.expected.card import Plot, PlotCard

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _log_axis(title: str, low: float, high: float, **more) -> dict:
    return {"type": "log", "range": [math.log10(low), math.log10(high)], "title": {"text": title}, **more}


def _grid(last: int) -> np.ndarray:
    """Whole numbers from 1 to `last`, evenly spread on a log axis."""
    return np.unique(np.round(np.geomspace(1, max(2, last), 60)).astype(int))


def _activity_plot(config, _sample: Mapping) -> Plot:
    engagement = config.engagement_config
    mean = engagement.events_per_person_day * config.window_days
    tail = at_least(mean, engagement.activity_sigma)
    counts = _grid(MOST)
    shown = counts[tail[counts] > 5e-5]
    figure = line(
        shown,
        tail[shown],
        "%{y:.2%} of people have %{x} or more",
        _log_axis("engagements in the window", 1, MOST),
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
    PlotCard(
        "activity",
        "Activity of people",
        "Share of people with at least so many engagements",
        _activity_plot,
        (f"{_ENGAGEMENT}.events_per_person_day", f"{_ENGAGEMENT}.activity_sigma", "start_date", "end_date"),
    ),
    PlotCard(
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
    PlotCard(
        "weeks",
        "Busy and quiet weeks",
        f"Share of weeks by sessions, of somebody with {_USUAL:g} a week on average",
        _weeks_plot,
        (f"{_ENGAGEMENT}.week_sigma",),
    ),
    PlotCard(
        "endings",
        "How far views go",
        "Share of views that reach so much of the item, by type of content; stronger colour is more",
        _endings_plot,
        tuple(f"{_ENGAGEMENT}.{name}_view_ends" for name in CONTENT_TYPES),
    ),
    PlotCard(
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
