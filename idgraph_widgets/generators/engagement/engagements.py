"""Table 4: content_engagements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Coded, Columns, code_in, explode
from idgraph_widgets.config import EngagementConfig, GenerationConfig
from idgraph_widgets.config.session_model import act_chance, most_clicks, session_lengths
from idgraph_widgets.draws import SCALE, Draws, hashed, quantiles_lognormal
from idgraph_widgets.generators import device_addresses
from idgraph_widgets.generators.clocks import MINUTE
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import choice, content_catalog, endings, interest, sessions
from idgraph_widgets.generators.engagement import spells as in_market
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES
from idgraph_widgets.schema.content_engagements import ENGAGEMENT_TYPES

_PAUSE_BITS = 9
PAUSE_TICKETS = 1 << _PAUSE_BITS
PAUSE_SIGMA = 0.8
"""Spread of the pauses between events, of the logarithm (lognormal: Blenn and Van Mieghem 2016; value: design)."""

SHORTEST_PAUSE, LONGEST_PAUSE = 2_000_000, 19 * MINUTE
"""Bounds of a pause, in microseconds, before it is varied by half: none reaches half an hour, which ends a session."""

REACTION = 20_000_000
"""Microseconds within which a click or share follows what it is about, and a second (design)."""

_SECOND = 1_000_000
_VIEW, _COMPLETE = ENGAGEMENT_TYPES.index("view"), ENGAGEMENT_TYPES.index("complete")


@dataclass(frozen=True)
class EventTables:
    """What the events of a session are drawn with.

    Attributes
    ----------
    events : dict of int to float
        Shares of the number of events.
    pause : ndarray of int64, shape (PAUSE_TICKETS,)
        Microseconds between the end of an event and the start of the next.
    acts, wanted_acts : dict of int to float
        Shares of acts, as index of ``ENGAGEMENT_TYPES``, among events that may follow another: in most sessions, and
        in those that turn to what their person is in the market for.
    """

    events: dict[int, float]
    pause: np.ndarray
    acts: dict[int, float]
    wanted_acts: dict[int, float]


def prepare(config: GenerationConfig) -> EventTables:
    """Numbers of events, pauses and acts."""
    ec = config.engagement_config
    usual, wanted = _clicks(config)
    pauses = quantiles_lognormal(ec.session_gap_minutes, PAUSE_SIGMA, PAUSE_TICKETS, scale=60_000_000)
    return EventTables(
        events=session_lengths(ec.events_per_session),
        pause=np.clip(np.array(pauses, np.int64), SHORTEST_PAUSE, LONGEST_PAUSE),
        acts=_act_shares(ec, usual),
        wanted_acts=_act_shares(ec, wanted),
    )


def make(
    context: Context,
    households: Columns,
    individuals: Columns,
    identity_mappings: Columns,
    truth_identity: Columns,
    spells: Columns | None = None,
) -> Columns:
    """The engagements of a part's people: columns of the table, by rising key.

    Parameters
    ----------
    context : Context
    households, individuals : Columns
        Tables 1 and 2 with, at least, the asserted and the true persons and their homes: those of the block so far.
    identity_mappings, truth_identity : Columns
        Table 3 of the part and its truth, row by row.
    spells : Columns, optional
        What people are in the market for; see `spells.categories`.
    """
    d, catalog = context.draws("content_engagements"), context.of(content_catalog.prepare)
    met = sessions.make(context, households, individuals, identity_mappings, truth_identity)
    # A session keeps the connection it began on, so the address is settled once for all its events.
    device_ips, device_ip = device_addresses.device_ips(context, met.actor_id, met.device_type, met.t)
    device_ips = device_ips.dictionary_encode()
    met = met.with_columns(category=in_market.categories(context, d, met, spells))

    events, act = _drawn(context, d, met)
    item = choice.items(context, d, met, events)
    content_type = code_in(catalog.items.content_type, CONTENT_TYPES)[item]
    # A click or share takes no time of its own.
    part = np.where(events.is_view, endings.parts(context, d, content_type, events.key), 0)
    seconds = catalog.items.length_seconds[item] * part // SCALE
    t = _times(context, d, met, events, seconds)

    # Times rise within a session, so its first events are kept. How long one lasts depends on no end of the window.
    kept = np.flatnonzero((t <= met.last[events.session]) & (t < context.end))
    session, item, part = events.session[kept], item[kept], part[kept]
    met_through = met.select("session_id", "individual_id", "mapping_id", "device_type", "kind", "logged_in")
    through = met_through.take(session)
    return Columns(
        engagement_id=ids.engagement_id(through.session_id, events.number[kept]),
        individual_id=through.individual_id,
        mapping_id=through.mapping_id,
        session_id=through.session_id,
        content_id=item + 1,
        content_category=catalog.items.content_category.take(item),
        content_type=catalog.items.content_type.take(item),
        publisher=catalog.items.publisher.take(item),
        app_or_site=Coded(catalog.place[through.kind, item], catalog.places),
        engagement_type=Coded(np.where(part == SCALE, _COMPLETE, act[kept]).astype(np.int32), ENGAGEMENT_TYPES),
        device_type=through.device_type,
        ip_address=device_ips.take(pa.array(device_ip[session])),
        is_logged_in=through.logged_in,
        engagement_ts=t[kept],
        duration_seconds=seconds[kept],
        completion_rate=part / float(SCALE),
    )


def _drawn(context: Context, d: Draws, met: Columns) -> tuple[Columns, np.ndarray]:
    """The events of sessions, as `choice.items` takes them, and the act (position in the vocabulary) of each."""
    tables = context.of(prepare)
    by_session = hashed(met.session_id)
    session, number = explode(d.choose("events", tables.events, by_session))
    key = hashed(number, by_session[session])
    # A click or share is about the item of the event before it, which must itself be a look at one.
    drawn = d.choose("act", tables.acts, key)
    wanted = np.flatnonzero(met.category[session] != in_market.NO_CATEGORY)
    drawn[wanted] = d.choose("act", tables.wanted_acts, key[wanted])
    is_after_view = (number == 1) | (np.roll(drawn, 1) == _VIEW)
    act = np.where((number > 0) & is_after_view, drawn, _VIEW)
    return Columns(session=session, number=number, key=key, is_view=act == _VIEW), act


def _times(context: Context, d: Draws, met: Columns, events: Columns, seconds: np.ndarray) -> np.ndarray:
    """When events start: a pause after the one before in their session has ended."""
    # The lower bits of a draw are the ticket, the others vary what it wins by half.
    unit = d.unit("pause", events.key)
    pause = context.of(prepare).pause[unit & (PAUSE_TICKETS - 1)]
    width = np.where(events.is_view, pause, REACTION)
    pause = np.where(events.is_view, pause >> 1, _SECOND) + (unit >> _PAUSE_BITS) % width
    since = np.where(events.number == 0, 0, np.roll(seconds, 1) * _SECOND + pause).cumsum()
    first = np.arange(len(events)) - events.number
    return met.t[events.session] + since - since[first]


def _clicks(config: GenerationConfig) -> tuple[float, float]:
    """Shares of clicks in most sessions and in those that turn to a want: over all, the configured one comes out."""
    ec = config.engagement_config
    turned = sum(interest.prepare(config).turned.values())
    odds = config.campaign_config.intent_click_odds
    usual = ec.click_share / (1 + turned * (odds - 1))
    wanted = min(usual * odds, most_clicks(ec.events_per_session) - ec.share_share)
    return (ec.click_share - turned * wanted) / (1 - turned), wanted


def _act_shares(ec: EngagementConfig, click_share: float) -> dict[int, float]:
    """Shares of acts among events that may follow another, so that over all events these clicks come out."""
    wanted = click_share + ec.share_share
    total = act_chance(ec.events_per_session, wanted)
    clicks = total * click_share / max(wanted, 1e-12)
    shares = {"view": 1 - total, "click": clicks, "share": total - clicks}
    return {ENGAGEMENT_TYPES.index(act): share for act, share in shares.items()}
