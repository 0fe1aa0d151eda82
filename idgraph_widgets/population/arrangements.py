"""With whom adults live, by single year of age: what the published bands say, without a step between them."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.population.age_tables import AGES
from idgraph_widgets.population.raking import rake

ARRANGEMENTS = ("spouse", "partner", "alone", "child", "other")

_KNOTS = {
    # (age, percent). Means of the bands 18-24, 25-34, 35-64, 65-74 and 75+ are those of CPS ASEC 2023 table AD-3, sexes
    # averaged; how the shares go within a band is design.
    "spouse": (
        (18, 0.4), (19, 1), (20, 2), (21, 4), (22, 7), (23, 11), (24, 15.5), (25, 20.5), (26, 25.5), (27, 30.5),
        (28, 35), (29, 39), (30, 42.5), (31, 45.5), (32, 48), (33, 50), (34, 52), (38, 59), (44, 63.5), (60, 64),
        (70, 61.5), (76, 57), (82, 48), (90, 32), (100, 15),
    ),
    "partner": (
        (18, 2), (19, 5), (20, 8), (21, 10.5), (22, 13), (23, 14.5), (24, 15.5), (26, 17), (28, 17.5), (30, 16.7),
        (34, 12.5), (40, 8.5), (50, 6), (62, 4.5), (70, 3), (80, 1.6), (100, 0.6),
    ),
    "alone": (
        (18, 1), (20, 3.5), (22, 6.3), (24, 8.8), (27, 11), (34, 12), (45, 11), (55, 13.5), (65, 20), (72, 26),
        (80, 36), (90, 45), (100, 45),
    ),
    "child": (
        (18, 70.5), (26, 29.7), (27, 24.8), (28, 20.2), (29, 16.2), (30, 13), (32, 9.1), (34, 7.4),
        (42, 5.2), (55, 3.7), (65, 2), (75, 0.3), (100, 0.01),
    ),
}  # fmt: skip


def published() -> np.ndarray:
    """Share of each arrangement (column) by age (row), from 18 on; rows sum to 1 there."""
    grid = np.arange(AGES)
    shares = np.zeros((AGES, len(ARRANGEMENTS)))
    for place, name in enumerate(ARRANGEMENTS[:-1]):
        ages, percent = zip(*_KNOTS[name], strict=True)
        shares[:, place] = np.interp(grid, ages, percent) / 100
    shares[:, -1] = np.maximum(1 - shares[:, :-1].sum(axis=1), 0.01)
    shares /= shares.sum(axis=1, keepdims=True)
    shares[:18] = 0
    return shares


def wanted(adults: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Persons by age and arrangement that add up to both.

    Parameters
    ----------
    adults : ndarray, shape (101,)
        Persons by age; 0 where there are none.
    totals : ndarray, shape (5,)
        Persons in each arrangement; what homes are made of decides them.

    Returns
    -------
    ndarray, shape (101, 5)
    """
    rows = np.flatnonzero(adults > 0)
    found = np.zeros((AGES, len(ARRANGEMENTS)))
    shares = rake(published()[rows] + 1e-9, adults[rows], totals, steps=30)
    found[rows] = shares * adults[rows][:, None]
    return found
