"""Names as frequent as they are: first names by gender and decade of birth, surnames by family."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded
from idgraph_widgets.draws import Draws, Lottery, lottery_tickets
from idgraph_widgets.schema.individuals import GENDERS, ROLES

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

FIRST_TICKETS = 4096
LAST_TICKETS = 65_536

FAMILY_NAME_SHARES = {
    # P(the household's surname | role): about 80 % of married women take it (Pew 2023; memory), the rest design.
    "householder": 1.0,
    "spouse": 0.82,
    "partner": 0.04,
    "child": 0.93,
    "parent": 0.65,
    "relative": 0.55,
    "roommate": 0.01,
}

_UNISEX = 0.5
"""Share of nonbinary people with a name that both sexes bear; the others have any of the two pools (design)."""


@lru_cache(maxsize=1)
def decades() -> tuple[int, ...]:
    """First years of the decades of birth with names of their own; earlier and later births take the nearest."""
    return tuple(sorted({born for _, born in _births()}))


@dataclass(frozen=True)
class Names:
    """Names and the lotteries that deal them.

    Attributes
    ----------
    first : Lottery
        Positions in `first_names`, a group per gender and decade of birth; see `first_groups`.
    first_names : tuple of str
    last : Lottery
        Positions in `last_names`.
    last_names : tuple of str
    decades : ndarray of int64
        First years of all decades of birth but the first.
    """

    first: Lottery
    first_names: tuple[str, ...]
    last: Lottery
    last_names: tuple[str, ...]
    decades: np.ndarray

    def first_groups(self, gender_code: np.ndarray, born: np.ndarray) -> np.ndarray:
        """Groups of the lottery of first names.

        Parameters
        ----------
        gender_code : ndarray of int64
            Position in ``GENDERS``.
        born : ndarray of int64
            Years the names are of.
        """
        return gender_code * (len(self.decades) + 1) + np.searchsorted(self.decades, born, side="right")


def prepare(_config: GenerationConfig | None = None) -> Names:
    """Names by how often they are given and borne; the same for every configuration."""
    weights = [_weights(pool, decade) for pool in GENDERS for decade in decades()]
    first_names = tuple(dict.fromkeys(name for group in weights for name in group))
    place = {name: i for i, name in enumerate(first_names)}
    winners = [
        np.array([place[name] for name in group], np.int32)[lottery_tickets(list(group.values()), FIRST_TICKETS)]
        for group in weights
    ]
    surnames = reference.facts("surnames")
    return Names(
        Lottery(np.concatenate(winners), FIRST_TICKETS),
        first_names,
        Lottery.of({0: [row["people"] for row in surnames]}, LAST_TICKETS),
        tuple(row["last_name"] for row in surnames),
        np.array(decades()[1:], np.int64),
    )


@lru_cache(maxsize=1)
def _births() -> dict[tuple[str, int], dict[str, int]]:
    births: dict[tuple[str, int], dict[str, int]] = {}
    for row in reference.facts("first_names"):
        births.setdefault((row["sex"], row["born_from"]), {})[row["first_name"]] = row["births"]
    return births


def _weights(pool: str, decade: int) -> dict[str, float]:
    if pool != "nonbinary":
        return dict(_births()[pool, decade])
    female, male = (_shares(_births()[sex, decade]) for sex in ("female", "male"))
    both = _shares({name: math.sqrt(female[name] * male[name]) for name in sorted(set(female) & set(male))})
    names = sorted({*female, *male})
    rest = (1 - _UNISEX) / 2
    return {
        name: round(_UNISEX * both.get(name, 0.0) + rest * (female.get(name, 0.0) + male.get(name, 0.0)), 12)
        for name in names
    }


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def first_names(
    context: Context, d: Draws, gender: Coded, named_at_age: np.ndarray, named_after: np.ndarray, key: np.ndarray
) -> Coded:
    """First names by gender and age, each dealt with the ticket of who the person is named after."""
    pool = context.of(prepare)
    group = pool.first_groups(gender.codes.astype(np.int64), context.config.start_date.year - named_at_age)
    return Coded(pool.first.draw(d.below("first_name", FIRST_TICKETS, key)[named_after], group), pool.first_names)


def last_names(
    context: Context, d: Draws, role: Coded, household: np.ndarray, home: np.ndarray, key: np.ndarray
) -> Coded:
    """The household's surname for most, by their role; another for the others."""
    pool = context.of(prepare)
    ticket = d.below("last_name", LAST_TICKETS, household)[home]
    own = np.ones(len(key), bool)
    for code, name in enumerate(ROLES):
        of_role = np.flatnonzero(role.codes == code)
        own[of_role] = ~d.chance("family_name", FAMILY_NAME_SHARES[name], key[of_role])
    ticket[own] = d.below("own_last_name", LAST_TICKETS, key[own])
    return Coded(pool.last.draw(ticket), pool.last_names)
