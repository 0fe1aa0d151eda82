"""In which state a home lies, given who lives there: as many live alone, married, or 65 and older as in that state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded
from idgraph_widgets.draws import picks
from idgraph_widgets.generators.people.composition import model_of
from idgraph_widgets.generators.people.tables import limits_of, shifted
from idgraph_widgets.population.age_tables import AGES, spouse_matrix

if TYPE_CHECKING:
    from idgraph_widgets.arrays import Columns
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

KINDS = ("living_alone", "married_couple")
"""Household types whose shares are published by state; the third kind are all others."""

OLD = 65

CLASSES = 6
"""Kind of household, without and with a householder, spouse or partner of 65 and more: ``kind * 2 + old``."""

_STEPS = 60


def class_of(household_type: str, old: int) -> int:
    """The class of a household type, without (0) and with (1) somebody of 65 and more."""
    kind = KINDS.index(household_type) if household_type in KINDS else len(KINDS)
    return kind * 2 + old


def states_of(config: GenerationConfig) -> tuple[str, ...]:
    """The states with homes, in the order of the configuration."""
    return picks(config.household_config.location_distribution)


def state_shares(config: GenerationConfig) -> np.ndarray:
    """P(state | class of household), shape (6, states): both the states' shares and those of classes are met.

    Configured shares come first: published shares by state are moved together until their mean is what homes are made
    of.
    """
    names = states_of(config)
    homes = np.array([config.household_config.location_distribution[name] for name in names])
    homes = homes / homes.sum()
    classes = _classes(config)
    published = {row["state"]: row for row in reference.state_shares()}

    def percent(column: str) -> np.ndarray:
        return np.array([published[name][column] for name in names]) / 100

    by_kind = classes.reshape(3, 2)
    alone = shifted(percent("pct_living_alone_hh"), homes, by_kind[0].sum())
    married = shifted(percent("pct_married_couple_hh"), homes, by_kind[1].sum())
    old = shifted(percent("pct_hh_with_65plus"), homes, by_kind[:, 1].sum())
    kinds = np.stack([alone, married, np.maximum(1 - alone - married, 0.0)]) * homes
    ages = np.stack([1 - old, old]) * homes
    joint = by_kind[:, :, None] * homes  # kind, old, state
    for _ in range(_STEPS):
        joint = joint * _over(kinds, joint.sum(axis=1))[:, None, :]
        joint = joint * _over(ages, joint.sum(axis=0))[None, :, :]
        joint = joint * _over(homes, joint.sum(axis=(0, 1)))
        joint = joint * _over(by_kind, joint.sum(axis=2))[:, :, None]
    joint = joint.reshape(CLASSES, len(names))
    sums = joint.sum(axis=1, keepdims=True)
    return np.where(sums > 0, joint / np.where(sums > 0, sums, 1.0), homes)


def _over(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    return np.divide(wanted, found, out=np.zeros_like(found), where=found > 0)


def _classes(config: GenerationConfig) -> np.ndarray:
    """Share of households in each class."""
    model, shares = model_of(config), np.zeros(CLASSES)
    is_old = np.arange(AGES) >= OLD
    for comp in model.compositions:
        holder = comp.share * model.ages_of(comp)
        old = holder[is_old].sum()
        if comp.is_couple:
            spouse = spouse_matrix(model.youngest[comp.minors], model.age_max, 0.5)
            old += (holder * spouse[:, is_old].sum(axis=1))[~is_old].sum()
        for flag, share in enumerate((holder.sum() - old, old)):
            shares[class_of(comp.household_type, flag)] += share
    return shares / shares.sum()


@dataclass(frozen=True)
class StateTables:
    """Shares of states by class of household.

    Attributes
    ----------
    limits : ndarray of int64, shape (6, states - 1)
        Upper unit thresholds of all states but the last.
    codes : ndarray of int32
        Positions of these states in ``reference.STATES``.
    """

    limits: np.ndarray
    codes: np.ndarray


def prepare(config: GenerationConfig) -> StateTables:
    """Thresholds of the states' shares."""
    codes = [reference.STATES.index(name) for name in states_of(config)]
    return StateTables(limits_of(state_shares(config)), np.array(codes, np.int32))


def states(context: Context, homes: Columns, household: np.ndarray) -> Coded:
    """States of homes.

    Parameters
    ----------
    context : Context
    homes : Columns
        As `composition.compositions` gives them.
    household : ndarray of uint64
        Hashes of the homes' ids.
    """
    tables, unit = context.of(prepare), context.draws("households").unit("state", household)
    kind = np.select([homes.household_type == name for name in KINDS], range(len(KINDS)), len(KINDS))
    old = (homes.age >= OLD) | (homes.is_couple & (homes.spouse_age >= OLD))
    found = np.zeros(len(unit), np.int32)
    cell = kind * 2 + old
    for each in range(CLASSES):
        rows = np.flatnonzero(cell == each)
        found[rows] = np.searchsorted(tables.limits[each], unit[rows], side="right")
    return Coded(tables.codes[found], reference.STATES)
