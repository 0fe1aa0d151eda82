"""Companion: what each campaign did per UTC day. Each part of a block gives sums; they add up to the table."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns, sum_by
from idgraph_widgets.generators.context import DAY, Context

_COUNTS = ("impressions", "clicks", "conversions", "cents", "micro")


def partial(context: Context, campaign_exposures: Columns, response_events: Columns) -> Columns:
    """Sums per campaign and day (since 1970) of whole households: ``campaign_id``, ``day`` and int64 counts.

    Parameters
    ----------
    context : Context
    campaign_exposures, response_events : Columns
        Tables 8 and 9 of the households.
    """
    one = np.ones(len(campaign_exposures), np.int64)
    shown = _row(
        campaign_exposures.campaign_id, campaign_exposures.exposure_ts, impressions=one, micro=campaign_exposures.cost
    )
    is_click, is_purchase = response_events.response_type == "click", response_events.response_type == "purchase"
    counted = response_events.campaign_id.valid & (is_click | is_purchase)
    done = _row(
        response_events.campaign_id.values[counted],
        response_events.response_ts[counted],
        clicks=is_click[counted].astype(np.int64),
        conversions=is_purchase[counted].astype(np.int64),
        cents=response_events.revenue.fill(0)[counted],
    )
    return sum_by(Columns.concat([shown, done]), "campaign_id", "day")


def _row(campaign_id: np.ndarray, micros: np.ndarray, **counts: np.ndarray) -> Columns:
    nothing = np.zeros(len(campaign_id), np.int64)
    return Columns(campaign_id=campaign_id, day=micros // DAY, **{name: counts.get(name, nothing) for name in _COUNTS})


def total(context: Context, campaigns: Columns, sums: Columns | None) -> Columns:
    """The published table from the sums over all households; None where there are none."""
    if sums is None:
        nothing = np.zeros(0, np.int64)
        sums = _row(nothing, nothing)
    return Columns(
        campaign_id=sums.campaign_id,
        metric_date=sums.day,
        impressions=sums.impressions,
        clicks=sums.clicks,
        conversions=sums.conversions,
        revenue=sums.cents,
        spend=sums.micro,
    )


def sums_of(published: Columns) -> Columns:
    """The sums behind the published table, exactly."""
    return Columns(
        campaign_id=published.campaign_id,
        day=published.metric_date,
        impressions=published.impressions,
        clicks=published.clicks,
        conversions=published.conversions,
        cents=published.revenue,
        micro=published.spend,
    )
