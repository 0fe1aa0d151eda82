"""Names as frequent as they are: first names by gender and decade of birth, surnames by family."""

from __future__ import annotations

import math
from functools import lru_cache

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets import reference
from idgraph_widgets.draws import lottery, steps

FIRST_TICKETS = 4096
LAST_TICKETS = 65_536
GENDER_POOLS = {"female": 0, "male": 1, "nonbinary": 2}
"""Groups of the lottery of first names, each with one group per decade of birth."""

_UNISEX = 0.5
"""Share of nonbinary people with a name that both sexes bear; the others have any of the two pools (design)."""


@lru_cache(maxsize=1)
def decades() -> tuple[int, ...]:
    """First years of the decades of birth with names of their own; earlier and later births take the nearest."""
    return tuple(sorted({row["born_from"] for row in reference.facts("first_names")}))


def first_name_group(gender: Column, age: Column, start_year: int) -> Column:
    """Group of the lottery of first names, BIGINT, of somebody of that age at the start of the window."""
    pool = F.lit(GENDER_POOLS["nonbinary"])
    for name in ("female", "male"):
        pool = F.when(gender == name, F.lit(GENDER_POOLS[name])).otherwise(pool)
    born = F.lit(start_year).cast("bigint") - age
    limits = [*decades()[1:], 10_000]
    decade = steps(born, limits, [F.lit(i).cast("bigint") for i in range(len(limits))])
    return pool.cast("bigint") * F.lit(len(limits)).cast("bigint") + decade


def first_name_lottery(spark: SparkSession) -> DataFrame:
    """Lottery of first names: ticket ``first_ticket``, column ``first_name``; see `first_name_group`."""
    groups = {}
    for pool, number in GENDER_POOLS.items():
        for i, decade in enumerate(decades()):
            weights = _weights(pool, decade)
            rows = [{"first_name": name} for name in weights]
            groups[number * len(decades()) + i] = (rows, list(weights.values()))
    return lottery(spark, groups, FIRST_TICKETS, "first_ticket")


def last_name_lottery(spark: SparkSession) -> DataFrame:
    """Lottery of surnames: ticket ``last_ticket``, column ``last_name``."""
    names = reference.facts("surnames")
    rows = [{"last_name": row["last_name"]} for row in names]
    return lottery(spark, {0: (rows, [row["people"] for row in names])}, LAST_TICKETS, "last_ticket")


@lru_cache(maxsize=1)
def _births() -> dict[tuple[str, int], dict[str, int]]:
    births: dict[tuple[str, int], dict[str, int]] = {}
    for row in reference.facts("first_names"):
        births.setdefault((row["sex"], row["born_from"]), {})[row["first_name"]] = row["births"]
    return births


def _weights(pool: str, decade: int) -> dict[str, float]:
    if pool != "nonbinary":
        return dict(_births()[pool, decade])
    female, male = (_shares(_births()[sex, decade]) for sex in ("female", "male"))
    both = _shares({name: math.sqrt(female[name] * male[name]) for name in sorted(set(female) & set(male))})
    names = sorted({*female, *male})
    rest = (1 - _UNISEX) / 2
    return {
        name: round(_UNISEX * both.get(name, 0.0) + rest * (female.get(name, 0.0) + male.get(name, 0.0)), 12)
        for name in names
    }


def _shares(weights: dict) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
