"""Moments at hours that people keep, for what they do beside the sessions that are logged: visits, steps, searches."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Column, Columns
from idgraph_widgets.draws import Draws
from idgraph_widgets.generators import clocks
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.engagement import hours
from idgraph_widgets.generators.habits import age_group, works

USERS = ("works", "age_group", "kind", "offset")
"""Columns of `users_of`."""

_HOUR = 60 * clocks.MINUTE


def users_of(
    context: Context, d: Draws, state: Column, individuals: Columns, person: np.ndarray, key: np.ndarray
) -> Columns:
    """Whose hours are kept: ``works``, ``age_group``, ``kind`` of device and ``offset`` (of their clocks, in µs).

    Parameters
    ----------
    context : Context
    d : Draws
    state : Column
        Of the home, per moment.
    individuals : Columns
    person : ndarray of int64
        Positions among `individuals`, per moment.
    key : ndarray of uint64
        Hashes of what happens then.
    """
    return Columns(
        works=works(individuals.employment_status.take(person)),
        age_group=age_group(individuals.age[person]),
        kind=d.below("kind", 2, key).astype(np.int8),
        offset=clocks.offsets(context, state) * clocks.MINUTE,
    )


def drawn(context: Context, d: Draws, users: Columns, day: np.ndarray, key: np.ndarray) -> np.ndarray:
    """A moment (microseconds since 1970 in UTC) of the local day at which such people are online."""
    hour = hours.local_hour(context, d, users.with_columns(weekend=_is_weekend(day)), key)
    return day * DAY + hour * _HOUR + d.below("within_hour", _HOUR, key) - users.offset


def moved(context: Context, users: Columns, after: np.ndarray, at: np.ndarray) -> np.ndarray:
    """`at`, and where that is on a later local day than `after`, a moment of that day at hours such people keep.

    What comes in order stays in order.
    """
    local = at + users.offset
    day = local // DAY
    later = np.flatnonzero(day > (after + users.offset) // DAY)
    begins = day[later] * DAY
    of = users.select(*USERS).take(later).with_columns(weekend=_is_weekend(day[later]))
    found = at.copy()
    found[later] = begins + hours.local_moment(context, of, local[later] - begins) - of.offset
    return found


def _is_weekend(day: np.ndarray) -> np.ndarray:
    """Whether days since 1970, which began on a Thursday, are a Saturday or Sunday."""
    return (day + 3) % 7 >= 5
