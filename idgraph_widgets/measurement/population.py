"""Whom a lift is about: people of a campaign's target segment, and what they buy from its advertiser."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

from idgraph_widgets.measurement.tables import campaign_row, frames


def audience(source, campaign_id: int, reachable_only: bool = False):
    """The people of a campaign's target segment.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        ``campaigns``, ``audience_attributes``, ``campaign_holdouts``; for `reachable_only` ``campaign_opportunities``.
    campaign_id : int
    reachable_only : bool
        Only homes that the campaign reached, or would have reached were they not held out.

    Returns
    -------
    DataFrame
        ``individual_id``, ``household_id``, ``held_out``; with `reachable_only` also ``first_us``, the time of the
        first opportunity in microseconds since 1970.
    """
    from pyspark.sql import functions as F

    campaigns, members, holdouts = frames(source, "campaigns", "audience_attributes", "campaign_holdouts")
    campaign = campaign_row(campaigns, campaign_id)
    held = holdouts.filter(F.col("campaign_id") == int(campaign_id)).select(
        "household_id", F.lit(True).alias("held_out")
    )
    home = F.call_function("div", F.col("individual_id"), F.lit(16).cast("bigint"))
    people = (
        members.filter(F.col("segment_id") == campaign["target_segment_id"])
        .select("individual_id", home.alias("household_id"))
        .distinct()
        .join(held, "household_id", "left")
        .withColumn("held_out", F.coalesce("held_out", F.lit(False)))
    )
    if not reachable_only:
        return people
    (opportunities,) = frames(source, "campaign_opportunities")
    first = opportunities.filter(F.col("campaign_id") == int(campaign_id))
    return people.join(first.select("household_id", F.unix_micros("first_ts").alias("first_us")), "household_id")


def purchases(source, campaign_id: int, people, before: bool = False):
    """Purchases of some people at a campaign's advertiser.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        ``campaigns``, ``response_events``.
    campaign_id : int
    people : DataFrame
        See `audience`; with ``first_us``, only purchases after it count.
    before : bool
        Purchases before the flight, not from its first day until the attribution window of its last day ends.

    Returns
    -------
    DataFrame
        ``individual_id``, ``response_id``, ``response_ts``, ``revenue``.
    """
    from pyspark.sql import functions as F

    campaigns, responses = frames(source, "campaigns", "response_events")
    campaign = campaign_row(campaigns, campaign_id)
    start = F.lit(_micros(campaign["start_date"]))
    end = F.lit(_micros(campaign["end_date"] + timedelta(days=campaign["attribution_window_days"])))
    at = F.unix_micros("response_ts")
    bought = responses.filter(
        (F.col("response_type") == "purchase")
        & (F.col("advertiser_id") == campaign["advertiser_id"])
        & ((at < start) if before else (at >= start) & (at < end))
    ).select("response_id", "individual_id", "response_ts", "revenue")
    if "first_us" not in people.columns:
        return bought.join(people.select("individual_id"), "individual_id")
    since = bought.join(people.select("individual_id", "first_us"), "individual_id")
    return since.filter(F.unix_micros("response_ts") > F.col("first_us")).drop("first_us")


def _micros(day) -> int:
    return int(datetime.combine(day, time(), timezone.utc).timestamp()) * 1_000_000
