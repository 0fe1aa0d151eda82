"""How many households it takes to tell a lift."""

from __future__ import annotations

import math

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.measurement.comparison import INTERVAL_Z

CLUSTERING = 1.5
"""Variance of a home's purchases at an advertiser over that of chance: who buys once buys again."""


def households_needed(
    purchases_per_household: float,
    half_width: float,
    holdout_share: float = 0.1,
    lift: float = 0.0,
    clustering: float = CLUSTERING,
) -> int:
    """Households it takes until the interval of a lift is so narrow.

    The relative variance of purchases per person in a group is `clustering` over its purchases, and that of the ratio
    of two groups the sum of both.

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
    One purchase for each ten households, a tenth held out, to be told within 10 points:

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
            f"holdout_share: found {holdout_share}; without a holdout, or with nothing else, no lift can be told. Give "
            "a share between 0 and 1."
        )
    deviation = half_width / (INTERVAL_Z * (1 + lift))
    purchases = clustering * (1 / holdout_share + 1 / (1 - holdout_share)) / deviation**2
    return math.ceil(round(purchases / purchases_per_household, 6))
