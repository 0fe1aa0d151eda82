"""Table 6: segments people belong to."""

from idgraph_widgets.schema.segment_rules import SEGMENT_TYPES
from idgraph_widgets.schema.table import BY_PERSON, Column, Table

TABLE = Table(
    "audience_attributes",
    "Segments people belong to: one row per adult and segment.",
    ("attribute_id",),
    (
        Column("attribute_id", "bigint", "Key"),
        Column("individual_id", "bigint", "The person; never a minor", references="individuals"),
        Column("segment_id", "string", "IAB Audience Taxonomy 1.1 id, or own with the prefix IDG-"),
        Column("segment_name", "string", "Name of the segment"),
        Column("segment_type", "string", "What the rule looks at", vocabulary=SEGMENT_TYPES),
        Column("score", "double", "How strongly, above 0 up to 1"),
        Column("rule_id", "string", "Rule of segment_rules that put the person there", references="segment_rules"),
        Column("valid_from_date", "date", "Start of the window, or end of the lookback for observed behaviour"),
    ),
    cut=BY_PERSON,
    grows="lasting",
    cluster_by=("segment_id", "individual_id"),
)
