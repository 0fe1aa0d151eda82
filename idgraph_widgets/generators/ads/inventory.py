"""Where ads appear: invented publishers and the placements of each channel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded
from idgraph_widgets.draws import lottery_tickets
from idgraph_widgets.schema.campaign_exposures import PLACEMENT_NAMES
from idgraph_widgets.schema.campaigns import CHANNELS

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig

PLACEMENTS = {
    "search": {"search_top": 0.7, "search_bottom": 0.3},
    "social": {"feed": 0.6, "story": 0.25, "short_video": 0.15},
    "display": {"banner_top": 0.35, "in_article": 0.35, "sidebar": 0.3},
    "video": {"pre_roll": 0.6, "mid_roll": 0.3, "out_stream": 0.1},
    "ctv": {"pre_roll": 0.4, "mid_roll": 0.6},
    "audio": {"pre_roll": 0.4, "mid_roll": 0.6},
    "email": {"newsletter": 0.6, "promotion": 0.4},
}
"""Placements of a channel with their share of its impressions."""

PUBLISHERS = {
    "search": ("Askwell Search", "Findrio", "Lookabout"),
    "social": ("Chatterloft", "Friendarc", "Loopgram", "Snippetly"),
    "display": ("Daily Lantern", "Gadget Parade", "Hearth & Table Daily", "Metro Ledger", "Open Road Weekly",
                "Pixel Courier", "The Home Bench", "The Sideline Post"),
    "video": ("Clipharbor", "Streamly Shorts", "Vidmeadow", "Watchbarn"),
    "ctv": ("Canopy Stream", "Cinelark", "Northlight Stream", "Prairie Play", "Sportslane Live"),
    "audio": ("Earshot Radio", "Podgrove", "Tunecabin"),
    "email": ("Advertiser newsletter",),
}  # fmt: skip
"""Publishers of a channel, biggest first: shares fall with the rank as 1, 1/2, 1/3, ..."""

TICKETS = 128


@dataclass(frozen=True)
class Inventory:
    """What a slot, ``place of the channel * TICKETS + ticket``, stands for.

    Attributes
    ----------
    placement, publisher : Coded
    site, app : ndarray of int32
        Places in `places`.
    places : tuple of str
        Sites and apps.
    """

    placement: Coded
    publisher: Coded
    site: np.ndarray
    app: np.ndarray
    places: tuple[str, ...]


def prepare(config: GenerationConfig) -> Inventory:
    """The slots of all channels."""
    slots = []
    for channel in CHANNELS:
        pairs = [
            (placement, publisher, share / (rank + 1))
            for placement, share in PLACEMENTS[channel].items()
            for rank, publisher in enumerate(PUBLISHERS[channel])
        ]
        winners = lottery_tickets([share for _, _, share in pairs], TICKETS)
        slots += [(pairs[winner][0], pairs[winner][1], channel == "ctv") for winner in winners]
    publishers = tuple(name for channel in CHANNELS for name in PUBLISHERS[channel])
    sites = [f"{_word(publisher)}.example" for _, publisher, _ in slots]
    apps = [f"{publisher} TV" if is_tv else f"example.{_word(publisher)}.app" for _, publisher, is_tv in slots]
    places = tuple(dict.fromkeys([*sites, *apps]))
    return Inventory(
        placement=_coded([placement for placement, _, _ in slots], PLACEMENT_NAMES),
        publisher=_coded([publisher for _, publisher, _ in slots], publishers),
        site=_coded(sites, places).codes,
        app=_coded(apps, places).codes,
        places=places,
    )


def _word(publisher: str) -> str:
    return re.sub("[^a-z]", "", publisher.lower())


def _coded(values: list[str], words: tuple[str, ...]) -> Coded:
    place = {word: i for i, word in enumerate(words)}
    return Coded(np.array([place[value] for value in values], np.int32), words)
