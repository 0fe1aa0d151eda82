"""Companion: households that a campaign reaches, or would have reached had they not been held out."""

from idgraph_widgets.schema.table import BY_HOUSEHOLD, Column, Table

TABLE = Table(
    "campaign_opportunities",
    "Households that a campaign had an opportunity to show itself to, in the holdout or not, and since when.",
    ("campaign_id", "household_id"),
    (
        Column("campaign_id", "bigint", "Campaign", references="campaigns"),
        Column("household_id", "bigint", "Household", references="households"),
        Column("first_ts", "timestamp", "First opportunity (UTC)"),
    ),
    kind="meta",
    cut=BY_HOUSEHOLD,
    grows="dated",
    dated_by="first_ts",
    cluster_by=("household_id",),
)
