"""Identifiers that engagements can run through, with the habits of whom they really belong to."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns, Lookup, order_by
from idgraph_widgets.generators import clocks, habits
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.habits import DESKTOP, DEVICE_KINDS, TV
from idgraph_widgets.generators.identity.outsiders import lookalikes
from idgraph_widgets.schema import ids

USABLE = ("cookie", "idfa", "gaid", "ctv_id")
"""Identifier types that engagements run through."""

_PLACE = np.array([{TV: 0, DESKTOP: 1}.get(kind, 2) for kind in range(len(DEVICE_KINDS))], np.int64)


def make(
    context: Context, households: Columns, individuals: Columns, identity_mappings: Columns, truth_identity: Columns
) -> Columns:
    """Identifiers that engagements can run through, with the habits of their true persons.

    By asserted person, TVs first, then desktops, then the others, by key: the order in which identifiers are numbered
    when one is picked, so that how many there are of a kind tells which they are.

    Returns
    -------
    Columns
        ``mapping_id``, ``individual_id`` (asserted), ``device_type``, ``known`` (matched by a log-in), ``first`` and
        ``last`` (of its life), ``actor_id`` (the true person, or an outsider); ``kind``, ``age_group``, ``is_male``,
        ``works`` and ``offset`` (minutes from UTC) of the true person; ``tv_weight`` of the asserted one.
    """
    usable = np.flatnonzero(identity_mappings.identifier_type.isin(USABLE))
    names = ("mapping_id", "individual_id", "device_type", "match_type", "first_seen_ts", "last_seen_ts")
    edges = identity_mappings.select(*names).take(usable)
    kind = habits.device_kind(edges.device_type)
    order = np.argsort(edges.mapping_id)
    order = order[order_by((edges.individual_id * 4 + _PLACE[kind])[order])]
    edges, kind = edges.take(order), kind[order]
    actor = truth_identity.actor_id[usable[order]]
    place, is_outside = Lookup(individuals.individual_id), ids.is_hidden(ids.household_of(actor))
    who = place[np.where(is_outside, edges.individual_id, actor)]
    who[is_outside] = lookalikes(context, individuals, actor[is_outside])
    person = individuals.select("age", "gender", "employment_status").take(who)
    # An outsider lives in the market of the asserted person.
    true_home = ids.household_of(np.where(is_outside, edges.individual_id, actor))
    home = Lookup(households.household_id)[true_home]
    # The asserted person's, who is there from the start: identifiers that come later must not move the pick.
    asserted = individuals.select("age", "employment_status").take(place[edges.individual_id])
    return Columns(
        mapping_id=edges.mapping_id,
        individual_id=edges.individual_id,
        device_type=edges.device_type,
        known=edges.match_type == "deterministic",
        first=edges.first_seen_ts,
        last=edges.last_seen_ts,
        actor_id=actor,
        kind=kind,
        age_group=habits.age_group(person.age),
        is_male=(person.gender == "male").astype(np.int8),
        works=habits.works(person.employment_status),
        offset=clocks.offsets(context, households.select("state").take(home).state),
        tv_weight=habits.tv_weight(asserted),
    )
