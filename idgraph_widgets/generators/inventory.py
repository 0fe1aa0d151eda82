"""Where ads appear: invented publishers and the placements of each channel."""

from __future__ import annotations

import re

import pandas as pd
from pyspark.sql import DataFrame, SparkSession

from idgraph_widgets.draws import lottery_tickets, small_frame
from idgraph_widgets.schema.campaigns import CHANNELS

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
    "display": (
        "Daily Lantern",
        "Gadget Parade",
        "Hearth & Table Daily",
        "Metro Ledger",
        "Open Road Weekly",
        "Pixel Courier",
        "The Home Bench",
        "The Sideline Post",
    ),
    "video": ("Clipharbor", "Streamly Shorts", "Vidmeadow", "Watchbarn"),
    "ctv": ("Canopy Stream", "Cinelark", "Northlight Stream", "Prairie Play", "Sportslane Live"),
    "audio": ("Earshot Radio", "Podgrove", "Tunecabin"),
    "email": ("Advertiser newsletter",),
}
"""Publishers of a channel, biggest first: shares fall with the rank as 1, 1/2, 1/3, ..."""

TICKETS = 128


def inventory_frame(spark: SparkSession) -> DataFrame:
    """A frame (slot, placement, publisher, site, app) to join on channel code · ``TICKETS`` + a ticket."""
    rows = []
    for code, channel in enumerate(CHANNELS):
        pairs = [
            (placement, publisher, share / (rank + 1))
            for placement, share in PLACEMENTS[channel].items()
            for rank, publisher in enumerate(PUBLISHERS[channel])
        ]
        for ticket, winner in enumerate(lottery_tickets([share for _, _, share in pairs], TICKETS)):
            placement, publisher, _ = pairs[winner]
            word = re.sub("[^a-z]", "", publisher.lower())
            app = f"{publisher} TV" if channel == "ctv" else f"example.{word}.app"
            rows.append((code * TICKETS + ticket, placement, publisher, f"{word}.example", app))
    return small_frame(spark, pd.DataFrame(rows, columns=["slot", "placement", "publisher", "site", "app"]))
