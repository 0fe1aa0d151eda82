"""How much data a figure needs: purchases for a lift or a return on ad spend to be told, and households for those.

Purchases grow with households, and the variance of a logarithm falls with purchases; so households that a figure needs
are those there are, times a ratio of variances.
"""

from __future__ import annotations

import math

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.purchases import expected_purchases

FOUND_Z = 1.959964 + 0.841621
"""An effect so many standard errors from 0 has an interval of 95 % without 0 in four of five datasets."""

TOGETHER = 1.3
"""Variance of the number of purchases in a home, over its mean: who wants something buys more than once (measured)."""

ROAS_WITHIN = 0.25
"""A return on ad spend is told where its interval of 95 % is so narrow, relative to it."""


def least_lift(held_out: float, holdout_share: float) -> float:
    """The smallest lift that is found in four of five datasets with so many purchases of held-out people.

    Parameters
    ----------
    held_out : float
        Purchases of people held out.
    holdout_share : float
        Share of the audience that is held out.

    Examples
    --------
    >>> round(least_lift(1_000, 0.1), 3)
    0.112
    """
    if not held_out or not 0 < holdout_share < 1:
        return math.inf
    spread = FOUND_Z * math.sqrt(TOGETHER / held_out / (1 - holdout_share))
    return math.expm1(spread) if spread < 50 else math.inf


def purchases_for_lift(lift: float, holdout_share: float) -> float:
    """Purchases of held-out people with which so large a lift is found in four of five datasets; infinite for none.

    Examples
    --------
    >>> round(purchases_for_lift(0.08, 0.1))
    1914
    """
    if lift <= 0 or not 0 < holdout_share < 1:
        return math.inf
    return TOGETHER / (1 - holdout_share) * (FOUND_Z / math.log1p(lift)) ** 2


def households_for_lift(config: GenerationConfig, campaigns: float = 1.0) -> float:
    """Households with which the lift of one campaign, or of several together, is found in four of five datasets.

    Held-out people whom the campaign would have reached are compared with people whom it reached.

    Parameters
    ----------
    config : GenerationConfig
    campaigns : float
        How many are looked at together.
    """
    found = expected_purchases(config)
    if not found.held_out:
        return math.inf
    needed = purchases_for_lift(found.lift, config.campaign_config.holdout_share)
    return config.household_config.num_households * needed / (found.held_out * max(1.0, campaigns))


def purchases_for_roas(variation: float) -> float:
    """Purchases of one campaign with which its return on ad spend is told.

    Parameters
    ----------
    variation : float
        Standard deviation of a basket over its mean.

    Examples
    --------
    >>> round(purchases_for_roas(0.95))
    117
    """
    return (1.959964 / ROAS_WITHIN) ** 2 * (1 + variation**2)


def in_round_numbers(households: float) -> str:
    """Households in words, in two digits, rounded up.

    Examples
    --------
    >>> in_round_numbers(1_234_567), in_round_numbers(84_000), in_round_numbers(math.inf)
    ('1.3 million', '84,000', 'more than a billion')
    """
    if households > 1e9:
        return "more than a billion"
    digits = 10.0 ** (math.floor(math.log10(max(households, 10))) - 1)
    number = math.ceil(households / digits - 1e-9) * digits
    return f"{number / 1e6:.3g} million" if number >= 1e6 else f"{number:,.0f}"
