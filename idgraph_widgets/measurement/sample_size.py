"""How much data a figure needs: purchases for a lift or a return on ad spend to be found, and households for those.

Two questions are answered about a lift, from one variance (`log_lift_variance`). `households_needed` is about how exact
an estimate is: the interval of `holdout_lift` shall be so narrow, whatever the lift. `purchases_for_lift`,
`least_lift` and `households_for_lift` are about whether there is anything to see: the interval shall leave out 0 in
four of five datasets. A large effect is found with fewer households than it takes to tell its size well.
"""

from __future__ import annotations

import math

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.forecast.purchases import expected_purchases
from idgraph_widgets.measurement.comparison import INTERVAL_Z

CLUSTERING = 1.5
"""Variance of the number of purchases in a home at an advertiser, over its mean: who buys once buys again. Measured for
nine campaigns of the preset measurement at 40,000 households, it is 1.1 where a category is seldom bought and 2.5 where
it is bought often."""

FOUND_Z = INTERVAL_Z + 0.841621
"""An effect so many standard errors from 0 has an interval of 95 % without 0 in four of five datasets."""

ROAS_WITHIN = 0.25
"""A return on ad spend is known where its interval of 95 % is so narrow, relative to it."""


def log_lift_variance(purchases: float, holdout_share: float, clustering: float = CLUSTERING) -> float:
    """Variance of the logarithm of 1 plus a lift that is estimated from so many purchases.

    The relative variance of purchases per person in a group is `clustering` over its purchases, and that of the ratio
    of two groups the sum of both.

    Parameters
    ----------
    purchases : float
        Of both groups together.
    holdout_share : float
        The part of them that is held out, as a share.
    clustering : float
        Variance of a home's purchases over that of chance.

    Examples
    --------
    >>> log_lift_variance(1_000, 0.5, clustering=1.0)
    0.004
    """
    return clustering * (1 / holdout_share + 1 / (1 - holdout_share)) / purchases


def households_needed(
    purchases_per_household: float,
    half_width: float,
    holdout_share: float = 0.1,
    lift: float = 0.0,
    clustering: float = CLUSTERING,
) -> int:
    """Households it takes until the interval of a lift is so narrow.

    To *find* a lift, telling it from none, takes fewer: see `households_for_lift` for what a configuration needs.

    Parameters
    ----------
    purchases_per_household : float
        Purchases that `holdout_lift` counts, of both groups, for each household *of the dataset*: then the answer
        counts those, too.
    half_width : float
        Half of the interval of 95 %: 0.05 tells a lift of 10 % to between 5 and 15 %.
    holdout_share : float
        Of households.
    lift : float
        What is expected; the interval of a larger one is wider.
    clustering : float
        Variance of a home's purchases over that of chance.

    Returns
    -------
    int

    Raises
    ------
    ConfigError
        A number is not positive, or the holdout is nobody or everybody.

    Examples
    --------
    One purchase for each ten households, a tenth held out, to be known within 10 points:

    >>> households_needed(0.1, 0.10)
    64025

    Half as exact takes a fourth, and a third held out less than half of that:

    >>> households_needed(0.1, 0.20), households_needed(0.1, 0.20, holdout_share=0.33)
    (16007, 6516)
    """
    if not purchases_per_household > 0 or not half_width > 0 or not clustering > 0 or not lift > -1:
        raise ConfigError(
            f"Found {purchases_per_household} purchases per household, a half width of {half_width}, a clustering of "
            f"{clustering} and a lift of {lift}; the first three must be above 0, and the lift above -1."
        )
    if not 0 < holdout_share < 1:
        raise ConfigError(
            f"holdout_share: found {holdout_share}; without a holdout, or with nothing else, no lift can be estimated. "
            "Give a share between 0 and 1."
        )
    deviation = half_width / (INTERVAL_Z * (1 + lift))
    purchases = log_lift_variance(1.0, holdout_share, clustering) / deviation**2
    return math.ceil(round(purchases / purchases_per_household, 6))


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
    0.121
    """
    if not held_out or not 0 < holdout_share < 1:
        return math.inf
    spread = FOUND_Z * math.sqrt(log_lift_variance(held_out / holdout_share, holdout_share))
    return math.expm1(spread) if spread < 50 else math.inf


def purchases_for_lift(lift: float, holdout_share: float) -> float:
    """Purchases of held-out people with which so large a lift is found in four of five datasets; infinite for none.

    Examples
    --------
    >>> round(purchases_for_lift(0.08, 0.1))
    2209
    """
    if lift <= 0 or not 0 < holdout_share < 1:
        return math.inf
    return holdout_share * log_lift_variance(1.0, holdout_share) * (FOUND_Z / math.log1p(lift)) ** 2


def households_for_lift(config: GenerationConfig, campaigns: float = 1.0) -> float:
    """Households with which the lift of one campaign, or of several together, is found in four of five datasets.

    Held-out people whom the campaign would have reached are compared with people whom it reached. To tell a lift to so
    many points takes more: see `households_needed`.

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
    """Purchases of one campaign with which its return on ad spend is known.

    Parameters
    ----------
    variation : float
        Standard deviation of a basket over its mean.

    Examples
    --------
    >>> round(purchases_for_roas(0.95))
    117
    """
    return (INTERVAL_Z / ROAS_WITHIN) ** 2 * (1 + variation**2)


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
