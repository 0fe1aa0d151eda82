"""Table 3 and its truth: identity_mappings, the edges of the identity graph."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, Nullable
from idgraph_widgets.draws import SCALE, scrambled
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.identity.advertising_ids import advertising_id_rows
from idgraph_widgets.generators.identity.connections import connection_rows
from idgraph_widgets.generators.identity.contacts import contact_rows
from idgraph_widgets.generators.identity.cookies import cookie_rows
from idgraph_widgets.generators.identity.false_links import claims, repeated_sources, sources_of
from idgraph_widgets.generators.identity.persons import people_of
from idgraph_widgets.generators.identity.rows import COPIED
from idgraph_widgets.generators.identity.values import device_keys
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.identity_mappings import MATCH_TYPES
from idgraph_widgets.schema.truth_identity import RELATIONS


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
        What false links may repeat of the block's lower-numbered households: the third result for the part before;
        None for the block's first part.

    Returns
    -------
    (Columns, Columns, Columns)
        identity_mappings and truth_identity, in the same order: by person and slot. And `sources` with those of this
        part: at most one row per household and kind of noise.
    """
    people = people_of(context, households, individuals)
    own = Columns.concat(
        [*contact_rows(people), *advertising_id_rows(people), *connection_rows(people), *cookie_rows(people)]
    )
    claimed = claims(context, own)
    sources = sources_of(context, own, claimed.is_true, sources)

    # Every row describes an identifier: its own, or the one of another person that it repeats.
    false = np.flatnonzero(~claimed.is_true)
    repeated = repeated_sources(context, own.take(false), sources)
    described = np.arange(len(own))
    described[false] = np.where(repeated < 0, -1, len(own) + repeated)
    number = ids.mapping_number(own.individual_id, own.slot)
    order = np.argsort(number, kind="stable")
    order = order[described[order] >= 0]
    identifiers = _identifiers(own, sources).take(described[order])

    individual_id, true_id = own.individual_id[order], identifiers.individual_id
    mapping_id = scrambled(context.draws("identity"), "mapping", number[order], ids.MAPPING_BITS) + 1
    mappings = Columns(
        mapping_id=mapping_id,
        individual_id=individual_id,
        household_id=ids.household_of(individual_id),
        device_id=_device_id(context, identifiers.device_number),
        **{name: identifiers[name] for name in COPIED if name not in ("device_number", "ends", "opts_out")},
        match_type=Coded(claimed.is_guessed[order].astype(np.int32), MATCH_TYPES),
        confidence=claimed.confidence[order] / SCALE,
        is_shared=own.is_shared[order],
        first_seen_ts=own.begins[order],
        **_end_of_life(context, np.minimum(own.ends[order], identifiers.ends), identifiers.opts_out),
        source=own.source.take(order),
    )
    relation = _relation(individual_id, true_id, identifiers.identifier_type)
    return mappings, Columns(mapping_id=mapping_id, true_individual_id=true_id, relation=relation), sources


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


def _relation(individual_id: np.ndarray, true_id: np.ndarray, identifier_type: Coded) -> Coded:
    """How asserted persons stand to identifiers."""
    stranger = np.where(
        identifier_type == "email", np.int32(RELATIONS.index("former_owner")), np.int32(RELATIONS.index("stranger"))
    )
    is_at_home = ids.household_of(true_id) == ids.household_of(individual_id)
    relation = np.where(is_at_home, np.int32(RELATIONS.index("household_member")), stranger)
    return Coded(np.where(true_id == individual_id, np.int32(RELATIONS.index("owner")), relation), RELATIONS)
