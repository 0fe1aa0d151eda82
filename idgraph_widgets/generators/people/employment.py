"""Employment: the configured shares, by age, sex, education, young children and income."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.generators.people.composition import model_of, sexes_by_age
from idgraph_widgets.generators.people.education import drawn, education_of
from idgraph_widgets.generators.people.tables import limits_of
from idgraph_widgets.population import rake
from idgraph_widgets.schema.individuals import ADULT_AGE, EMPLOYMENT_STATUSES

if TYPE_CHECKING:
    from idgraph_widgets.arrays import Coded
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

WORKING_AGE = 16
"""Youngest age with an employment status."""

YOUNG_CHILD = 6
"""Below this age of a child, its parents' employment differs (the BLS's families with children under 6)."""

_LIMITS = (20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 101)
"""Upper ages of the bands of employment.csv."""

# Among the employed, the share that works full time; among those not in the labour force, (student, homemaker,
# retired, other): by age band (design; full time overall about 83 %).
_FULL_TIME = (0.27, 0.62, 0.84, 0.87, 0.87, 0.88, 0.88, 0.87, 0.86, 0.82, 0.58)
_INACTIVE = (
    (0.90, 0.01, 0.0, 0.09),
    (0.60, 0.12, 0.0, 0.28),
    (0.25, 0.35, 0.0, 0.40),
    (0.12, 0.45, 0.0, 0.43),
    (0.07, 0.50, 0.01, 0.42),
    (0.05, 0.48, 0.02, 0.45),
    (0.04, 0.43, 0.05, 0.48),
    (0.03, 0.35, 0.14, 0.48),
    (0.02, 0.25, 0.35, 0.38),
    (0.01, 0.15, 0.60, 0.24),
    (0.0, 0.05, 0.92, 0.03),
)

# Employment-population ratio of an education group over that of all 25+ (BLS A-17, July 2025: 45-54, 58-64, 69).
_EDUCATION_TILT = np.array([0.87, 1.0, 1.13])

_EDUCATION_GROUPS = (0, 0, 1, 1, 2, 2, 0)
"""By level: 0 high school or less, 1 some college or associate, 2 bachelor's or more; 0 where there is none yet."""

# By sex (female, male) and young children (without, with): employment over that of both sexes (of 25 to 54, BLS, CPS
# 2024: 75 and 87 of 81 %; mothers of children under 6 about 66, fathers 92 %; memory), part-time work and care for the
# home over what the tables above say (design, so that the ratio of home_care.csv comes out).
_SEX = np.array([[0.955, 0.82], [1.07, 1.11]])
_SEX_YOUNG_ADULT = np.array([[1.01, 0.75], [0.99, 1.08]])
_PART_TIME = np.array([[1.45, 1.75], [0.55, 0.35]])
_HOME = np.array([[1.30, 3.0], [0.15, 0.34]])

# By income group of the home: employment and unemployment over the band's, from 25 on (design).
_INCOME = np.array([0.80, 1.02, 1.10])
_INCOME_OLD = np.array([0.60, 1.0, 1.40])
_INCOME_UNEMPLOYED = np.array([1.7, 1.0, 0.6])


def employment_table(config: GenerationConfig, weights: np.ndarray, education: np.ndarray) -> np.ndarray:
    """P(status | age band, education group, sex, young children, income group), shape (11, 3, 2, 2, 3, 7).

    The marginal over ages 16+ is configured. `weights`: see `age_income_weights`; `education`: see `education_table`.
    """
    facts = [row for row in reference.facts("employment") if row["sex"] == "both" and row["age_band"] != "16+"]
    rows = np.stack([_shares(band, row) for band, row in enumerate(facts[: len(_LIMITS)])])
    persons = _persons(config, weights, education)
    wanted = config.demographics_config.employment_distribution
    table = rake(
        rows.reshape(-1, len(EMPLOYMENT_STATUSES)) + 1e-9,
        persons.ravel() + 1e-12,
        np.array([wanted.get(status, 0.0) for status in EMPLOYMENT_STATUSES]),
    )
    return table.reshape(rows.shape)


def _shares(band: int, row: dict[str, Any]) -> np.ndarray:
    """Statuses of an age band by education group, sex, young children and income group, shape (3, 2, 2, 3, 7)."""
    group, sex, income = _EDUCATION_TILT[:, None, None, None], _SEX[:, :, None], _INCOME
    if band < 2:
        sex, income = _SEX_YOUNG_ADULT[:, :, None], np.ones(3)
    elif band == len(_LIMITS) - 1:
        income = _INCOME_OLD
    employed = np.minimum(0.97, row["employed_share"] * group * sex * income)
    out_of_work = np.minimum(1 - employed - 0.005, row["unemployed_share"] * (_INCOME_UNEMPLOYED if band > 1 else 1.0))
    inactive = 1 - employed - out_of_work
    part = np.minimum(0.95, (1 - _FULL_TIME[band]) * _PART_TIME[:, :, None])
    student, home, retired, other = _INACTIVE[band]
    home_care = home * _HOME[:, :, None]
    reasons = student + home_care + retired + other
    return np.stack(
        np.broadcast_arrays(
            employed * (1 - part),
            employed * part,
            out_of_work,
            inactive * student / reasons,
            inactive * home_care / reasons,
            inactive * retired / reasons,
            inactive * other / reasons,
        ),
        axis=-1,
    )


def _persons(config: GenerationConfig, weights: np.ndarray, education: np.ndarray) -> np.ndarray:
    """Expected persons by age band, education group, sex, young children and income group."""
    groups = np.zeros((*education.shape[:-1], 3))  # age, sex, state, income group, education group
    for level, group in enumerate(_EDUCATION_GROUPS[:-1]):
        groups[..., group] += education[..., level]
    groups[:ADULT_AGE, ..., 0] = 1
    young = model_of(config).young_parents(YOUNG_CHILD)
    by_child = np.stack([1 - young, young], axis=1)
    persons = np.einsum("api,as,aspig,ac->agsci", weights, sexes_by_age(config), groups, by_child)
    persons[:WORKING_AGE] = 0
    begins = (0, *_LIMITS[:-1])
    return np.stack([persons[low:high].sum(axis=0) for low, high in zip(begins, _LIMITS, strict=True)])


# --- draws ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EmploymentTables:
    """Shares of employment, as upper unit thresholds of all statuses but the last.

    Attributes
    ----------
    limits : ndarray of int64, shape (age bands * 3 education groups * 2 sexes * 2 * 3 income groups, statuses - 1)
    """

    limits: np.ndarray


def prepare(config: GenerationConfig) -> EmploymentTables:
    """Thresholds of the raked shares."""
    return EmploymentTables(limits_of(employment_table(config, *education_of(config))))


def employments(
    context: Context,
    person: np.ndarray,
    *,
    age: np.ndarray,
    is_male: np.ndarray,
    education: Coded,
    has_young: np.ndarray,
    income_group: np.ndarray,
) -> Coded:
    """Employment, none under 16.

    Parameters
    ----------
    context : Context
    person : ndarray of uint64
        Hashes of ids.
    age : ndarray of int64
    is_male : ndarray of bool
    education : Coded
        As `educations` gives it.
    has_young : ndarray of bool
        Who has a child under `YOUNG_CHILD` at home.
    income_group : ndarray of int64
        Of the person's home.
    """
    band = np.searchsorted(np.array(_LIMITS), age, side="right")
    group = np.array(_EDUCATION_GROUPS, np.int64)[education.codes]
    cell = (((band * 3 + group) * 2 + is_male) * 2 + has_young) * 3 + income_group
    unit = context.draws("individuals").unit("employment", person)
    return drawn(unit, context.of(prepare).limits, cell, age >= WORKING_AGE, EMPLOYMENT_STATUSES)
