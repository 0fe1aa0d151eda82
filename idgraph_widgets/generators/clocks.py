"""Local time: standard-time offsets of states, hours of the day by device and age, dayparts."""

from __future__ import annotations

import pandas as pd
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, int_div, lottery, small_frame, steps
from idgraph_widgets.generators.addresses import DAY
from idgraph_widgets.generators.content_catalog import AGE_LIMITS, DEVICE_KINDS

MINUTE = 60_000_000
"""Microseconds in a minute."""

HOUR_TICKETS = 2048

DAYPARTS = (
    # Upper minute of the day (exclusive) and name, from midnight (dayparts.csv).
    (60, "late_fringe"),
    (360, "overnight"),
    (540, "early_morning"),
    (720, "morning"),
    (960, "daytime"),
    (1080, "early_fringe"),
    (1140, "early_news"),
    (1200, "prime_access"),
    (1380, "prime"),
    (1410, "late_news"),
    (1440, "late_fringe"),
)

# Hours later (+) or earlier (-) than the average curve, by age group: young people are up late (design).
_SHIFT = (1, 0, 0, -1)

# Use between 9 and 17 of people at work and of others, relative to the average curve (design).
_AT_WORK = (1.25, 0.75)

_TV_WEIGHTS = ((12, 12, 80, 800), (3, 1, 4, 40))
USUAL_WEIGHT = 16
"""Weight of an identifier that is no TV when one is picked for a session; see `tv_weight`."""


def tv_weight(age_group: Column, works: Column) -> Column:
    """Weight of a TV when an identifier is picked: the old and those without work watch more.

    Set to bring TV engagements near hours of TV: 65 and over to 25-44 as 4.3 to 1.8, without work to at work
    as 3.6 to 2.0 (BLS American Time Use Survey, table 11A). Found are 2.0 and 1.6: half of the old have no TV to
    their name, and only the pick depends on age, not how often somebody uses any identifier.
    """
    group = works * F.lit(len(AGE_LIMITS)).cast("bigint") + age_group
    values = [F.lit(weight).cast("bigint") for row in _TV_WEIGHTS for weight in row]
    return steps(group, list(range(1, len(values) + 1)), values)


def offsets(spark: SparkSession) -> DataFrame:
    """(state, offset): standard-time offset from UTC in minutes."""
    rows = [(row["state"], row["utc_offset_minutes"]) for row in reference.state_geography()]
    return F.broadcast(small_frame(spark, pd.DataFrame(rows, columns=["state", "offset"])))


def age_group(age: Column) -> Column:
    """0..3: the group whose taste and hours a person shares."""
    return steps(age, list(AGE_LIMITS), [F.lit(i).cast("bigint") for i in range(len(AGE_LIMITS))])


def hour_lottery(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """Lottery of local hours: (``hour_ticket``, ``hour``); groups are (works * 4 + age group) * 3 + device kind."""
    ec = config.engagement_config
    curves = dict(zip(DEVICE_KINDS, (ec.mobile_hour_weights, ec.desktop_hour_weights, ec.tv_hour_weights)))
    hours = [{"hour": hour} for hour in range(24)]
    groups = {}
    for works, factor in enumerate(_AT_WORK):
        for age, shift in enumerate(_SHIFT):
            for kind, name in enumerate(DEVICE_KINDS):
                curve = list(curves[name])
                weights = [curve[(hour - shift) % 24] * (factor if 9 <= hour < 17 else 1.0) for hour in range(24)]
                group = (works * len(_SHIFT) + age) * len(DEVICE_KINDS) + kind
                groups[group] = (hours, [round(weight, 12) for weight in weights])
    return lottery(spark, groups, HOUR_TICKETS, "hour_ticket")


def season(series: str) -> list[float]:
    """Factor of each month, January first, around 1 over the year (seasonality.csv)."""
    rows = [row for row in reference.facts("seasonality") if row["series"] == series]
    return [row["factor"] for row in sorted(rows, key=lambda row: row["month"])]


def in_season(d: Draws, series: str, micros: Column, *keys) -> Column:
    """Whether an event drawn at the rate of the busiest month happens at this moment."""
    factors = season(series)
    shares = [F.lit(round(factor / max(factors) * 10_000)).cast("bigint") for factor in factors]
    month = F.month(F.date_from_unix_date(int_div(micros, DAY).cast("int"))).cast("bigint")
    return d.chance("season", steps(month, list(range(2, 14)), shares), *keys)


def daypart(micros: Column, offset_minutes: Column) -> Column:
    """Name of the daypart of a UTC instant at that offset."""
    minute = F.pmod(int_div(micros, MINUTE) + offset_minutes, F.lit(1440).cast("bigint"))
    return steps(minute, [limit for limit, _ in DAYPARTS], [F.lit(name) for _, name in DAYPARTS])


def day_index(micros: Column, start: int) -> Column:
    """UTC days since the start of the window."""
    return int_div(micros - F.lit(start), DAY)
