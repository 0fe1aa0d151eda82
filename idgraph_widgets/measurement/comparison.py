"""Two groups of people compared by what they buy, with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from idgraph_widgets.errors import ConfigError

INTERVAL_Z = 1.959964
"""Of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class LiftEstimate:
    """How much more one group buys than another, and how sure that is.

    Attributes
    ----------
    campaign_id : int
    lift : float
        Purchases per treated person over purchases per person of the control group, less 1.
    low, high : float
        Interval of 95 %, by the delta method over households.
    treated_people, control_people : int
        Control is who was held out, or who was not exposed: what the comparison says.
    treated_purchases, control_purchases : int
    """

    campaign_id: int
    lift: float
    low: float
    high: float
    treated_people: int
    control_people: int
    treated_purchases: int
    control_purchases: int


def compared(people, purchases, campaign_id: int, lacking: str) -> LiftEstimate:
    """Compare the two groups of some people.

    Parameters
    ----------
    people : DataFrame
        ``individual_id``, ``household_id`` and ``in_control``.
    purchases : DataFrame
        ``individual_id``, a row per purchase.
    campaign_id : int
    lacking : str
        What to say where a group is empty or the control group bought nothing.

    Raises
    ------
    ConfigError
        There is nothing to compare with.
    """
    from pyspark.sql import functions as F

    bought = purchases.groupBy("individual_id").agg(F.count("*").alias("bought"))
    homes = people.join(bought, "individual_id", "left").groupBy("household_id", "in_control")
    homes = homes.agg(F.count("*").alias("people"), F.sum(F.coalesce("bought", F.lit(0))).alias("bought"))
    sums = homes.groupBy("in_control").agg(
        F.count("*").alias("n"),
        F.sum("people").alias("people"),
        F.sum("bought").alias("bought"),
        F.sum(F.col("people") * F.col("people")).alias("pp"),
        F.sum(F.col("bought") * F.col("bought")).alias("bb"),
        F.sum(F.col("people") * F.col("bought")).alias("pb"),
    )
    groups = {row["in_control"]: row for row in sums.collect()}
    if not all(group in groups and groups[group]["bought"] for group in (False, True)):
        raise ConfigError(f"campaign {campaign_id}: no lift can be estimated, because {lacking}")
    treated, control = groups[False], groups[True]
    ratio = (treated["bought"] / treated["people"]) / (control["bought"] / control["people"])
    deviation = math.sqrt(_relative_variance(treated) + _relative_variance(control))
    low, high = (ratio * math.exp(sign * INTERVAL_Z * deviation) - 1 for sign in (-1, 1))
    return LiftEstimate(
        int(campaign_id),
        ratio - 1,
        low,
        high,
        int(treated["people"]),
        int(control["people"]),
        int(treated["bought"]),
        int(control["bought"]),
    )


def _relative_variance(group) -> float:
    """Variance of purchases per person over its square, households being the independent units."""
    n, people, bought = group["n"], group["people"], group["bought"]
    rate = bought / people
    squares = group["bb"] - 2 * rate * group["pb"] + rate * rate * group["pp"]
    return squares * n / (n - 1) / (bought * bought) if n > 1 else 1.0
