"""Income brackets: what a label such as ``30-60K`` means in USD."""

from __future__ import annotations

import math
import re
from typing import Any

_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}

_AMOUNT = r"\$?\s*(\d+(?:,\d{3})+|\d+)(\.\d+)?\s*([km]?)"
_BELOW = re.compile(rf"(?:<|under|below|less than|up to)\s*{_AMOUNT}\Z")
_ABOVE = re.compile(rf"(?:(?:>=|≥|over|from)\s*{_AMOUNT}|{_AMOUNT}\s*(?:\+|or more|and over|and above))\Z")
_RANGE = re.compile(rf"{_AMOUNT}\s*(?:-|–|—|to)\s*{_AMOUNT}\Z")


def parse_label(label: str) -> tuple[int, int | None] | None:
    """The bounds in USD that an income label says.

    Parameters
    ----------
    label : str
        ``<30K``, ``30-60K``, ``$30K–$60K``, ``150K+``, ``1M+``, ``$25,000 to $34,999``. A unit on the
        upper amount alone holds for both. An upper amount that ends in 999 is included, so 34,999
        means below 35,000.

    Returns
    -------
    (lower, upper) or None
        Lower is included, upper is not and is None without limit. None if the label says no range.

    Examples
    --------
    >>> parse_label("30-60K"), parse_label("1M+"), parse_label("well off")
    ((30000, 60000), (1000000, None), None)
    """
    text = " ".join(label.casefold().split())
    if match := _BELOW.match(text):
        upper = _usd(*match.groups())
        return _ordered(0, upper)
    if match := _ABOVE.match(text):
        groups = match.groups()
        lower = _usd(*(groups[:3] if groups[0] else groups[3:]))
        return None if lower is None else (lower, None)
    if match := _RANGE.match(text):
        low, low_part, low_unit, high, high_part, high_unit = match.groups()
        upper = _usd(high, high_part, high_unit)
        return _ordered(_usd(low, low_part, low_unit or high_unit), upper)
    return None


def income_bounds(config: Any) -> list[tuple[str, int, int | None]]:
    """The configured brackets with their bounds, poorest first.

    Parameters
    ----------
    config : GenerationConfig or HouseholdConfig
        A valid one.

    Returns
    -------
    list of (label, lower, upper)
        USD a year; lower included, upper excluded, None without limit.

    Examples
    --------
    >>> from idgraph_widgets.config import GenerationConfig
    >>> income_bounds(GenerationConfig())[1]
    ('30-60K', 30000, 60000)
    """
    household = getattr(config, "household_config", config)
    found = bracket_bounds(household)
    return sorted(((label, *bounds) for label, bounds in found.items() if bounds), key=lambda row: row[1:2])


def bracket_bounds(household: Any) -> dict[str, tuple[int, int | None] | None]:
    """Bounds per label, given ones first; None for a label that has none and says none."""
    return {
        label: tuple(household.income_bounds[label]) if label in household.income_bounds else parse_label(label)
        for label in household.income_brackets
    }


def _usd(whole: str, fraction: str | None, unit: str) -> int | None:
    """Whole USD, or None if the amount is not a whole number of them."""
    amount = float(whole.replace(",", "") + (fraction or "")) * _UNITS[unit]
    rounded = round(amount)
    return rounded if math.isclose(amount, rounded, rel_tol=0, abs_tol=1e-6) else None


def _ordered(lower: int | None, upper: int | None) -> tuple[int, int] | None:
    if upper is not None and upper % 1000 == 999:
        upper += 1
    if lower is None or upper is None or lower >= upper:
        return None
    return lower, upper
