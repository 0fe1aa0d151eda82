"""When a cap-scope unit sees a campaign: frequency caps by construction, hours by a warp of the clock.

A unit's n exposures are stratified: number j falls somewhere in the j-th of n equal parts of the flight, so
that c + 1 in a row span more than (c - 1) parts. A part of at least T / (c - 1) therefore keeps any closed
window of length T at no more than c exposures, and a cap of 1 is kept by leaving the last T of each part
empty. That is a flat "media time". To follow the day's curve it is mapped to the clock by a strictly rising
piecewise linear function that repeats every 24 hours; such a function commutes with shifts of 24 and of
168 hours, so both caps hold on the clock, too. Everything is in integer microseconds.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import lottery_tickets, quantiles_lognormal, steps
from idgraph_widgets.generators.addresses import DAY

HOUR = DAY // 24
WEEK = 7 * DAY
MARGIN = 1_000_000
"""One second of media time: at least 41 ms on the clock, more than what integer division can lose."""

_ROOM = HOUR  # what a cap of 1 leaves to jitter at least
_STEPS = 64
_SPREAD = 0.8  # sigma of the lognormal number of exposures per unit


def _caps(config: GenerationConfig, channel: str) -> tuple[tuple[int, int], tuple[int, int]]:
    cap = config.campaign_config.frequency_caps[channel]
    return (cap["daily"], DAY), (cap["weekly"], WEEK)


def least_gap(config: GenerationConfig, channel: str) -> int:
    """Shortest part of a flight, in microseconds, that keeps both caps of a channel."""
    return max(
        -(-(length + MARGIN) // (cap - 1)) if cap > 1 else length + MARGIN + _ROOM
        for cap, length in _caps(config, channel)
    )


def jitter_cut(config: GenerationConfig, channel: str) -> int:
    """What must stay empty at the end of each part: the longest window with a cap of 1, or nothing."""
    return max([0] + [length + MARGIN for cap, length in _caps(config, channel) if cap == 1])


def _multipliers() -> list[int]:
    """Quantiles of the number of exposures relative to its mean, in ten-thousandths."""
    raw = quantiles_lognormal(1.0, _SPREAD, _STEPS, 1_000_000)
    return [round(value * 10_000 * _STEPS / sum(raw)) for value in raw]


def mean_exposures(config: GenerationConfig, flight_us: Column) -> Column:
    """Mean exposures of a reached unit over a flight of that length, in ten-thousandths."""
    per_day = round(config.campaign_config.exposures_per_week * 10_000 / 7)
    return F.call_function("div", flight_us, F.lit(DAY).cast("bigint")) * F.lit(per_day).cast("bigint")


def most_exposures(config: GenerationConfig, channel: str) -> int:
    """Most exposures a unit can get from one campaign of a channel."""
    days = config.campaign_config.flight_days["max"]
    per_day = round(config.campaign_config.exposures_per_week * 10_000 / 7)
    drawn = (days * per_day * _multipliers()[-1] + 50_000_000) // 100_000_000
    return max(1, min(days * DAY // least_gap(config, channel), drawn))


def exposure_count(unit: Column, mean_e4: Column, most: Column) -> Column:
    """Planned exposures of a unit: lognormal around the mean, at least 1, at most what the caps allow.

    `unit` is a unit draw, `mean_e4` and `most` are columns of the campaign's plan.
    """
    values = [F.lit(m).cast("bigint") for m in _multipliers()]
    limits = [(1 << 53) * (i + 1) // _STEPS for i in range(_STEPS)]
    raw = mean_e4 * steps(unit, limits, values) + F.lit(50_000_000).cast("bigint")
    n = F.call_function("div", raw, F.lit(100_000_000).cast("bigint"))
    return F.greatest(F.lit(1).cast("bigint"), F.least(n, most))


def part_length(n: Column, flight_us: Column) -> Column:
    return F.call_function("div", flight_us, n)


def jitter_range(n: Column, part: Column, cut_us: Column) -> Column:
    """How far into its part an exposure may fall; a single exposure has no neighbour to keep away from."""
    return F.when(n == 1, part).otherwise(part - cut_us)


def hour_seconds(weights) -> list[int]:
    """Seconds of media time of each hour: 86 400 dealt by weight, none below one second."""
    tickets = lottery_tickets(list(weights), 24 * 3600 - 24)
    return [1 + tickets.count(hour) for hour in range(24)]


def curves(config: GenerationConfig) -> list[list[int]]:
    """Media seconds per local hour for each channel's mix of screens, in the order of ``CURVE_OF``."""
    e = config.engagement_config
    tv, mobile, desktop = list(e.tv_hour_weights), list(e.mobile_hour_weights), list(e.desktop_hour_weights)

    def mean(a, b):
        return [round((x + y) / 2, 9) for x, y in zip(a, b)]

    return [hour_seconds(w) for w in (tv, mobile, desktop, mean(tv, mobile), mean(mobile, desktop))]


CURVE_OF = {"ctv": 0, "social": 1, "audio": 1, "email": 2, "video": 3, "search": 4, "display": 4}
"""Which of `curves` a channel follows."""


def _starts(seconds: list[int]) -> list[int]:
    return [sum(seconds[:hour]) * 1_000_000 for hour in range(24)]


def media_midnight(config: GenerationConfig, curve: Column, local_hour: Column) -> Column:
    """Media time of day, in microseconds, at which the local clock shows a full hour."""
    return _of_curve(config, curve, lambda seconds: steps(local_hour, _HOURS, [_micros(s) for s in _starts(seconds)]))


def with_clock_time(config: GenerationConfig, df: DataFrame) -> DataFrame:
    """Add `elapsed`: microseconds after the flight's start on the clock; even, and strictly rising.

    Parameters
    ----------
    config : GenerationConfig
    df : DataFrame
        With ``position`` (media time since the flight's start, microseconds), ``curve`` (see ``CURVE_OF``),
        ``local_hour`` (hour 0..23 the household's clock shows at midnight UTC) and ``midnight``
        (`media_midnight` of that hour).
    """
    # One column per step: written as one expression, the media time would be repeated in every branch.
    df = df.withColumn("media", F.pmod(F.col("position") + F.col("midnight"), _big(DAY)))
    df = df.withColumn("piece", _of_curve(config, F.col("curve"), _pieces))
    hour = F.shiftright("piece", 2 * _BITS)
    start = F.shiftright("piece", _BITS).bitwiseAND(_big(_MASK))
    seconds = F.col("piece").bitwiseAND(_big(_MASK))
    into = F.call_function("div", (F.col("media") - start * _big(1_000_000)) * _big(3600), seconds)
    df = df.withColumn("local", hour * _big(HOUR) + into)
    since_midnight = F.pmod(F.col("local") - F.col("local_hour") * _big(HOUR), _big(DAY))
    df = df.withColumn("even", since_midnight - F.pmod(since_midnight, _big(2)))
    elapsed = F.col("position") - F.pmod("position", _big(DAY)) + F.col("even")
    return df.withColumn("elapsed", elapsed).drop("media", "piece", "local", "even")


_BITS = 17  # enough for the seconds of a day
_MASK = (1 << _BITS) - 1
_HOURS = list(range(1, 25))


def _pieces(seconds: list[int]) -> Column:
    """Hour, media second it starts at and media seconds it lasts, packed in one integer, by media time."""
    starts = _starts(seconds)
    packed = [(hour << 2 * _BITS) | (starts[hour] << _BITS) | seconds[hour] for hour in range(24)]
    return steps(F.col("media"), [s * 1_000_000 for s in starts[1:]] + [DAY], [_big(p) for p in packed])


def _of_curve(config: GenerationConfig, curve: Column, make) -> Column:
    """What `make` builds from the curve of the row."""
    column = None
    for code, seconds in enumerate(curves(config)):
        made = make(seconds)
        column = F.when(curve == code, made) if column is None else column.when(curve == code, made)
    return column


def _starts(seconds: list[int]) -> list[int]:
    return [sum(seconds[:hour]) for hour in range(24)]


def _micros(seconds: int) -> Column:
    return _big(seconds * 1_000_000)


def _big(value: int) -> Column:
    return F.lit(value).cast("bigint")
