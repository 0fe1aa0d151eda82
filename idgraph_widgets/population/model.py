"""The calibrated population: ages and sexes of households that add up to the published pyramid and arrangements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.config.compositions import Composition, compositions, minors_possible
from idgraph_widgets.population.age_tables import AGES, spouse_matrix
from idgraph_widgets.population.calibration import Calibration, group_of
from idgraph_widgets.population.sexes import Sexes, sexes
from idgraph_widgets.population.siblings import Siblings

_STEPS = 12
"""Rounds of calibration."""


@dataclass(frozen=True)
class PopulationModel:
    """Everything a generator needs to draw households that match the pyramid.

    Attributes
    ----------
    compositions : tuple of Composition
    groups : tuple of (int, int, bool)
        Class (position in ``CLASSES``), number of minors and whether there are others: households whose householders
        share one age distribution.
    householder_ages : ndarray, shape (len(groups), 101)
        Age distribution of householders per group.
    age_tables : dict of str to ndarray
        See the module of that name.
    siblings : Siblings
        Ages of children.
    youngest : tuple of int
        Youngest age of a householder, spouse or partner by number of minor children: so many fit below their parents.
    age_max : int
    age_by_type : dict of str to ndarray, shape (101,)
        Expected persons per household by age, per household type (shares of all households included).
    sexes : Sexes
    """

    compositions: tuple[Composition, ...]
    groups: tuple[tuple[int, int, bool], ...]
    householder_ages: np.ndarray
    age_tables: dict[str, np.ndarray]
    siblings: Siblings
    youngest: tuple[int, ...]
    age_max: int
    age_by_type: dict[str, np.ndarray]
    sexes: Sexes

    def young_parents(self, below: int) -> np.ndarray:
        """Share of people, by age, who are householder, spouse or partner of a home with a child below that age."""
        found, everybody = np.zeros(AGES), sum(self.age_by_type.values())
        ages = np.arange(AGES)
        for comp in self.compositions:
            if not comp.minors:
                continue
            # The youngest child goes with the younger parent.
            young = self.siblings.minors.first(comp.minors)[:, :below].sum(axis=1)
            holder = comp.share * self.ages_of(comp)
            if comp.is_couple:
                pairs = spouse_matrix(self.youngest[comp.minors], self.age_max, 0.5)
                pairs = holder[:, None] * pairs * young[np.minimum(ages[:, None], ages[None, :])]
                found += pairs.sum(axis=1) + pairs.sum(axis=0)
            else:
                found += holder * young
        return np.clip(np.divide(found, everybody, out=np.zeros(AGES), where=everybody > 0), 0.0, 1.0)

    def ages_of(self, comp: Composition) -> np.ndarray:
        """Age distribution of this composition's householders."""
        return self.householder_ages[self.groups.index(group_of(comp))]


@lru_cache(maxsize=8)
def population_model(
    sizes: tuple[tuple[int, float], ...], age_range: tuple[int, int], male_share: float, twins: float
) -> PopulationModel:
    """Calibrate ages and sexes for these sizes, this age range and this male share (of the two sexes).

    Parameters
    ----------
    sizes : tuple of (persons, share)
    age_range : (low, high)
        Inclusive.
    male_share : float
        Males over males and females, among everybody.
    twins : float
        Share of children who are the twin of the sibling before.
    """
    low, high = age_range
    pyramid, male_by_age = _pyramid()
    comps = tuple(compositions(dict(sizes), minors_possible(low, high)))
    target = np.where((np.arange(AGES) >= low) & (np.arange(AGES) <= high), pyramid, 0.0)

    state = Calibration(comps, low, high, pyramid, twins)
    for _ in range(_STEPS):
        state.adjust(target)
    by_type = state.ages_by_type()
    pairs = [(comp, state.ages[state.groups.index(group_of(comp))]) for comp in comps]
    everybody = sum(by_type.values(), np.zeros(AGES))
    return PopulationModel(
        compositions=comps,
        groups=state.groups,
        householder_ages=state.ages,
        age_tables=state.age_tables,
        siblings=state.siblings,
        youngest=state.youngest,
        age_max=high,
        age_by_type=by_type,
        sexes=sexes(pairs, everybody, male_by_age, male_share, state.youngest, high),
    )


def _pyramid() -> tuple[np.ndarray, np.ndarray]:
    rows = reference.facts("age_single_year")
    total = np.array([float(r["total"]) for r in rows])
    male = np.array([float(r["male"]) for r in rows])
    return total / total.sum(), male / total
