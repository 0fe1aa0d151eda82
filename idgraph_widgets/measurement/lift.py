"""Lift of a campaign as an analyst estimates it; nothing but observable tables is read.

The population is the campaign's target segment; a household of it is *treated* or, in ``campaign_holdouts``, *held
out*. Counted are purchases at the campaign's advertiser from the first day of the flight until the attribution
window of its last day ends. Ads add purchases and move none, so nothing is missing afterwards; visits are no measure of
lift, because curiosity about an ad causes some that lead to no purchase.
"""

from __future__ import annotations

from idgraph_widgets.measurement.comparison import LiftEstimate, compared
from idgraph_widgets.measurement.population import audience, purchases
from idgraph_widgets.measurement.tables import frames

_FEW = "Raise holdout_share or the number of households; the preset measurement has enough of both."
_NOBODY_HELD_OUT = f"nobody was held out, or one of the two groups bought nothing. {_FEW}"


def holdout_lift(source, campaign_id: int, reachable_only: bool = False) -> LiftEstimate:
    """Estimate a campaign's lift from its holdout.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        ``campaigns``, ``audience_attributes``, ``campaign_holdouts``, ``response_events``; for `reachable_only`
        ``campaign_opportunities``.
    campaign_id : int
    reachable_only : bool
        Compare only homes that the campaign reached or would have reached, each from its first opportunity on. Those
        whom it never met have no effect to find and dilute it.

    Returns
    -------
    LiftEstimate

    Raises
    ------
    ConfigError
        There is no such campaign, or nobody was held out, or one of the groups bought nothing.

    Examples
    --------
    >>> holdout_lift(dataset, 1).lift  # doctest: +SKIP
    """
    people = audience(source, campaign_id, reachable_only)
    bought = purchases(source, campaign_id, people)
    return compared(people.withColumnRenamed("held_out", "in_control"), bought, campaign_id, _NOBODY_HELD_OUT)


def placebo_lift(source, campaign_id: int) -> LiftEstimate:
    """Compare the treated with the held-out people *before* the flight, when there is nothing to find.

    A lift whose interval leaves out 0 would say that the two groups differ by more than the campaign. One in twenty
    does so by chance.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        As for `holdout_lift`.
    campaign_id : int

    Returns
    -------
    LiftEstimate

    Raises
    ------
    ConfigError
        There is no such campaign, or nobody was held out, or one of the groups bought nothing before the flight.

    Examples
    --------
    >>> found = placebo_lift(dataset, 1)  # doctest: +SKIP
    >>> found.low < 0 < found.high  # doctest: +SKIP
    True
    """
    people = audience(source, campaign_id)
    bought = purchases(source, campaign_id, people, before=True)
    return compared(people.withColumnRenamed("held_out", "in_control"), bought, campaign_id, _NOBODY_HELD_OUT)


def exposed_lift(source, campaign_id: int) -> LiftEstimate:
    """Compare exposed with unexposed people, as is done where nobody was held out: it misleads.

    Who is online more meets more ads and shops more, with and without them: the comparison takes activity for an effect
    (activity bias). Held-out people are left out.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        As for `holdout_lift`, and ``campaign_exposures``.
    campaign_id : int

    Returns
    -------
    LiftEstimate
        Treated is who was exposed, control is who was not.

    Raises
    ------
    ConfigError
        There is no such campaign, or one of the groups is empty or bought nothing.

    Examples
    --------
    >>> exposed_lift(dataset, 1).lift > holdout_lift(dataset, 1).lift  # doctest: +SKIP
    True
    """
    from pyspark.sql import functions as F

    people = audience(source, campaign_id).filter(~F.col("held_out"))
    (exposures,) = frames(source, "campaign_exposures")
    met = exposures.filter(F.col("campaign_id") == int(campaign_id)).select("individual_id").distinct()
    people = people.join(met.withColumn("in_control", F.lit(False)), "individual_id", "left")
    people = people.withColumn("in_control", F.coalesce("in_control", F.lit(True)))
    lacking = "exposed or unexposed people bought nothing. Generate more households."
    return compared(people, purchases(source, campaign_id, people), campaign_id, lacking)
