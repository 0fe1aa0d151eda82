"""Sexes: of couples and lone householders as published, of everybody else so that the pyramid holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from idgraph_widgets.config.compositions import Composition
from idgraph_widgets.population.age_tables import AGES, spouse_matrix
from idgraph_widgets.population.products import product

SAME_SEX = 0.015
"""Share of couples of one sex (about 1.3 million of 70 million couples, ACS; memory)."""

SINGLE_PARENT_MALE = 0.197
"""Male share of lone householders with own children (1.2 of 6.1 % of households, ACS 2020-24 DP02)."""

OTHER_FAMILY_MALE = 0.32
"""Male share of householders of other families (ACS 2020-24 DP02: 4.1 against 7.0 % of households without partner or
own children who do not live alone, less about 1.4 % each of nonfamily homes; derived)."""


@dataclass(frozen=True)
class Sexes:
    """P(male) of everybody.

    Attributes
    ----------
    single : ndarray, shape (101,)
        Of a person outside a couple, by age.
    single_parent, other_family, couple : float
        Of a lone parent, of the householder of another family, and of the householder of a couple.
    spouse : tuple of float
        P(spouse is male | householder male), P(spouse is male | householder female).
    """

    single: np.ndarray
    single_parent: float
    other_family: float
    couple: float
    spouse: tuple[float, float]


def sexes(
    householders: Iterable[tuple[Composition, np.ndarray]],
    everybody: np.ndarray,
    male_by_age: np.ndarray,
    male_share: float,
    youngest: tuple[int, ...],
    high: int,
) -> Sexes:
    """P(male) outside couples by age so that the pyramid's sexes hold, then one shift for the configured share.

    Parameters
    ----------
    householders : iterable of (Composition, ndarray)
        Age distribution of each composition's householders.
    everybody : ndarray, shape (101,)
        Expected persons by age.
    male_by_age : ndarray, shape (101,)
        Published share of males.
    male_share : float
        Configured share of males among everybody.
    youngest : tuple of int
        Youngest spouse by number of minors.
    high : int
        Oldest.
    """
    couple, couple_male, lone, other = (np.zeros(AGES) for _ in range(4))
    for comp, ages in householders:
        found = comp.share * ages
        if comp.is_couple:
            least = youngest[comp.minors]
            couple += found + product(found, spouse_matrix(least, high, 0.5))
            couple_male += 0.5 * found + 0.5 * product(found, spouse_matrix(least, high, 0.0))
        elif comp.household_type == "single_parent":
            lone += found
        elif comp.household_type == "other_family":
            other += found
    rest = np.maximum(everybody - couple - lone - other, 1e-9)
    known = couple_male + lone * SINGLE_PARENT_MALE + other * OTHER_FAMILY_MALE
    single = np.clip((everybody * male_by_age - known) / rest, 0.05, 0.95)

    def shifted(delta: float) -> tuple[np.ndarray, float, float, float]:
        def move(p: np.ndarray | float) -> np.ndarray:
            odds = np.asarray(p) / (1 - np.asarray(p)) * np.exp(delta)
            return odds / (1 + odds)

        parent, family, pair = (float(move(p)) for p in (SINGLE_PARENT_MALE, OTHER_FAMILY_MALE, 0.5))
        return move(single), parent, family, pair

    def total(delta: float) -> float:
        s, parent, family, pair = shifted(delta)
        fixed = parent * lone.sum() + family * other.sum() + pair * couple.sum()
        return float((rest @ s + fixed) / everybody.sum())

    if male_share <= 0 or male_share >= 1:
        only = float(male_share >= 1)
        return Sexes(np.full(AGES, only), only, only, only, (only, only))
    below, above = -30.0, 30.0
    for _ in range(80):
        middle = (below + above) / 2
        below, above = (middle, above) if total(middle) < male_share else (below, middle)
    s, parent, family, pair = shifted((below + above) / 2)
    mixed = min(pair, 1 - pair) * (1 - SAME_SEX)
    return Sexes(s, parent, family, pair, (1 - mixed / pair, mixed / (1 - pair)))
