"""Education and employment: the configured shares, correlated with age, sex, income and each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig, income_bounds
from idgraph_widgets.draws import small_frame, steps, threshold
from idgraph_widgets.generators.composition import model_of
from idgraph_widgets.generators.income import AGE_LIMITS, TYPES, bracket_shares
from idgraph_widgets.population import rake
from idgraph_widgets.schema.individuals import EDUCATION_LEVELS as EDUCATION
from idgraph_widgets.schema.individuals import EMPLOYMENT_STATUSES as EMPLOYMENT
from idgraph_widgets.schema.individuals import NONE

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


def income_group(config: GenerationConfig, bracket: Column) -> Column:
    """0 low, 1 middle, 2 high: thirds of households by the configured brackets."""
    groups = _bracket_groups(config)
    expression = F.lit(2)
    for label, group in groups.items():
        if group < 2:
            expression = F.when(bracket == label, F.lit(group)).otherwise(expression)
    return expression.cast("bigint")


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


def education_table(config: GenerationConfig) -> np.ndarray:
    """P(education | age band, sex, income group), shape (5, 2, 3, 6); the marginal over ages 25+ is configured."""
    weights = _age_income_weights(config)
    base = _education_base()
    rows, row_weights = [], []
    for band in range(1, 5):
        low, high = _EDUCATION_LIMITS[band - 1], _EDUCATION_LIMITS[band]
        for sex in range(2):
            for group in range(3):
                rows.append(base[band, sex] * _INCOME_TILT[group])
                row_weights.append(weights[low:high, group].sum() / 2 + 1e-12)
    wanted = config.demographics_config.education_distribution
    table = rake(np.array(rows), np.array(row_weights), np.array([wanted.get(e, 0.0) for e in EDUCATION]))
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


def education_group(education: Column) -> Column:
    """0 high school or less, 1 some college or associate, 2 bachelor's or more."""
    return (
        F.when(education.isin("bachelors", "graduate"), 2)
        .when(education.isin("some_college", "associate"), 1)
        .otherwise(0)
        .cast("bigint")
    )


def employment_table(config: GenerationConfig) -> np.ndarray:
    """P(status | age band, education group), shape (11, 3, 7); the marginal over ages 16+ is configured."""
    weights = _age_income_weights(config)
    education = education_table(config).mean(axis=1)  # (band, income group, level)
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
    table = rake(np.array(rows) + 1e-9, np.array(row_weights), np.array([wanted.get(e, 0.0) for e in EMPLOYMENT]))
    return table.reshape(len(_EMPLOYMENT_LIMITS), 3, len(EMPLOYMENT))


def with_education(spark: SparkSession, config: GenerationConfig, df: DataFrame, unit: Column) -> DataFrame:
    """Add ``education`` to a frame with ``age``, ``is_male`` and ``income_bracket``."""
    table = education_table(config)
    band = steps(F.col("age"), list(_EDUCATION_LIMITS), [F.lit(i).cast("bigint") for i in range(5)])
    cell = (band * F.lit(2) + F.col("is_male").cast("bigint")) * F.lit(3) + income_group(
        config, F.col("income_bracket")
    )
    df = df.withColumn("cell", F.when(F.col("age") >= 18, cell).otherwise(F.lit(-1).cast("bigint")))
    return _pick(spark, df, unit, table.reshape(30, 6), EDUCATION, "education")


def with_employment(spark: SparkSession, config: GenerationConfig, df: DataFrame, unit: Column) -> DataFrame:
    """Add ``employment_status`` to a frame with ``age`` and ``education``."""
    table = employment_table(config)
    bands = [F.lit(i).cast("bigint") for i in range(len(_EMPLOYMENT_LIMITS))]
    cell = steps(F.col("age"), list(_EMPLOYMENT_LIMITS), bands) * F.lit(3) + education_group(F.col("education"))
    df = df.withColumn("cell", F.when(F.col("age") >= 16, cell).otherwise(F.lit(-1).cast("bigint")))
    return _pick(spark, df, unit, table.reshape(-1, len(EMPLOYMENT)), EMPLOYMENT, "employment_status")


def _pick(spark, df: DataFrame, unit: Column, table: np.ndarray, values: tuple[str, ...], column: str) -> DataFrame:
    """Draw `column` per row from the shares of the row's ``cell``; cell -1 has none."""
    limits = np.cumsum(table, axis=1)
    frame = {"cell": [-1, *range(len(table))]}
    for k in range(len(values) - 1):
        frame[f"limit{k}"] = [0, *(threshold(round(float(x), 9)) for x in limits[:, k])]
    df = df.join(F.broadcast(small_frame(spark, pd.DataFrame(frame))), "cell")
    picked = F.lit(values[-1])
    for k in range(len(values) - 2, -1, -1):
        picked = F.when(unit < F.col(f"limit{k}"), F.lit(values[k])).otherwise(picked)
    df = df.withColumn(column, F.when(F.col("cell") < 0, F.lit(NONE)).otherwise(picked))
    return df.drop("cell", *[f"limit{k}" for k in range(len(values) - 1)])
