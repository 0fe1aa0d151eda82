"""Household income: the configured brackets, correlated with household type, state and the householder's age."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig, income_bounds
from idgraph_widgets.draws import small_frame, steps, threshold
from idgraph_widgets.generators.composition import model_of
from idgraph_widgets.population import rake

INCOME_TICKETS = 256
TOP_INCOME = 1_000_000
"""Where an open top bracket ends, in USD; the published brackets end open, so this is a design choice."""

# Lognormal medians (USD) and sigmas by household type: fits to ACS 2024 S1901 for married couples (121.8 K, .69)
# and non-families (47.1 K, 1.01); other families so that all families meet 102.7 K, .77; lone parents lower
# (design). Cohabiting couples near all households.
_LOGNORMAL = {
    "married_couple": (121_800, 0.69),
    "cohabiting": (84_000, 0.75),
    "single_parent": (50_000, 0.80),
    "other_family": (70_000, 0.80),
    "living_alone": (43_500, 0.98),
    "nonfamily": (82_000, 0.80),
}
AGE_LIMITS = (25, 35, 45, 55, 65, 101)
"""Upper ages of the householder's age bands."""

# Income of a band over that of its household type: medians by householder's age (CPS ASEC 2023 table A-1, in
# thousand USD: 54.9 for 15-24, seen-2; 85.8, 101.3, 110.7, 90.6, 54.7, memory) over 80.6, to the power .65, since
# the types of household explain the rest (design).
_AGE_FACTOR = tuple(round((median / 80.6) ** 0.65, 4) for median in (54.9, 85.8, 101.3, 110.7, 90.6, 54.7))

NATIONAL_MEDIAN = 82_500
"""ACS 2024 S1901, interpolated."""

TYPES = tuple(_LOGNORMAL)


def bracket_shares(config: GenerationConfig) -> np.ndarray:
    """P(bracket | type, state, age band), shape (types, states, bands, brackets); the configured marginal is met.

    States are those of the configured location distribution, in its order; bands those of `AGE_LIMITS`.
    """
    hc = config.household_config
    bounds = income_bounds(hc)
    medians = {row["state"]: row["median_hh_income_2024"] for row in reference.state_shares()}
    weight_of = _weights(config)
    rows, weights = [], []
    for household_type in TYPES:
        median, sigma = _LOGNORMAL[household_type]
        for state, share in hc.location_distribution.items():
            for band, factor in enumerate(_AGE_FACTOR):
                scaled = median * factor * medians[state] / NATIONAL_MEDIAN
                rows.append([max(_mass(scaled, sigma, low, high), 1e-6) for _, low, high in bounds])
                weights.append(weight_of[household_type][band] * share)
    target = np.array([hc.income_brackets[label] for label, _, _ in bounds])
    table = rake(np.array(rows), np.array(weights), target)
    return table.reshape(len(TYPES), len(hc.location_distribution), len(AGE_LIMITS), len(bounds))


def age_band(age: Column) -> Column:
    """Index of the householder's age band, BIGINT."""
    return steps(age, list(AGE_LIMITS), [F.lit(i).cast("bigint") for i in range(len(AGE_LIMITS))])


def income_frame(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """Per (type, state, ``i_band``): the upper unit thresholds of the brackets, ``b0``, ``b1`` … in order."""
    limits = np.cumsum(bracket_shares(config), axis=3)
    records = []
    for i, household_type in enumerate(TYPES):
        for j, state in enumerate(config.household_config.location_distribution):
            for band in range(len(AGE_LIMITS)):
                record = {"c_type": household_type, "state": state, "i_band": band}
                for k, limit in enumerate(limits[i, j, band, :-1]):
                    record[f"b{k}"] = threshold(round(float(limit), 9))
                records.append(record)
    return F.broadcast(small_frame(spark, pd.DataFrame(records)))


def amount_frame(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """Per bracket and ticket: lower edge and width (USD) of a slice of equal probability.

    Join on ``bracket * INCOME_TICKETS + ticket``, column ``income_ticket``.
    """
    normal = NormalDist()
    records = []
    for index, (label, low, high) in enumerate(income_bounds(config.household_config)):
        top = high if high is not None else max(TOP_INCOME, 2 * low)
        p_low, p_high = (_below(NATIONAL_MEDIAN, 0.89, x) for x in (low, top))
        edges = []
        for i in range(INCOME_TICKETS + 1):
            p = p_low + (p_high - p_low) * i / INCOME_TICKETS
            edges.append(NATIONAL_MEDIAN * math.exp(0.89 * normal.inv_cdf(p)) if 0 < p < 1 else low)
        edges = [min(max(round(e), low), top) for e in edges]
        edges[0], edges[-1] = low, top
        for i in range(INCOME_TICKETS):
            records.append((index * INCOME_TICKETS + i, label, edges[i], max(1, edges[i + 1] - edges[i])))
    columns = ["income_ticket", "income_bracket", "i_low", "i_width"]
    return F.broadcast(small_frame(spark, pd.DataFrame(records, columns=columns)))


def _weights(config: GenerationConfig) -> dict[str, np.ndarray]:
    """Share of households by type and the householder's age band."""
    model = model_of(config)
    edges = [0, *AGE_LIMITS]
    weights = {household_type: np.zeros(len(AGE_LIMITS)) for household_type in TYPES}
    for comp in model.compositions:
        ages = model.householder_ages[comp.class_index]
        bands = np.array([ages[low:high].sum() for low, high in zip(edges, edges[1:])])
        weights[comp.household_type] = weights[comp.household_type] + comp.share * bands
    return weights


def _below(median: float, sigma: float, x: float | None) -> float:
    if x is None:
        return 1.0
    return NormalDist().cdf(math.log(x / median) / sigma) if x > 0 else 0.0


def _mass(median: float, sigma: float, low: int, high: int | None) -> float:
    return _below(median, sigma, high) - _below(median, sigma, low)
