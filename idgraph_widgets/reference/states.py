"""The 50 states and the District of Columbia: shares, names, clocks and ZIP code prefixes."""

from __future__ import annotations

from functools import cache
from typing import Any

from idgraph_widgets.reference.facts import facts, package_rows

STATES = (
    "AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "IA", "ID", "IL", "IN", "KS",
    "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV",
    "NY", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VT", "WA", "WI", "WV", "WY",
)  # fmt: skip
"""The codes a `location_distribution` may name, in alphabetical order."""


@cache
def _shares() -> tuple[dict[str, Any], ...]:
    return tuple(sorted(facts("state_shares"), key=lambda row: row["state"]))


def state_shares() -> list[dict[str, Any]]:
    """``state_shares.csv`` in the order of `STATES`: households, income, size and county classes."""
    return [dict(row) for row in _shares()]


@cache
def state_names() -> dict[str, str]:
    """Code to name, for example ``{"AK": "Alaska", ...}``."""
    return {row["state"]: row["state_name"] for row in _shares()}


@cache
def _geography() -> tuple[dict[str, Any], ...]:
    rows = package_rows("state_geography")
    for row in rows:
        row["zip3s"] = tuple(row["zip3s"].split())
    return tuple(sorted(rows, key=lambda row: row["state"]))


def state_geography() -> list[dict[str, Any]]:
    """Where and when a household of a state lives, in the order of `STATES`.

    Returns
    -------
    list of dict
        ``state``; ``time_zone`` (IANA name of most of its ZIP codes); ``utc_offset_minutes``
        (standard time); ``zip3s`` (tuple of ZIP code prefixes); ``source``; ``status``. Where its people live is in
        ``zip3_centres.csv`` and ``zip3_places.csv``.
    """
    return [dict(row) for row in _geography()]
