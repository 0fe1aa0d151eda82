"""What would be shown to whom if no budget ended.

People whom a campaign reaches could meet it where they are: in sessions, at searches, by mail. What caps leave of that,
in time order, is the plan. Nothing that comes later decides about what came before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets.arrays import Coded, Columns, coded, numbered_groups
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators.ads import clicks, in_sessions, inventory, mailings, prices, reach, searches
from idgraph_widgets.generators.ads.advertising import HOUSEHOLD, IDENTIFIER, campaign_plan, held_out, ramped_up
from idgraph_widgets.generators.ads.caps import within_caps
from idgraph_widgets.generators.ads.graph import Graph
from idgraph_widgets.generators.engagement import logged_sessions
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.campaign_exposures import PLACEMENT_NAMES

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context

_NOWHERE = -1
"""Stands for no row."""

_PERSON_BITS = 32
"""Bits that people and homes are numbered with."""

_OF_OFFER = ("campaign", "home", "individual_id", "micros", "key", "placement", "publisher", "session", "event")


@dataclass(frozen=True)
class Planned:
    """What some homes would see if no budget ended.

    Attributes
    ----------
    rows : Columns
        By rising key: ``exposure_id``, ``campaign_id``, ``channel_code`` (position in ``CHANNELS``), ``micros``
        (microseconds since 1970), ``is_viewable``, ``cost_micro`` (millionths of a USD, what it may cost at most),
        ``identifier`` (position in `identifiers`), ``placement`` (position in ``PLACEMENT_NAMES``), ``publisher`` (see
        `inventory.drawn`); of the view that it is shown with: ``session_id`` and ``content_id`` (0 where it belongs to
        none), ``content_publisher``, ``content_place`` (coded, null where there is none) and ``ip_address``.
    identifiers : Columns
        What is met: ``mapping_id``, ``individual_id`` (asserted), ``device_id``, ``device_type``,
        ``identifier_type``, ``actor_id`` and ``identifier`` (hash of type and value).
    opportunities : Columns
        First exposure of each campaign and home, those held out included: ``campaign_id``, ``household_id`` and
        ``micros``; by rising campaign and home.
    """

    rows: Columns
    identifiers: Columns
    opportunities: Columns

    @property
    def nbytes(self) -> int:
        """Bytes of the rows, by far the most of it."""
        columns = (self.rows[name] for name in self.rows.names)
        return sum((column.codes if isinstance(column, Coded) else column).nbytes for column in columns)

    @property
    def individual_id(self) -> np.ndarray:
        """The asserted person of each row."""
        return self.identifiers.individual_id[self.rows.identifier]


def plan(context: Context, campaigns: Columns, graph: Graph) -> Planned:
    """Every exposure that would happen if no budget ended: what it meets, when and at what cost.

    Also, which homes are reached, or would be were they not held out.

    Parameters
    ----------
    context : Context
    campaigns : Columns
        All of them.
    graph : Graph
    """
    campaign = campaign_plan(context, campaigns)
    offers = _offers(context, campaign, graph)
    offers = offers.where(_delivered(context, campaign, offers))
    identifier = _identifiers(graph.identity_mappings, offers.row)
    offers = _in_order(_by_unit(context, campaign, offers, identifier))
    kept = within_caps(offers.unit, offers.micros, campaign.daily[offers.campaign], campaign.weekly[offers.campaign])
    shown = offers.where(kept)

    household, campaign_id = ids.household_of(shown.individual_id), campaign.campaign_id[shown.campaign]
    starts, run = numbered_groups(shown.campaign, household)
    number = np.arange(len(shown)) - starts[run]
    opportunities = Columns(campaign_id=campaign_id, household_id=household, micros=shown.micros).take(starts)
    shown = shown.with_columns(
        exposure_id=ids.exposure_id(campaign.campaign_index[shown.campaign], household, number), campaign_id=campaign_id
    )
    shown = shown.where((number < ids.EXPOSURES_PER_HOME) & ~held_out(context, campaign_id, household))
    return _planned(context, campaign, graph, shown, identifier, opportunities)


def _offers(context: Context, plan: Columns, graph: Graph) -> Columns:
    """What campaigns could show whom through what: adds ``row`` in identity_mappings, of an identifier alive then."""
    members = reach.members(context, plan, graph.households, graph.audience_attributes)
    mappings, lives = graph.identity_mappings, reach.lives_of(graph.identity_mappings)
    sessions = logged_sessions.make(graph.content_engagements)
    shown = in_sessions.offers(context, plan, members, sessions, graph.content_engagements)
    row = _rows_of_sessions(sessions, shown.session, mappings.mapping_id)
    alive = (lives[0][row] <= shown.micros) & (shown.micros <= lives[1][row])
    found = [shown.with_columns(row=row).where(alive)]
    others = (searches.offers(context, plan, members, graph), mailings.offers(context, plan, members, graph))
    for asked in others:
        placement, publisher = inventory.drawn(context, plan.channel_code[asked.campaign], asked.key)
        row = reach.picked(context, asked.with_columns(usable=plan.usable[asked.campaign]), mappings, lives)
        nothing = np.full(len(asked), _NOWHERE)
        placed = asked.with_columns(
            placement=np.where(asked.placement == inventory.DRAWN, placement, asked.placement),
            publisher=publisher,
            session=nothing,
            event=nothing,
            row=row,
        )
        found.append(placed.where(row != _NOWHERE))
    return Columns.concat([part.select(*_OF_OFFER, "row") for part in found])


def _rows_of_sessions(sessions: Columns, session: np.ndarray, mapping_id: np.ndarray) -> np.ndarray:
    """Row in identity_mappings of the identifier of each of these sessions, many of which are the same."""
    met = np.zeros(len(sessions), bool)
    met[session] = True
    met = np.flatnonzero(met)
    row = np.zeros(len(sessions), np.int64)
    found = pc.index_in(pa.array(sessions.mapping_id[met]), pa.array(mapping_id))
    row[met] = found.to_numpy(zero_copy_only=False)
    return row[session]


def _delivered(context: Context, plan: Columns, offers: Columns) -> np.ndarray:
    """Offers within the flight and the window, fewer on the first days of a flight."""
    elapsed = offers.micros - plan.start_us[offers.campaign]
    inside = (elapsed >= 0) & (elapsed < plan.flight_us[offers.campaign])
    inside &= (offers.micros >= context.start) & (offers.micros < context.end)
    return inside & ramped_up(context, offers.key, elapsed)


def _identifiers(identity_mappings: Columns, rows: np.ndarray) -> np.ndarray:
    """Hash of type and value of each identifier that is met in these rows; of others 0."""
    met = np.zeros(len(identity_mappings), bool)
    met[rows] = True
    found = np.zeros(len(identity_mappings), np.int64)
    found[met] = reach.identifier_hash(identity_mappings.select("identifier_type", "identifier_value").where(met))
    return found


def _by_unit(context: Context, plan: Columns, offers: Columns, identifier: np.ndarray) -> Columns:
    """Adds the ``unit`` that caps count by; of identifiers that are units of their own, those that are reached."""
    scope = plan.scope[offers.campaign]
    home = ids.household_of(offers.individual_id)
    unit = offers.campaign * (1 << _PERSON_BITS) + np.where(scope == HOUSEHOLD, home, offers.individual_id)
    drawn = np.flatnonzero(scope == IDENTIFIER)
    # The same identifier in another household is another unit.
    campaign = offers.campaign[drawn]
    key = hashed(identifier[offers.row[drawn]], hashed(home[drawn], hashed(plan.campaign_id)[campaign]))
    unit[drawn] = key.view(np.int64)
    reached = np.ones(len(offers), bool)
    reached[drawn] = context.draws("campaign_exposures").chance_in_scale("reach", plan.reach_e4[campaign], key)
    return offers.with_columns(unit=unit).where(reached)


def _in_order(offers: Columns) -> Columns:
    """By campaign and home, in time order; of two at once a draw says which is first."""
    home = offers.campaign * (1 << _PERSON_BITS) + offers.home
    return offers.take(np.lexsort((offers.key, offers.micros, home)))


def _planned(
    context: Context, plan: Columns, graph: Graph, shown: Columns, identifier: np.ndarray, opportunities: Columns
) -> Planned:
    """What is kept of exposures; and of identifiers those that are met: what the graph says, and who stands behind."""
    mappings = graph.identity_mappings
    is_met = np.zeros(len(mappings), bool)
    is_met[shown.row] = True
    place, mapping = np.cumsum(is_met) - 1, np.flatnonzero(is_met)
    said = mappings.select("mapping_id", "individual_id", "device_id", "device_type", "identifier_type").take(mapping)
    seen_as = terms(context, shown.exposure_id, shown.campaign_id, shown.placement).with_columns(
        individual_id=shown.individual_id, device_type=mappings.device_type.take(shown.row), exposure_ts=shown.micros
    )
    is_viewable = clicks.viewable(context, plan, seen_as)
    bid = plan.impression_micro[shown.campaign]
    priced = np.flatnonzero(is_viewable & (plan.click_micro[shown.campaign] > 0))
    clicked = clicks.may_click(context, plan, seen_as.take(priced), graph.lives)
    bid[priced] += np.where(clicked, plan.click_micro[shown.campaign[priced]], 0)
    with_view = np.flatnonzero(shown.event != _NOWHERE)
    events = graph.content_engagements
    seen = events.select("session_id", "content_id", "publisher", "app_or_site", "ip_address").take(
        shown.event[with_view]
    )
    rows = Columns(
        exposure_id=shown.exposure_id,
        campaign_id=shown.campaign_id,
        channel_code=plan.channel_code[shown.campaign],
        micros=shown.micros,
        is_viewable=is_viewable,
        cost_micro=prices.paid(context, bid, hashed(shown.exposure_id)),
        identifier=place[shown.row],
        placement=shown.placement,
        publisher=shown.publisher,
    )
    has_session = plan.has_session[shown.campaign[with_view]]
    return Planned(
        rows.with_columns(
            session_id=_spread(len(shown), with_view, np.where(has_session, seen.session_id, 0)),
            content_id=_spread(len(shown), with_view, np.where(has_session, seen.content_id, 0)),
            content_publisher=_spread_words(len(shown), with_view, coded(seen.publisher)),
            content_place=_spread_words(len(shown), with_view, coded(seen.app_or_site)),
            ip_address=_spread_texts(len(shown), with_view, seen.ip_address),
        ),
        said.with_columns(actor_id=graph.truth_identity.actor_id[mapping], identifier=identifier[mapping]),
        opportunities,
    )


def terms(context: Context, exposure_id: np.ndarray, campaign_id: np.ndarray, placement: np.ndarray) -> Columns:
    """Where and as what exposures are shown, as table 8 has it."""
    return Columns(
        exposure_id=exposure_id,
        campaign_id=campaign_id,
        creative_id=ids.creative_id(campaign_id, clicks.creative(context, hashed(exposure_id))),
        placement=Coded(placement.astype(np.int32), PLACEMENT_NAMES),
    )


def _spread(n: int, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    found = np.zeros(n, np.int64)
    found[rows] = values
    return found


def _spread_words(n: int, rows: np.ndarray, values: Coded) -> Coded:
    codes = np.full(n, -1, np.int32)
    codes[rows] = values.codes
    return Coded(codes, values.words)


def _spread_texts(n: int, rows: np.ndarray, values: pa.StringArray) -> pa.StringArray:
    if len(rows) == n:
        return values
    place = np.full(n, -1)
    place[rows] = np.arange(len(rows))
    return values.take(pa.array(place, mask=place < 0))
