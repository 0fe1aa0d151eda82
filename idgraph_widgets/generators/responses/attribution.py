"""Credit for purchases under five rules, in whole millionths of a purchase and whole cents.

Every rule gives each exposure a weight; its share is weight / sum of weights, cut to six decimals, and its
revenue is revenue · share, cut to cents. The latest exposure takes what cutting left over, so that the
credit of a purchase sums to exactly one purchase and to exactly its revenue.
"""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns, among, numbered_groups
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.generators.responses.carrying import carried, in_order
from idgraph_widgets.schema.outcome_metrics import MODELS

ONE = 1_000_000
"""One purchase, in the unit of credit."""

LONGEST_WINDOW_DAYS = 90
"""Longest attribution window a configuration may ask for."""

_DIGITS = 30


def decay_weights(days: int = LONGEST_WINDOW_DAYS + 1) -> list[int]:
    """round(2^(-d/7) · 10^6) for ages of 0, 1, ... whole days, by integer arithmetic."""
    root = _seventh_root_of_half()
    return [_rounded(root**day, 10 ** (_DIGITS * day)) for day in range(days)]


def _seventh_root_of_half() -> int:
    """2^(-1/7) · 10^30, rounded down: the largest x with x^7 not above 10^210 / 2."""
    low, high, target = 0, 10**_DIGITS, 10 ** (7 * _DIGITS) // 2
    while high - low > 1:
        middle = (low + high) // 2
        if middle**7 <= target:
            low = middle
        else:
            high = middle
    return low


def _rounded(value: int, unit: int) -> int:
    return (2 * value * ONE + unit) // (2 * unit)


def touches(campaigns: Columns, campaign_exposures: Columns, response_events: Columns) -> Columns:
    """Every exposure that shares in a purchase.

    Parameters
    ----------
    campaigns : Columns
        Table 7, complete.
    campaign_exposures, response_events : Columns
        Tables 8 and 9 of the same households.

    Returns
    -------
    Columns
        ``purchase`` (number from 0), ``response_id``, ``campaign_id``, ``cents`` (of the purchase), ``weight`` (of
        decay), and per purchase ``place`` (0 = first), ``touches`` (their number) and ``weights`` (sum of decay
        weights); ordered by purchase and place.
    """
    is_paid = (response_events.response_type == "purchase") & (response_events.conversion_path != "organic")
    bought = response_events.where(is_paid)
    # Few people buy: only their exposures can share in anything.
    campaign_exposures = campaign_exposures.select("exposure_id", "campaign_id", "individual_id", "exposure_ts").where(
        among(campaign_exposures.individual_id, bought.individual_id)
    )
    order = np.argsort(campaigns.campaign_id)
    at = order[np.searchsorted(campaigns.campaign_id, campaign_exposures.campaign_id, sorter=order)]
    shown = Columns(
        exposure_id=campaign_exposures.exposure_id,
        campaign_id=campaign_exposures.campaign_id,
        individual_id=campaign_exposures.individual_id,
        exposed=campaign_exposures.exposure_ts,
        advertiser_id=campaigns.advertiser_id[at],
        window=campaigns.attribution_window_days[at] * DAY,
    )
    # The order in which chains carry them.
    shown = in_order(shown)
    row, exposure = carried(bought.individual_id, bought.advertiser_id, shown)
    seen, when = shown.exposed[exposure], bought.response_ts[row]
    inside = (seen < when) & (when <= seen + shown.window[exposure])
    row, exposure, seen, when = row[inside], exposure[inside], seen[inside], when[inside]
    weight = np.array(decay_weights(), np.int64)[(when - seen) // DAY]
    starts, purchase = numbered_groups(row)
    number = np.diff(np.append(starts, len(row)))
    weights = np.add.reduceat(weight, starts) if len(starts) else np.zeros(0, np.int64)
    return Columns(
        purchase=purchase,
        response_id=bought.response_id[row],
        campaign_id=shown.campaign_id[exposure],
        cents=bought.revenue.values[row],
        weight=weight,
        place=np.arange(len(row), dtype=np.int64) - starts[purchase],
        touches=number[purchase],
        weights=weights[purchase],
    )


def credit_of(touched: Columns) -> Columns:
    """Credit of each touch under each model.

    Returns
    -------
    Columns
        ``campaign_id``, ``model`` (index among the models), ``credit_micro`` and ``credit_cents``.
    """
    parts = []
    latest = touched.place == touched.touches - 1
    starts, _ = numbered_groups(touched.purchase)

    def left(total: np.ndarray | int, cut: np.ndarray) -> np.ndarray:
        """What was cut, and for the latest touch of each purchase what the others left."""
        given = np.where(latest, 0, cut)
        others = np.add.reduceat(given, starts) if len(starts) else given
        return np.where(latest, total - others[touched.purchase], cut)

    for number, model in enumerate(MODELS):
        cut = _share(model, touched)
        parts.append(
            Columns(
                campaign_id=touched.campaign_id,
                model=np.full(len(touched), number, np.int64),
                credit_micro=left(ONE, cut),
                credit_cents=left(touched.cents, touched.cents * cut // ONE),
            )
        )
    return Columns.concat(parts)


def _share(model: str, touched: Columns) -> np.ndarray:
    """Share of an exposure that is not the latest, in millionths; the latest takes the rest."""
    n, first = touched.touches, touched.place == 0
    if model == "last_touch":
        return np.zeros(len(touched), np.int64)
    if model == "first_touch":
        return np.where(first, ONE, 0)
    if model == "linear":
        return ONE // n
    if model == "time_decay":
        return touched.weight * ONE // touched.weights
    middle = 200_000 // np.maximum(n - 2, 1)
    return np.where(first, np.where(n == 2, 500_000, 400_000), middle)
