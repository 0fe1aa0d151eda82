"""Exact aggregates that several tables need."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column
from pyspark.sql import functions as F

DAYS_PER_MASK = 62
"""Days whose activity fits the bits of one BIGINT."""


def count_if(condition: Column) -> Column:
    """Number of rows for which the condition, never null, holds."""
    return F.sum(condition.cast("bigint"))


def distinct_days(day: Column, days: int) -> Column:
    """Number of different days 0 <= day < days: one bit a day, cheaper than counting distinct dates."""
    counts = []
    for first in range(0, days, DAYS_PER_MASK):
        place = (day - F.lit(first)).cast("int")
        inside = (place >= 0) & (place < DAYS_PER_MASK)
        bit = F.call_function("shiftleft", F.lit(1).cast("bigint"), F.when(inside, place).otherwise(F.lit(0)))
        counts.append(F.bit_count(F.bit_or(F.when(inside, bit).otherwise(F.lit(0).cast("bigint")))))
    return reduce(lambda left, right: left + right, counts)
