"""Which segments exist and from when on somebody belongs to one."""

from __future__ import annotations

from dataclasses import dataclass

from idgraph_widgets.config.kinds import Integer
from idgraph_widgets.config.mappings import Switches
from idgraph_widgets.config.section import Section, setting

_SEGMENTS, _THRESHOLDS = "Segments", "Thresholds"


@dataclass
class AudienceConfig(Section):
    """Segments on and off, the lookback they are judged over, and their thresholds."""

    segments: dict[str, bool] = setting(
        {},
        Switches(),
        "Segments on and off",
        unit="",
        group=_SEGMENTS,
        help="A segment left out is on; false turns it off.",
    )
    lookback_days: int = setting(
        28,
        Integer(1, 365),
        "Audience lookback",
        unit="days",
        group=_SEGMENTS,
        help="The first days of the window. Only what happens in them can qualify anybody for a segment, and "
        "campaigns that target behaviour start after them.",
    )
    interest_min_events: int = setting(
        3,
        Integer(1, 1000),
        "Engagements that show an interest",
        unit="engagements in the lookback",
        group=_THRESHOLDS,
        help="In one content category.",
    )
    heavy_viewer_min_seconds: int = setting(
        3600,
        Integer(1, 10_000_000),
        "Time that makes a heavy viewer",
        unit="seconds in the lookback",
        group=_THRESHOLDS,
        help="Over video and live content.",
    )
    frequent_min_active_days: int = setting(
        5,
        Integer(1, 365),
        "Active days that make a frequent visitor",
        unit="days in the lookback",
        group=_THRESHOLDS,
        help="UTC dates with at least one engagement; cannot exceed the lookback.",
    )
    intent_min_clicks: int = setting(
        1,
        Integer(1, 1000),
        "Clicks that show an intent to buy",
        unit="clicks in the lookback",
        group=_THRESHOLDS,
        help="In a content category that belongs to the product.",
    )
    multi_device_min: int = setting(
        3,
        Integer(2, 20),
        "Devices that make a multi-device user",
        unit="devices in the lookback",
        group=_THRESHOLDS,
        help="Different devices seen in the lookback.",
    )
