"""How a purchase is credited to the exposures before it, in millionths of a purchase and in cents.

Written from the data model, not from the generator, so that a journey shows what ``outcome_metrics`` sums.
"""

from __future__ import annotations

MODELS = ("last_touch", "first_touch", "linear", "time_decay", "position_based")

ONE = 1_000_000
"""A whole purchase, in the unit of credit."""


def shares_of(model: str, ages: list[int], cents: int) -> list[tuple[int, int]]:
    """Credit of each exposure for one purchase.

    Parameters
    ----------
    model : str
        One of `MODELS`.
    ages : list of int
        Whole days from each exposure to the purchase, the earliest exposure first.
    cents : int
        Revenue of the purchase.

    Returns
    -------
    list of (int, int)
        Millionths of the purchase and cents, per exposure; they sum to `ONE` and to `cents`. Shares are cut,
        and the latest exposure takes the rest.
    """
    n = len(ages)
    weights = _weights(model, ages)
    total = sum(weights)
    micro = [ONE * weight // total for weight in weights[:-1]]
    money = [cents * share // ONE for share in micro]
    return [*zip(micro, money), (ONE - sum(micro), cents - sum(money))][:n]


def _weights(model: str, ages: list[int]) -> list[int]:
    n = len(ages)
    if model == "last_touch" or n == 1:
        return [0] * (n - 1) + [1]
    if model == "first_touch":
        return [1] + [0] * (n - 1)
    if model == "linear":
        return [1] * n
    if model == "time_decay":
        return [half_life_weight(age) for age in ages]
    if model == "position_based":
        # 40 % to the first and the last, the middle shares 20 %.
        return [1, 1] if n == 2 else [2 * (n - 2), *[1] * (n - 2), 2 * (n - 2)]
    raise ValueError(f"attribution models are {', '.join(MODELS)}, not {model!r}")


def half_life_weight(days: int, half_life: int = 7) -> int:
    """round(2^(-days / half_life) · 10^6)."""
    return round(2.0 ** (-days / half_life) * ONE)
