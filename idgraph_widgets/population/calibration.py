"""Distributions of ages that are adjusted until households add up to the published pyramid and arrangements."""

from __future__ import annotations

from functools import cache
from math import comb
from typing import Any

import numpy as np

from idgraph_widgets.config.compositions import CLASSES, PARENT_GAP, Composition
from idgraph_widgets.population.age_tables import AGES, other_age_tables, spouse_matrix
from idgraph_widgets.population.arrangements import ARRANGEMENTS, published, wanted
from idgraph_widgets.population.products import product
from idgraph_widgets.population.siblings import Siblings

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
    # With grown children or others at home, too.
    "married_couple_without_and_others": ((1.0, 54, 8),),
    "cohabiting_without_and_others": ((1.0, 48, 9),),
    "other_family_and_others": ((1.0, 52, 12),),
}


_OWN = {"married_couple": "spouse", "cohabiting": "partner", "living_alone": "alone"}
"""The arrangement of householders (and of their spouse or partner); all others live with others."""


ADULT_RELATIVES = 0.9
"""How much more often relatives are adults than people are: so that minors are as many as in the pyramid."""


def group_of(comp: Composition) -> tuple[int, int, bool]:
    """The group of households that share one distribution of the householder's age."""
    return comp.class_index, comp.minors, comp.others > 0


def _youngest(low: int, high: int, most: int) -> tuple[int, ...]:
    """Youngest parents by number of minors, who are a year apart at least; without any, youngest adults."""
    parents = [min(max(18, low + PARENT_GAP + n - 1), high) for n in range(1, most + 1)]
    return max(18, low), *parents


def _initial_ages(index: int, minors: int, has_others: bool, youngest: int, high: int) -> np.ndarray:
    grid, ages, name = np.arange(AGES), np.zeros(AGES), CLASSES[index]
    for weight, mean, deviation in _INITIAL.get(f"{name}_and_others" if has_others else name, _INITIAL[name]):
        ages += weight * np.exp(-0.5 * ((grid - mean) / deviation) ** 2) / deviation
    ages += 1e-7
    ages[(grid < youngest) | (grid > high)] = 0
    if minors and high > 66 and youngest <= 66:
        ages[grid > 66] = 0
    return ages / ages.sum() if ages.sum() > 0 else ages


class Calibration:
    """Distributions that are adjusted until the expected persons are those wanted.

    Attributes
    ----------
    ages : ndarray, shape (groups, 101)
        Householders' ages.
    child, relative : ndarray, shape (101,)
        How much more often an age is found among children and relatives than their age tables say.
    """

    def __init__(self, comps: tuple[Composition, ...], low: int, high: int, pyramid: np.ndarray, twins: float):
        self.comps, self.low, self.high, self.pyramid, self.twins = comps, low, high, pyramid, twins
        self.groups = tuple(dict.fromkeys(group_of(comp) for comp in comps))
        self.most = max((comp.minors for comp in comps), default=0)
        self.youngest = _youngest(low, high, self.most)
        self.spouse = [spouse_matrix(age, high, 0.5) for age in self.youngest]
        self.younger = [_younger(matrix) for matrix in self.spouse]
        self.child, self.relative = np.ones(AGES), np.ones(AGES)
        self.child[18:] = published()[18:, ARRANGEMENTS.index("child")] * 3
        self._remade()
        self.ages = np.array([_initial_ages(*group, self.youngest[group[1]], high) for group in self.groups])
        for place, (_, minors, _) in enumerate(self.groups):
            if minors > 1:
                tilted = self.ages[place] * self._room(minors)
                if tilted.sum() > 0:
                    self.ages[place] = tilted / tilted.sum()

    def _remade(self) -> None:
        self.siblings = Siblings.of(self.low, self.high, self.child, self.twins, self.most)
        self._minors = cache(self.siblings.expected_minors)
        self.age_tables = other_age_tables(self.low, self.high, self.pyramid, self.relative)

    def _room(self, minors: int) -> np.ndarray:
        """How well parents of an age go with so many minors, against one."""
        chain = self.siblings.minors
        weights = (chain.weights * chain.ahead[minors - 1]).sum(axis=1)
        return weights / weights.max() if weights.max() > 0 else np.ones(AGES)

    def expected(self, household_type: str | None = None) -> dict[str, np.ndarray]:
        """Expected persons by age: of each arrangement, minors as ``minor``; of one household type or of all."""
        parts = {name: np.zeros(AGES) for name in (*ARRANGEMENTS, "minor")}
        # What age tables are applied to is added up first: a home's parents by its children, householders by others.
        minors: dict[int, np.ndarray] = {}
        grown: dict[tuple[int, int], np.ndarray] = {}
        couples = {kind: np.zeros((self.most + 1, AGES)) for kind in ("spouse", "partner")}
        by_table = {name: np.zeros(AGES) for name in self.age_tables}
        for comp in self.comps:
            if household_type not in (None, comp.household_type):
                continue
            holder = comp.share * self.ages[self.groups.index(group_of(comp))]
            anchor = holder
            parts[_OWN.get(comp.household_type, "other")] += holder
            if comp.is_couple:
                couples[_OWN[comp.household_type]][comp.minors] += holder
                anchor = product(holder, self.younger[comp.minors])
            if comp.minors:
                _add(minors, comp.minors, anchor)
            if comp.others:
                self._add_others(comp, holder, anchor, grown, by_table)
        for kind, by_minors in couples.items():
            parts[kind] += sum(product(holder, spouse) for holder, spouse in zip(by_minors, self.spouse, strict=True))
        for n, anchor in sorted(minors.items()):
            expected, _ = self._minors(n)
            parts["minor"][: expected.shape[1]] += product(anchor, expected)
        parts["child"] += self.siblings.expected_grown(grown, {n: self._minors(n)[1] for n, _ in grown if n})
        parts["other"] += product(by_table["parent"], self.age_tables["parent"])
        parts["other"] += product(by_table["roommate"], self.age_tables["roommate"])
        relatives = product(by_table["relative"], self.age_tables["relative"])
        parts["other"][18:] += relatives[18:]
        parts["minor"][:18] += relatives[:18]
        return parts

    def _add_others(
        self,
        comp: Composition,
        holder: np.ndarray,
        anchor: np.ndarray,
        grown: dict[tuple[int, int], np.ndarray],
        by_table: dict[str, np.ndarray],
    ) -> None:
        child, parent, relative, roommate = ROLE_SHARES[comp.household_type]
        by_table["roommate"] += comp.others * roommate * holder
        has_parent = self.age_tables["parent"].sum(axis=1) > 0
        by_table["parent"] += comp.others * parent * holder * has_parent
        by_table["relative"] += comp.others * (relative + parent * ~has_parent) * holder
        room = np.arange(AGES) - self.siblings.grown_from + 1
        for m in range(1, comp.others + 1) if child else ():
            # Of m who would be children, those are relatives for whom a young parent leaves no room.
            share = comb(comp.others, m) * child**m * (1 - child) ** (comp.others - m)
            fit = np.clip(room, 0, m)
            for k in range(1, m + 1):
                _add(grown, (comp.minors, k), np.where(fit == k, share * anchor, 0.0))
            by_table["relative"] += share * (m - fit) * anchor

    def ages_by_type(self) -> dict[str, np.ndarray]:
        """Expected persons by age per household type."""
        types = dict.fromkeys(comp.household_type for comp in self.comps)
        return {name: sum(self.expected(name).values(), np.zeros(AGES)) for name in types}

    def adjust(self, target: np.ndarray) -> None:
        """One step towards the wanted persons by age and arrangement."""
        sums = self.expected()
        adults = np.stack([sums[name] for name in ARRANGEMENTS], axis=1)
        aim = np.where(np.arange(AGES) >= 18, target, 0.0)
        aim *= adults.sum() / max(aim.sum(), 1e-12)
        ratios = dict(zip(ARRANGEMENTS, _ratio(wanted(aim, adults.sum(axis=0)), adults).T, strict=True))
        grown = product(self.siblings.grown.first(1), ratios["child"])
        grown = np.where(grown > 0, grown, 0.2)
        for place, (index, minors, has_others) in enumerate(self.groups):
            name = CLASSES[index]
            kind = "spouse" if name.startswith("married") else "partner" if name.startswith("cohabiting") else "other"
            kind = "alone" if name == "living_alone" else kind
            ratio = ratios[kind]
            if kind in ("spouse", "partner"):
                ratio = np.sqrt(ratio * product(self.spouse[minors], ratio))
            if has_others and name != "nonfamily":
                # Whom grown children live with is decided by their ages, too.
                younger = grown if kind == "other" else product(self.younger[minors], grown)
                ratio = ratio * np.sqrt(younger)
            self.ages[place] = _scaled(self.ages[place] * ratio)
        self.child[18:] *= ratios["child"][18:]
        self.relative[18:] *= ratios["other"][18:]
        if sums["minor"].sum() > 0:
            young = np.where(np.arange(AGES) < 18, target, 0.0)
            young *= sums["minor"].sum() / max(young.sum(), 1e-12)
            self.child[:18] *= _ratio(young, sums["minor"])[:18]
        # Adults remain as many among relatives as they are.
        adults = self.pyramid[18:]
        self.relative[18:] *= ADULT_RELATIVES * adults.sum() / (adults * self.relative[18:]).sum()
        for factor in (self.child, self.relative):
            np.clip(factor, 1e-3, 1e3, out=factor)
        self._remade()


def _ratio(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Wanted over found where something is found, within bounds."""
    return np.clip(np.divide(wanted, found, out=np.ones_like(wanted), where=found > 1e-12), 0.2, 5.0)


def _add(sums: dict[Any, np.ndarray], key: Any, persons: np.ndarray) -> None:
    sums[key] = sums.get(key, 0.0) + persons


def _scaled(shares: np.ndarray) -> np.ndarray:
    return shares / shares.sum() if shares.sum() > 0 else shares


def _younger(spouse: np.ndarray) -> np.ndarray:
    """P(age of the younger of the couple | householder's age)."""
    result, grid = np.zeros((AGES, AGES)), np.arange(AGES)
    for age in range(AGES):
        np.add.at(result[age], np.minimum(age, grid), spouse[age])
    return result
