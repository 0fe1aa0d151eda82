"""Table 4: what people did with content."""

from idgraph_widgets.schema.content_catalog import CONTENT_TYPES
from idgraph_widgets.schema.identity_mappings import DEVICE_TYPES
from idgraph_widgets.schema.table import BY_PERSON, Column, Table

ENGAGEMENT_TYPES = ("view", "click", "share", "complete")

TABLE = Table(
    "content_engagements",
    "What people did with content, through which identifier.",
    ("engagement_id",),
    (
        Column("engagement_id", "bigint", "Key"),
        Column("individual_id", "bigint", "The asserted person of the identifier", references="individuals"),
        Column(
            "mapping_id", "bigint", "The identifier: a cookie, idfa, gaid or ctv_id", references="identity_mappings"
        ),
        Column("session_id", "bigint", "Events one after another on one identifier, less than 30 minutes apart"),
        Column("content_id", "bigint", "Item of the content catalog", references="content_catalog"),
        Column("content_category", "string", "IAB Content Taxonomy 3.1, tier 1"),
        Column("content_type", "string", "Kind of content", vocabulary=CONTENT_TYPES),
        Column("publisher", "string", "Publisher of the item"),
        Column("app_or_site", "string", "App or site (reserved domains) of the publisher"),
        Column("engagement_type", "string", "What was done", vocabulary=ENGAGEMENT_TYPES),
        Column("device_type", "string", "Kind of device", vocabulary=DEVICE_TYPES),
        Column("ip_address", "string", "Address the device had: home, mobile or public"),
        Column("is_logged_in", "boolean", "Whether the person was logged in with the publisher"),
        Column("engagement_ts", "timestamp", "When, UTC"),
        Column("duration_seconds", "int", "floor(length_seconds * completion_rate); 0 for clicks and shares"),
        Column(
            "completion_rate",
            "double",
            "Share of the item consumed, k/10000; 1 exactly for complete, 0 for clicks and shares",
        ),
    ),
    cut=BY_PERSON,
    grows="dated",
    dated_by="engagement_ts",
    cluster_by=("engagement_ts", "individual_id"),
)
