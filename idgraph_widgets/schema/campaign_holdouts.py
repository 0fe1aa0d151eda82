"""Companion: households kept from seeing a campaign."""

from idgraph_widgets.schema.table import BY_HOUSEHOLD, Column, Table

TABLE = Table(
    "campaign_holdouts",
    "Eligible households (a member in the target segment) that are kept from seeing a campaign.",
    ("campaign_id", "household_id"),
    (
        Column("campaign_id", "bigint", "Campaign", references="campaigns"),
        Column("household_id", "bigint", "Household that never sees it", references="households"),
    ),
    kind="meta",
    cut=BY_HOUSEHOLD,
)
