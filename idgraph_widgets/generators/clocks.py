"""Local time: standard-time offsets of states, dayparts, days of the window, and seasons of the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, Column, code_in, divided
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema.viewership_patterns import DAYPART_NAMES

MINUTE = 60_000_000
"""Microseconds in a minute."""

DAYPARTS = (
    # Upper minute of the day (exclusive) and name, from midnight (dayparts.csv).
    (60, "late_fringe"), (360, "overnight"), (540, "early_morning"), (720, "morning"), (960, "daytime"),
    (1080, "early_fringe"), (1140, "early_news"), (1200, "prime_access"), (1380, "prime"), (1410, "late_news"),
    (1440, "late_fringe"),
)  # fmt: skip

SERIES = ("engagements", "purchases")
"""What has seasons (seasonality.csv)."""


@dataclass(frozen=True)
class Clocks:
    """Tables of local time and season.

    Attributes
    ----------
    states : tuple of str
    offset : ndarray of int64
        Minutes that a state's standard time is ahead of UTC (negative west of it), by position in `states`.
    daypart : ndarray of int32, shape (1440,)
        Position in ``DAYPART_NAMES`` of each minute of the day.
    seasons : mapping of str to ndarray of int64, shape (12,)
        By series: the rate of each month, January first, in ten-thousandths of the busiest month's.
    """

    states: tuple[str, ...]
    offset: np.ndarray
    daypart: np.ndarray
    seasons: Mapping[str, np.ndarray]


def prepare(config: GenerationConfig) -> Clocks:
    """The tables that local time and season are read from."""
    states = reference.state_geography()
    minutes = np.diff([0, *(limit for limit, _ in DAYPARTS)])
    names = np.array([DAYPART_NAMES.index(name) for _, name in DAYPARTS], np.int32)
    return Clocks(
        states=tuple(row["state"] for row in states),
        offset=np.array([row["utc_offset_minutes"] for row in states], np.int64),
        daypart=np.repeat(names, minutes),
        seasons={series: _rates(season(series)) for series in SERIES},
    )


def season(series: str) -> list[float]:
    """Factor of each month, January first, around 1 over the year (seasonality.csv)."""
    rows = [row for row in reference.facts("seasonality") if row["series"] == series]
    return [row["factor"] for row in sorted(rows, key=lambda row: row["month"])]


def _rates(factors: list[float]) -> np.ndarray:
    return np.array([round(factor / max(factors) * SCALE) for factor in factors], np.int64)


def offsets(context: Context, state: Column) -> np.ndarray:
    """Minutes (int64) that the standard time of these states is ahead of UTC."""
    clocks = context.of(prepare)
    return clocks.offset[code_in(state, clocks.states)]


def in_season(context: Context, draws: Draws, series: str, micros: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Whether events drawn at the rate of the busiest month happen at these moments.

    Parameters
    ----------
    context : Context
    draws : Draws
        Of the table; the stream is ``season``.
    series : str
        One of `SERIES`.
    micros : ndarray of int64
        Microseconds since 1970 in UTC.
    keys : ndarray of uint64
        Hashes of the events' keys.
    """
    rates = context.of(prepare).seasons[series]
    return draws.chance_in_scale("season", rates[_month(micros)], keys)


def _month(micros: np.ndarray) -> np.ndarray:
    """Month of the year, January is 0."""
    days = micros // DAY
    if not len(days):
        return days
    low, high = int(days.min()), int(days.max())
    every = np.arange(low, high + 1).astype("datetime64[D]")
    return (every.astype("datetime64[M]").astype(np.int64) % 12)[days - low]


def daypart(context: Context, micros: np.ndarray, offset: np.ndarray) -> Coded:
    """The daypart of UTC instants where clocks are `offset` minutes ahead of UTC."""
    _, minute = divided(micros // MINUTE + offset, 1440)
    return Coded(context.of(prepare).daypart[minute], DAYPART_NAMES)


def day_index(context: Context, micros: np.ndarray) -> np.ndarray:
    """UTC days (int64) since the start of the window; nothing lies before it."""
    return (micros - context.start) // DAY
