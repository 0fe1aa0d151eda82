"""What campaigns delivered and what came of them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from idgraph_widgets.measurement.sample_size import purchases_for_roas
from idgraph_widgets.report.measures import cubes
from idgraph_widgets.report.measures.intervals import Z95
from idgraph_widgets.report.measures.query import ask, once_per_dataset

STAGES = ("impressions", "viewable", "click", "site_visit", "sign_up", "add_to_cart", "purchase")

SCOPES = ("identifier", "device", "person", "household")

MOST_SEEN = 20
"""Frequencies from this on are one bar."""


@once_per_dataset
def campaign_results(dataset) -> pd.DataFrame:
    """One row per campaign: what it is, what it cost, and its last-touch figures.

    Returns
    -------
    DataFrame
        The descriptive columns of ``campaigns`` and the columns of ``outcome_metrics`` under ``last_touch``.
    """
    return ask(
        dataset,
        """select c.campaign_id, c.campaign_name, c.advertiser, c.channel, c.objective, c.target_segment_id,
          c.pricing_model, c.bid_price, c.budget, c.start_date, c.end_date, o.impressions,
          o.viewable_impressions, o.reach, o.household_reach, o.identifier_reach, o.avg_frequency, o.clicks,
          o.site_visits, o.sign_ups, o.conversions, o.spend, o.ctr, o.cpm, o.cpc
        from campaigns c join outcome_metrics o on c.campaign_id = o.campaign_id
        where o.attribution_model = 'last_touch' order by c.start_date, c.campaign_id""",
    )


def funnel(dataset, channel: str | None = None) -> pd.DataFrame:
    """From impression to purchase, of campaigns; organic responses are counted beside.

    Parameters
    ----------
    dataset : Dataset
    channel : str, optional
        Only campaigns of this channel.

    Returns
    -------
    DataFrame
        ``stage``, ``campaigns`` (count), ``organic`` (count; 0 when a channel is given, for organic responses
        have none), ``of`` (the stage it is compared with, or null), ``share`` (of that stage; more than 1
        where people also come without a click).
    """
    shown, kinds = cubes.exposures_by_channel(dataset), cubes.responses_by_kind(dataset)
    if channel is not None:
        shown, kinds = shown[shown.channel == channel], kinds[kinds.channel == channel]
    organic = kinds[kinds.conversion_path == "organic"].groupby("response_type")["responses"].sum()
    carried = kinds[kinds.conversion_path != "organic"].groupby("response_type")["responses"].sum()
    counts = {"impressions": int(shown.impressions.sum()), "viewable": int(shown.viewable.sum())}
    counts |= {stage: int(carried.get(stage, 0)) for stage in STAGES[2:]}
    before = {
        "viewable": "impressions",
        "click": "impressions",
        "site_visit": "click",
        "sign_up": "site_visit",
        "add_to_cart": "site_visit",
        "purchase": "add_to_cart",
    }
    rows = []
    for stage in STAGES:
        of = before.get(stage)
        share = counts[stage] / counts[of] if of and counts[of] else None
        rows.append((stage, counts[stage], int(organic.get(stage, 0)), of, share))
    return pd.DataFrame(rows, columns=["stage", "campaigns", "organic", "of", "share"])


@once_per_dataset
def attribution(dataset) -> pd.DataFrame:
    """Credit by attribution model and channel.

    Returns
    -------
    DataFrame
        ``attribution_model``, ``channel``, ``attributed_conversions`` (purchases), ``attributed_revenue``
        (USD), ``spend`` (USD).
    """
    return ask(
        dataset,
        """select o.attribution_model, c.channel, sum(o.attributed_conversions) as attributed_conversions,
          sum(o.attributed_revenue) as attributed_revenue, sum(o.spend) as spend
        from outcome_metrics o join campaigns c on o.campaign_id = c.campaign_id
        group by o.attribution_model, c.channel order by o.attribution_model, c.channel""",
    )


@once_per_dataset
def attribution_scores(dataset) -> pd.DataFrame:
    """How far each attribution model is from the purchases that campaigns caused; see `score_attribution`.

    Returns
    -------
    DataFrame
        ``attribution_model``, ``credited``, ``caused`` (purchases), ``ratio``, ``share_error``.
    """
    from idgraph_widgets.measurement import score_attribution

    models = sorted(attribution(dataset).attribution_model.unique())
    scores = [(model, score_attribution(dataset, model)) for model in models]
    rows = [(model, s.credited, int(s.caused), s.ratio, s.share_error) for model, s in scores]
    return pd.DataFrame(rows, columns=["attribution_model", "credited", "caused", "ratio", "share_error"])


def campaign_credit(dataset, campaigns: Collection[int]) -> pd.DataFrame:
    """What ``outcome_metrics`` credits to campaigns.

    Returns
    -------
    DataFrame
        ``campaign_name``, ``attribution_model``, ``attributed_conversions`` (purchases).
    """
    ids = ", ".join(str(int(campaign)) for campaign in sorted(campaigns)) or "null"
    return ask(
        dataset,
        f"""select c.campaign_name, o.attribution_model, o.attributed_conversions
        from outcome_metrics o join campaigns c on o.campaign_id = c.campaign_id
        where o.campaign_id in ({ids}) order by c.campaign_name, o.attribution_model""",
    )


@once_per_dataset
def returns(dataset) -> pd.DataFrame:
    """Return on ad spend of each campaign under last touch, with an interval and what it takes to tell it.

    Returns
    -------
    DataFrame
        ``campaign_id``, ``campaign_name``, ``channel``, ``conversions`` (purchases), ``revenue``, ``spend`` (USD),
        ``roas``, ``low``, ``high`` (95 % interval, of purchases and of baskets) and ``needed`` (purchases with which
        the interval is within a quarter of it). ``roas`` and its interval are null where nothing was bought or spent.
    """
    found = ask(
        dataset,
        """select c.campaign_id, c.campaign_name, c.channel, c.advertiser_id, o.conversions,
          o.attributed_revenue as revenue, o.spend
        from outcome_metrics o join campaigns c on o.campaign_id = c.campaign_id
        where o.attribution_model = 'last_touch' order by c.campaign_id""",
    )
    baskets = ask(
        dataset,
        """select advertiser_id, avg(cast(revenue as double)) as mean, stddev(cast(revenue as double)) as deviation
        from response_events where response_type = 'purchase' group by advertiser_id""",
    ).set_index("advertiser_id")
    variation = (baskets.deviation / baskets["mean"]).reindex(found.advertiser_id).fillna(1.0).to_numpy()
    n = found.conversions.astype(float).to_numpy()
    spends = (n > 0) & (found.spend > 0).to_numpy()
    roas = (found.revenue / found.spend.where(spends)).where(spends)
    factor = np.exp(Z95 * np.sqrt((1 + variation**2) / np.maximum(n, 1)))
    return found.drop(columns="advertiser_id").assign(
        roas=roas, low=roas / factor, high=roas * factor, needed=[purchases_for_roas(v) for v in variation]
    )


@once_per_dataset
def daily(dataset) -> pd.DataFrame:
    """Impressions, clicks, conversions and spend per day and channel, from ``campaign_daily``."""
    return ask(
        dataset,
        """select d.metric_date, c.channel, sum(d.impressions) as impressions, sum(d.clicks) as clicks,
          sum(d.conversions) as conversions, sum(d.spend) as spend
        from campaign_daily d join campaigns c on d.campaign_id = c.campaign_id
        group by d.metric_date, c.channel order by d.metric_date, c.channel""",
    )


@once_per_dataset
def reach_frequency(dataset) -> pd.DataFrame:
    """How often identifiers, devices, people and households saw a campaign.

    Returns
    -------
    DataFrame
        ``scope``, ``frequency`` (exposures to one campaign; `MOST_SEEN` means that or more), ``reached``
        (pairs of campaign and unit), ``impressions``. An identifier is (household, type, value), so a TV that
        three members share counts once; exposures without a device (e-mail) have none.
    """
    # The four scopes in one pass: each exposure once per scope, under a key that says which.
    return ask(
        dataset,
        f"""select scope, least(n, {MOST_SEEN}) as frequency, count(*) as reached, sum(n) as impressions
        from (
          select scope, campaign_id, unit, count(*) as n from (
            select campaign_id, 'person' as scope, individual_id as unit from campaign_exposures
            union all select campaign_id, 'household', household_id from campaign_exposures
            union all select campaign_id, 'device', device_id from campaign_exposures
              where device_id is not null
            union all select x.campaign_id, 'identifier',
              xxhash64(m.household_id, m.identifier_type, m.identifier_value)
              from campaign_exposures x join identity_mappings m on x.mapping_id = m.mapping_id
          ) as seen group by scope, campaign_id, unit
        ) as counted group by scope, least(n, {MOST_SEEN}) order by scope, frequency""",
    )


@once_per_dataset
def reach(dataset) -> pd.DataFrame:
    """Reach and average frequency per scope, summed over campaigns.

    Returns
    -------
    DataFrame
        ``scope``, ``reached``, ``impressions``, ``avg_frequency`` (impressions / reached).
    """
    counts = reach_frequency(dataset).groupby("scope")[["reached", "impressions"]].sum()
    counts = counts.reindex([scope for scope in SCOPES if scope in counts.index]).astype("int64")
    counts["avg_frequency"] = counts.impressions / counts.reached
    return counts.reset_index()
