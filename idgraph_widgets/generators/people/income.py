"""Household income: the configured brackets, correlated with household type, state and the householder's age."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded
from idgraph_widgets.config import income_bounds
from idgraph_widgets.draws import UNIT_BITS, threshold
from idgraph_widgets.generators.people.composition import model_of
from idgraph_widgets.generators.people.states import class_of, state_shares, states_of
from idgraph_widgets.population import rake
from idgraph_widgets.schema import households as schema

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

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

_NORMAL = NormalDist()

NATIONAL_MEDIAN = 82_500
"""ACS 2024 S1901, interpolated."""

TYPES = tuple(_LOGNORMAL)


def bracket_shares(config: GenerationConfig) -> np.ndarray:
    """P(bracket | type, state, age band), shape (types, states, bands, brackets); the configured marginal is met.

    States are those of `states_of`, in its order; bands those of `AGE_LIMITS`.
    """
    hc = config.household_config
    bounds = income_bounds(hc)
    edges = {edge for _, *both in bounds for edge in both}
    medians = {row["state"]: row["median_hh_income_2024"] for row in reference.state_shares()}
    weight_of, by_class = _weights(config), state_shares(config)
    rows, weights = [], []
    for household_type in TYPES:
        median, sigma = _LOGNORMAL[household_type]
        for place, state in enumerate(states_of(config)):
            for band, factor in enumerate(_AGE_FACTOR):
                scaled = median * factor * medians[state] / NATIONAL_MEDIAN
                below = {edge: _below(scaled, sigma, edge) for edge in edges}
                rows.append([max(below[high] - below[low], 1e-6) for _, low, high in bounds])
                share = by_class[class_of(household_type, int(band == len(_AGE_FACTOR) - 1)), place]
                weights.append(weight_of[household_type][band] * share + 1e-15)
    target = np.array([hc.income_brackets[label] for label, _, _ in bounds])
    table = rake(np.array(rows), np.array(weights), target)
    return table.reshape(len(TYPES), len(states_of(config)), len(AGE_LIMITS), len(bounds))


@dataclass(frozen=True)
class Incomes:
    """Brackets and amounts.

    Attributes
    ----------
    labels : tuple of str
        Brackets from the lowest on.
    limits : ndarray of int64, shape (household types, states, age bands, brackets - 1)
        Upper unit thresholds of the brackets; types and states in the order of the schema.
    low, width : ndarray of int64, shape (brackets * INCOME_TICKETS,)
        Lower edge and width (USD) of slices of equal probability.
    """

    labels: tuple[str, ...]
    limits: np.ndarray
    low: np.ndarray
    width: np.ndarray


def prepare(config: GenerationConfig) -> Incomes:
    """Thresholds of the brackets, and amounts inside them."""
    low, width = _amounts(config)
    labels = tuple(label for label, _, _ in income_bounds(config.household_config))
    return Incomes(labels, _limits(config), low, width)


def _limits(config: GenerationConfig) -> np.ndarray:
    shares = np.cumsum(bracket_shares(config), axis=3)[..., :-1]
    states = states_of(config)
    limits = np.zeros((len(schema.TYPES), len(reference.STATES), *shares.shape[2:]), np.int64)
    thresholds = np.array([threshold(round(float(share), 9)) for share in shares.ravel()], np.int64)
    places = np.ix_([schema.TYPES.index(name) for name in TYPES], [reference.STATES.index(name) for name in states])
    limits[places] = thresholds.reshape(shares.shape)
    return limits


def _amounts(config: GenerationConfig) -> tuple[np.ndarray, np.ndarray]:
    lows, widths = [], []
    for _, low, high in income_bounds(config.household_config):
        top = high if high is not None else max(TOP_INCOME, 2 * low)
        p_low, p_high = (_below(NATIONAL_MEDIAN, 0.89, x) for x in (low, top))
        edges = []
        for i in range(INCOME_TICKETS + 1):
            p = p_low + (p_high - p_low) * i / INCOME_TICKETS
            edges.append(NATIONAL_MEDIAN * math.exp(0.89 * _NORMAL.inv_cdf(p)) if 0 < p < 1 else low)
        edges = [min(max(round(e), low), top) for e in edges]
        edges[0], edges[-1] = low, top
        lows += edges[:-1]
        widths += [max(1, above - below) for below, above in pairwise(edges)]
    return np.array(lows, np.int64), np.array(widths, np.int64)


def incomes(
    context: Context, household_type: Coded, state_code: np.ndarray, age: np.ndarray, household: np.ndarray
) -> tuple[Coded, np.ndarray]:
    """Income of homes.

    Parameters
    ----------
    context : Context
    household_type : Coded
        In the words of the schema's ``TYPES``.
    state_code : ndarray
        Position in ``reference.STATES``.
    age : ndarray of int64
        The householder's.
    household : ndarray of uint64
        Hashes of the homes' ids.

    Returns
    -------
    (Coded, ndarray of int64)
        Bracket, and USD a year.
    """
    tables, d = context.of(prepare), context.draws("households")
    band = np.searchsorted(np.array(AGE_LIMITS), age, side="right")
    limits = tables.limits[household_type.codes, state_code, band]
    bracket = (d.unit("bracket", household)[:, None] >= limits).sum(axis=1)
    unit = d.unit("income", household)
    ticket = bracket * INCOME_TICKETS + unit % INCOME_TICKETS
    amount = tables.low[ticket] + (unit >> (UNIT_BITS - 32)) % tables.width[ticket]
    return Coded(bracket.astype(np.int32), tables.labels), amount


def _weights(config: GenerationConfig) -> dict[str, np.ndarray]:
    """Share of households by type and the householder's age band."""
    model = model_of(config)
    edges = [0, *AGE_LIMITS]
    weights = {household_type: np.zeros(len(AGE_LIMITS)) for household_type in TYPES}
    for comp in model.compositions:
        ages = model.ages_of(comp)
        bands = np.array([ages[low:high].sum() for low, high in pairwise(edges)])
        weights[comp.household_type] = weights[comp.household_type] + comp.share * bands
    return weights


def _below(median: float, sigma: float, x: float | None) -> float:
    if x is None:
        return 1.0
    return _NORMAL.cdf(math.log(x / median) / sigma) if x > 0 else 0.0
