"""Age tables: how old the householder's spouse, parents, relatives and roommates are, given the householder.

Each table is a matrix of shape (101, 101): row = age of the anchor, column = age of the member, rows sum
to 1, or to 0 where the role is impossible. Ages outside the configured range have no weight.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from idgraph_widgets.config.compositions import PARENT_GAP

AGES = 101
AGE_TABLES = ("parent", "relative", "roommate")


@lru_cache(maxsize=1)
def gap_shares() -> dict[int, float]:
    """Husband's age minus wife's age in years: two halves of t(3) about 0.1, of scale 2.1 below and 4.1 above.

    Fitted to Pew Research Center 2024 on ACS 2022: mean 2.2, within two years 51 %, husband three or more years
    older 40 %, wife 10 %; a third within one year (FlowingData 2024 on ACS 2022).
    """
    weights = {}
    for gap in range(-15, 31):
        z = (gap - 0.1) / (2.1 if gap < 0.1 else 4.1)
        weights[gap] = (1 + z * z / 3) ** -2
    total = sum(weights.values())
    return {gap: w / total for gap, w in weights.items()}


@lru_cache(maxsize=64)
def spouse_matrix(low: int, high: int, householder_male: float) -> np.ndarray:
    """P(age of spouse | age of householder), of gaps that keep the spouse in low..high."""
    matrix = np.zeros((AGES, AGES))
    for sign, sex in ((-1, householder_male), (1, 1 - householder_male)):
        found = np.zeros((AGES, AGES))
        for gap, share in gap_shares().items():
            age = np.arange(AGES)
            spouse = age + sign * gap
            fits = (age >= 18) & (spouse >= low) & (spouse <= high)
            found[age[fits], spouse[fits]] = share
        # A householder of whom no gap leads into the range (by no default) has a spouse at its nearer end.
        alone = np.flatnonzero((found.sum(axis=1) == 0) & (np.arange(AGES) >= 18))
        found[alone, np.clip(alone, low, high)] = 1.0
        matrix += sex * _normalise(found)
    return matrix


def birth_weights() -> np.ndarray:
    """Weight of a parent's age at birth, by years (mean about 29; design)."""
    ages = np.arange(AGES)
    weights = np.exp(-0.5 * ((ages - 29.0) / 6.0) ** 2)
    weights[:PARENT_GAP] = 0
    weights[51:] = 0
    return weights


def _normalise(matrix: np.ndarray) -> np.ndarray:
    sums = matrix.sum(axis=1, keepdims=True)
    return np.divide(matrix, sums, out=np.zeros_like(matrix), where=sums > 0)


def other_age_tables(low: int, high: int, population: np.ndarray, relatives: np.ndarray) -> dict[str, np.ndarray]:
    """The age tables of parents, relatives and roommates, for ages low..high.

    Parameters
    ----------
    low, high : int
        The configured age range.
    population : ndarray, shape (101,)
        Share of the population by single year.
    relatives : ndarray, shape (101,)
        How many times more often than in the population an age is found among relatives.
    """
    anchor, age = np.arange(AGES)[:, None], np.arange(AGES)[None, :]
    gap = anchor - age
    adult = (age >= max(18, low)) & (age <= high) & (anchor >= 18)
    parent = np.where(adult & (-gap >= PARENT_GAP), birth_weights()[np.abs(gap)] * population[None, :], 0.0)
    near = np.where(adult & (np.abs(gap) <= 8), np.exp(-np.abs(gap) / 3.0), 0.0)
    roommate = np.where(near.any(axis=1, keepdims=True), near, adult.astype(float))
    relative = np.where((age >= low) & (age <= high) & (anchor >= 18), (population * relatives)[None, :], 0.0)
    return {"parent": _normalise(parent), "relative": _normalise(relative), "roommate": _normalise(roommate)}
