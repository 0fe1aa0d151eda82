"""When a cap-scope unit sees a campaign: frequency caps by construction, hours by a warp of the clock.

A unit's n exposures are stratified: number j falls somewhere in the j-th of n equal parts of the flight, so
that c + 1 in a row span more than (c - 1) parts. A part of at least T / (c - 1) therefore keeps any closed
window of length T at no more than c exposures, and a cap of 1 is kept by leaving the last T of each part
empty. That is a flat "media time". To follow the day's curve it is mapped to the clock by a strictly rising
piecewise linear function that repeats every 24 hours; such a function commutes with shifts of 24 and of
168 hours, so both caps hold on the clock, too. Everything is in integer microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.draws import lottery_tickets, quantiles_lognormal
from idgraph_widgets.generators.context import DAY, Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idgraph_widgets.config import GenerationConfig

HOUR = DAY // 24
WEEK = 7 * DAY
MINUTE = HOUR // 60
MARGIN = 1_000_000
"""One second of media time: at least 42 ms on the clock, more than what integer division can lose."""

CURVE_OF = {"ctv": 0, "social": 1, "audio": 1, "email": 2, "video": 3, "search": 4, "display": 4}
"""Which of `curves` a channel follows."""

_MINUTES = 24 * 60
_ROOM = HOUR  # what a cap of 1 leaves to jitter at least
_STEPS = 1024
_SPREAD = 0.8  # sigma of the lognormal number of exposures per unit


@dataclass(frozen=True)
class Clock:
    """How many exposures units get, and the map from media time to the clock.

    Attributes
    ----------
    factors : ndarray of int64
        Quantiles of a unit's number of exposures relative to its mean, in ten-thousandths.
    midnight : ndarray of int64, shape (curves * 24,)
        Media time of day, in microseconds, at which it is midnight UTC, by curve and by the hour the home's clock
        shows then.
    piece_hour, piece_start, piece_minutes : ndarray of int64, shape (curves * minutes of a day,)
        By curve and minute of media time: the clock hour it falls in, where that hour starts in media time
        (microseconds) and how many minutes of media time it lasts.
    """

    factors: np.ndarray
    midnight: np.ndarray
    piece_hour: np.ndarray
    piece_start: np.ndarray
    piece_minutes: np.ndarray


def prepare(config: GenerationConfig) -> Clock:
    """The quantiles of numbers of exposures, and the day's curves as tables."""
    minutes = np.array(curves(config), np.int64)
    starts = (np.cumsum(minutes, axis=1) - minutes) * MINUTE
    hours = np.tile(np.arange(24, dtype=np.int64), len(minutes))
    each = minutes.ravel()
    return Clock(
        factors=np.array(_multipliers(), np.int64),
        midnight=starts.ravel(),
        piece_hour=np.repeat(hours, each),
        piece_start=np.repeat(starts.ravel(), each),
        piece_minutes=np.repeat(each, each),
    )


def least_gap(config: GenerationConfig, channel: str) -> int:
    """Shortest part of a flight, in microseconds, that keeps both caps of a channel."""
    return max(
        -(-(length + MARGIN) // (cap - 1)) if cap > 1 else length + MARGIN + _ROOM
        for cap, length in _caps(config, channel)
    )


def jitter_cut(config: GenerationConfig, channel: str) -> int:
    """What must stay empty at the end of each part: the longest window with a cap of 1, or nothing."""
    return max([0] + [length + MARGIN for cap, length in _caps(config, channel) if cap == 1])


def _caps(config: GenerationConfig, channel: str) -> tuple[tuple[int, int], tuple[int, int]]:
    cap = config.campaign_config.frequency_caps[channel]
    return (cap["daily"], DAY), (cap["weekly"], WEEK)


def mean_exposures(config: GenerationConfig, flight: np.ndarray) -> np.ndarray:
    """Mean exposures of a reached unit over flights of that length (microseconds), in ten-thousandths."""
    return flight // DAY * _per_day(config)


def most_exposures(config: GenerationConfig, channel: str) -> int:
    """Most exposures a unit can get from one campaign of a channel."""
    days = config.campaign_config.flight_days["max"]
    drawn = (days * _per_day(config) * _multipliers()[-1] + 50_000_000) // 100_000_000
    return max(1, min(days * DAY // least_gap(config, channel), drawn))


def _per_day(config: GenerationConfig) -> int:
    return round(config.campaign_config.exposures_per_week * 10_000 / 7)


def _multipliers() -> list[int]:
    """Quantiles of the number of exposures relative to its mean, in ten-thousandths."""
    raw = quantiles_lognormal(1.0, _SPREAD, _STEPS, 1_000_000)
    total = sum(raw)
    return [round(value * 10_000 * _STEPS / total) for value in raw]


def exposure_count(context: Context, unit: np.ndarray, mean: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Planned exposures of units: lognormal around the mean, from 1 to what the caps allow.

    Parameters
    ----------
    context : Context
    unit : ndarray of uint64
        Hashes of the units' first keys.
    mean : ndarray of int64
        Ten-thousandths; see `mean_exposures`.
    most : ndarray of int64
        What the caps allow in the flight, at least 1.
    """
    ticket = context.draws("campaign_exposures").below("count", _STEPS, unit)
    drawn = (mean * context.of(prepare).factors[ticket] + 50_000_000) // 100_000_000
    return np.maximum(1, np.minimum(drawn, most))


def jitter_range(n: np.ndarray, part: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """How far into its part an exposure may fall; a single exposure has no neighbour to keep away from."""
    return np.where(n == 1, part, part - cut)


def hour_minutes(weights: Sequence[float]) -> list[int]:
    """Minutes of media time of each hour: those of a day dealt by weight, none below one."""
    tickets = lottery_tickets(list(weights), _MINUTES - 24)
    return [1 + tickets.count(hour) for hour in range(24)]


def curves(config: GenerationConfig) -> list[list[int]]:
    """Media minutes per local hour for each channel's mix of screens, in the order of ``CURVE_OF``."""
    e = config.engagement_config
    tv, mobile, desktop = list(e.tv_hour_weights), list(e.mobile_hour_weights), list(e.desktop_hour_weights)

    def mean(a, b):
        return [round((x + y) / 2, 9) for x, y in zip(a, b, strict=True)]

    return [hour_minutes(w) for w in (tv, mobile, desktop, mean(tv, mobile), mean(mobile, desktop))]


def clock_time(context: Context, position: np.ndarray, curve: np.ndarray, local_hour: np.ndarray) -> np.ndarray:
    """Microseconds after a flight's start on the clock: even, and strictly rising with the position.

    Parameters
    ----------
    context : Context
    position : ndarray of int64
        Media time since the flight's start, microseconds.
    curve : ndarray of int64
        See ``CURVE_OF``.
    local_hour : ndarray of int64
        Hour 0..23 that the home's clock shows at midnight UTC.
    """
    clock = context.of(prepare)
    media = (position + clock.midnight[curve * 24 + local_hour]) % DAY
    slot = curve * _MINUTES + media // MINUTE
    into = (media - clock.piece_start[slot]) * 60 // clock.piece_minutes[slot]
    since_midnight = (clock.piece_hour[slot] * HOUR + into - local_hour * HOUR) % DAY
    elapsed = position - position % DAY + since_midnight
    elapsed -= elapsed & 1
    return elapsed
