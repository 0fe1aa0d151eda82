"""Where ads appear: placements of each channel, what content has a place for them, and who sells the others.

Display, video, CTV and audio ads appear with an item of the content catalog, at its publisher. What is not content has
publishers of its own: search engines, social networks and the advertisers' own mails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded
from idgraph_widgets.config.placements import AD_LOAD, BESIDE_CONTENT, PARTS, PLACEMENTS
from idgraph_widgets.draws import SCALE, lottery_tickets
from idgraph_widgets.schema.campaign_exposures import PLACEMENT_NAMES
from idgraph_widgets.schema.campaigns import CHANNELS
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

PUBLISHERS = {
    "search": ("Askwell Search", "Findrio", "Lookabout"),
    "social": ("Chatterloft", "Friendarc", "Loopgram", "Snippetly"),
    "email": ("Advertiser newsletter",),
}
"""Publishers of channels without content, biggest first: shares fall with the rank as 1, 1/2, 1/3, ..."""

TICKETS = 128

DRAWN = -1
"""Placement of an ad that is yet to be drawn."""

_PLAYING = ("video", "live", "audio")
"""Content that plays, so that an ad can play before it or within it."""


@dataclass(frozen=True)
class Inventory:
    """Places for ads.

    Attributes
    ----------
    placement, publisher : ndarray of int64, shape (channels * TICKETS,)
        What a ticket stands for: position in ``PLACEMENT_NAMES`` and in `publishers` (-1: the content's).
    publishers : tuple of str
    sites, apps : tuple of str
        Of `publishers`.
    load_e4 : ndarray of int64, shape (channels, content types)
        Of views of content, those with a place for an ad, in ten-thousandths.
    beside : ndarray of int64, shape (channels, content types)
        Placement of an ad with content that does not play, -1 where it is drawn.
    part_e4 : ndarray of int64, shape (placements, 2)
        From where to where in what is viewed an ad begins, in ten-thousandths.
    """

    placement: np.ndarray
    publisher: np.ndarray
    publishers: tuple[str, ...]
    sites: tuple[str, ...]
    apps: tuple[str, ...]
    load_e4: np.ndarray
    beside: np.ndarray
    part_e4: np.ndarray


def prepare(config: GenerationConfig) -> Inventory:
    """The places of all channels."""
    publishers = tuple(name for names in PUBLISHERS.values() for name in names)
    placement, publisher = [], []
    for channel in CHANNELS:
        sellers = PUBLISHERS.get(channel, (None,))
        pairs = [
            (PLACEMENT_NAMES.index(place), -1 if name is None else publishers.index(name), share / (rank + 1))
            for place, share in PLACEMENTS[channel].items()
            for rank, name in enumerate(sellers)
        ]
        winners = lottery_tickets([share for _, _, share in pairs], TICKETS)
        placement += [pairs[winner][0] for winner in winners]
        publisher += [pairs[winner][1] for winner in winners]
    words = [re.sub("[^a-z]", "", name.lower()) for name in publishers]
    return Inventory(
        placement=np.array(placement, np.int64),
        publisher=np.array(publisher, np.int64),
        publishers=publishers,
        sites=tuple(f"{word}.example" for word in words),
        apps=tuple(f"example.{word}.app" for word in words),
        load_e4=np.array(
            [[round(AD_LOAD.get(c, {}).get(t, 0.0) * SCALE) for t in CONTENT_TYPES] for c in CHANNELS], np.int64
        ),
        beside=np.array([[_beside(c, t) for t in CONTENT_TYPES] for c in CHANNELS], np.int64),
        part_e4=np.array([[round(x * SCALE) for x in PARTS.get(name, (0, 1))] for name in PLACEMENT_NAMES], np.int64),
    )


def _beside(channel: str, content_type: str) -> int:
    plays = content_type in _PLAYING or channel not in BESIDE_CONTENT
    return -1 if plays else PLACEMENT_NAMES.index(BESIDE_CONTENT[channel])


def drawn(context: Context, channel: np.ndarray, key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Placement and publisher of ads of a channel (index in ``CHANNELS``); `key` are hashes of what they belong to."""
    slots = context.of(prepare)
    ticket = channel * TICKETS + context.draws("campaign_exposures").below("placement", TICKETS, key)
    return slots.placement[ticket], slots.publisher[ticket]


def seller(slots: Inventory, publisher: np.ndarray, identifier_type: Coded) -> tuple[Coded, Coded]:
    """Publishers (places, -1 for none) and where ads are met: sites for cookies, apps for devices, else nothing."""
    places = (*slots.sites, *slots.apps)
    at = np.where(identifier_type == "cookie", publisher, publisher + len(slots.sites)).astype(np.int32)
    met = (publisher >= 0) & (identifier_type != "email")
    return Coded(publisher.astype(np.int32), slots.publishers), Coded(np.where(met, at, np.int32(-1)), places)
