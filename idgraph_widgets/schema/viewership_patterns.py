"""Table 5: engagements added up."""

from idgraph_widgets.schema.identity_mappings import DEVICE_TYPES
from idgraph_widgets.schema.table import BY_PERSON, Column, Table

DAYPART_NAMES = (
    "daytime",
    "early_fringe",
    "early_morning",
    "early_news",
    "late_fringe",
    "late_news",
    "morning",
    "overnight",
    "prime",
    "prime_access",
)
"""Names of the dayparts of ``dayparts.csv``, in alphabetical order."""

TABLE = Table(
    "viewership_patterns",
    "Engagements added up: one row per person and content category with any.",
    ("pattern_id",),
    (
        Column("pattern_id", "bigint", "Key"),
        Column("individual_id", "bigint", "The person", references="individuals"),
        Column("content_category", "string", "IAB Content Taxonomy 3.1, tier 1"),
        Column("engagement_count", "bigint", "Engagements"),
        Column("view_count", "bigint", "Engagements of type view"),
        Column("click_count", "bigint", "Engagements of type click"),
        Column("share_count", "bigint", "Engagements of type share"),
        Column("complete_count", "bigint", "Engagements of type complete"),
        Column("total_seconds", "bigint", "Sum of duration_seconds"),
        Column("avg_completion_rate", "double", "Sum of completion_rate in ten-thousandths / (10000 * rows)"),
        Column("active_days", "int", "UTC dates with an engagement"),
        Column("primary_device_type", "string", "Device type with most engagements", vocabulary=DEVICE_TYPES),
        Column("primary_daypart", "string", "Local daypart with most engagements", vocabulary=DAYPART_NAMES),
        Column("first_engaged_ts", "timestamp", "First engagement, UTC"),
        Column("last_engaged_ts", "timestamp", "Last engagement, UTC"),
    ),
    cut=BY_PERSON,
    cluster_by=("individual_id",),
)
