"""The calibrated population: ages and sexes of households that add up to the published pyramid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.config.compositions import CLASSES, PARENT_GAP, Composition, compositions, minors_possible
from idgraph_widgets.population.kernels import AGES, fixed_kernels, gap_shares, minor_kernel
from idgraph_widgets.population.products import product

SAME_SEX = 0.015
"""Share of couples of one sex (about 1.3 million of 70 million couples, ACS; memory)."""

SINGLE_PARENT_MALE = 0.197
"""Male share of lone householders with own children (1.2 of 6.1 % of households, ACS 2020-24 DP02)."""

OTHER_FAMILY_MALE = 0.32
"""Male share of householders of other families (ACS 2020-24 DP02: 4.1 against 7.0 % of households without partner or
own children who do not live alone, less about 1.4 % each of nonfamily homes; derived)."""

ROLE_SHARES = {
    # Members beyond householder, partner and minor children: (adult child, parent, relative, roommate); design,
    # near ACS 2020-24 DP02 relationships (child 28.9, other relative 7.0, non-relative 3.2 % of people).
    "married_couple": (0.74, 0.09, 0.15, 0.02),
    "cohabiting": (0.62, 0.08, 0.20, 0.10),
    "single_parent": (0.70, 0.12, 0.18, 0.0),
    "other_family": (0.62, 0.14, 0.24, 0.0),
    "nonfamily": (0.0, 0.0, 0.0, 1.0),
    "living_alone": (0.0, 0.0, 0.0, 1.0),
}

_INITIAL = {  # householder's age by class: (weight, mean, deviation) of normal parts; only a start for calibration
    "married_couple_with_minors": ((1.0, 41, 8),),
    "married_couple_without": ((0.08, 33, 4), (0.92, 63, 13)),
    "cohabiting_with_minors": ((1.0, 36, 8),),
    "cohabiting_without": ((0.6, 30, 8), (0.4, 55, 14)),
    "single_parent": ((1.0, 38, 9),),
    "living_alone": ((0.45, 41, 11), (0.55, 67, 13)),
    "other_family": ((1.0, 55, 15),),
    "nonfamily": ((0.6, 31, 8), (0.4, 50, 15)),
}


@dataclass(frozen=True)
class PopulationModel:
    """Everything a generator needs to draw households that match the pyramid.

    Attributes
    ----------
    compositions : tuple of Composition
    householder_ages : ndarray, shape (len(CLASSES), 101)
        Age distribution of householders per class.
    kernels : dict of str to ndarray
        See `kernels`.
    parent_age_min : int
        Youngest age of a householder, spouse or partner with minor children.
    adult_age_min : int
    age_max : int
    age_by_type : dict of str to ndarray, shape (101,)
        Expected persons per household by age, per household type (shares of all households included).
    male_single : ndarray, shape (101,)
        P(male) of a person outside a couple, by age.
    male_single_parent, male_other_family, male_couple : float
        P(male) of a lone parent, of the householder of another family, and of the householder of a couple.
    male_spouse : tuple of float
        P(spouse is male | householder male), P(spouse is male | householder female).
    """

    compositions: tuple[Composition, ...]
    householder_ages: np.ndarray
    kernels: dict[str, np.ndarray]
    parent_age_min: int
    adult_age_min: int
    age_max: int
    age_by_type: dict[str, np.ndarray]
    male_single: np.ndarray
    male_single_parent: float
    male_other_family: float
    male_couple: float
    male_spouse: tuple[float, float]


@lru_cache(maxsize=8)
def population_model(
    sizes: tuple[tuple[int, float], ...], age_range: tuple[int, int], male_share: float
) -> PopulationModel:
    """Calibrate ages and sexes for these sizes, this age range and this male share (of the two sexes).

    Parameters
    ----------
    sizes : tuple of (persons, share)
    age_range : (low, high)
        Inclusive.
    male_share : float
        Males over males and females, among everybody.
    """
    low, high = age_range
    pyramid, male_by_age = _pyramid()
    adult_min, parent_min = max(18, low), max(18, low + PARENT_GAP)
    comps = tuple(compositions(dict(sizes), minors_possible(low, high)))
    target = np.where((np.arange(AGES) >= low) & (np.arange(AGES) <= high), pyramid, 0.0)
    target = target / target.sum()

    ages = _initial_ages(adult_min, parent_min, high)
    parts = _Parts(comps, fixed_kernels(low, high, pyramid), adult_min, parent_min, high)
    factor = np.ones(AGES)
    for _ in range(60):
        minors = minor_kernel(low, high, factor)
        expected = parts.expected(minors)
        ratio = _ratio(target, sum(product(ages[i], members) for i, members in expected.items()))
        for i, members in expected.items():
            adults = members[:, 18:]
            ages[i] = ages[i] * product(adults, ratio[18:]) / np.maximum(adults.sum(axis=1), 1e-12)
            ages[i] /= ages[i].sum()
        factor = factor * ratio
        factor[:18] /= factor[:18].mean()
    by_type = parts.ages_by_type(ages, minors)
    male = _sexes(ages, comps, by_type, male_by_age, male_share, adult_min, parent_min, high)
    kernels = {"minor": minors, **parts.kernels}
    return PopulationModel(comps, ages, kernels, parent_min, adult_min, high, by_type, *male)


def _pyramid() -> tuple[np.ndarray, np.ndarray]:
    rows = reference.facts("age_single_year")
    total = np.array([float(r["total"]) for r in rows])
    male = np.array([float(r["male"]) for r in rows])
    return total / total.sum(), male / total


def _ratio(target: np.ndarray, current: np.ndarray) -> np.ndarray:
    """Wanted over found, per age, with adults and minors each scaled to their own total."""
    ratio = np.ones(AGES)
    for part in (slice(0, 18), slice(18, AGES)):
        if target[part].sum() > 0 and current[part].sum() > 0:
            wanted = target[part] / target[part].sum()
            found = current[part] / current[part].sum()
            ratio[part] = np.divide(wanted, found, out=np.ones_like(wanted), where=found > 1e-9)
    return np.clip(ratio, 0.2, 5.0)


def _initial_ages(adult_min: int, parent_min: int, high: int) -> np.ndarray:
    grid = np.arange(AGES)
    ages = np.zeros((len(CLASSES), AGES))
    for i, name in enumerate(CLASSES):
        for weight, mean, deviation in _INITIAL[name]:
            ages[i] += weight * np.exp(-0.5 * ((grid - mean) / deviation) ** 2) / deviation
        with_minors = name.endswith("with_minors") or name == "single_parent"
        ages[i] += 1e-7
        ages[i][grid < (parent_min if with_minors else adult_min)] = 0
        ages[i][grid > high] = 0
        if with_minors:
            ages[i][grid > 68] = 0 if high > 68 and parent_min <= 68 else ages[i][grid > 68]
        if ages[i].sum() > 0:
            ages[i] /= ages[i].sum()
    return ages


@lru_cache(maxsize=64)
def spouse_matrix(low: int, high: int, householder_male: float) -> np.ndarray:
    """P(age of spouse | age of householder), the gap cut to low..high."""
    matrix = np.zeros((AGES, AGES))
    adults = np.arange(18, AGES)
    for gap, share in gap_shares().items():
        np.add.at(matrix, (adults, np.clip(adults - gap, low, high)), share * householder_male)
        np.add.at(matrix, (adults, np.clip(adults + gap, low, high)), share * (1 - householder_male))
    return matrix


class _Parts:
    """Expected members by age, given the householder's age: matrices (householder's age, member's age).

    All but the minors is fixed while ages are calibrated, and kept per group: a class, or a household type
    with or without minors.
    """

    def __init__(self, comps, kernels, adult_min, parent_min, high):
        self.kernels = kernels
        spouse = {flag: spouse_matrix(parent_min if flag else adult_min, high, 0.5) for flag in (False, True)}
        youngest = {flag: _younger(matrix) for flag, matrix in spouse.items()}
        self._younger_parent = youngest[True]
        self._groups: dict[tuple[int, str], list] = {}
        others: dict[tuple, np.ndarray] = {}
        for comp in comps:
            flag = comp.minors > 0
            younger = youngest[flag] if comp.is_couple else np.eye(AGES)
            key = (comp.household_type, flag)
            if comp.others and key not in others:
                others[key] = self._others(comp.household_type, younger)
            fixed = np.eye(AGES) + (spouse[flag] if comp.is_couple else 0.0)
            if comp.others:
                fixed = fixed + comp.others * others[key]
            group = self._groups.setdefault((comp.class_index, comp.household_type), [0.0, 0.0, comp.is_couple])
            group[0] = group[0] + comp.share * fixed
            group[1] += comp.share * comp.minors
        self.classes = sorted({index for index, _ in self._groups})

    def expected(self, minors: np.ndarray) -> dict[int, np.ndarray]:
        """Per class: persons by age (columns) for each age of the householder (rows), times the class's share."""
        of_couples = np.zeros((AGES, AGES))
        of_couples[:, :18] = product(self._younger_parent, minors[:, :18])
        children = {True: of_couples, False: minors}
        return {
            index: fixed + count * children[is_couple] for (index, _), (fixed, count, is_couple) in self._groups.items()
        }

    def ages_by_type(self, ages: np.ndarray, minors: np.ndarray) -> dict[str, np.ndarray]:
        """Expected persons by age per household type."""
        expected, found = self.expected(minors), {}
        for index, household_type in self._groups:
            persons = product(ages[index], expected[index])
            found[household_type] = found.get(household_type, np.zeros(AGES)) + persons
        return found

    def _others(self, household_type: str, younger: np.ndarray) -> np.ndarray:
        child, parent, relative, roommate = ROLE_SHARES[household_type]
        kernels = self.kernels
        # Where a role is impossible its people are relatives.
        no_child = product(younger, kernels["adult_child"].sum(axis=1) == 0)
        no_parent = kernels["parent"].sum(axis=1) == 0
        relatives = relative + child * no_child + parent * no_parent
        return (
            child * product(younger, kernels["adult_child"])
            + parent * kernels["parent"]
            + relatives[:, None] * kernels["relative"]
            + roommate * kernels["roommate"]
        )


def _younger(spouse: np.ndarray) -> np.ndarray:
    """P(age of the younger of the couple | householder's age)."""
    result, grid = np.zeros((AGES, AGES)), np.arange(AGES)
    for age in range(AGES):
        np.add.at(result[age], np.minimum(age, grid), spouse[age])
    return result


def _sexes(ages, comps, by_type, male_by_age, male_share, adult_min, parent_min, high):
    """P(male) outside couples by age so that the pyramid's sexes hold, then one shift for the configured share."""
    couple, couple_male, lone, other = (np.zeros(AGES) for _ in range(4))
    for comp in comps:
        householders = comp.share * ages[comp.class_index]
        if comp.is_couple:
            least = parent_min if comp.minors else adult_min
            spouse_of_wife = spouse_matrix(least, high, 0.0)
            couple += householders + product(householders, spouse_matrix(least, high, 0.5))
            couple_male += 0.5 * householders + 0.5 * product(householders, spouse_of_wife)
        elif comp.household_type == "single_parent":
            lone += householders
        elif comp.household_type == "other_family":
            other += householders
    everybody = sum(by_type.values())
    rest = np.maximum(everybody - couple - lone - other, 1e-9)
    known = couple_male + lone * SINGLE_PARENT_MALE + other * OTHER_FAMILY_MALE
    single = np.clip((everybody * male_by_age - known) / rest, 0.05, 0.95)

    def shifted(delta: float):
        def move(p):
            odds = np.asarray(p) / (1 - np.asarray(p)) * np.exp(delta)
            return odds / (1 + odds)

        return move(single), *(float(move(p)) for p in (SINGLE_PARENT_MALE, OTHER_FAMILY_MALE, 0.5))

    def total(delta: float) -> float:
        s, parent, family, pair = shifted(delta)
        fixed = parent * lone.sum() + family * other.sum() + pair * couple.sum()
        return float((rest @ s + fixed) / everybody.sum())

    if male_share <= 0 or male_share >= 1:
        only = float(male_share >= 1)
        return np.full(AGES, only), only, only, only, (only, only)
    below, above = -30.0, 30.0
    for _ in range(80):
        middle = (below + above) / 2
        below, above = (middle, above) if total(middle) < male_share else (below, middle)
    s, parent, family, pair = shifted((below + above) / 2)
    mixed = min(pair, 1 - pair) * (1 - SAME_SEX)
    return s, parent, family, pair, (1 - mixed / pair, mixed / (1 - pair))
