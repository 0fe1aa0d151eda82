"""Table 10: outcome_metrics. Each part of a block gives sums; the table is made of the sums over all of them."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, Nullable, group_ids, sum_by
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.responses.attribution import ONE, credit_of, touches
from idgraph_widgets.schema.outcome_metrics import MODELS

COUNTS = (
    "impressions",
    "viewable_impressions",
    "reach",
    "household_reach",
    "identifier_reach",
    "clicks",
    "site_visits",
    "sign_ups",
    "conversions",
    "spend_micro",
    "credit_micro",
    "credit_cents",
)
"""The columns of sums, all int64."""

_RESPONSES = {"clicks": "click", "site_visits": "site_visit", "sign_ups": "sign_up", "conversions": "purchase"}
_UNITS = {
    # Sums that the published table has as decimals: its column; in int64 both are whole units of the last decimal.
    "spend_micro": "spend",
    "credit_micro": "attributed_conversions",
    "credit_cents": "attributed_revenue",
}


def partial(
    context: Context, campaigns: Columns, campaign_exposures: Columns, identifiers: np.ndarray, response_events: Columns
) -> Columns:
    """Sums of whole households.

    Parameters
    ----------
    context : Context
    campaigns : Columns
        Table 7, complete.
    campaign_exposures, response_events : Columns
        Tables 8 and 9 of the households.
    identifiers : ndarray of int64
        A hash of type and value of the identifier of each exposure.

    Returns
    -------
    Columns
        ``campaign_id``, ``model`` (index among the models) and `COUNTS`; one row per model and campaign that has
        exposures here.
    """
    totals = sum_by(_counts(campaign_exposures, identifiers, response_events), "campaign_id")
    models = [totals.with_columns(model=np.full(len(totals), number, np.int64)) for number in range(len(MODELS))]
    credit = credit_of(touches(campaigns, campaign_exposures, response_events))
    parts = [*models, credit]
    return sum_by(Columns.concat([_filled(part, "campaign_id", "model") for part in parts]), "campaign_id", "model")


def _counts(shown: Columns, identifiers: np.ndarray, responses: Columns) -> Columns:
    """Rows to be summed by campaign."""
    campaign, household = shown.campaign_id, shown.household_id
    parts = [
        Columns(
            campaign_id=campaign,
            impressions=np.ones(len(shown), np.int64),
            viewable_impressions=shown.is_viewable.astype(np.int64),
            spend_micro=shown.cost,
        )
    ]
    # Campaign and household as one number: sorts by fewer keys are faster.
    campaigns, place = np.unique(campaign, return_inverse=True)
    pair = household * len(campaigns) + place
    for name, keys in (
        ("reach", (shown.individual_id * len(campaigns) + place,)),
        ("household_reach", (pair,)),
        ("identifier_reach", (pair, identifiers)),
    ):
        order, starts, _ = group_ids(*keys)
        once = order[starts]
        parts.append(Columns(campaign_id=campaign[once], **{name: np.ones(len(once), np.int64)}))
    carried = responses.where(responses.campaign_id.valid)
    for name, kind in _RESPONSES.items():
        some = carried.campaign_id.values[carried.response_type == kind]
        parts.append(Columns(campaign_id=some, **{name: np.ones(len(some), np.int64)}))
    return Columns.concat([_filled(part, "campaign_id") for part in parts])


def _filled(part: Columns, *keys: str) -> Columns:
    """With zeros for the counts it does not have, in one order of columns."""
    nothing = np.zeros(len(part), np.int64)
    return Columns(
        **{key: part[key] for key in keys}, **{name: part[name] if name in part.names else nothing for name in COUNTS}
    )


def sums_of(published: Columns) -> Columns:
    """The sums behind a published table 10, exactly."""
    counts = {name: published[_UNITS.get(name, name)] for name in COUNTS}
    return Columns(
        campaign_id=published.campaign_id, model=published.attribution_model.codes.astype(np.int64), **counts
    )


def total(context: Context, campaigns: Columns, sums: Columns | None) -> Columns:
    """Five rows for every campaign.

    Parameters
    ----------
    context : Context
    campaigns : Columns
        Table 7, complete.
    sums : Columns or None
        The sums over all households, a row per campaign and model; None where there are none.

    Returns
    -------
    Columns
        Table 10. Ratios are null where the denominator is 0.
    """
    campaign = np.repeat(np.sort(campaigns.campaign_id), len(MODELS))
    model = np.tile(np.arange(len(MODELS), dtype=np.int64), len(campaigns))
    empty = _filled(Columns(campaign_id=campaign, model=model), "campaign_id", "model")
    found = sum_by(Columns.concat([empty, *([] if sums is None else [sums])]), "campaign_id", "model")
    spend = found.spend_micro
    return Columns(
        campaign_id=found.campaign_id,
        attribution_model=Coded(found.model.astype(np.int32), MODELS),
        **{name: found[name] for name in COUNTS[:9]},
        avg_frequency=_rate(found.impressions, found.reach),
        attributed_conversions=found.credit_micro,
        attributed_revenue=found.credit_cents,
        spend=spend,
        ctr=_rate(found.clicks, found.impressions),
        conversion_rate=_rate(found.conversions, found.clicks),
        cpm=_ratio(spend, found.impressions, 1_000),
        cpc=_ratio(spend, found.clicks),
        cpa=_ratio(spend, found.credit_micro, ONE),
        roas=_ratio(found.credit_cents, spend, 10_000 * ONE),
    )


def _rate(above: np.ndarray, below: np.ndarray) -> Nullable:
    there = below > 0
    return Nullable(above / np.where(there, below, 1), there)


def _ratio(above: np.ndarray, below: np.ndarray, times: int = 1) -> Nullable:
    """Above · times / below, half up, in Python's integers: the products do not fit 64 bits."""
    pairs = zip(above.tolist(), below.tolist(), strict=True)
    units = [(2 * a * times + b) // (2 * b) if b > 0 else 0 for a, b in pairs]
    return Nullable(np.array(units, np.int64), below > 0)
