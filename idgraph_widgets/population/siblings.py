"""Children of one home, from the youngest to the eldest: their ages given the younger parent's.

A home's children are a chain. The youngest has an age that goes with the parent's age at birth; the next one is older
by a birth interval, or a twin. Each step looks ahead: only so much time is taken that the children to come still fit
below the parent. Minors come first, grown children that live at home continue the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from idgraph_widgets.config.compositions import PARENT_GAP
from idgraph_widgets.population.age_tables import AGES, birth_weights

ADULT = 18

INTERVALS = np.array(
    # Weight of siblings' difference in whole years of age. Chosen so that birth intervals of children at home come near
    # to: below 27 months 30 %, to 68 months 50 %, longer 20 % (NCHS, National Vital Statistics Reports 64 no. 3: below
    # 18 months, 18 to 59, 60 and more from birth to conception; memory). Parents' ages at birth shorten them.
    [0.0, 0.09, 0.20, 0.19, 0.14, 0.10, 0.078, 0.058, 0.043, 0.031, 0.022, 0.016, 0.011, 0.008, 0.005, 0.003]
    + [0.001] * 5
)

_FORCED = 1e-9
"""Weight of children of one age beyond the share of twins: only where a young parent leaves no room for intervals."""

LOOKAHEAD = 3
"""How many grown siblings a step looks ahead to at most; minors are looked ahead to without end."""


def child_weights(low: int, high: int, factor: np.ndarray) -> np.ndarray:
    """Weight of a child's age (column) by the younger parent's age (row), rows sum to 1 below 18 and from 18.

    Parameters
    ----------
    low, high : int
        The configured age range.
    factor : ndarray, shape (101,)
        Calibrates ages (see `population_model`).
    """
    anchor, age = np.arange(AGES)[:, None], np.arange(AGES)[None, :]
    gap = anchor - age
    allowed = (age >= low) & (age <= high) & (gap >= PARENT_GAP) & (anchor >= ADULT)
    # Births later than 50 do not occur, but a drawn child of an old householder must not be left without an age.
    weights = np.where(allowed, (birth_weights()[np.abs(gap)] + 1e-6) * factor[None, :], 0.0)
    for part in (slice(0, ADULT), slice(ADULT, AGES)):
        sums = weights[:, part].sum(axis=1, keepdims=True)
        weights[:, part] /= np.where(sums > 0, sums, 1.0)
    return weights


@dataclass(frozen=True)
class Chain:
    """Steps of a chain of siblings of whom `r` are still to come, this one included.

    Attributes
    ----------
    weights : ndarray, shape (101, ages)
        Of ages that belong to the chain, by the younger parent's age.
    ahead : ndarray, shape (most + 2, 101, ages)
        Weight of `r` more siblings above an age, by the parent's age and that age; no step looks ahead to the last.
    forced : ndarray, shape (ages,)
        Weight of a sibling of the same age, where no interval has room: none of an age outside the chain.
    """

    weights: np.ndarray
    ahead: np.ndarray
    forced: np.ndarray

    @classmethod
    def of(cls, weights: np.ndarray, low: int, high: int, most: int) -> Chain:
        """The chain of children from age `low` to `high`, of at most so many to look ahead to."""
        inside = weights[:, : high + 1].copy()
        inside[:, :low] = 0.0
        ahead = [np.ones_like(inside)]
        forced = np.where(np.arange(high + 1) >= low, _FORCED, 0.0)
        for _ in range(most + 1):
            ahead.append(_older(inside * ahead[-1]) + forced * ahead[-1])
        return cls(inside, np.array(ahead), forced)

    def first(self, r: int) -> np.ndarray:
        """P(age of the first of `r` siblings | parent), shape (101, ages); rows without room are 0."""
        found = self.weights * self.ahead[self._depth(r)]
        sums = found.sum(axis=1, keepdims=True)
        return np.divide(found, sums, out=np.zeros_like(found), where=sums > 0)

    def steps(self, r: int) -> np.ndarray:
        """P(years to the next of `r` siblings | parent, age of the one before), shape (101, ages, intervals).

        Zero years where there is no room for an interval.
        """
        onwards = self.weights * self.ahead[self._depth(r)]
        found = np.zeros((*onwards.shape, len(INTERVALS)))
        found[..., 0] = self.forced * self.ahead[self._depth(r)]
        for years in _years(onwards):
            found[:, :-years, years] = INTERVALS[years] * onwards[:, years:]
        sums = found.sum(axis=-1, keepdims=True)
        return np.divide(found, sums, out=np.zeros_like(found), where=sums > 0)

    def after(self, before: np.ndarray, r: int, twins: float = 0.0) -> np.ndarray:
        """Ages of the next of `r` siblings: expected persons by parent's age and age, given those of the one before."""
        depth = self._depth(r)
        ahead, total = self.ahead[depth], self.ahead[depth + 1]
        scaled = np.divide((1 - twins) * before, total, out=np.zeros_like(total), where=total > 0)
        older = np.zeros_like(total)
        for years in _years(total):
            older[:, years:] += INTERVALS[years] * scaled[:, :-years]
        older *= self.weights
        return twins * before + (scaled * self.forced + older) * ahead

    def _depth(self, r: int) -> int:
        return min(r - 1, len(self.ahead) - 2)


def _years(by_age: np.ndarray) -> range:
    """Intervals that are possible within these ages."""
    return range(1, min(len(INTERVALS), by_age.shape[1]))


def _older(onwards: np.ndarray) -> np.ndarray:
    """Weight of a sibling who is older by any interval, by the parent's age and that of the younger sibling."""
    found = np.zeros_like(onwards)
    for years in _years(onwards):
        found[:, :-years] += INTERVALS[years] * onwards[:, years:]
    return found


@dataclass(frozen=True)
class Siblings:
    """The chains of a home's minor and grown children.

    Attributes
    ----------
    minors, grown : Chain
    twins : float
        Share of children who are drawn to be the twin of the sibling before.
    grown_from : int
        Youngest (younger) parent of a grown child.
    """

    minors: Chain
    grown: Chain
    twins: float
    grown_from: int

    @classmethod
    def of(cls, low: int, high: int, factor: np.ndarray, twins: float, most_minors: int) -> Siblings:
        """Chains for ages low..high and at most so many minors."""
        weights = child_weights(low, high, factor)
        # Grown siblings follow minors, so that the second chain knows all ages.
        return cls(
            Chain.of(weights, low, min(ADULT - 1, high), max(most_minors - 1, 0)),
            Chain.of(weights, max(ADULT, low), AGES - 1, LOOKAHEAD),
            twins,
            max(ADULT, low) + PARENT_GAP,
        )

    def expected_minors(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Expected minors by parent's age and age, and P(age of the eldest | parent), of homes with `n`."""
        age = self.minors.first(n)
        total = age.copy()
        for r in range(n - 1, 0, -1):
            age = self.minors.after(age, r, self._twins)
            total += age
        return total, age

    def expected_grown(
        self, parents: Mapping[tuple[int, int], np.ndarray], eldest_minor: Mapping[int, np.ndarray]
    ) -> np.ndarray:
        """Expected grown children by age.

        Parameters
        ----------
        parents : mapping of (int, int) to ndarray, shape (101,)
            Homes by the (younger) parent's age, by numbers of minors and of grown children.
        eldest_minor : mapping of int to ndarray
            P(age of the eldest minor | parent), by number of minors.
        """
        total, age = np.zeros(AGES), np.zeros((AGES, AGES))
        most = max((m for _, m in parents), default=0)
        for r in range(most, 0, -1):
            # What follows is the same for all of whom so many are to come: they are added up first.
            if r < most:
                age = self.grown.after(age, r, self._twins)
            before = np.zeros((AGES, AGES))
            for (minors, m), homes in parents.items():
                if m == r and minors:
                    eldest = eldest_minor[minors]
                    before[:, : eldest.shape[1]] += homes[:, None] * eldest
                elif m == r:
                    age += homes[:, None] * self.grown.first(r)
            if before.any():
                age += self.grown.after(before, r)
            total += age.sum(axis=0)
        return total

    @property
    def _twins(self) -> float:
        """Who is drawn to be a twin is none where the one before was drawn, too."""
        return self.twins * (1 - self.twins)
