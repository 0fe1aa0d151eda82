"""Household income: the configured brackets, correlated with household type and state."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig, income_bounds
from idgraph_widgets.draws import threshold, small_frame
from idgraph_widgets.generators.composition import model_of
from idgraph_widgets.population import rake

INCOME_TICKETS = 256
TOP_INCOME = 1_000_000
"""Where an open top bracket ends, in USD (domain.md §9: cut at 1 million)."""

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
NATIONAL_MEDIAN = 82_500
"""ACS 2024 S1901, interpolated (domain.md §1.3)."""

TYPES = tuple(_LOGNORMAL)


def bracket_shares(config: GenerationConfig) -> np.ndarray:
    """P(bracket | type, state), shape (types, states, brackets); the configured marginal is met.

    States are those of the configured location distribution, in its order.
    """
    hc = config.household_config
    bounds = income_bounds(hc)
    medians = {row["state"]: row["median_hh_income_2024"] for row in reference.state_shares()}
    type_weights = _type_weights(config)
    rows, weights = [], []
    for household_type in TYPES:
        median, sigma = _LOGNORMAL[household_type]
        for state, share in hc.location_distribution.items():
            scaled = median * medians[state] / NATIONAL_MEDIAN
            rows.append([max(_mass(scaled, sigma, low, high), 1e-6) for _, low, high in bounds])
            weights.append(type_weights.get(household_type, 0.0) * share)
    target = np.array([hc.income_brackets[label] for label, _, _ in bounds])
    table = rake(np.array(rows), np.array(weights), target)
    return table.reshape(len(TYPES), len(hc.location_distribution), len(bounds))


def income_frame(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """Per (household type, state): the upper unit thresholds of the brackets, ``b0``, ``b1`` … in order."""
    table = bracket_shares(config)
    records = []
    for i, household_type in enumerate(TYPES):
        for j, state in enumerate(config.household_config.location_distribution):
            limits = np.cumsum(table[i, j])
            record = {"c_type": household_type, "state": state}
            record.update({f"b{k}": threshold(round(float(limit), 9)) for k, limit in enumerate(limits[:-1])})
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


def _type_weights(config: GenerationConfig) -> dict[str, float]:
    weights: dict[str, float] = {}
    for comp in model_of(config).compositions:
        weights[comp.household_type] = weights.get(comp.household_type, 0.0) + comp.share
    return weights


def _below(median: float, sigma: float, x: float | None) -> float:
    if x is None:
        return 1.0
    return NormalDist().cdf(math.log(x / median) / sigma) if x > 0 else 0.0


def _mass(median: float, sigma: float, low: int, high: int | None) -> float:
    return _below(median, sigma, high) - _below(median, sigma, low)
