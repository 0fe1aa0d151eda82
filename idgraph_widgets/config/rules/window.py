"""The window, and what has to fit into it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from idgraph_widgets.config.problems import Problem
from idgraph_widgets.config.rules.registry import rule
from idgraph_widgets.schema.ids import SLOTS_PER_KIND

MAX_WINDOW_DAYS = 732
"""Longest window: two years."""


@rule("GenerationConfig", "start_date", "end_date", "audience_config.lookback_days")
def _window_holds_the_lookback(config: Any) -> Iterator[Problem]:
    days, lookback = config.window_days, config.audience_config.lookback_days
    if days <= 0:
        found = f"{config.end_date}, not after start_date {config.start_date}"
        allowed = f"{lookback} to {MAX_WINDOW_DAYS} days after start_date"
        yield Problem("end_date", found, allowed, "Choose a later end_date; it is excluded.")
    elif days > MAX_WINDOW_DAYS:
        found = f"a window of {days:,} days"
        yield Problem("end_date", found, f"at most {MAX_WINDOW_DAYS} days", "Choose an earlier end_date.")
    elif days < lookback:
        yield Problem(
            "end_date",
            f"a window of {days} days with a lookback of {lookback}",
            f"a window of at least {lookback} days",
            f"Choose a later end_date or lower audience_config.lookback_days to at most {days}.",
        )


_IDENTITY = "demographics_config.identity_mappings"
_SHORTEST = {"home_ip_rotation_days": 2 ** (-7.5 / 8), "safari_cookie_days": 2 / 3}
"""Length of the shortest life, as a part of the setting."""


def _lives_fit(name: str) -> None:
    """Keys number the lives of what is renewed: as many as the window has must fit."""

    @rule("GenerationConfig", "start_date", "end_date", f"{_IDENTITY}.{name}")
    def lives_fit(config: Any) -> Iterator[Problem]:
        days = getattr(config.demographics_config.identity_mappings, name)
        least = math.ceil(config.window_days / (SLOTS_PER_KIND - 3) / _SHORTEST[name] * 100) / 100
        if 0 < config.window_days <= MAX_WINDOW_DAYS and days < least:
            yield Problem(
                f"{_IDENTITY}.{name}",
                f"{days:g} days in a window of {config.window_days}",
                f"at least {least:g} days in such a window, because somebody's renewals are numbered up to "
                f"{SLOTS_PER_KIND:,}",
                f"Raise it to at least {least:g} or choose an earlier end_date.",
            )


for _name in _SHORTEST:
    _lives_fit(_name)
