"""Which exposures of the same person and advertiser can carry what happens later."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns, explode


def in_order(shown: Columns) -> Columns:
    """Exposures by person, advertiser and time; of two at the same time the lower key counts as the later one."""
    return shown.take(np.lexsort((-shown.exposure_id, shown.exposed, shown.advertiser_id, shown.individual_id)))


def carried(individual: np.ndarray, advertiser: np.ndarray, shown: Columns) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of rows with exposures of the same person and advertiser.

    Parameters
    ----------
    individual, advertiser : ndarray of int64
    shown : Columns
        ``individual_id`` and ``advertiser_id``, ordered by them.

    Returns
    -------
    (row, exposure)
        Positions; by rising row, and within a row in the order of `shown`.
    """
    here, there = (_pair(*keys) for keys in ((individual, advertiser), (shown.individual_id, shown.advertiser_id)))
    first = np.searchsorted(there, here, side="left")
    row, number = explode(np.searchsorted(there, here, side="right") - first)
    return row, first[row] + number


def _pair(individual: np.ndarray, advertiser: np.ndarray) -> np.ndarray:
    return individual * np.int64(1 << 24) + advertiser


def latest_exposure(visits: Columns, shown: Columns) -> np.ndarray:
    """Position of the latest exposure of the same advertiser whose campaign's window reaches the visit, or -1."""
    row, seen = carried(visits.individual_id, visits.advertiser_id, shown)
    exposed, at = shown.exposed[seen], visits.site_visit[row]
    inside = (exposed < at) & (at <= exposed + shown.window_us[seen])
    latest = np.full(len(visits), -1, np.int64)
    # Exposures of a visit come in the order of time, so the last assignment is the latest one.
    latest[row[inside]] = seen[inside]
    return latest
