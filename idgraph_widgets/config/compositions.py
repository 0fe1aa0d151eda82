"""Household compositions: size, type and number of minor children, with their probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COUPLES = ("married_couple", "cohabiting")

# Households per 100 by size (rows 2..7) and type; one-person homes all live alone. Shaped so that, with the
# HH-4 sizes, the type shares meet ACS 2020-24 DP02 (married 46.9, cohabiting 7.2, own children under 18 26.4) and
# with whom adults live CPS ASEC 2023 AD-3.
_TYPE_BY_SIZE = {
    2: {"married_couple": 21.6, "cohabiting": 3.9, "single_parent": 2.5, "other_family": 4.6, "nonfamily": 2.4},
    3: {"married_couple": 9.0, "cohabiting": 1.6, "single_parent": 2.0, "other_family": 1.9, "nonfamily": 0.5},
    4: {"married_couple": 9.3, "cohabiting": 1.0, "single_parent": 0.9, "other_family": 0.7, "nonfamily": 0.3},
    5: {"married_couple": 4.4, "cohabiting": 0.4, "single_parent": 0.4, "other_family": 0.2, "nonfamily": 0.1},
    6: {"married_couple": 1.75, "cohabiting": 0.15, "single_parent": 0.1, "other_family": 0.1, "nonfamily": 0.0},
    7: {"married_couple": 1.05, "cohabiting": 0.05, "single_parent": 0.05, "other_family": 0.05, "nonfamily": 0.0},
}

CLASSES = (
    "married_couple_with_minors",
    "married_couple_without",
    "cohabiting_with_minors",
    "cohabiting_without",
    "single_parent",
    "living_alone",
    "other_family",
    "nonfamily",
)
"""Groups of households whose householders share one age distribution."""


@dataclass(frozen=True)
class Composition:
    """One way a household can be made up.

    Attributes
    ----------
    size : int
        Persons.
    household_type : str
    minors : int
        Children of the householder under 18; persons 2 (or 3, after a spouse or partner) and on.
    share : float
        Share of all households.
    """

    size: int
    household_type: str
    minors: int
    share: float

    @property
    def is_couple(self) -> bool:
        return self.household_type in COUPLES

    @property
    def others(self) -> int:
        """Members who are neither householder, spouse, partner nor minor child."""
        return self.size - 1 - self.is_couple - self.minors

    @property
    def class_index(self) -> int:
        """Index into `CLASSES`."""
        if self.is_couple:
            return CLASSES.index(f"{self.household_type}_{'with_minors' if self.minors else 'without'}")
        return CLASSES.index(self.household_type)


PARENT_GAP = 16
"""Whole years by which a child is younger than the householder, spouse or partner: 15 full years on any birthday."""


def minors_possible(low: int, high: int) -> bool:
    """Whether an age range, ends included, leaves room for children under 18 and a parent of theirs."""
    return low <= 17 and high >= max(18, low + PARENT_GAP)


def compositions(size_shares: Mapping[int, float], with_minors: bool) -> list[Composition]:
    """All compositions with a positive share; the shares sum to 1.

    Parameters
    ----------
    size_shares : mapping of int to float
        Share of households by persons.
    with_minors : bool
        False where the configured age range leaves no room for children under 18: single parents then
        become other families.
    """
    found: list[Composition] = []
    for size, share in size_shares.items():
        if share <= 0:
            continue
        if size == 1:
            found.append(Composition(1, "living_alone", 0, share))
            continue
        types = _TYPE_BY_SIZE[min(size, 7)]
        total = sum(types.values())
        for household_type, weight in types.items():
            if not weight:
                continue
            if not with_minors:
                target = "other_family" if household_type == "single_parent" else household_type
                found.append(Composition(size, target, 0, share * weight / total))
                continue
            for minors, part in _minors(household_type, size).items():
                found.append(Composition(size, household_type, minors, share * weight / total * part))
    return found


def _minors(household_type: str, size: int) -> dict[int, float]:
    """Shares of the number of minor children (design; tuned to ACS: 18.0, 2.3 and 6.1 % of households)."""
    if household_type in COUPLES:
        room = size - 2
        if room == 0:
            return {0: 1.0}
        everyone = 0.54 if household_type == "married_couple" else 0.50
        nobody = 0.33 if room == 1 else 0.23
        if room == 1:
            return {1: 1 - nobody, 0: nobody}
        return {room: everyone, room - 1: 1 - everyone - nobody, 0: nobody}
    if household_type == "single_parent":
        room = size - 1
        return {1: 1.0} if room == 1 else {room: 0.55, room - 1: 0.45}
    return {0: 1.0}
