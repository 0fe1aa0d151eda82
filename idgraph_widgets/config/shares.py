"""Shares that sum to one, out of counts or rounded figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

_K = TypeVar("_K")


def round_shares(weights: Mapping[_K, float], digits: int = 6) -> dict[_K, float]:
    """Shares of `weights`, rounded to `digits` decimals so that they sum to exactly one.

    Largest remainders: each share is cut, and what is missing goes in steps of the last digit to the
    shares that lost most. Equal losses go to the earlier one.

    Examples
    --------
    >>> round_shares({"a": 1, "b": 1, "c": 1}, digits=2)
    {'a': 0.34, 'b': 0.33, 'c': 0.33}
    """
    unit = 10**digits
    total = sum(weights.values())
    exact = {name: weight * unit / total for name, weight in weights.items()}
    cut = {name: int(value) for name, value in exact.items()}
    order = sorted(weights, key=lambda name: cut[name] - exact[name])
    for name in order[: unit - sum(cut.values())]:
        cut[name] += 1
    return {name: count / unit for name, count in cut.items()}
