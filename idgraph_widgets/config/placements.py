"""Where ads of a channel appear, and how that decides whether they are seen, played to the end and clicked."""

from __future__ import annotations

from idgraph_widgets.schema.identity_mappings import DEVICE_TYPES

SESSION_CHANNELS = ("display", "video", "ctv", "audio")
"""Channels whose impressions belong to a session: they appear with an item of content, at its publisher."""

PLACEMENTS = {
    "search": {"search_top": 0.7, "search_bottom": 0.3},
    "social": {"feed": 0.6, "story": 0.25, "short_video": 0.15},
    "display": {"banner_top": 0.35, "in_article": 0.35, "sidebar": 0.3},
    "video": {"pre_roll": 0.65, "mid_roll": 0.35},
    "ctv": {"pre_roll": 0.4, "mid_roll": 0.6},
    "audio": {"pre_roll": 0.4, "mid_roll": 0.6},
    "email": {"newsletter": 0.6, "promotion": 0.4},
}
"""Placements of a channel with their share of its impressions (design)."""

BESIDE_CONTENT = {"video": "out_stream"}
"""Where a channel's ad appears with content that does not play itself."""

AD_LOAD = {
    "display": {"article": 1.0, "video": 0.5, "live": 0.5, "game": 0.8},
    "video": {"video": 1.0, "live": 1.0, "article": 0.25, "game": 0.5},
    "ctv": {"video": 1.0, "live": 1.0},
    "audio": {"audio": 1.0},
    "social": {"article": 1.0, "video": 1.0, "live": 1.0, "audio": 1.0, "game": 1.0},
}
"""Of views of a kind of content, those with a place for a channel's ad; social is seen beside anything (design)."""

PARTS = {"pre_roll": (0.0, 0.05), "mid_roll": (0.25, 0.75)}
"""In which part of what is viewed an ad begins; others begin at any time of it."""

_ANY = dict.fromkeys(DEVICE_TYPES, 1.0)

_SEEN_BY_DEVICE = {
    # Desktop .716, phone .76 (mobile web .668, app .852), around .74: IAS Media Quality Report, H1 2021.
    "display": {**_ANY, "desktop": 0.97, "mobile": 1.03, "tablet": 1.03},
    # Desktop .682, mobile web .676, television .932, around .7: the same report.
    "video": {**_ANY, "desktop": 0.97, "mobile": 0.97, "tablet": 0.97, "ctv": 1.33},
}
"""Viewability on a device, relative to that of the channel."""

_SEEN_BY_PLACEMENT = {
    # What is first on a page is often left behind, what stands within the text is read past (design).
    "banner_top": 0.94, "in_article": 1.09, "sidebar": 0.96,
    "pre_roll": 1.02, "mid_roll": 1.03, "out_stream": 0.8,
}  # fmt: skip
"""Viewability in a placement, relative to that of the channel; others are as usual."""

_PLAYED_BY_DEVICE = {
    # Desktop .83, phone .81, tablet .87, television .95: Extreme Reach Video Benchmarks, Q2 2019.
    "video": {"desktop": 1.01, "mobile": 0.98, "tablet": 1.06, "ctv": 1.15}
}
_PLAYED_BY_PLACEMENT = {
    # Who is in the middle of something waits for the ad to end; a film in a text is scrolled past (design).
    "pre_roll": 0.97, "mid_roll": 1.03, "out_stream": 0.72,
}  # fmt: skip

CLICKED_BY_PLACEMENT = {
    # The first results draw most of the clicks; on other channels less depends on the place (design).
    "search_top": 1.3, "search_bottom": 0.3,
    "feed": 1.15, "story": 0.75, "short_video": 0.82,
    "banner_top": 0.9, "in_article": 1.25, "sidebar": 0.83,
    "pre_roll": 1.1, "mid_roll": 0.85, "out_stream": 1.1,
    "newsletter": 0.8, "promotion": 1.3,
}  # fmt: skip
"""Clicks in a placement, relative to those of the channel."""

CREATIVE_CLICKS = (0.6, 1.0, 1.4)
"""Clicks on the creatives of a campaign, relative to its own, dealt to them at random (design)."""

PRICE_SIGMA = 0.2
"""Spread of what an impression or a click costs around the bid, of the logarithm (design)."""

PRICE_BOUNDS = (0.5, 2.0)
"""What one costs lies within these multiples of the bid."""


def viewability(usual: float, channel: str, placement: str, device: str | None) -> float:
    """Share of impressions of a placement on a device that are viewable, where that of the channel is `usual`.

    Examples
    --------
    >>> viewability(0.72, "display", "in_article", "mobile") > viewability(0.72, "display", "sidebar", "desktop")
    True
    """
    return _share(usual, _SEEN_BY_DEVICE.get(channel, {}).get(device or "", 1.0), _SEEN_BY_PLACEMENT, placement)


def completion(usual: float, channel: str, placement: str, device: str | None) -> float:
    """Share of impressions of a placement on a device that play to the end, where that of the channel is `usual`."""
    return _share(usual, _PLAYED_BY_DEVICE.get(channel, {}).get(device or "", 1.0), _PLAYED_BY_PLACEMENT, placement)


def _share(usual: float, on_device: float, by_placement: dict[str, float], placement: str) -> float:
    # Search and audio have no standard of viewability: what is 1 stays 1, and 0 stays 0.
    factor = on_device * by_placement.get(placement, 1.0)
    return usual if usual in (0.0, 1.0) else min(1.0, usual * factor)
