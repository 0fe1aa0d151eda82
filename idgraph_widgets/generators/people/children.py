"""Ages and birthdays of a home's children, from the youngest on: born together or a pregnancy apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.config.compositions import PARENT_GAP
from idgraph_widgets.draws import UNIT_BITS
from idgraph_widgets.generators.people.composition import model_of
from idgraph_widgets.population.age_tables import AGES
from idgraph_widgets.population.siblings import ADULT, LOOKAHEAD

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.draws import Draws

SPACING = 280
"""Least days between births of one home's children who are no twins (a pregnancy of 40 weeks)."""

_BITS = 15
"""Tables hold 2^15ths, in a fourth of the memory of unit thresholds: they are sent to every worker."""


@dataclass(frozen=True)
class Children:
    """Shares of children's ages, as upper thresholds of all values but the last.

    Attributes
    ----------
    first_minor, first_grown : ndarray of int16, shape (children, AGES, ages - 1)
        Ages of the youngest of so many (first axis, less 1), by the younger parent's age.
    next_minor, next_grown : ndarray of int16, shape (children, AGES, ages, intervals - 1)
        Years to the next of so many that are still to come, by that age and the age of the sibling before; of grown
        children the parent's age counts from `grown_from`.
    grown_from : int
        Youngest (younger) parent of a grown child.
    """

    first_minor: np.ndarray
    first_grown: np.ndarray
    next_minor: np.ndarray
    next_grown: np.ndarray
    grown_from: int


def prepare(config: GenerationConfig) -> Children:
    """Thresholds of the population model's chains of siblings."""
    model = model_of(config)
    minors, grown = model.siblings.minors, model.siblings.grown
    most = max((comp.minors for comp in model.compositions), default=0)
    several, begin = range(1, LOOKAHEAD + 2), model.siblings.grown_from
    oldest = AGES - PARENT_GAP
    return Children(
        _limits([minors.first(r) for r in range(1, most + 1)], ADULT),
        _limits([grown.first(r) for r in several], AGES),
        _limits([minors.steps(r) for r in range(1, most)], ADULT, minors.weights.shape[1]),
        _limits([grown.steps(r)[begin:, :oldest] for r in several], AGES, oldest),
        begin,
    )


def _limits(shares: list[np.ndarray], ages: int, *before: int) -> np.ndarray:
    """Upper thresholds of shares along the last axis, in 2^15ths; none without any table."""
    if not shares:
        return np.zeros((0, AGES, *before, 1), np.int16)
    limits = np.cumsum(np.stack(shares), axis=-1)[..., :-1]
    # Nine decimals: a different last bit of a platform's sum cannot move a threshold.
    return np.minimum(np.rint(np.round(limits, 9) * (1 << _BITS)), (1 << _BITS) - 1).astype(np.int16)


@dataclass(frozen=True)
class Order:
    """Rows of children, by home from the youngest on.

    Attributes
    ----------
    row : ndarray of int64
        Rows of the members' table, rising.
    place : ndarray of int64
        0 for a home's youngest, 1 for the next, and so on.
    to_come : ndarray of int64
        Children of the same kind (minor, grown) from this one on.
    is_minor : ndarray of bool
    parent_age : ndarray of int64
        Of the younger parent.
    """

    row: np.ndarray
    place: np.ndarray
    to_come: np.ndarray
    is_minor: np.ndarray
    parent_age: np.ndarray


def ordered(home: np.ndarray, is_minor: np.ndarray, is_grown: np.ndarray, parent_age: np.ndarray) -> Order:
    """The children among members, who are sorted by home.

    Parameters
    ----------
    home : ndarray of int64
        Position of each member's home.
    is_minor, is_grown : ndarray of bool
        Who are minor and grown children of the householder; minors come first in each home.
    parent_age : ndarray of int64
        Age of the younger parent, of each home.
    """
    row = np.flatnonzero(is_minor | is_grown)
    of, minor = home[row], is_minor[row]
    begins = np.searchsorted(of, of, side="left")
    counts = np.bincount(of[minor], minlength=len(parent_age)), np.bincount(of[~minor], minlength=len(parent_age))
    place = np.arange(len(row)) - begins
    to_come = np.where(minor, counts[0][of] - place, counts[0][of] + counts[1][of] - place)
    return Order(row, place, to_come, minor, parent_age[of])


def twins(order: Order, drawn: np.ndarray) -> np.ndarray:
    """Whether a child is the twin of the sibling before: of those who are drawn, nobody after another who is drawn.

    A minor is the twin of minors, a grown child that of grown ones.
    """
    twin = drawn & (order.place > 0)
    twin[1:] &= (order.is_minor[1:] == order.is_minor[:-1]) & ~drawn[:-1]
    return twin


def ages(model: Children, d: Draws, order: Order, twin: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Ages of the children of `order`; `key` are hashes of their ids."""
    # The highest number stays below every threshold of a certain share.
    unit = np.minimum(d.unit("age", key) >> (UNIT_BITS - _BITS), (1 << _BITS) - 2).astype(np.int16)
    found = np.zeros(len(order.row), np.int64)
    for place in range(int(order.place.max(initial=-1)) + 1):
        at = np.flatnonzero((order.place == place) & ~twin)
        for minor in (True, False):
            rows = at[order.is_minor[at] == minor]
            parent, r = order.parent_age[rows], order.to_come[rows] - 1
            if not minor:
                r = np.minimum(r, LOOKAHEAD)
            if place == 0:
                limits = (model.first_minor if minor else model.first_grown)[r, parent]
                found[rows] = (unit[rows, None] >= limits).sum(axis=1)
            else:
                before = found[rows - 1]
                known = parent if minor else parent - model.grown_from
                limits = (model.next_minor if minor else model.next_grown)[r, known, before]
                found[rows] = before + (unit[rows, None] >= limits).sum(axis=1)
        same = np.flatnonzero((order.place == place) & twin)
        found[same] = found[same - 1]
    return found


def birthdays(order: Order, age: np.ndarray, unit: np.ndarray, first: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Days of birth (since 1970): siblings of one age are twins, others `SPACING` days apart at least.

    Parameters
    ----------
    order : Order
    age : ndarray of int64
    unit : ndarray of int64
        Unit draws.
    first, days : ndarray of int64, shape (AGES,)
        First day of birth and number of days that give an age.
    """
    born = first[age] + unit % days[age]
    for place in range(1, int(order.place.max(initial=0)) + 1):
        rows = np.flatnonzero(order.place == place)
        younger = born[rows - 1]
        room = np.minimum(days[age[rows]], younger - SPACING - first[age[rows]] + 1)
        born[rows] = np.where(age[rows] == age[rows - 1], younger, first[age[rows]] + unit[rows] % np.maximum(room, 1))
    return born
