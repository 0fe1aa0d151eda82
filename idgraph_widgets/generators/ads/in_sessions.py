"""What sessions offer: ads beside or within the content that somebody looks at, at most two of a campaign in each."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from idgraph_widgets.arrays import Columns, code_in, explode
from idgraph_widgets.draws import SCALE, hashed
from idgraph_widgets.generators.ads import inventory
from idgraph_widgets.generators.ads.advertising import DEVICES, TYPE_BITS
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES

_SLOT_BITS = 26
SLOT = 1 << _SLOT_BITS
"""What the chance of an event to carry an ad in one of a session's two slots is expressed in."""

_WEEK = 7 * DAY
_SECOND = 1_000_000

_PAIRS = 1 << 19
"""Pairs of a campaign and a session looked at in one go: a bound on memory, whatever a part holds."""


def offers(context: Context, plan: Columns, members: Columns, sessions: Columns, events: Columns) -> Columns:
    """Impressions in sessions of people whom campaigns reach.

    Each of two slots of a session falls on one of its events or on none; on which, hangs on no later event. So a
    session that the window cuts offers what it would offer anyway, until then.

    Parameters
    ----------
    context : Context
    plan : Columns
        See `advertising.campaign_plan`.
    members : Columns
        See `reach.members`.
    sessions : Columns
        See `logged_sessions.make`.
    events : Columns
        Rows of ``content_engagements`` that the sessions are made of.

    Returns
    -------
    Columns
        ``campaign`` (position in the plan), ``home`` (see `reach.members`), ``individual_id``, ``session`` and
        ``event`` (rows of `sessions` and `events`), ``micros`` and ``key``, ``placement`` (position in
        ``PLACEMENT_NAMES``) and ``publisher`` (position in `inventory.Inventory.publishers`, -1 where it is that of the
        event).
    """
    members = members.where(plan.in_sessions[members.campaign])
    first, count = _sessions_in_flight(context, plan, members, sessions)
    return Columns.concat(
        [
            _placed(context, plan, events, _carried(context, plan, events, hits))
            for hits in (
                _hits(context, plan, members.take(np.arange(low, high)), sessions, first[low:high], count[low:high])
                for low, high in _runs(count)
            )
        ]
    )


def _sessions_in_flight(
    context: Context, plan: Columns, members: Columns, sessions: Columns
) -> tuple[np.ndarray, np.ndarray]:
    """Row of the first, and number, of the sessions of each member in the weeks that the flight touches."""
    begins = plan.start_us - context.start
    # No state is ahead of UTC, so a session may begin some hours after its week. The one before the window is 0.
    first_week = (begins - DAY) // _WEEK + 1
    last_week = (begins + plan.flight_us) // _WEEK + 1
    bounds = [
        np.searchsorted(sessions.session_id, ids.session_id(members.individual_id, week[members.campaign], 0))
        for week in (first_week, np.minimum(last_week + 1, ids.WEEKS - 1))
    ]
    return bounds[0], bounds[1] - bounds[0]


def _runs(count: np.ndarray) -> list[tuple[int, int]]:
    """Runs of neighbouring members with about `_PAIRS` sessions each; an empty one where there are none."""
    total = np.cumsum(count)
    borders = np.unique(np.searchsorted(total, np.arange(_PAIRS, count.sum(), _PAIRS)) + 1)
    return list(pairwise([0, *borders[borders < len(count)].tolist(), len(count)]))


def _hits(
    context: Context, plan: Columns, members: Columns, sessions: Columns, first: np.ndarray, count: np.ndarray
) -> Columns:
    """Events on which a slot of a session falls, whether or not they can carry an ad."""
    member, number = explode(count)
    session, campaign = first[member] + number, members.campaign[member]
    able = plan.usable[campaign] & np.where(sessions.device_type == "ctv", TYPE_BITS["ctv_id"], DEVICES)[session]
    able = np.flatnonzero(able)
    member, session, campaign = member[able], session[able], campaign[able]
    key = hashed(sessions.session_id[session], hashed(plan.campaign_id)[campaign])
    usual = round(context.config.campaign_config.impressions_per_view * SLOT / 2)
    width = np.clip(usual * members.delivery_e4[member] // SCALE, 1, SLOT // 2)
    # One draw for both slots: its lower bits and its upper ones.
    unit = context.draws("campaign_exposures").unit("slots", key)
    events = sessions.events[session]
    earlier, later = (unit & (SLOT - 1)) // width, (unit >> _SLOT_BITS + 1) // width
    found = []
    for slot, (place, falls) in enumerate(
        [(earlier, earlier < events), (later, (later < events) & (later != earlier))]
    ):
        hit = np.flatnonzero(falls)
        found.append(
            Columns(
                campaign=campaign[hit],
                home=members.home[member[hit]],
                individual_id=members.individual_id[member[hit]],
                session=session[hit],
                event=sessions.row[session[hit]] + place[hit],
                key=hashed(np.full(len(hit), slot, np.int64), key[hit]),
            )
        )
    return Columns.concat(found)


def _carried(context: Context, plan: Columns, events: Columns, hits: Columns) -> Columns:
    """Hits on views of content that has a place for the ad; adds ``content_type`` (position in ``CONTENT_TYPES``)."""
    content_type = code_in(events.content_type.take(hits.event), CONTENT_TYPES)
    load = context.of(inventory.prepare).load_e4[plan.channel_code[hits.campaign], content_type]
    load[events.duration_seconds[hits.event] == 0] = 0
    carries = context.draws("campaign_exposures").chance_in_scale("load", load, hits.key)
    return hits.with_columns(content_type=content_type).where(carries)


def _placed(context: Context, plan: Columns, events: Columns, hits: Columns) -> Columns:
    """Adds where an ad appears, and when: at the beginning of what is viewed, in the middle of it, or at any time."""
    d, slots = context.draws("campaign_exposures"), context.of(inventory.prepare)
    channel = plan.channel_code[hits.campaign]
    placement, publisher = inventory.drawn(context, channel, hits.key)
    beside = slots.beside[channel, hits.content_type]
    placement = np.where(beside >= 0, beside, placement)
    low, high = slots.part_e4[placement].T
    whole = events.duration_seconds[hits.event] * _SECOND
    at = events.engagement_ts[hits.event] + whole * low // SCALE
    at += d.below("moment", np.maximum(whole * (high - low) // SCALE, 1), hits.key)
    return hits.select("campaign", "home", "individual_id", "session", "event", "key").with_columns(
        # Even, because responses are odd: no two ever tie.
        micros=at + (at & 1),
        placement=placement,
        publisher=np.where(plan.has_session[hits.campaign], -1, publisher),
    )
