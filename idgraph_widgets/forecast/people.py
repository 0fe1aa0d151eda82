"""Expected people of a household."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from idgraph_widgets.config.compositions import compositions, minors_possible
from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.sizes import size_shares
from idgraph_widgets.reference import facts

TEEN, ADULT = 13, 18
"""Ages from which people have identifiers, and more than one mailbox."""


@dataclass(frozen=True)
class People:
    """Expected people per household: all, teenagers from 13 on, adults, and those who live with a child under 13."""

    all: float
    teens: float
    adults: float
    with_a_child: float

    @classmethod
    def of(cls, config: GenerationConfig) -> People:
        """What the sizes and the age range give: adults and minors by composition, each of the published ages."""
        low, high = config.demographics_config.age_range
        homes = compositions(size_shares(config), minors_possible(low, high))
        minors = sum(home.share * home.minors for home in homes)
        everybody = sum(home.share * home.size for home in homes)
        small = 1 - _share_from(low, ADULT - 1, TEEN) if minors else 0.0
        families = sum(home.share * home.size * (1 - (1 - small) ** home.minors) for home in homes)
        return cls(everybody, minors * (1 - small), everybody - minors, families)

    @property
    def active(self) -> float:
        """Those who are old enough for identifiers of their own."""
        return self.teens + self.adults


@cache
def _ages() -> dict[int, int]:
    return {row["age"]: row["total"] for row in facts("age_single_year")}


def people_between(low: int, high: int) -> dict[int, int]:
    """Published number of people by age, of these ages."""
    return {age: count for age, count in _ages().items() if low <= age <= high}


def _share_from(low: int, high: int, least: int) -> float:
    """Share of people from `low` to `high` years who are at least so old."""
    inside = people_between(low, high)
    return sum(count for age, count in inside.items() if age >= least) / sum(inside.values())
