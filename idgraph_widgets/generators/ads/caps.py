"""Frequency caps: of what a cap's scope could see, in time order, what it sees."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import numbered_groups
from idgraph_widgets.generators.context import DAY

WEEK = 7 * DAY


def within_caps(unit: np.ndarray, micros: np.ndarray, daily: np.ndarray, weekly: np.ndarray) -> np.ndarray:
    """Which exposures the caps let through; what comes later never decides about what came before.

    An exposure is let through where at most ``daily - 1`` of the unit's lie in the 24 hours before it, and at most
    ``weekly - 1`` in the 168 hours before, both ends included. All units are gone through at once, one exposure of each
    after the other; most have so few that no cap can bind.

    Parameters
    ----------
    unit : ndarray of int64
        By campaign and scope of the cap, rows in time order.
    micros : ndarray of int64
        Never falling within a unit.
    daily, weekly : ndarray of int64
        Caps, one per row, the same for all of a unit.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> hours = np.array([0, 1, 2, 30]) * 3_600_000_000
    >>> within_caps(np.zeros(4, np.int64), hours, np.full(4, 2), np.full(4, 10))
    array([ True,  True, False,  True])
    """
    kept = np.ones(len(unit), bool)
    order = np.argsort(unit, kind="stable")
    starts, _ = numbered_groups(unit[order])
    counts = np.diff(np.append(starts, len(order)))
    first = order[starts]
    crowded = np.flatnonzero(counts > np.minimum(daily[first], weekly[first]))
    starts, counts = starts[crowded], counts[crowded]
    caps = tuple((cap[first[crowded]], length) for cap, length in ((daily, DAY), (weekly, WEEK)))
    # When the n-th that was let through came, at the place of the unit's n-th row.
    let = np.zeros(len(order), np.int64)
    so_far = np.zeros(len(crowded), np.int64)
    for rank in range(int(counts.max(initial=0))):
        live = np.flatnonzero(counts > rank)
        row = order[starts[live] + rank]
        passes = np.ones(len(live), bool)
        for cap, length in caps:
            bound = np.flatnonzero(so_far[live] >= cap[live])
            of = live[bound]
            passes[bound] &= micros[row[bound]] - let[starts[of] + so_far[of] - cap[of]] > length
        kept[row[~passes]] = False
        through = live[passes]
        let[starts[through] + so_far[through]] = micros[row[passes]]
        so_far[through] += 1
    return kept
