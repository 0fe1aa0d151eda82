"""Ready-made sizes of dataset, and segments that do not exist."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.household import HouseholdConfig
from idgraph_widgets.config.problems import Problem, config_error, did_you_mean, shown

PRESETS = {"tiny": 1_000, "small": 10_000, "medium": 100_000, "large": 1_000_000, "measurement": 100_000}
"""Name to number of households."""

_MEASUREMENT: dict[str, dict[str, Any]] = {
    "campaign_config": {
        # Few advertisers that people often buy from: at 100,000 households every campaign that ends within the window
        # has thousands of purchases to measure, and a third of homes to compare with.
        "campaigns_per_period": 3,
        "num_advertisers": 3,
        "flight_days": {"min": 21, "max": 28},
        "attribution_window_days": 14,
        "holdout_share": 0.33,
        "organic_visits_per_person_90_days": 9.0,
        "visit_to_cart": 0.35,
        "cart_to_purchase": 0.65,
        # Campaigns that nothing stops, and channels that also reach people who are hardly ever online.
        "channel_mix": {"email": 0.3, "social": 0.3, "display": 0.2, "ctv": 0.2},
        "mailings_per_week": 4.0,
        "budget_factor": {"min": 5.0, "max": 10.0},
        "reach_share": 1.0,
        "impressions_per_view": 1.0,
        # Strong ads, of which it takes many until the next one adds nothing: so effects of several campaigns add up,
        # and what a holdout of one tells is what its own exposures created.
        "ad_lift": 2.0,
        "ad_adstock": 0.2,
        # Who is online twice as much shops twice as much: what exposed people buy misleads.
        "shopping_activity": 1.0,
    },
    "engagement_config": {"events_per_person_day": 0.6},
}
"""Fields that the preset for measurement changes, by section (design)."""

_UNMEASURED = [
    "49",
    "50",
    "13",
    "4",
    "14",
    "3",
    "IDG-CLICKERS",
    "IDG-GAMERS",
    "IDG-FREQUENT",
    "IDG-LISTENERS",
    "IDG-DESKTOP",
    "IDG-STUDENTS",
    "IDG-LIVE-FANS",
    "607",
    "1618",
    "942",
    "1383",
    "919",
    "606",
    "368",
    "457",
    "733",
    "1400",
    "268",
    "422",
    "1476",
    "687",
    "534",
    "406",
    "243",
    "1649",
    "719",
    "805",
    "676",
]
"""Segments that the preset for measurement turns off."""


def preset(name: str) -> GenerationConfig:
    """The defaults with the number of households of a preset; *measurement* changes campaigns and sessions, too.

    Parameters
    ----------
    name : {"tiny", "small", "medium", "large", "measurement"}
        1,000, 10,000, 100,000 or 1,000,000 households; or 100,000 with fewer and stronger campaigns and more
        sessions to show them in, so that each has enough purchases for its lift to be measured.

    Raises
    ------
    ConfigError
        If there is no such preset.

    Examples
    --------
    >>> preset("tiny").household_config.num_households
    1000
    """
    if name not in PRESETS:
        hint = did_you_mean(name, PRESETS, "Choose one of these")
        problem = Problem("preset", shown(name), ", ".join(PRESETS), hint)
        raise config_error([problem], "the choice of a preset")
    config = GenerationConfig(household_config=HouseholdConfig(num_households=PRESETS[name]))
    if name == "measurement":
        for section, fields in _MEASUREMENT.items():
            for field, value in fields.items():
                setattr(getattr(config, section), field, copy.deepcopy(value))
        config.audience_config.segments = dict.fromkeys(_UNMEASURED, False)
    return config


def unknown_segments(config: GenerationConfig, known: Iterable[str]) -> list[Problem]:
    """Problems for segments switched in `config` that are not among the `known` segment ids.

    Which segments exist is stated in the published rules, which this package does not know.
    """
    known = tuple(known)
    return [
        Problem(
            f"audience_config.segments.{segment}",
            f"the segment {shown(segment)}",
            "ids of published segment rules",
            did_you_mean(segment, known),
        )
        for segment in config.audience_config.segments
        if segment not in known
    ]
