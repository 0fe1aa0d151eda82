"""Table 8: ad impressions."""

from idgraph_widgets.schema.identity_mappings import DEVICE_TYPES
from idgraph_widgets.schema.table import BY_HOUSEHOLD, Column, Table

PLACEMENT_NAMES = (
    "banner_top",
    "feed",
    "in_article",
    "mid_roll",
    "newsletter",
    "out_stream",
    "pre_roll",
    "promotion",
    "search_bottom",
    "search_top",
    "short_video",
    "sidebar",
    "story",
)
"""Positions of an ad, over all channels, in alphabetical order."""

TABLE = Table(
    "campaign_exposures",
    "Ad impressions: who met which campaign, through which identifier, where, when and at what cost.",
    ("exposure_id",),
    (
        Column("exposure_id", "bigint", "Key"),
        Column("campaign_id", "bigint", "Campaign", references="campaigns"),
        Column("creative_id", "bigint", "Creative of the campaign: campaign_id * 10 + number"),
        Column("individual_id", "bigint", "Person the graph asserts for the identifier", references="individuals"),
        Column("household_id", "bigint", "Household of that person", references="households"),
        Column("mapping_id", "bigint", "Identifier the ad was delivered to", references="identity_mappings"),
        Column("device_id", "bigint", "Device of the identifier; null for email", True),
        Column("device_type", "string", "Type of the device; null for email", True, DEVICE_TYPES),
        Column(
            "session_id", "bigint", "Session of the identifier that it happens in; null for search, social, email", True
        ),
        Column(
            "content_id",
            "bigint",
            "Item of the content catalog that it is shown with; null for search, social, email",
            True,
            references="content_catalog",
        ),
        Column("placement", "string", "Position of the ad", vocabulary=PLACEMENT_NAMES),
        Column("publisher", "string", "Invented name of the publisher; that of the item, where there is one"),
        Column("app_or_site", "string", "App, or site (reserved domains) for cookies; null for email", True),
        Column("ip_address", "string", "Address the device had then; null for email", True),
        Column("exposure_ts", "timestamp", "When (UTC)"),
        Column("is_viewable", "boolean", "Met the standard of viewability; for email: was opened"),
        Column("view_seconds", "int", "Seconds in view; 0 where not viewable"),
        Column("completion_rate", "double", "Share of a video, ctv or audio ad that played", True),
        Column("cost", "decimal(18,6)", "USD; for cpc campaigns only where a click follows"),
    ),
    cut=BY_HOUSEHOLD,
    grows="dated",
    dated_by="exposure_ts",
    cluster_by=("campaign_id", "exposure_ts"),
)
