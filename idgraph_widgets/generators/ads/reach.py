"""Whom a campaign can reach: cap-scope units of eligible people, each with the identifiers it is met by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, Column, Columns, Lookup, code_in, coded, filled, matches, run_starts, text
from idgraph_widgets.draws import chain, chain_text
from idgraph_widgets.generators.ads.advertising import HOUSEHOLD, IDENTIFIER, PERSON, TYPE_BITS, USABLE, exposure_key
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.identity_mappings import IDENTIFIER_TYPES

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context


@dataclass(frozen=True)
class Means:
    """What reaching people depends on besides them.

    Attributes
    ----------
    zones : tuple of str
        Time zones of households.
    local_hour : ndarray of int64
        Hour 0..23 that their standard time shows at midnight UTC.
    type_bit : ndarray of int64
        Bit of `TYPE_BITS` by place in ``IDENTIFIER_TYPES``, 0 for types that no channel in use can address.
    """

    zones: tuple[str, ...]
    local_hour: np.ndarray
    type_bit: np.ndarray


def prepare(config: GenerationConfig) -> Means:
    """The clocks of homes and the types of identifiers that ads use."""
    hours = {row["time_zone"]: row["utc_offset_minutes"] // 60 % 24 for row in reference.state_geography()}
    used = 0
    for channel, share in config.campaign_config.channel_mix.items():
        used |= USABLE[channel] if share > 0 else 0
    return Means(
        zones=tuple(sorted(hours)),
        local_hour=np.array([hours[zone] for zone in sorted(hours)], np.int64),
        type_bit=np.array([TYPE_BITS.get(name, 0) & used for name in IDENTIFIER_TYPES], np.int64),
    )


@dataclass(frozen=True)
class Reached:
    """Cap-scope units that campaigns reach.

    Attributes
    ----------
    units : Columns
        ``campaign`` (place in the plan), ``household_id``, ``local_hour`` (hour 0..23 at midnight UTC), ``first_key``
        (key of the unit's first exposure), by rising key; and ``start`` and ``count`` of the unit's rows in `rows`.
    rows : ndarray of int64
        Places in `identifiers`, the units' one after the other, each unit's in that order. A later end of the window
        only appends to a unit's.
    identifiers : Columns
        Identifiers that ads can use, ordered by ``alive_from`` and mapping: ``mapping`` (row in identity_mappings),
        ``individual_id``, ``type_bit``, ``identifier`` (hash of type and value), ``alive_from``, ``alive_to``
        (microseconds, both included).
    """

    units: Columns
    rows: np.ndarray
    identifiers: Columns


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
        Places in `targets` and in `segments`.
    """
    wanted = coded(targets)
    membership, campaign = matches(code_in(segments, wanted.words), wanted.codes)
    return campaign, membership


def reached_units(
    context: Context,
    plan: Columns,
    households: Columns,
    individuals: Columns,
    identity_mappings: Columns,
    audience_attributes: Columns,
) -> Reached:
    """The units of a part's homes, those of held-out households included.

    What a held-out household would have seen decides what it buys anyway; see `ghosts`.
    """
    identifiers = _identifiers(context, individuals, identity_mappings)
    campaign, person = _members(context, plan, audience_attributes)
    pair, row = matches(person, identifiers.individual_id)
    campaign, person = campaign[pair], person[pair]
    starts = plan.start_us[campaign]
    met = (
        ((plan.usable[campaign] & identifiers.type_bit[row]) != 0)
        & (identifiers.alive_from[row] < starts + plan.flight_us[campaign])
        & (identifiers.alive_to[row] >= starts)
    )
    campaign, home, person, row = campaign[met], ids.household_of(person[met]), person[met], row[met]
    # The same identifier in another household is another unit.
    met = _reached_identifiers(context, plan, campaign, home, identifiers.identifier[row])
    return _units(context, plan, households, identifiers, campaign[met], home[met], person[met], row[met])


def _members(context: Context, plan: Columns, audience_attributes: Columns) -> tuple[np.ndarray, np.ndarray]:
    """(campaign, person) of target segments, without people and homes not reached."""
    campaign, row = targeted(plan.segment_id, audience_attributes.segment_id)
    person = audience_attributes.individual_id[row]
    scope = plan.scope[campaign]
    reached = np.ones(len(campaign), bool)
    drawn = np.flatnonzero(scope != IDENTIFIER)
    unit = np.where(scope[drawn] == HOUSEHOLD, ids.household_of(person[drawn]), person[drawn])
    key = chain(unit, chain(plan.campaign_id)[campaign[drawn]])
    share = plan.reach_e4[campaign[drawn]]
    reached[drawn] = context.draws("campaign_exposures").chance_in_scale("reach", share, key)
    return campaign[reached], person[reached]


def _reached_identifiers(
    context: Context, plan: Columns, campaign: np.ndarray, home: np.ndarray, identifier: np.ndarray
) -> np.ndarray:
    """Rows that remain where identifiers are units of their own, each reached by a draw of its own."""
    reached = np.ones(len(campaign), bool)
    drawn = np.flatnonzero(plan.scope[campaign] == IDENTIFIER)
    key = chain(identifier[drawn], chain(home[drawn], chain(plan.campaign_id)[campaign[drawn]]))
    share = plan.reach_e4[campaign[drawn]]
    reached[drawn] = context.draws("campaign_exposures").chance_in_scale("reach", share, key)
    return reached


def _identifiers(context: Context, individuals: Columns, identity_mappings: Columns) -> Columns:
    """Identifiers that ads can use, each with its life; see `Reached`."""
    kind = code_in(identity_mappings.identifier_type, IDENTIFIER_TYPES)
    bit = context.of(prepare).type_bit[kind]
    email = np.flatnonzero(bit == TYPE_BITS["email"])
    person = Lookup(individuals.individual_id)[identity_mappings.individual_id[email]]
    bit[email[~individuals.email_opt_in[person]]] = 0

    row = np.flatnonzero(bit)
    born = identity_mappings.first_seen_ts[row]
    order = np.lexsort((identity_mappings.mapping_id[row], born))
    row, born = row[order], born[order]
    last = identity_mappings.last_seen_ts[row]
    opted_out = filled(identity_mappings.opted_out_ts, np.iinfo(np.int64).max)[row]
    return Columns(
        mapping=row,
        individual_id=identity_mappings.individual_id[row],
        type_bit=bit[row],
        identifier=identifier_hash(identity_mappings.select("identifier_type", "identifier_value").take(row)),
        alive_from=born,
        alive_to=np.minimum(last, opted_out - 1),
    )


def identifier_hash(identity_mappings: Columns) -> np.ndarray:
    """Hash (int64) of type and value: tells the identifiers of one household apart."""
    kind = coded(identity_mappings.identifier_type)
    types = chain_text(text(Coded(np.arange(len(kind.words), dtype=np.int32), kind.words)))
    return chain_text(text(identity_mappings.identifier_value), types[kind.codes]).view(np.int64)


def _units(
    context: Context,
    plan: Columns,
    households: Columns,
    identifiers: Columns,
    campaign: np.ndarray,
    home: np.ndarray,
    person: np.ndarray,
    row: np.ndarray,
) -> Reached:
    """Group what is met into units: by person, by household, or by identifier in a household."""
    place_of_home = Lookup(households.household_id)[home]
    number = np.where(plan.scope[campaign] == PERSON, ids.person_number(person), 0)
    unit = (campaign * len(households) + place_of_home) * ids.UNITS + number
    # One number to sort by: 19 bits of campaigns, 14 of homes, 6 of units, and identifiers of 10 000 homes.
    order = np.argsort(unit * len(identifiers) + row)
    unit, row = unit[order], row[order]
    unit, row = _by_identifier(plan, len(households), identifiers.identifier, unit, row)

    start = run_starts(unit)
    unit = unit[start]
    place, number = unit // ids.UNITS, unit % ids.UNITS
    campaign, place_of_home = place // len(households), place % len(households)
    home = households.household_id[place_of_home]
    means = context.of(prepare)
    zone = code_in(households.time_zone, means.zones)
    units = Columns(
        campaign=campaign,
        household_id=home,
        local_hour=means.local_hour[zone[place_of_home]],
        first_key=exposure_key(context, plan.campaign_index[campaign], home, number),
        start=start,
        count=np.diff(np.append(start, len(row))),
    )
    return Reached(units, row, identifiers)


def _by_identifier(
    plan: Columns, homes: int, identifier: np.ndarray, unit: np.ndarray, row: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Make a household's identifiers units of their own where the cap says so, the first ``UNITS`` of them.

    They are numbered in the order of their first appearance, so that a later end of the window does not
    renumber them.
    """
    mine = np.flatnonzero(plan.scope[unit // ids.UNITS // homes] == IDENTIFIER)
    _, known = np.unique(identifier, return_inverse=True)
    same = unit[mine] * len(identifier) + known.reshape(-1)[row[mine]]
    order = np.argsort(same, kind="stable")
    starts = run_starts(same[order])
    first = order[starts]  # where each identifier of a household appears first
    appears = np.zeros(len(mine), bool)
    appears[first] = True
    so_far = np.cumsum(appears) - 1
    home_starts = run_starts(unit[mine])
    of_home = so_far - np.repeat(so_far[home_starts], np.diff(np.append(home_starts, len(mine))))
    number = np.zeros(len(unit), np.int64)
    number[mine[order]] = np.repeat(of_home[first], np.diff(np.append(starts, len(mine))))
    kept = np.flatnonzero(number < ids.UNITS)
    unit, row = (unit + number)[kept], row[kept]
    order = np.argsort(unit, kind="stable")
    return unit[order], row[order]
