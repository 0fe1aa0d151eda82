"""When identifiers are first observed.

Most live before the window begins. Such a one is observed for the first time some days into it, sooner of people who
are more active; never looked up among the events, which only go through what has been observed. One identifier of
everybody is observed in the first hour, so that nobody's sessions wait for the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns, group_starts, numbered_groups, order_by
from idgraph_widgets.draws import SCALE, hashed
from idgraph_widgets.generators import activity
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.generators.identity.persons import People, home_itself
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

TICKETS = 1024

FIRST_HOUR = DAY // 24

SLOWEST, FASTEST = 10.0, 0.1
"""Waits of the least and of the most active relative to those of the median, at most and at least."""

_LATER = 3 * DAY
"""Within this time after a mailbox or phone is observed so are its hashes and other spellings (design)."""

_ENGAGING = ("cookie", "idfa", "gaid", "ctv_id")
"""Types through which sessions go."""


@dataclass(frozen=True)
class Waits:
    """How long identifiers wait for their first observation.

    Attributes
    ----------
    micros : ndarray of int64
        Of the median class of activity, by ticket.
    factor_e4 : ndarray of int64
        By class of activity, in ten-thousandths.
    """

    micros: np.ndarray
    factor_e4: np.ndarray


def prepare(config: GenerationConfig) -> Waits:
    """Exponential waits, longer for those who are less active."""
    mean = config.demographics_config.identity_mappings.first_seen_days * DAY
    waits = [-mean * math.log(1 - (i + 0.5) / TICKETS) for i in range(TICKETS)]
    factors = (1 / m for m in activity.multipliers(config.engagement_config.activity_sigma))
    return Waits(
        np.array([round(wait / 1000) * 1000 for wait in waits], np.int64),
        np.array([round(min(SLOWEST, max(FASTEST, factor)) * SCALE) for factor in factors], np.int64),
    )


def first_seen(people: People, rows: Columns) -> np.ndarray:
    """When each identifier is first observed (microseconds since 1970); never at the first instant of the window.

    Parameters
    ----------
    people : People
    rows : Columns
        Those of `identifier_rows`, of all kinds.
    """
    context, d = people.context, people.context.draws("sightings")
    # What a home shares is observed once for all its members, as often as the home is active.
    holder = np.where(rows.is_shared, home_itself(ids.household_of(rows.individual_id)), rows.individual_id)
    holder_key = hashed(holder)
    key = hashed(rows.link, holder_key)
    waits = context.of(prepare)
    wait = waits.micros[d.below("wait", TICKETS, key)]
    wait = wait * waits.factor_e4[activity.activity_class(context, holder_key)] // SCALE
    is_first = _first_of_person(context, rows, holder)
    wait = np.where(is_first, d.below("first_hour", FIRST_HOUR, key), wait)
    # A cookie that is set in the window is observed then.
    wait[(rows.identifier_type == "cookie") & (rows.begins > context.start)] = -1
    room = np.minimum(rows.ends, rows.opts_out) - rows.begins - 1
    is_derived = rows.slot != rows.link
    late = np.flatnonzero((wait >= room) & ~is_derived)
    wait[late] = d.unit("late", key[late]) % np.maximum(room[late], 1)
    # Never before what they are made from, so that one is not there without the other.
    derived = np.flatnonzero(is_derived)
    later = d.below("later", _LATER, hashed(rows.slot[derived], key[derived]))
    wait[derived] = np.minimum(wait[derived] + later, room[derived] - 1)
    return rows.begins + 1 + wait


def _first_of_person(context: Context, rows: Columns, holder: np.ndarray) -> np.ndarray:
    """Which rows are of the identifier by which somebody is known in the first hour.

    The one of one's own that lives longest, of those that sessions go through; or else one that the home shares.
    """
    there = np.flatnonzero((rows.begins == context.start) & (rows.slot == rows.link))
    engaging = rows.identifier_type.isin(_ENGAGING)[there]
    shared, address = rows.is_shared[there], (rows.identifier_type == "ip_address")[there]
    rank = np.where(engaging, np.where(shared, 1, 0), np.where(shared & address, 2, 3))
    person = rows.individual_id[there] * 4 + rank
    until = np.minimum(rows.ends, rows.opts_out)[there]
    order = order_by(person)
    until, starts, of = until[order], *numbered_groups(person[order])
    longest = order[until == np.maximum.reduceat(until, starts)[of]]
    # Of equals the first of the person's rows.
    first = there[longest[group_starts(person[longest] // 4)]]
    is_first = np.zeros(len(rows), bool)
    is_first[first] = True
    # Whoever it is shared with knows it from the same moment.
    shared = np.flatnonzero(rows.is_shared)
    number = ids.mapping_number(holder[shared], rows.slot[shared])
    is_first[shared] = np.isin(number, number[is_first[shared]])
    return is_first
