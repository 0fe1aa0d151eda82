"""Education: the configured shares, by single year of age, sex, state, income and the partner's education."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, code_in
from idgraph_widgets.config import GenerationConfig, income_bounds
from idgraph_widgets.draws import UNIT_BITS, Draws
from idgraph_widgets.generators.people.ages import along_ages
from idgraph_widgets.generators.people.composition import model_of, sexes_by_age
from idgraph_widgets.generators.people.income import AGE_LIMITS, TYPES, bracket_shares
from idgraph_widgets.generators.people.states import OLD, class_of, state_shares, states_of
from idgraph_widgets.generators.people.tables import limits_of, shifted
from idgraph_widgets.population.age_tables import AGES
from idgraph_widgets.schema.individuals import ADULT_AGE, EDUCATION_LEVELS, NONE

if TYPE_CHECKING:
    import pyarrow as pa

    from idgraph_widgets.generators.context import Context

MARGINAL_AGE = 25
"""Youngest age that education_distribution speaks of."""

ALIKE, APART = 0.75, (3, 4)
"""Partners whose education goes together, and how far their ranks among people of their age, sex and income may lie
apart then: three fourths of one half of the scale each way (design; so that homogamy is about that of Schwartz and Mare
2005: a partner with a bachelor's degree has one out of twelve who did not finish high school, three out of four with a
graduate degree)."""

# Percent with a bachelor's degree or more, percent who did not finish high school, by age: means of the bands 18-24,
# 25-34, 35-44, 45-64 and 65+ are those of ACS 2020-24 S1501; how they go within a band is design.
_DEGREE = ((18, 0), (19, 2), (23, 24), (24, 30), (25, 34.5), (27, 38.5), (30, 40), (35, 41.5), (40, 41), (45, 38.5),
           (50, 35), (58, 32.5), (65, 31.5), (75, 31), (100, 27))  # fmt: skip
_UNFINISHED = ((18, 26), (19, 17), (20, 11), (21, 8.5), (22, 7), (24, 6), (25, 6.5), (30, 7.3), (34, 8.3), (40, 10),
               (50, 11), (60, 11.3), (70, 11.8), (100, 13))  # fmt: skip

# Of the others: high school; of those with some college, an associate degree; of degrees, a graduate one. In shares of
# what they are from 28 or 35 on (design).
_HIGH_SCHOOL = ((18, 1.3), (20, 1.05), (22, 0.95), (24, 0.95), (28, 1))
_ASSOCIATE = ((18, 0), (20, 0.25), (24, 0.8), (28, 1))
_GRADUATE = ((18, 0), (22, 0.03), (24, 0.16), (26, 0.45), (30, 0.88), (35, 1))

_INCOME_TILT = np.array(
    [
        # How much more often an education is found in low, middle and high income homes (fit to the ratio of median
        # incomes by education, Census 2024: high school 58 K, bachelor's and more 133 K; design).
        [1.9, 1.5, 1.15, 1.05, 0.55, 0.40],
        [1.0, 1.1, 1.10, 1.10, 0.95, 0.80],
        [0.4, 0.6, 0.80, 0.90, 1.40, 1.75],
    ]
)

_COLLEGE_FROM = EDUCATION_LEVELS.index("bachelors")
_STEPS = 12
_COLLEGE = ("bachelors_degree", "graduate_or_professional")
_NO_DIPLOMA = ("less_than_9th_grade", "9th_12th_no_diploma")


def income_groups(config: GenerationConfig) -> dict[str, int]:
    """0 low, 1 middle, 2 high, by income bracket: thirds of the configured households."""
    running, groups = 0.0, {}
    for label, _, _ in income_bounds(config.household_config):
        share = config.household_config.income_brackets[label]
        groups[label] = min(2, int((running + share / 2) * 3))
        running += share
    return groups


def age_income_weights(config: GenerationConfig) -> np.ndarray:
    """Expected persons by single year of age, state and income group, shape (101, states, 3).

    As if everybody were of the householder's age band: true of householders and spouses, near enough of others.
    """
    table, by_class = bracket_shares(config), state_shares(config)
    groups = list(income_groups(config).values())
    grouped = np.stack([table[..., [g == k for g in groups]].sum(axis=-1) for k in range(3)], axis=-1)
    by_type = model_of(config).age_by_type
    bands = np.minimum(np.searchsorted(np.array(AGE_LIMITS), np.arange(AGES), side="right"), len(AGE_LIMITS) - 1)
    old = np.arange(AGES) >= OLD
    weights = np.zeros((AGES, by_class.shape[1], 3))
    for i, household_type in enumerate(TYPES):
        if household_type in by_type:
            classes = np.where(old, class_of(household_type, 1), class_of(household_type, 0))
            persons = by_type[household_type][:, None] * by_class[classes]
            weights += persons[:, :, None] * grouped[i].transpose(1, 0, 2)[bands]
    return weights


def education_of(config: GenerationConfig) -> tuple[np.ndarray, np.ndarray]:
    """`age_income_weights` and `education_table` of a configuration (cached)."""
    return _education_of(config.to_json())


@lru_cache(maxsize=2)
def _education_of(config: str) -> tuple[np.ndarray, np.ndarray]:
    known = GenerationConfig.from_json(config, check=False)
    weights = age_income_weights(known)
    return weights, education_table(known, weights)


def education_table(config: GenerationConfig, weights: np.ndarray) -> np.ndarray:
    """P(education | age, sex, state, income group), shape (101, 2, states, 3, 6).

    The marginal over ages 25+ is configured; states have their share of degrees, moved together where another share is
    configured than is published. `weights`: see `age_income_weights`. Rows under 18 are 0.
    """
    base = _base()
    table = np.repeat(np.repeat(base[:, :, None, None, :], weights.shape[1], axis=2), 3, axis=3)
    wanted = np.array([config.demographics_config.education_distribution.get(level, 0.0) for level in EDUCATION_LEVELS])
    persons = (weights[:, None] * sexes_by_age(config)[..., None, None])[MARGINAL_AGE:] + 1e-15
    rows = _tilted(base[MARGINAL_AGE:], persons.sum(axis=2))[:, :, None]
    degrees = _degrees_by_state(config, persons.sum(axis=(0, 1, 3)), wanted[_COLLEGE_FROM:].sum())
    table[MARGINAL_AGE:] = _raked(rows, persons[..., None], wanted / wanted.sum(), degrees)
    return table


def _degrees_by_state(config: GenerationConfig, persons: np.ndarray, mean: float) -> np.ndarray:
    published = {row["state"]: row["pct_bachelors_plus_25plus"] / 100 for row in reference.state_shares()}
    shares = np.array([published[name] for name in states_of(config)])
    return shifted(shares, persons / persons.sum(), mean)


def _raked(rows: np.ndarray, persons: np.ndarray, wanted: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    """Shares by age, sex, state and income group that meet the states' shares of degrees, and the levels' at last."""
    table = rows * np.ones((1, 1, len(degrees), 1, 1))
    total, by_state = persons.sum(), persons.sum(axis=(0, 1, 3, 4))
    for _ in range(_STEPS):
        found = (_summed(table[..., _COLLEGE_FROM:]) * persons).sum(axis=(0, 1, 3, 4)) / by_state
        for part, share, own in (
            (slice(_COLLEGE_FROM, None), degrees, found),
            (slice(0, _COLLEGE_FROM), 1 - degrees, 1 - found),
        ):
            factor = np.divide(share, own, out=np.ones_like(share), where=(own > 1e-9) & (share > 1e-9))
            table[..., part] *= factor[:, None, None]
        table = _whole(table, wanted)
        found = (table * persons).sum(axis=(0, 1, 2, 3)) / total
        table = _whole(table * np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0), wanted)
    return table


def _whole(table: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Rows that sum to 1; those whose levels are all configured away have the configured shares."""
    sums = _summed(table)
    return np.where(sums > 0, table / np.where(sums > 0, sums, 1.0), wanted)


def _summed(table: np.ndarray) -> np.ndarray:
    """Sums over the last, short axis, which stays with one place: by few long additions and not many short ones."""
    found = table[..., 0, None]
    for place in range(1, table.shape[-1]):
        found = found + table[..., place, None]
    return found


def _tilted(base: np.ndarray, persons: np.ndarray) -> np.ndarray:
    """Shares by age, sex and income group, whose mean over income groups is `base` (ages, sexes, levels)."""
    rows = base[:, :, None, :] * _INCOME_TILT
    parts = (persons / persons.sum(axis=2, keepdims=True))[..., None]
    for _ in range(20):
        mean = (rows * parts).sum(axis=2)
        rows = rows * np.divide(base, mean, out=np.zeros_like(base), where=mean > 0)[:, :, None, :]
        rows = rows / rows.sum(axis=3, keepdims=True)
    return rows


def _base() -> np.ndarray:
    """Shares by age and sex (0 female, 1 male), shape (101, 2, 6); 0 under 18."""
    shares: dict[str, dict[str, float]] = {}
    for row in reference.facts("education"):
        if row["age_band"] == "25+":
            shares.setdefault(row["sex"], {})[row["level"]] = row["share"]
    degree, unfinished, high_school, associate, graduate = (
        along_ages(knots) for knots in (_DEGREE, _UNFINISHED, _HIGH_SCHOOL, _ASSOCIATE, _GRADUATE)
    )
    base, both = np.zeros((AGES, 2, 6)), shares["both"]
    for sex, name in enumerate(("female", "male")):
        own = shares[name]
        none = unfinished / 100 * _sum(own, _NO_DIPLOMA) / _sum(both, _NO_DIPLOMA)
        college = degree / 100 * _sum(own, _COLLEGE) / _sum(both, _COLLEGE)
        rest = 1 - none - college
        some = own["some_college_no_degree"] + own["associate_degree"]
        school = rest * high_school * own["high_school_graduate"] / (own["high_school_graduate"] + some)
        two_years = (rest - school) * associate * own["associate_degree"] / some
        more = college * graduate * own["graduate_or_professional"] / _sum(own, _COLLEGE)
        base[:, sex] = np.stack([none, school, rest - school - two_years, two_years, college - more, more], axis=1)
    base[:ADULT_AGE] = 0
    return base


def _sum(shares: dict[str, float], levels: tuple[str, ...]) -> float:
    return sum(shares[level] for level in levels)


# --- draws ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EducationTables:
    """Shares of education, as upper unit thresholds of all levels but the last.

    Attributes
    ----------
    income_groups : dict of str to int
        0 low, 1 middle, 2 high, by income bracket.
    limits : ndarray of int64, shape (101 * 2 sexes * states * 3 income groups, levels - 1)
    places : ndarray of int64
        Position of each of ``reference.STATES`` among the states with homes.
    states : int
        How many these are.
    """

    income_groups: dict[str, int]
    limits: np.ndarray
    places: np.ndarray
    states: int

    def group_of(self, income_bracket: Coded | pa.Array) -> np.ndarray:
        """Income groups of brackets."""
        labels = tuple(self.income_groups)
        return np.array(list(self.income_groups.values()), np.int64)[code_in(income_bracket, labels)]


def prepare(config: GenerationConfig) -> EducationTables:
    """Thresholds of the raked shares."""
    table, names = education_of(config)[1], states_of(config)
    places = [names.index(state) if state in names else 0 for state in reference.STATES]
    return EducationTables(income_groups(config), limits_of(table), np.array(places, np.int64), len(names))


def educations(
    context: Context,
    person: np.ndarray,
    *,
    age: np.ndarray,
    is_male: np.ndarray,
    state: np.ndarray,
    income_group: np.ndarray,
    partner: np.ndarray,
) -> Coded:
    """Highest degree, none under 18.

    Parameters
    ----------
    context : Context
    person : ndarray of uint64
        Hashes of ids.
    age : ndarray of int64
    is_male : ndarray of bool
    state : ndarray of int32
        Position of the home's in ``reference.STATES``.
    income_group : ndarray of int64
        Of the person's home.
    partner : ndarray of int64
        Rows of spouses and partners; the row before is the householder's.
    """
    d, tables = context.draws("individuals"), context.of(prepare)
    rank = d.unit("education", person)
    rank[partner] = _like_the_partner(d, rank[partner - 1], rank[partner], person[partner])
    cell = ((age * 2 + is_male) * tables.states + tables.places[state]) * 3 + income_group
    return drawn(rank, tables.limits, cell, age >= ADULT_AGE, EDUCATION_LEVELS)


def _like_the_partner(d: Draws, partners: np.ndarray, own: np.ndarray, person: np.ndarray) -> np.ndarray:
    """Ranks near the partner's for most, one's own for the others; evenly spread like both."""
    most, width = np.int64((1 << UNIT_BITS) - 1), np.int64(1 << (UNIT_BITS - 1))
    near = partners + (d.unit("education_apart", person) - width) * APART[0] // APART[1]
    # What leaves the scale at an end comes back from it, so that ranks stay evenly spread.
    near = np.abs(near)
    near = np.where(near > most, 2 * most - near, near)
    return np.where(d.chance("education_alike", ALIKE, person), near, own)


def drawn(
    unit: np.ndarray, limits: np.ndarray, cell: np.ndarray, has_one: np.ndarray, values: tuple[str, ...]
) -> Coded:
    """Values by the shares of each row's cell, none where there is none."""
    picked = np.full(len(unit), len(values), np.int32)
    rows = np.flatnonzero(has_one)
    picked[rows] = (unit[rows, None] >= limits[cell[rows]]).sum(axis=1)
    return Coded(picked, (*values, NONE))
