"""When a cap-scope unit sees a campaign: frequency caps by construction, hours by a warp of the clock.

A unit's n exposures are stratified: number j falls somewhere in the j-th of n equal parts of the flight, so
that c + 1 in a row span more than (c - 1) parts. A part of at least T / (c - 1) therefore keeps any closed
window of length T at no more than c exposures, and a cap of 1 is kept by leaving the last T of each part
empty. That is a flat "media time". To follow the day's curve it is mapped to the clock by a strictly rising
piecewise linear function that repeats every 24 hours; such a function commutes with shifts of 24 and of
168 hours, so both caps hold on the clock, too. Everything is in integer microseconds.
"""

from __future__ import annotations

import pandas as pd
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, int_div, lottery_tickets, quantile_frame, quantiles_lognormal, small_frame
from idgraph_widgets.generators.addresses import DAY

HOUR = DAY // 24
WEEK = 7 * DAY
MINUTE = HOUR // 60
MARGIN = 1_000_000
"""One second of media time: at least 42 ms on the clock, more than what integer division can lose."""

_MINUTES = 24 * 60
_ROOM = HOUR  # what a cap of 1 leaves to jitter at least
_STEPS = 1024
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


def with_exposure_count(spark: SparkSession, config: GenerationConfig, df: DataFrame) -> DataFrame:
    """Add `n`, the planned exposures of a unit: lognormal around the mean, from 1 to what the caps allow.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    df : DataFrame
        With ``first_key`` (the unit) and ``mean_e4`` and ``most`` of the campaign's plan.
    """
    ticket = Draws(config.seed, "campaign_exposures").below("count", _STEPS, "first_key")
    factors = quantile_frame(spark, _multipliers(), "ticket", "factor")
    df = df.withColumn("ticket", ticket).join(F.broadcast(factors), "ticket")
    drawn = F.call_function("div", F.col("mean_e4") * F.col("factor") + _big(50_000_000), _big(100_000_000))
    return df.withColumn("n", F.greatest(_big(1), F.least(drawn, F.col("most")))).drop("ticket", "factor")


def part_length(n: Column, flight_us: Column) -> Column:
    return F.call_function("div", flight_us, n)


def jitter_range(n: Column, part: Column, cut_us: Column) -> Column:
    """How far into its part an exposure may fall; a single exposure has no neighbour to keep away from."""
    return F.when(n == 1, part).otherwise(part - cut_us)


def hour_minutes(weights) -> list[int]:
    """Minutes of media time of each hour: those of a day dealt by weight, none below one."""
    tickets = lottery_tickets(list(weights), _MINUTES - 24)
    return [1 + tickets.count(hour) for hour in range(24)]


def curves(config: GenerationConfig) -> list[list[int]]:
    """Media minutes per local hour for each channel's mix of screens, in the order of ``CURVE_OF``."""
    e = config.engagement_config
    tv, mobile, desktop = list(e.tv_hour_weights), list(e.mobile_hour_weights), list(e.desktop_hour_weights)

    def mean(a, b):
        return [round((x + y) / 2, 9) for x, y in zip(a, b)]

    return [hour_minutes(w) for w in (tv, mobile, desktop, mean(tv, mobile), mean(mobile, desktop))]


CURVE_OF = {"ctv": 0, "social": 1, "audio": 1, "email": 2, "video": 3, "search": 4, "display": 4}
"""Which of `curves` a channel follows."""


def with_midnight(spark: SparkSession, config: GenerationConfig, df: DataFrame) -> DataFrame:
    """Add `midnight`: media time of day, in microseconds, when it is midnight UTC in the unit's home.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    df : DataFrame
        With ``curve`` (see ``CURVE_OF``) and ``local_hour``, the hour the home's clock shows then.
    """
    rows = [
        (code * 24 + hour, sum(minutes[:hour]) * MINUTE)
        for code, minutes in enumerate(curves(config))
        for hour in range(24)
    ]
    frame = small_frame(spark, pd.DataFrame(rows, columns=["curve_hour", "midnight"]))
    key = F.col("curve") * _big(24) + F.col("local_hour")
    return df.withColumn("curve_hour", key).join(F.broadcast(frame), "curve_hour").drop("curve_hour")


def with_clock_time(spark: SparkSession, config: GenerationConfig, df: DataFrame) -> DataFrame:
    """Add `elapsed`: microseconds after the flight's start on the clock; even, and strictly rising.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    df : DataFrame
        With ``position`` (media time since the flight's start, microseconds), ``curve``, ``local_hour`` and
        ``midnight``.
    """
    df = df.withColumn("media", F.pmod(F.col("position") + F.col("midnight"), _big(DAY)))
    df = df.withColumn("slot", F.col("curve") * _big(_MINUTES) + int_div(F.col("media"), MINUTE))
    # A join of a few thousand rows: as CASE expressions the curves made plans that took seconds to optimise.
    df = df.join(F.broadcast(_pieces(spark, config)), "slot")
    into = F.call_function("div", (F.col("media") - F.col("piece_start")) * _big(60), F.col("piece_minutes"))
    local = F.col("piece_hour") * _big(HOUR) + into
    since_midnight = F.pmod(local - F.col("local_hour") * _big(HOUR), _big(DAY))
    df = df.withColumn("elapsed", F.col("position") - F.pmod("position", _big(DAY)) + since_midnight)
    df = df.withColumn("elapsed", F.col("elapsed") - F.pmod("elapsed", _big(2)))
    return df.drop("media", "slot", "piece_hour", "piece_start", "piece_minutes")


def _pieces(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """Per curve and minute of media time: the clock hour it falls in, that hour's media start and length."""
    rows = []
    for code, minutes in enumerate(curves(config)):
        for hour, length in enumerate(minutes):
            start = sum(minutes[:hour])
            rows += [(code * _MINUTES + slot, hour, start * MINUTE, length) for slot in range(start, start + length)]
    return small_frame(spark, pd.DataFrame(rows, columns=["slot", "piece_hour", "piece_start", "piece_minutes"]))


def _big(value: int) -> Column:
    return F.lit(value).cast("bigint")
