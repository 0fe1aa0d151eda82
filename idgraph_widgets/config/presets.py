"""Ready-made sizes of dataset, and segments that do not exist."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.household import HouseholdConfig
from idgraph_widgets.config.problems import Problem, config_error, did_you_mean, shown

PRESETS = {"tiny": 1_000, "small": 10_000, "medium": 100_000, "large": 1_000_000, "measurement": 100_000}
"""Name to number of households."""

_MEASUREMENT = {
    # Few advertisers that people often buy from, and campaigns that reach whoever is online: at 100 000 households
    # every campaign that ends within the window has more than 1 000 purchases to measure, and a third of homes to
    # compare with.
    "campaigns_per_period": 3,
    "num_advertisers": 3,
    "channel_mix": {"social": 0.4, "display": 0.3, "video": 0.3},
    "flight_days": {"min": 21, "max": 28},
    "budget_factor": {"min": 5.0, "max": 10.0},
    "holdout_share": 0.33,
    "reach_share": 1.0,
    "impressions_per_view": 1.0,
    "attribution_window_days": 14,
    "organic_visits_per_person_90_days": 9.0,
    "visit_to_cart": 0.35,
    "cart_to_purchase": 0.65,
    "ad_lift": 1.0,
}
"""Fields of `CampaignConfig` that the preset for measurement changes (design)."""

_ONLINE = {"events_per_person_day": 0.6, "activity_sigma": 0.4}
"""Fields of `EngagementConfig` that it changes: ads are seen in sessions, so most people have some (design)."""

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
    """The defaults with the number of households of a preset; *measurement* also changes the campaigns.

    Parameters
    ----------
    name : {"tiny", "small", "medium", "large", "measurement"}
        1 000, 10 000, 100 000 or 1 000 000 households; or 100 000 with fewer and stronger campaigns, so that each
        has enough purchases for its lift to be measured.

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
    for field, value in (_MEASUREMENT if name == "measurement" else {}).items():
        setattr(config.campaign_config, field, copy.deepcopy(value))
    if name == "measurement":
        for field, value in _ONLINE.items():
            setattr(config.engagement_config, field, value)
        config.audience_config.segments = dict.fromkeys(_UNMEASURED, False)
    return config


def unknown_segments(config: GenerationConfig, known: Iterable[str]) -> list[Problem]:
    """Problems for segments switched in `config` that are not among the `known` segment ids.

    Which segments exist is told by the published rules, which this package does not know.
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
