"""When a campaign has spent its share of the budget in a block of households."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns, Lookup, group_starts, sum_by
from idgraph_widgets.generators.ads.advertising import campaign_plan
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idgraph_widgets.generators.ads.planning import Planned


def spending(context: Context, planned: Planned) -> Columns:
    """What the planned exposures of some homes cost, if no budget ended.

    Parameters
    ----------
    context : Context
    planned : Planned
        See `planning.plan`.

    Returns
    -------
    Columns
        ``campaign_id``, ``block`` (see ``ids.budget_block``), ``day`` (days since 1970) and ``cost_micro`` (millionths
        of a USD); see `summed` for several parts.
    """
    rows = planned.rows
    paid = np.flatnonzero(rows.cost_micro > 0)
    costs = Columns(
        campaign_id=rows.campaign_id[paid].astype(np.int64),
        block=_block(context, ids.household_of(planned.individual_id))[paid],
        day=rows.micros[paid] // DAY,
        cost_micro=rows.cost_micro[paid],
    )
    return summed([costs])


def summed(spending: Sequence[Columns]) -> Columns:
    """The spending of several parts together."""
    return sum_by(Columns.concat(spending), "campaign_id", "block", "day")


def stops(context: Context, campaigns: Columns, spending: Columns, households: np.ndarray) -> Columns:
    """The UTC day on which a campaign has stopped in a block, where it has.

    Parameters
    ----------
    context : Context
    campaigns : Columns
    spending : Columns
        Of all homes of the blocks concerned; see `spending`.
    households : ndarray of int64
        Those homes.

    Returns
    -------
    Columns
        ``campaign_id``, ``block`` and ``stop_day``: the first day that would exceed the share; nothing runs on
        it or later.
    """
    plan = campaign_plan(context, campaigns)
    daily = summed([spending])
    block, homes = np.unique(ids.budget_block(households, context.block_starts), return_counts=True)
    share = (
        plan.household_micro[Lookup(plan.campaign_id)[daily.campaign_id]] * homes[np.searchsorted(block, daily.block)]
    )
    starts = group_starts(daily.campaign_id, daily.block)
    lengths = np.diff(np.append(starts, len(daily)))
    total = np.cumsum(daily.cost_micro)
    before = (total - daily.cost_micro)[starts]
    over = daily.where(total - np.repeat(before, lengths) > share)
    first = over.take(group_starts(over.campaign_id, over.block))
    return Columns(campaign_id=first.campaign_id, block=first.block, stop_day=first.day)


def running(context: Context, planned: Planned, stops: Columns) -> Columns:
    """The rows of a plan of days before the campaign's budget in their block is spent.

    Parameters
    ----------
    context : Context
    planned : Planned
        See `planning.plan`.
    stops : Columns
        What `stops` returned: by rising campaign and block.
    """
    return _before_stop(context, planned.rows, ids.household_of(planned.individual_id), stops)


def opportunities(context: Context, planned: Planned, stops: Columns) -> Columns:
    """Columns of ``campaign_opportunities``: homes whose first opportunity comes before the budget is spent."""
    found = planned.opportunities
    found = _before_stop(context, found, found.household_id, stops)
    return Columns(campaign_id=found.campaign_id, household_id=found.household_id, first_ts=found.micros)


def _before_stop(context: Context, rows: Columns, household: np.ndarray, stops: Columns) -> Columns:
    if not len(stops):
        return rows
    place = _place(rows.campaign_id.astype(np.int64), _block(context, household))
    stopped = _place(stops.campaign_id, stops.block)
    found = np.minimum(np.searchsorted(stopped, place), len(stops) - 1)
    return rows.where((stopped[found] != place) | (rows.micros < stops.stop_day[found] * DAY))


def _block(context: Context, household: np.ndarray) -> np.ndarray:
    return ids.budget_block(household, context.block_starts)


def _place(campaign_id: np.ndarray, block: np.ndarray) -> np.ndarray:
    """One number for campaign and block, in their order."""
    return campaign_id * (ids.MAX_HOUSEHOLDS + 1) + block
