"""Companion: campaigns by day."""

from idgraph_widgets.schema.table import Column, Table

TABLE = Table(
    "campaign_daily",
    "Impressions, spend and carried responses per campaign and UTC day with any of them.",
    ("campaign_id", "metric_date"),
    (
        Column("campaign_id", "bigint", "Campaign", references="campaigns"),
        Column("metric_date", "date", "UTC date of the exposures and of the responses"),
        Column("impressions", "bigint", "Exposures"),
        Column("clicks", "bigint", "Clicks"),
        Column("conversions", "bigint", "Purchases that carry the campaign"),
        Column("revenue", "decimal(18,2)", "Revenue of those purchases, USD"),
        Column("spend", "decimal(18,6)", "Cost of the exposures, USD"),
    ),
    kind="meta",
)
