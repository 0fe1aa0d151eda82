"""Table 8: campaign_exposures: what of the plan happens until budgets are spent; see `planning` and `budgets`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets.arrays import Coded, Columns, Lookup, Nullable
from idgraph_widgets.draws import SCALE, Draws, hashed
from idgraph_widgets.generators import device_addresses
from idgraph_widgets.generators.ads import advertising, inventory, prices
from idgraph_widgets.generators.ads.budgets import running
from idgraph_widgets.generators.ads.planning import terms
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from idgraph_widgets.generators.ads.planning import Planned
    from idgraph_widgets.generators.context import Context


def costs(context: Context, plan: Columns, campaign_exposures: Columns, response_events: Columns) -> np.ndarray:
    """What exposures cost, in millionths of a USD: their own price, or that of the click that followed.

    Parameters
    ----------
    context : Context
    plan : Columns
        See `campaign_plan`.
    campaign_exposures, response_events : Columns
        Tables 8 and 9 of the same households.
    """
    place = Lookup(plan.campaign_id)[campaign_exposures.campaign_id]
    clicked = response_events.exposure_id.values[response_events.response_type == "click"]
    is_clicked = np.isin(campaign_exposures.exposure_id, clicked)
    bid = plan.impression_micro[place] + np.where(is_clicked, plan.click_micro[place], 0)
    return prices.paid(context, bid, hashed(campaign_exposures.exposure_id))


def make(context: Context, planned: Planned, stops: Columns) -> tuple[Columns, np.ndarray, np.ndarray]:
    """The exposures of the homes of a plan, until budgets are spent.

    Parameters
    ----------
    context : Context
    planned : Planned
        See `planning.plan`.
    stops : Columns
        See `budgets.stops`.

    Returns
    -------
    (Columns, ndarray of int64, ndarray of bool)
        Columns of the table, by rising key, ``cost`` what each may cost at most (see `costs`); per row a hash of the
        identifier's type and value; and whether the person who is said to have been met has really been.
    """
    rows = running(context, planned, stops)
    met = planned.identifiers.take(rows.identifier)
    d, key = context.draws("campaign_exposures"), hashed(rows.exposure_id)
    seen_as = terms(context, rows.exposure_id, rows.campaign_id, rows.placement)
    rates = context.of(advertising.prepare).complete_e4
    complete = rates[rows.channel_code, rows.placement, advertising.device_index(met.device_type)]
    is_timed, played = _played(d, key, complete)
    publisher, place = _sellers(context, rows, met)
    has_session = rows.session_id > 0
    shown = seen_as.with_columns(
        individual_id=met.individual_id,
        household_id=ids.household_of(met.individual_id),
        mapping_id=met.mapping_id,
        device_id=met.device_id,
        device_type=met.device_type,
        session_id=Nullable(rows.session_id, has_session),
        content_id=Nullable(rows.content_id, has_session),
        publisher=publisher,
        app_or_site=place,
        ip_address=_ip_address(context, rows, met),
        exposure_ts=rows.micros,
        is_viewable=rows.is_viewable,
        view_seconds=np.where(rows.is_viewable, _view_seconds(d, key, seen_as.creative_id, is_timed, played), 0),
        completion_rate=Nullable(played / SCALE, is_timed),
        cost=rows.cost_micro,
    )
    return shown, met.identifier, met.actor_id == met.individual_id


def _played(d: Draws, key: np.ndarray, complete_e4: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether ads play, and ten-thousandths played: all of it, or at least 14 % (two seconds of fifteen)."""
    is_timed = complete_e4 >= 0
    timed, played = np.flatnonzero(is_timed), np.zeros(len(key), np.int64)
    complete = d.below("complete", SCALE, key[timed]) < complete_e4[timed]
    played[timed] = np.where(complete, SCALE, d.between("played", 1_400, SCALE - 1, key[timed]))
    return is_timed, played


def _view_seconds(
    d: Draws, key: np.ndarray, creative_id: np.ndarray, is_timed: np.ndarray, played: np.ndarray
) -> np.ndarray:
    """Timed ads of 15 or 30 seconds as far as they played; others skewed, 1 to 83, about 21 on average."""
    length = np.where(creative_id % ids.CREATIVE_SLOTS == 1, 15, 30)
    product = d.below("view_seconds", 64, key) * d.below("view_more", 64, key)
    return np.where(is_timed, length * played // SCALE, 1 + product // 48)


def _sellers(context: Context, rows: Columns, met: Columns) -> tuple[Coded, Coded]:
    """Publisher, and app or site: those of the content that an ad is shown with, or of the channel itself."""
    slots = context.of(inventory.prepare)
    of_content = rows.publisher < 0
    found = []
    for own, of_view in zip(
        inventory.seller(slots, rows.publisher, met.identifier_type),
        (rows.content_publisher, rows.content_place),
        strict=True,
    ):
        codes = np.where(of_content, of_view.codes, np.where(own.codes < 0, -1, own.codes + len(of_view.words)))
        found.append(Coded(codes.astype(np.int32), (*of_view.words, *own.words)))
    return found[0], found[1]


def _ip_address(context: Context, rows: Columns, met: Columns) -> pa.StringArray:
    """The address of the session, or that which the device of the person really met had then; null without a device."""
    known = rows.ip_address.is_valid().to_numpy(zero_copy_only=False)
    other = np.flatnonzero(~known & ~met.device_type.is_null())
    found, place = device_addresses.device_ips(
        context, met.actor_id[other], met.device_type.take(other), rows.micros[other]
    )
    at = np.full(len(rows), -1)
    at[other] = place
    return pc.coalesce(rows.ip_address, found.take(pa.array(at, mask=at < 0)))
