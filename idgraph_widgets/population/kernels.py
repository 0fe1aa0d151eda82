"""Age kernels: how old a member is, given the householder (or the younger parent).

Each kernel is a matrix of shape (101, 101): row = age of the anchor, column = age of the member, rows sum
to 1, or to 0 where the role is impossible. Ages outside the configured range have no weight.
"""

from __future__ import annotations

import numpy as np

from idgraph_widgets.config.compositions import PARENT_GAP

AGES = 101
KERNELS = ("minor", "adult_child", "parent", "relative", "roommate")


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


def birth_weights() -> np.ndarray:
    """Weight of a parent's age at birth, by years (mean about 29; design)."""
    ages = np.arange(AGES)
    weights = np.exp(-0.5 * ((ages - 29.0) / 6.0) ** 2)
    weights[:PARENT_GAP] = 0
    weights[51:] = 0
    return weights


def _at_home(age: int) -> float:
    """Relative share of adults who live as a child of the householder.

    CPS ASEC 2023 AD-3, sexes averaged: .559, .151 and .047; first raised until the drawn population has them.
    """
    for limit, share in ((25, 0.72), (35, 0.151), (65, 0.047)):
        if age < limit:
            return share
    return 0.01


def _normalise(matrix: np.ndarray) -> np.ndarray:
    sums = matrix.sum(axis=1, keepdims=True)
    return np.divide(matrix, sums, out=np.zeros_like(matrix), where=sums > 0)


def fixed_kernels(low: int, high: int, population: np.ndarray) -> dict[str, np.ndarray]:
    """The kernels of everybody but minor children, for ages low..high.

    Parameters
    ----------
    low, high : int
        The configured age range.
    population : ndarray, shape (101,)
        Share of the population by single year, for relatives.
    """
    anchor, age = np.arange(AGES)[:, None], np.arange(AGES)[None, :]
    gap = anchor - age
    births = birth_weights()
    adult = (age >= max(18, low)) & (age <= high) & (anchor >= 18)
    at_home = np.array([_at_home(a) for a in range(AGES)])[None, :]
    child = np.where(adult & (gap >= PARENT_GAP), (births[np.abs(gap)] + 1e-6) * at_home, 0.0)
    parent = np.where(adult & (-gap >= PARENT_GAP), births[np.abs(gap)] * population[None, :], 0.0)
    near = np.where(adult & (np.abs(gap) <= 8), np.exp(-np.abs(gap) / 3.0), 0.0)
    roommate = np.where(near.any(axis=1, keepdims=True), near, adult.astype(float))
    # Young adults are more often some other relative of the householder (CPS ASEC 2023 AD-3; factor by design).
    leaning = population * np.where((np.arange(AGES) >= 18) & (np.arange(AGES) < 35), 2.0, 1.0)
    relative = np.where((age >= low) & (age <= high) & (anchor >= 18), leaning[None, :], 0.0)
    kernels = {"adult_child": child, "parent": parent, "relative": relative, "roommate": roommate}
    return {name: _normalise(matrix) for name, matrix in kernels.items()}


def minor_kernel(low: int, high: int, factor: np.ndarray) -> np.ndarray:
    """Ages of minor children by the younger parent's age; `factor` calibrates them (see `population_model`)."""
    anchor, age = np.arange(AGES)[:, None], np.arange(AGES)[None, :]
    gap = anchor - age
    allowed = (age >= low) & (age <= min(17, high)) & (gap >= PARENT_GAP) & (anchor >= 18)
    # Births later than 50 do not occur, but a drawn child of an old householder must not be left without an age.
    return _normalise(np.where(allowed, (birth_weights()[np.abs(gap)] + 1e-6) * factor[None, :], 0.0))
