"""Lift of a campaign: what its holdout tells, and what is true.

The population is the campaign's target segment; a household of it is *treated* or, in ``campaign_holdouts``, *held
out*. Counted are purchases at the campaign's advertiser from the first day of the flight until the attribution
window of its last day ends.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Any

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.measurement.tables import campaign_row, frames

_INTERVAL_Z = 1.959964
"""Of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class LiftEstimate:
    """Lift as the holdout tells it.

    Attributes
    ----------
    campaign_id : int
    lift : float
        Purchases per treated person over purchases per held-out person, less 1.
    low, high : float
        Interval of 95 %, by the delta method over households.
    treated_people, held_out_people : int
    treated_purchases, held_out_purchases : int
    """

    campaign_id: int
    lift: float
    low: float
    high: float
    treated_people: int
    held_out_people: int
    treated_purchases: int
    held_out_purchases: int


@dataclass(frozen=True)
class TrueLift:
    """Lift as it is.

    Attributes
    ----------
    campaign_id : int
    lift : float
        Purchases that exposures of the campaign caused, over the other purchases of treated people: what a
        comparison with the holdout estimates. People whom the campaign did not reach dilute it.
    lift_of_exposed : float
        The same over purchases within the attribution window after a viewable exposure only; below ``ad_lift`` of the
        configuration, as impressions build up to it and fade. 0 where there are none.
    treated_people, exposed_people : int
        In the target segment and not held out; of these, with a viewable exposure.
    purchases, caused : int
        Of treated people.
    revenue, caused_revenue : float
        USD.
    """

    campaign_id: int
    lift: float
    lift_of_exposed: float
    treated_people: int
    exposed_people: int
    purchases: int
    caused: int
    revenue: float
    caused_revenue: float


@dataclass(frozen=True)
class LiftScore:
    """An analyst's lift against the truth.

    Attributes
    ----------
    campaign_id : int
    estimate, truth : float
    error : float
        Estimate less truth.
    ratio : float or None
        Estimate over truth; None where the truth is 0.
    covered : bool or None
        Whether the interval holds the truth; None without an interval.
    """

    campaign_id: int
    estimate: float
    truth: float
    error: float
    ratio: float | None
    covered: bool | None

    def to_dict(self) -> dict[str, Any]:
        """The score as plain values."""
        return asdict(self)


def holdout_lift(source, campaign_id: int) -> LiftEstimate:
    """Estimate a campaign's lift from its holdout; nothing but observable tables is read.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        ``campaigns``, ``audience_attributes``, ``campaign_holdouts``, ``response_events``.
    campaign_id : int

    Returns
    -------
    LiftEstimate

    Raises
    ------
    ConfigError
        There is no such campaign, or nobody was held out, or the held-out people bought nothing.

    Examples
    --------
    >>> holdout_lift(dataset, 1).lift  # doctest: +SKIP
    """
    from pyspark.sql import functions as F

    people, purchases = _population(source, campaign_id)
    homes = people.join(purchases.groupBy("individual_id").agg(F.count("*").alias("bought")), "individual_id", "left")
    homes = homes.groupBy("household_id", "held_out").agg(
        F.count("*").alias("people"), F.sum(F.coalesce("bought", F.lit(0))).alias("bought")
    )
    sums = homes.groupBy("held_out").agg(
        F.count("*").alias("n"),
        F.sum("people").alias("people"),
        F.sum("bought").alias("bought"),
        F.sum(F.col("people") * F.col("people")).alias("pp"),
        F.sum(F.col("bought") * F.col("bought")).alias("bb"),
        F.sum(F.col("people") * F.col("bought")).alias("pb"),
    )
    arms = {row["held_out"]: row for row in sums.collect()}
    if True not in arms or not arms[True]["bought"] or False not in arms:
        raise ConfigError(
            f"campaign {campaign_id}: no lift can be told, because nobody was held out or the held-out people bought "
            "nothing. Raise holdout_share or the number of households; the preset measurement has enough of both."
        )
    treated, held = arms[False], arms[True]
    ratio = (treated["bought"] / treated["people"]) / (held["bought"] / held["people"])
    deviation = math.sqrt(_relative_variance(treated) + _relative_variance(held))
    low, high = (ratio * math.exp(sign * _INTERVAL_Z * deviation) - 1 for sign in (-1, 1))
    return LiftEstimate(
        int(campaign_id),
        ratio - 1,
        low,
        high,
        int(treated["people"]),
        int(held["people"]),
        int(treated["bought"]),
        int(held["bought"]),
    )


def true_lift(source, campaign_id: int) -> TrueLift:
    """What a campaign really added to the purchases of treated people.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        As for `holdout_lift`, and ``campaign_exposures`` and ``truth_conversion``.
    campaign_id : int

    Returns
    -------
    TrueLift

    Raises
    ------
    ConfigError
        There is no such campaign, or nobody in it bought anything without it.
    """
    from pyspark.sql import functions as F

    campaigns, exposures, truth = frames(source, "campaigns", "campaign_exposures", "truth_conversion")
    window = campaign_row(campaigns, campaign_id)["attribution_window_days"] * 86_400_000_000
    people, purchases = _population(source, campaign_id)
    treated = people.filter(~F.col("held_out"))
    own = exposures.filter(F.col("campaign_id") == int(campaign_id)).select(
        F.col("exposure_id").alias("causing_exposure_id"), F.lit(1).alias("mine")
    )
    causes = truth.join(own, "causing_exposure_id")
    seen = exposures.filter((F.col("campaign_id") == int(campaign_id)) & F.col("is_viewable")).select(
        "individual_id", F.unix_micros("exposure_ts").alias("seen_us")
    )
    after = purchases.join(seen, "individual_id").filter(
        (F.col("seen_us") < F.unix_micros("response_ts"))
        & (F.unix_micros("response_ts") <= F.col("seen_us") + F.lit(window).cast("bigint"))
    )
    after = after.select("response_id", F.lit(1).alias("exposed")).distinct()
    bought = (
        purchases.join(treated, "individual_id")
        .join(causes.select("response_id", "mine"), "response_id", "left")
        .join(after, "response_id", "left")
    )
    cents = (F.col("revenue") * 100).cast("bigint")
    row = bought.agg(
        F.count("*").alias("n"),
        F.coalesce(F.sum("mine"), F.lit(0)).alias("caused"),
        F.coalesce(F.sum("exposed"), F.lit(0)).alias("exposed"),
        F.coalesce(F.sum(cents), F.lit(0)).alias("cents"),
        F.coalesce(F.sum(F.when(F.col("mine") == 1, cents)), F.lit(0)).alias("caused_cents"),
    ).collect()[0]
    anyway = row["n"] - row["caused"]
    if not anyway:
        raise ConfigError(
            f"campaign {campaign_id}: nobody in its audience bought anything without it, so there is nothing to relate "
            "its effect to. Generate more households."
        )
    under = row["exposed"] - row["caused"]
    return TrueLift(
        int(campaign_id),
        row["caused"] / anyway,
        row["caused"] / under if under > 0 else 0.0,
        treated.count(),
        seen.select("individual_id").distinct().count(),
        int(row["n"]),
        int(row["caused"]),
        row["cents"] / 100,
        row["caused_cents"] / 100,
    )


def score_lift(source, campaign_id: int, lift: float, interval: Sequence[float] | None = None) -> LiftScore:
    """Compare an analyst's lift of a campaign with the true one.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        As for `true_lift`.
    campaign_id : int
    lift : float
        Relative: 0.08 says that treated people buy 8 % more than they would without the campaign.
    interval : (low, high), optional

    Returns
    -------
    LiftScore

    Raises
    ------
    ConfigError
        The campaign is unknown, or the numbers are none.

    Examples
    --------
    >>> found = holdout_lift(dataset, 1)  # doctest: +SKIP
    >>> score_lift(dataset, 1, found.lift, (found.low, found.high)).covered  # doctest: +SKIP
    True
    """
    values = [lift, *(interval or ())]
    if not all(isinstance(v, (int, float)) and math.isfinite(v) for v in values) or len(values) not in (1, 3):
        raise ConfigError(
            f"lift: found {lift!r} with interval {interval!r}; give a finite number such as 0.08, and, if at all, an "
            "interval of two."
        )
    truth = true_lift(source, campaign_id).lift
    covered = None if interval is None else min(interval) <= truth <= max(interval)
    return LiftScore(int(campaign_id), lift, truth, lift - truth, lift / truth if truth else None, covered)


def _population(source, campaign_id: int):
    """(people of the target segment with ``held_out``, their purchases in the campaign's time)."""
    from pyspark.sql import functions as F

    campaigns, audience, holdouts, responses = frames(
        source, "campaigns", "audience_attributes", "campaign_holdouts", "response_events"
    )
    campaign = campaign_row(campaigns, campaign_id)
    held = holdouts.filter(F.col("campaign_id") == int(campaign_id)).select(
        "household_id", F.lit(True).alias("held_out")
    )
    home = F.call_function("div", F.col("individual_id"), F.lit(16).cast("bigint"))
    people = (
        audience.filter(F.col("segment_id") == campaign["target_segment_id"])
        .select("individual_id", home.alias("household_id"))
        .distinct()
        .join(held, "household_id", "left")
        .withColumn("held_out", F.coalesce("held_out", F.lit(False)))
    )
    first = _micros(campaign["start_date"])
    last = _micros(campaign["end_date"] + timedelta(days=campaign["attribution_window_days"]))
    at = F.unix_micros("response_ts")
    bought = responses.filter(
        (F.col("response_type") == "purchase")
        & (F.col("advertiser_id") == campaign["advertiser_id"])
        & (at >= F.lit(first))
        & (at < F.lit(last))
    ).select("response_id", "individual_id", "response_ts", "revenue")
    return people, bought.join(people.select("individual_id"), "individual_id")


def _micros(day) -> int:
    return int(datetime.combine(day, time(), timezone.utc).timestamp()) * 1_000_000


def _relative_variance(arm) -> float:
    """Variance of purchases per person over its square, households being the independent units."""
    n, people, bought = arm["n"], arm["people"], arm["bought"]
    rate = bought / people
    squares = arm["bb"] - 2 * rate * arm["pb"] + rate * rate * arm["pp"]
    return squares * n / (n - 1) / (bought * bought) if n > 1 else 1.0
