"""Whom a campaign can reach: eligible people, in markets where it runs, and the identifiers they are met by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Column, Columns, Lookup, code_in, coded, filled, matches, text
from idgraph_widgets.draws import hashed, hashed_text
from idgraph_widgets.generators.ads.advertising import HOUSEHOLD, IDENTIFIER, TYPE_BITS
from idgraph_widgets.generators.ads.markets import deliveries
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.identity_mappings import IDENTIFIER_TYPES

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context

_BITS = np.array([TYPE_BITS.get(name, 0) for name in IDENTIFIER_TYPES], np.int64)

_NEVER = np.iinfo(np.int64).max


def targeted(targets: Column, segments: Column) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (campaign, membership) of equal segments.

    Parameters
    ----------
    targets : text column
        Target segment of each campaign.
    segments : text column
        Segment of each membership, a row of audience_attributes.

    Returns
    -------
    (ndarray of int64, ndarray of int64)
        Positions in `targets` and in `segments`.
    """
    wanted = coded(targets)
    membership, campaign = matches(code_in(segments, wanted.words), wanted.codes)
    return campaign, membership


def members(context: Context, plan: Columns, households: Columns, audience_attributes: Columns) -> Columns:
    """People whom campaigns reach, those of held-out homes included: members of target segments where they run.

    Returns
    -------
    Columns
        ``campaign`` (position in the plan), ``individual_id``, ``home`` (position in `households`) and ``delivery_e4``
        (see `markets.deliveries`).
    """
    campaign, row = targeted(plan.segment_id, audience_attributes.segment_id)
    person = audience_attributes.individual_id[row]
    home = Lookup(households.household_id)[ids.household_of(person)]
    market = coded(households.market_code)
    delivery = deliveries(context, plan.campaign_id, market)[campaign, market.codes[home]]
    found = Columns(campaign=campaign, individual_id=person, home=home, delivery_e4=delivery).where(delivery > 0)
    scope = plan.scope[found.campaign]
    unit = np.where(scope == HOUSEHOLD, ids.household_of(found.individual_id), found.individual_id)
    key = hashed(unit, hashed(plan.campaign_id)[found.campaign])
    reached = context.draws("campaign_exposures").chance_in_scale("reach", plan.reach_e4[found.campaign], key)
    # Identifiers that are units of their own are drawn one by one, where they are met; see `reached_identifiers`.
    return found.where(reached | (scope == IDENTIFIER))


def reached_identifiers(
    context: Context, plan: Columns, campaign: np.ndarray, home: np.ndarray, identifier: np.ndarray
) -> np.ndarray:
    """Whether each identifier (hash) of a home is reached by a campaign whose cap counts by identifiers."""
    key = hashed(identifier, hashed(home, hashed(plan.campaign_id)[campaign]))
    return context.draws("campaign_exposures").chance_in_scale("reach", plan.reach_e4[campaign], key)


def lives_of(identity_mappings: Columns) -> tuple[np.ndarray, np.ndarray]:
    """(from, to): the life of each identifier until it is no longer seen or its owner opts out, both included."""
    opted_out = filled(identity_mappings.opted_out_ts, _NEVER)
    return identity_mappings.first_seen_ts, np.minimum(identity_mappings.last_seen_ts, opted_out - 1)


def picked(
    context: Context, offers: Columns, identity_mappings: Columns, lives: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """One of a person's identifiers that are alive then; -1 where none is.

    Parameters
    ----------
    context : Context
    offers : Columns
        ``individual_id``, ``usable`` (bits of `TYPE_BITS`), ``micros`` and ``key``.
    identity_mappings : Columns
    lives : (ndarray of int64, ndarray of int64)
        See `lives_of`.

    Returns
    -------
    ndarray of int64
        Rows of `identity_mappings`.
    """
    bit = _BITS[code_in(identity_mappings.identifier_type, IDENTIFIER_TYPES)]
    known = np.flatnonzero(bit & np.bitwise_or.reduce(offers.usable, initial=0))
    # By their key, whatever order rows come in.
    known = known[np.argsort(identity_mappings.mapping_id[known])]
    offer, place = matches(offers.individual_id, identity_mappings.individual_id[known])
    row = known[place]
    at = offers.micros[offer]
    able = (bit[row] & offers.usable[offer]) != 0
    able &= (lives[0][row] <= at) & (at <= lives[1][row])
    offer, row = offer[able], row[able]
    count = np.bincount(offer, minlength=len(offers))
    first = np.cumsum(count) - count
    found = np.full(len(offers), -1, np.int64)
    some = np.flatnonzero(count)
    if len(some):
        found[some] = row[
            first[some] + context.draws("campaign_exposures").below("picked", count[some], offers.key[some])
        ]
    return found


def identifier_hash(identity_mappings: Columns) -> np.ndarray:
    """Hash (int64) of type and value: tells the identifiers of one household apart."""
    kind = coded(identity_mappings.identifier_type)
    types = hashed_text(text(Coded(np.arange(len(kind.words), dtype=np.int32), kind.words)))
    return hashed_text(text(identity_mappings.identifier_value), types[kind.codes]).view(np.int64)
