"""Lift of a campaign as it is, which only a generator knows, and an analyst's estimate beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.measurement.population import audience, purchases
from idgraph_widgets.measurement.tables import campaign_row, frames


@dataclass(frozen=True)
class TrueLift:
    """Lift as it is.

    Attributes
    ----------
    campaign_id : int
    lift : float
        Purchases that exposures of the campaign created, over the other purchases of treated people, organic and
        captured ones: what a comparison with the holdout estimates. People whom the campaign did not reach dilute it.
    lift_of_exposed : float
        The same over purchases within the attribution window after a viewable exposure only; below ``ad_lift`` of the
        configuration, as impressions build up to it and fade. 0 where there are none.
    treated_people, exposed_people : int
        In the target segment and not held out; of these, with a viewable exposure.
    purchases, caused : int
        Of treated people; of these, created by the campaign.
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


def true_lift(source, campaign_id: int, reachable_only: bool = False) -> TrueLift:
    """What a campaign really added to the purchases of treated people.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        As for `holdout_lift`, and ``campaign_exposures`` and ``truth_conversion``.
    campaign_id : int
    reachable_only : bool
        As for `holdout_lift`: people of homes that the campaign reached, each from its first exposure on.

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
    treated = audience(source, campaign_id, reachable_only).filter(~F.col("held_out"))
    bought = purchases(source, campaign_id, treated)
    own = exposures.filter(F.col("campaign_id") == int(campaign_id)).select(
        F.col("exposure_id").alias("causing_exposure_id"), F.lit(1).alias("mine")
    )
    causes = truth.join(own, "causing_exposure_id")
    seen = exposures.filter((F.col("campaign_id") == int(campaign_id)) & F.col("is_viewable")).select(
        "individual_id", F.unix_micros("exposure_ts").alias("seen_us")
    )
    after = bought.join(seen, "individual_id").filter(
        (F.col("seen_us") < F.unix_micros("response_ts"))
        & (F.unix_micros("response_ts") <= F.col("seen_us") + F.lit(window).cast("bigint"))
    )
    after = after.select("response_id", F.lit(1).alias("exposed")).distinct()
    known = bought.join(causes.select("response_id", "mine"), "response_id", "left").join(after, "response_id", "left")
    cents = (F.col("revenue") * 100).cast("bigint")
    row = known.agg(
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


def score_lift(
    source, campaign_id: int, lift: float, interval: Sequence[float] | None = None, reachable_only: bool = False
) -> LiftScore:
    """Compare an analyst's lift of a campaign with the true one.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        As for `true_lift`.
    campaign_id : int
    lift : float
        Relative: 0.08 says that treated people buy 8 % more than they would without the campaign.
    interval : (low, high), optional
    reachable_only : bool
        Whose lift it is; see `true_lift`.

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
    truth = true_lift(source, campaign_id, reachable_only).lift
    covered = None if interval is None else min(interval) <= truth <= max(interval)
    return LiftScore(int(campaign_id), lift, truth, lift - truth, lift / truth if truth else None, covered)
