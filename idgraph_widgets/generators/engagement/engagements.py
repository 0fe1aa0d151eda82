"""Table 4: content_engagements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Coded, Columns, explode
from idgraph_widgets.config import EngagementConfig, GenerationConfig
from idgraph_widgets.config.engagement import act_chance, session_lengths
from idgraph_widgets.draws import SCALE, chain, quantiles_lognormal
from idgraph_widgets.generators import addresses
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import content_catalog, sessions, taste
from idgraph_widgets.generators.engagement.sessions import NOT_LIVE
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.content_engagements import ENGAGEMENT_TYPES

GAP_TICKETS = 512
GAP_SIGMA = 0.8
"""Spread of the gaps between events, of the logarithm (lognormal: Blenn and Van Mieghem 2016; value: design)."""

SHORTEST_GAP = 10_000_000
"""Shortest gap between events of a session, in microseconds."""

_VIEW, _COMPLETE = ENGAGEMENT_TYPES.index("view"), ENGAGEMENT_TYPES.index("complete")


@dataclass(frozen=True)
class EventTables:
    """What the events of a session are drawn with.

    Attributes
    ----------
    events : dict of int to float
        Shares of the number of events.
    gap : ndarray of int64, shape (GAP_TICKETS,)
        Microseconds between events.
    acts : dict of int to float
        Shares of acts, as index of ``ENGAGEMENT_TYPES``, among events that may follow another.
    """

    events: dict[int, float]
    gap: np.ndarray
    acts: dict[int, float]


def prepare(config: GenerationConfig) -> EventTables:
    """Numbers of events, gaps and acts."""
    ec = config.engagement_config
    gaps = quantiles_lognormal(ec.session_gap_minutes, GAP_SIGMA, GAP_TICKETS, scale=60_000_000)
    return EventTables(
        events=session_lengths(ec.events_per_session),
        gap=np.array([max(SHORTEST_GAP, gap) for gap in gaps], np.int64),
        acts={ENGAGEMENT_TYPES.index(act): share for act, share in _act_shares(ec).items()},
    )


def make(
    context: Context, households: Columns, individuals: Columns, identity_mappings: Columns, truth_identity: Columns
) -> Columns:
    """The engagements of a part's people: columns of the table, by rising key.

    Parameters
    ----------
    context : Context
    households, individuals : Columns
        Tables 1 and 2 with, at least, the asserted and the true persons and their homes: those of the block so far.
    identity_mappings, truth_identity : Columns
        Table 3 of the part and its truth, row by row.
    """
    d, tables, catalog = context.draws("content_engagements"), context.of(prepare), context.of(content_catalog.prepare)
    met = sessions.make(context, households, individuals, identity_mappings, truth_identity)
    # A session keeps the connection it began on, so the address is settled once for all its events.
    device_ips, device_ip = addresses.device_ips(context, met.actor_id, met.device_type, met.t)

    by_session = chain(met.session_id)
    gap = tables.gap[d.below("gap", GAP_TICKETS, by_session)]
    session, j = explode(d.choose("events", tables.events, by_session))
    key = chain(j, by_session[session])
    later = j * gap[session] + d.below("moved", (gap >> 1)[session], key)
    t = met.t[session] + np.where(j == 0, 0, later)
    # Times rise within a session, so its first events are kept, and the event before one is the row before.
    kept = np.flatnonzero((t <= met.last[session]) & (t < context.end))
    session, j, key, t = session[kept], j[kept], key[kept], t[kept]

    # A click or share is about the item of the event before it, which must itself be a look at one.
    drawn = d.choose("act", tables.acts, key)
    is_after_view = (j == 1) | (np.roll(drawn, 1) == _VIEW)
    act = np.where((j > 0) & is_after_view, drawn, _VIEW)
    about = np.arange(len(act)) - (act != _VIEW)
    is_complete = (act == _VIEW) & d.chance("completes", context.config.engagement_config.completion_share, key)[about]
    part = np.where(is_complete, SCALE, d.below("part", SCALE, key)[about])
    chosen = taste.content_row(context, d, met, session, key)
    live_row = met.live_row[session]
    item = np.where((j == 0) & (live_row != NOT_LIVE), live_row, chosen)[about]

    met_through = met.select("session_id", "individual_id", "mapping_id", "device_type", "kind", "logged_in")
    through = met_through.take(session)
    return Columns(
        engagement_id=ids.engagement_id(through.session_id, j),
        individual_id=through.individual_id,
        mapping_id=through.mapping_id,
        session_id=through.session_id,
        content_id=item + 1,
        content_category=catalog.items.content_category.take(item),
        content_type=catalog.items.content_type.take(item),
        publisher=catalog.items.publisher.take(item),
        app_or_site=Coded(catalog.place[through.kind, item], catalog.places),
        engagement_type=Coded(np.where(is_complete, _COMPLETE, act).astype(np.int32), ENGAGEMENT_TYPES),
        device_type=through.device_type,
        ip_address=device_ips.take(pa.array(device_ip[session])),
        is_logged_in=through.logged_in,
        engagement_ts=t,
        duration_seconds=catalog.items.length_seconds[item] * part // SCALE,
        completion_rate=part / float(SCALE),
    )


def _act_shares(ec: EngagementConfig) -> dict[str, float]:
    """Shares of acts among events that may follow another, so that over all events the configured ones come out."""
    wanted = ec.click_share + ec.share_share
    total = act_chance(ec.events_per_session, wanted)
    clicks = total * ec.click_share / max(wanted, 1e-12)
    return {"view": 1 - total, "click": clicks, "share": total - clicks}
