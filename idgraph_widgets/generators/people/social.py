"""Education and employment: the configured shares, correlated with age, sex, income and each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, code_in
from idgraph_widgets.config import income_bounds
from idgraph_widgets.draws import threshold
from idgraph_widgets.generators.people.composition import model_of
from idgraph_widgets.generators.people.income import AGE_LIMITS, TYPES, bracket_shares
from idgraph_widgets.population import rake
from idgraph_widgets.schema.individuals import ADULT_AGE, EDUCATION_LEVELS, EMPLOYMENT_STATUSES, NONE

if TYPE_CHECKING:
    import pyarrow as pa

    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

WORKING_AGE = 16
"""Youngest age with an employment status."""

_EDUCATION_LIMITS = (25, 35, 45, 65, 101)
"""Upper ages of the education bands; the first band (18-24) has published shares of its own."""

_EMPLOYMENT_LIMITS = (20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 101)

_INCOME_TILT = np.array(
    [
        # How much more often an education is found in low, middle and high income homes (fit to the ratio of median
        # incomes by education, Census 2024: high school 58 K, bachelor's and more 133 K; design).
        [1.9, 1.5, 1.15, 1.05, 0.55, 0.40],
        [1.0, 1.1, 1.10, 1.10, 0.95, 0.80],
        [0.4, 0.6, 0.80, 0.90, 1.40, 1.75],
    ]
)


def _bracket_groups(config: GenerationConfig) -> dict[str, int]:
    running, groups = 0.0, {}
    for label, _, _ in income_bounds(config.household_config):
        share = config.household_config.income_brackets[label]
        groups[label] = min(2, int((running + share / 2) * 3))
        running += share
    return groups


def _age_income_weights(config: GenerationConfig) -> np.ndarray:
    """Expected persons by single year of age and income group, shape (101, 3).

    As if everybody were of the householder's age band: true of householders and spouses, near enough of others.
    """
    table = bracket_shares(config)
    states = np.array(list(config.household_config.location_distribution.values()))
    groups = list(_bracket_groups(config).values())
    by_type = model_of(config).age_by_type
    bands = np.searchsorted(np.array(AGE_LIMITS), np.arange(101), side="right")
    weights = np.zeros((101, 3))
    for i, household_type in enumerate(TYPES):
        if household_type not in by_type:
            continue
        shares = np.tensordot(states / states.sum(), table[i], axes=1)  # (band, bracket)
        grouped = np.stack([shares[:, [g == k for g in groups]].sum(axis=1) for k in range(3)], axis=1)
        weights += by_type[household_type][:, None] * grouped[np.minimum(bands, len(AGE_LIMITS) - 1)]
    return weights


def education_table(config: GenerationConfig, weights: np.ndarray) -> np.ndarray:
    """P(education | age band, sex, income group), shape (5, 2, 3, 6); the marginal over ages 25+ is configured.

    `weights`: expected persons by age and income group.
    """
    base = _education_base()
    rows, row_weights = [], []
    for band in range(1, 5):
        low, high = _EDUCATION_LIMITS[band - 1], _EDUCATION_LIMITS[band]
        for sex in range(2):
            for group in range(3):
                rows.append(base[band, sex] * _INCOME_TILT[group])
                row_weights.append(weights[low:high, group].sum() / 2 + 1e-12)
    wanted = config.demographics_config.education_distribution
    table = rake(np.array(rows), np.array(row_weights), np.array([wanted.get(e, 0.0) for e in EDUCATION_LEVELS]))
    young = np.stack([np.stack([base[0, sex]] * 3) for sex in range(2)])
    return np.concatenate([young[None], table.reshape(4, 2, 3, 6)])


def _education_base() -> np.ndarray:
    """Shares by age band and sex from education.csv, shape (5, 2, 6): sex 0 female, 1 male."""
    merged: dict[tuple[str, str], dict[str, float]] = {}
    for row in reference.facts("education"):
        merged.setdefault((row["sex"], row["age_band"]), {})[row["level"]] = row["share"]
    base = np.zeros((5, 2, 6))
    young = merged["both", "18-24"]
    some = young["some_college_or_associate"]
    base[0, :] = [
        young["less_than_high_school"],
        young["high_school_graduate"],
        some * 0.85,
        some * 0.15,
        young["bachelors_or_higher"] * 0.96,
        young["bachelors_or_higher"] * 0.04,
    ]
    for sex, name in enumerate(("female", "male")):
        adult = merged[name, "25+"]
        levels = np.array(
            [
                adult["less_than_9th_grade"] + adult["9th_12th_no_diploma"],
                adult["high_school_graduate"],
                adult["some_college_no_degree"],
                adult["associate_degree"],
                adult["bachelors_degree"],
                adult["graduate_or_professional"],
            ]
        )
        for band, key in enumerate(("25-34", "35-44", "45-64", "65+"), start=1):
            higher = merged["both", key]["bachelors_or_higher"]
            none = 1 - merged["both", key]["high_school_or_higher"]
            adjusted = levels.copy()
            adjusted[4:] *= higher / _share_of(merged["both", "25+"], ("bachelors_degree", "graduate_or_professional"))
            adjusted[0] *= none / _share_of(merged["both", "25+"], ("less_than_9th_grade", "9th_12th_no_diploma"))
            adjusted[1:4] *= (1 - adjusted[0] - adjusted[4:].sum()) / adjusted[1:4].sum()
            base[band, sex] = adjusted
    return base


def _share_of(shares: dict[str, float], levels: tuple[str, ...]) -> float:
    """Sum of the shares of several levels."""
    return sum(shares[level] for level in levels)


# Among the employed, the share that works full time; among those not in the labour force, (student, homemaker,
# retired, other): by age band of `_EMPLOYMENT_LIMITS` (design; full time overall about 83 %).
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
_EDUCATION_TILT = (0.87, 1.0, 1.13)

_EDUCATION_GROUPS = (0, 0, 1, 1, 2, 2, 0)
"""By level: 0 high school or less, 1 some college or associate, 2 bachelor's or more; 0 where there is none yet."""


def employment_table(config: GenerationConfig, weights: np.ndarray, education: np.ndarray) -> np.ndarray:
    """P(status | age band, education group), shape (11, 3, 7); the marginal over ages 16+ is configured.

    `weights`: expected persons by age and income group; `education`: see `education_table`.
    """
    education = education.mean(axis=1)  # (band, income group, level)
    groups = np.stack([education[..., :2].sum(-1), education[..., 2:4].sum(-1), education[..., 4:].sum(-1)], axis=-1)
    bands = [row for row in reference.facts("employment") if row["sex"] == "both" and row["age_band"] != "16+"]
    rows, row_weights = [], []
    for band, row in enumerate(bands[: len(_EMPLOYMENT_LIMITS)]):
        low = 16 if band == 0 else _EMPLOYMENT_LIMITS[band - 1]
        persons = np.zeros(3)
        for age in range(low, _EMPLOYMENT_LIMITS[band]):
            if age < 18:
                persons[0] += weights[age].sum()
            else:
                edu_band = next(i for i, limit in enumerate(_EDUCATION_LIMITS) if age < limit)
                persons += weights[age] @ groups[edu_band]
        for group in range(3):
            employed = min(0.97, row["employed_share"] * _EDUCATION_TILT[group])
            inactive = 1 - employed - row["unemployed_share"]
            student, home, retired, other = (max(inactive, 0.005) * s for s in _INACTIVE[band])
            full = employed * _FULL_TIME[band]
            rows.append([full, employed - full, row["unemployed_share"], student, home, retired, other])
            row_weights.append(persons[group] + 1e-12)
    wanted = config.demographics_config.employment_distribution
    table = rake(
        np.array(rows) + 1e-9, np.array(row_weights), np.array([wanted.get(e, 0.0) for e in EMPLOYMENT_STATUSES])
    )
    return table.reshape(len(_EMPLOYMENT_LIMITS), 3, len(EMPLOYMENT_STATUSES))


# --- draws ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SocialTables:
    """Shares of education and employment, as upper unit thresholds of all values but the last.

    Attributes
    ----------
    income_groups : dict of str to int
        0 low, 1 middle, 2 high, by income bracket.
    education : ndarray of int64, shape (age bands * 2 sexes * 3 income groups, levels - 1)
    employment : ndarray of int64, shape (age bands * 3 education groups, statuses - 1)
    """

    income_groups: dict[str, int]
    education: np.ndarray
    employment: np.ndarray


def prepare(config: GenerationConfig) -> SocialTables:
    """Thresholds of the raked shares."""
    weights = _age_income_weights(config)
    education = education_table(config, weights)
    employment = employment_table(config, weights, education)
    return SocialTables(_bracket_groups(config), _limits(education), _limits(employment))


def _limits(table: np.ndarray) -> np.ndarray:
    cells = table.reshape(-1, table.shape[-1])
    limits = np.cumsum(cells, axis=1)[:, :-1]
    thresholds = [threshold(round(float(share), 9)) for share in limits.ravel()]
    return np.array(thresholds, np.int64).reshape(limits.shape)


def educations(
    context: Context, person: np.ndarray, age: np.ndarray, is_male: np.ndarray, income_bracket: Coded | pa.Array
) -> Coded:
    """Highest degree, none under 18.

    Parameters
    ----------
    context : Context
    person : ndarray of uint64
        Hashes of ids.
    age : ndarray of int64
    is_male : ndarray of bool
    income_bracket : Coded or pyarrow.StringArray
        Of the person's home.
    """
    tables = context.of(prepare)
    labels = tuple(tables.income_groups)
    group = np.array(list(tables.income_groups.values()), np.int64)[code_in(income_bracket, labels)]
    band = np.searchsorted(np.array(_EDUCATION_LIMITS), age, side="right")
    cell = (band * 2 + is_male) * 3 + group
    unit = context.draws("individuals").unit("education", person)
    return _drawn(unit, tables.education, cell, age >= ADULT_AGE, EDUCATION_LEVELS)


def employments(context: Context, person: np.ndarray, age: np.ndarray, education: Coded) -> Coded:
    """Employment, none under 16; `education` as `educations` gives it."""
    tables = context.of(prepare)
    band = np.searchsorted(np.array(_EMPLOYMENT_LIMITS), age, side="right")
    group = np.array(_EDUCATION_GROUPS, np.int64)[education.codes]
    unit = context.draws("individuals").unit("employment", person)
    return _drawn(unit, tables.employment, band * 3 + group, age >= WORKING_AGE, EMPLOYMENT_STATUSES)


def _drawn(
    unit: np.ndarray, limits: np.ndarray, cell: np.ndarray, has_one: np.ndarray, values: tuple[str, ...]
) -> Coded:
    """Values by the shares of each row's cell, none where there is none."""
    picked = np.full(len(unit), len(values), np.int32)
    rows = np.flatnonzero(has_one)
    picked[rows] = (unit[rows, None] >= limits[cell[rows]]).sum(axis=1)
    return Coded(picked, (*values, NONE))
