"""Table 3 and its truth: identity_mappings, the edges of the identity graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, Nullable, order_by
from idgraph_widgets.draws import SCALE, hashed_keys, scrambled
from idgraph_widgets.generators.identity.advertising_ids import advertising_id_rows
from idgraph_widgets.generators.identity.connections import connection_rows
from idgraph_widgets.generators.identity.contacts import contact_rows
from idgraph_widgets.generators.identity.cookies import cookie_rows
from idgraph_widgets.generators.identity.false_links import claims, repeated_sources, sources_of
from idgraph_widgets.generators.identity.outsiders import outsiders
from idgraph_widgets.generators.identity.persons import people_of
from idgraph_widgets.generators.identity.rows import COPIED
from idgraph_widgets.generators.identity.sightings import first_seen
from idgraph_widgets.generators.identity.values import device_keys
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.identity_mappings import MATCH_TYPES
from idgraph_widgets.schema.truth_identity import RELATIONS

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context


def make(
    context: Context, households: Columns, individuals: Columns, sources: Columns | None
) -> tuple[Columns, Columns, Columns]:
    """The links of consecutive households' people, true and false, and whose the identifiers really are.

    Parameters
    ----------
    context : Context
    households, individuals : Columns
        Tables 1 and 2 of a part of a block, by rising household.
    sources : Columns or None
        What other rows may repeat of the block's lower-numbered households: the third result for the part before;
        None for the block's first part.

    Returns
    -------
    (Columns, Columns, Columns)
        identity_mappings and truth_identity, in the same order: by person and slot. Besides its columns, the truth has
        ``actor_id`` (int64): the true person or, where that is null, the number of an outsider; see `outsiders`. And
        `sources` with those of this part: at most one row per household and kind of noise.
    """
    people = people_of(context, households, individuals)
    own = Columns.concat(
        [*contact_rows(people), *advertising_id_rows(people), *connection_rows(people), *cookie_rows(people)]
    )
    seen = first_seen(people, own)
    claimed = claims(context, own)
    sources = sources_of(context, own, seen, claimed, sources)

    # Every row describes an identifier: its own, or the one of another person that it repeats.
    repeating = np.flatnonzero(claimed.is_repeat)
    repeated = repeated_sources(context, own.take(repeating), claimed.is_true[repeating], sources)
    described = np.arange(len(own))
    described[repeating] = np.where(repeated < 0, repeating, len(own) + repeated)
    seen[repeating] = _before_end(own.begins[repeating], seen[repeating], sources, repeated)
    number = ids.mapping_number(own.individual_id, own.slot)
    order = order_by(number)
    order = order[seen[order] < context.end]
    identifiers = _identifiers(own, sources).take(described[order])

    individual_id = own.individual_id[order]
    household_id = ids.household_of(individual_id)
    mapping_id = scrambled(context.draws("identity"), "mapping", number[order], ids.MAPPING_BITS) + 1
    mappings = Columns(
        mapping_id=mapping_id,
        individual_id=individual_id,
        household_id=household_id,
        device_id=_device_id(context, identifiers.device_number),
        **{name: identifiers[name] for name in COPIED if name not in ("device_number", "ends", "opts_out")},
        match_type=Coded(claimed.is_guessed[order].astype(np.int32), MATCH_TYPES),
        confidence=claimed.confidence[order] / SCALE,
        is_shared=own.is_shared[order],
        first_seen_ts=seen[order],
        **_end_of_life(context, np.minimum(own.ends[order], identifiers.ends), identifiers.opts_out),
        source=own.source.take(order),
    )
    is_true, is_own = claimed.is_true[order], described[order] < len(own)
    is_outside = ~is_true & is_own
    actor = np.where(is_true, individual_id, identifiers.individual_id)
    key = hashed_keys(individual_id[is_outside], own.link[order[is_outside]])
    actor[is_outside] = outsiders(context, household_id[is_outside], key)
    truth = Columns(
        mapping_id=mapping_id,
        true_individual_id=Nullable(actor, ~is_outside),
        relation=_relation(individual_id, actor, is_own, identifiers.identifier_type),
        asserted_household_id=household_id,
        actor_id=actor,
    )
    return mappings, truth, sources


def _before_end(begins: np.ndarray, seen: np.ndarray, sources: Columns, repeated: np.ndarray) -> np.ndarray:
    """When rows are first observed that repeat the identifiers at these positions of `sources`: while those live."""
    found = np.flatnonzero(repeated >= 0)
    source = repeated[found]
    room = np.minimum(sources.ends, sources.opts_out)[source] - begins[found]
    wait = seen[found] - begins[found]
    seen = seen.copy()
    seen[found] = begins[found] + np.where(wait < room, wait, 1 + wait % (room - 1))
    return seen


def _identifiers(own: Columns, sources: Columns) -> Columns:
    """Descriptions of identifiers and whose they are: of the own rows, and behind them of the sources."""
    names = ("individual_id", *COPIED)
    return Columns.concat([own.select(*names), sources.select(*names)])


def _device_id(context: Context, device_number: np.ndarray) -> Nullable:
    there = np.flatnonzero(device_number >= 0)
    keys = np.zeros(len(device_number), np.int64)
    keys[there] = device_keys(context, device_number[there])
    return Nullable(keys, device_number >= 0)


def _end_of_life(context: Context, ends: np.ndarray, opts_out: np.ndarray) -> dict[str, np.ndarray | Nullable]:
    """When identifiers were last seen in the window, and whether they opted out in it or live on."""
    last = context.end - 1
    is_out = opts_out <= last
    last_seen = np.minimum(np.minimum(ends, opts_out) - 1, last)
    return {
        "last_seen_ts": last_seen,
        "opted_out_ts": Nullable(opts_out, is_out),
        "is_active": (last_seen == last) & ~is_out,
    }


def _relation(individual_id: np.ndarray, actor: np.ndarray, is_own: np.ndarray, identifier_type: Coded) -> Coded:
    """How asserted persons stand to identifiers; `is_own` tells rows that repeat nobody's."""
    code = {word: np.int32(place) for place, word in enumerate(RELATIONS)}
    true = np.where(is_own, code["owner"], code["co_user"])
    of_another = np.where(identifier_type == "email", code["former_owner"], code["stranger"])
    home, true_home = ids.household_of(individual_id), ids.household_of(actor)
    false = np.where(true_home == home, code["household_member"], of_another)
    false = np.where(ids.is_hidden(true_home), code["outsider"], false)
    return Coded(np.where(actor == individual_id, true, false), RELATIONS)
