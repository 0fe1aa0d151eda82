"""Who lives in a household: size, type, minors, and the householder's and spouse's age and sex.

A pure function of the household's id, so households and individuals both compute it and neither is asked by the
other for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, Columns
from idgraph_widgets.config import size_shares
from idgraph_widgets.config.compositions import COUPLES
from idgraph_widgets.draws import Draws, Lottery, hashed, lottery_tickets
from idgraph_widgets.generators.people.tables import shifted
from idgraph_widgets.population import PopulationModel, group_of, population_model
from idgraph_widgets.population.age_tables import AGES, gap_shares
from idgraph_widgets.schema.households import TYPES

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

COMPOSITION_TICKETS = 8192
AGE_TICKETS = 4096
GAP_TICKETS = 4096
MILLION = 1_000_000


@dataclass(frozen=True)
class HouseholdModel:
    """The population model as lotteries and shares.

    Attributes
    ----------
    kind : Lottery
        Position among the compositions, a group per household size.
    compositions : Columns
        ``type_code`` (position in the schema's ``TYPES``), ``minors`` and ``group``.
    householder_age : Lottery
        Ages, a group per group of households in the population model.
    male_single_e6 : ndarray of int64
        Millionths of males outside couples, by age.
    male_single_parent, male_other_family, male_couple : float
        Share of males among lone parents, householders of other families and householders of couples.
    male_spouse : tuple of float
        Share of males among spouses of men, of women.
    spouse_gaps : ndarray of int64, shape (GAP_TICKETS,)
        Husband's age minus wife's, one per ticket, rising.
    spouse_first, spouse_count : ndarray of int64, shape (minors + 1, 2, AGES)
        Tickets that keep the spouse in the range of ages: first and number, by number of minors, whether the
        householder is male, and the householder's age.
    youngest : ndarray of int64, shape (minors + 1,)
        Youngest spouse by number of minors.
    age_max : int
        Oldest.
    """

    kind: Lottery
    compositions: Columns
    householder_age: Lottery
    male_single_e6: np.ndarray
    male_single_parent: float
    male_other_family: float
    male_couple: float
    male_spouse: tuple[float, float]
    spouse_gaps: np.ndarray
    spouse_first: np.ndarray
    spouse_count: np.ndarray
    youngest: np.ndarray
    age_max: int


def model_of(config: GenerationConfig) -> PopulationModel:
    """The population model for this configuration (cached)."""
    return population_model(
        tuple(sorted(size_shares(config.household_config).items())),
        tuple(config.demographics_config.age_range),
        _male_share(config),
        config.demographics_config.identity_mappings.twin_share,
    )


def _male_share(config: GenerationConfig) -> float:
    """Males over males and females."""
    gender = config.demographics_config.gender_distribution
    male, female = gender.get("male", 0.0), gender.get("female", 0.0)
    return round(male / (male + female), 9) if male + female > 0 else 0.5


def sexes_by_age(config: GenerationConfig) -> np.ndarray:
    """Shares of women and of men by age, shape (101, 2): as published, moved together to the configured share."""
    published = np.array([row["male"] / row["total"] for row in reference.facts("age_single_year")])
    everybody = sum(model_of(config).age_by_type.values(), np.zeros(len(published)))
    men = shifted(published, everybody / everybody.sum(), _male_share(config))
    return np.stack([1 - men, men], axis=1)


def prepare(config: GenerationConfig) -> HouseholdModel:
    """Lotteries and shares of the population model."""
    model, sexes = model_of(config), model_of(config).sexes
    kind, compositions = _compositions(model)
    gaps, first, count = _spouse_tickets(model)
    return HouseholdModel(
        kind=kind,
        compositions=compositions,
        householder_age=Lottery.of({i: list(ages) for i, ages in enumerate(model.householder_ages)}, AGE_TICKETS),
        male_single_e6=np.array([round(float(p) * MILLION) for p in sexes.single], np.int64),
        # Nine decimals, as of all shares: a different last bit of a platform's sum cannot move a threshold.
        male_single_parent=round(sexes.single_parent, 9),
        male_other_family=round(sexes.other_family, 9),
        male_couple=round(sexes.couple, 9),
        male_spouse=(round(sexes.spouse[0], 9), round(sexes.spouse[1], 9)),
        spouse_gaps=gaps,
        spouse_first=first,
        spouse_count=count,
        youngest=np.array(model.youngest, np.int64),
        age_max=model.age_max,
    )


def _spouse_tickets(model: PopulationModel) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gaps by ticket, and by minors, sex and age the tickets whose spouse is neither too young nor too old."""
    shares = gap_shares()
    gaps = np.array(list(shares), np.int64)[lottery_tickets(list(shares.values()), GAP_TICKETS)]
    age = np.arange(AGES)
    first, count = (np.zeros((len(model.youngest), 2, AGES), np.int64) for _ in range(2))
    for minors, least in enumerate(model.youngest):
        for is_male in range(2):
            narrowest, widest = (age - model.age_max, age - least) if is_male else (least - age, model.age_max - age)
            begin = np.searchsorted(gaps, narrowest, side="left")
            first[minors, is_male] = np.minimum(begin, GAP_TICKETS - 1)
            count[minors, is_male] = np.maximum(np.searchsorted(gaps, widest, side="right") - begin, 1)
    return gaps, first, count


def _compositions(model: PopulationModel) -> tuple[Lottery, Columns]:
    """The lottery of compositions, whose winners are positions in the columns."""
    by_size = sorted(model.compositions, key=lambda comp: comp.size)
    places: dict[int, list[int]] = {}
    for place, comp in enumerate(by_size):
        places.setdefault(comp.size, []).append(place)
    lottery = Lottery.of({size: [by_size[i].share for i in some] for size, some in places.items()}, COMPOSITION_TICKETS)
    # A winner is a number within its size: add the place at which the size begins.
    begins = np.zeros(max(places) + 1, np.int32)
    for size, some in places.items():
        begins[size] = some[0]
    winners = lottery.winners + np.repeat(begins, COMPOSITION_TICKETS)
    columns = Columns(
        type_code=np.array([TYPES.index(comp.household_type) for comp in by_size], np.int32),
        minors=np.array([comp.minors for comp in by_size], np.int64),
        group=np.array([model.groups.index(group_of(comp)) for comp in by_size], np.int64),
    )
    return Lottery(winners, COMPOSITION_TICKETS), columns


def compositions(context: Context, household_id: np.ndarray) -> Columns:
    """The make-up of homes.

    Returns
    -------
    Columns
        ``size``, ``household_type``, ``minors`` (children of the householder under 18), ``age`` and ``is_male`` of the
        householder, ``is_couple``, and ``spouse_age`` and ``spouse_is_male`` (of no meaning without a couple).
    """
    model, d, key = context.of(prepare), context.draws("composition"), hashed(household_id)
    size = d.choose("size", size_shares(context.config.household_config), key)
    found = model.compositions.take(model.kind.draw(d.below("composition", COMPOSITION_TICKETS, key), size))
    age = model.householder_age.draw(d.below("householder_age", AGE_TICKETS, key), found.group).astype(np.int64)
    household_type = Coded(found.type_code, TYPES)
    is_couple = household_type.isin(COUPLES)
    is_male = _householder_is_male(d, model, household_type, is_couple, age, key)
    return Columns(
        size=size,
        household_type=household_type,
        minors=found.minors,
        age=age,
        is_male=is_male,
        is_couple=is_couple,
        spouse_age=_spouse_age(d, model, age, is_male, found.minors, key),
        spouse_is_male=np.where(
            is_male,
            d.chance("spouse_sex", model.male_spouse[0], key),
            d.chance("spouse_sex", model.male_spouse[1], key),
        ),
    )


def single_is_male(d: Draws, model: HouseholdModel, age: np.ndarray, stream: str, key: np.ndarray) -> np.ndarray:
    """Sex of people outside a couple, by age."""
    return d.below(stream, MILLION, key) < model.male_single_e6[age]


def _householder_is_male(
    d: Draws, model: HouseholdModel, household_type: Coded, is_couple: np.ndarray, age: np.ndarray, key: np.ndarray
) -> np.ndarray:
    stream = "householder_sex"
    return np.select(
        [is_couple, household_type == "single_parent", household_type == "other_family"],
        [
            d.chance(stream, share, key)
            for share in (model.male_couple, model.male_single_parent, model.male_other_family)
        ],
        single_is_male(d, model, age, stream, key),
    )


def _spouse_age(
    d: Draws, model: HouseholdModel, age: np.ndarray, is_male: np.ndarray, minors: np.ndarray, key: np.ndarray
) -> np.ndarray:
    place = minors, is_male.astype(np.int64), age
    ticket = model.spouse_first[place] + d.below("spouse_gap", model.spouse_count[place], key)
    gap = model.spouse_gaps[ticket]
    # Where no gap leads into the range of ages, the spouse is as old as it lets.
    return np.minimum(np.maximum(age + np.where(is_male, -gap, gap), model.youngest[minors]), model.age_max)
