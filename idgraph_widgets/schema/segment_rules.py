"""Companion: the published rule of each segment."""

from idgraph_widgets.schema.table import Column, Table

OWN_PREFIX = "IDG-"
"""Prefix of segments that the IAB Audience Taxonomy 1.1 does not have."""

SEGMENT_TYPES = ("demographic", "interest", "behavioural", "purchase_intent")

TABLE = Table(
    "segment_rules",
    "The published rule of each segment; what its columns mean is in its inputs and in the documentation.",
    ("rule_id",),
    (
        Column("rule_id", "string", "Key"),
        Column("segment_id", "string", "IAB Audience Taxonomy 1.1 id, or own with the prefix IDG-"),
        Column("segment_name", "string", "Name of the segment"),
        Column("segment_type", "string", "What the rule looks at", vocabulary=SEGMENT_TYPES),
        Column("rule_sql", "string", "Boolean SQL over a row per adult"),
        Column("score_numerator_sql", "string", "BIGINT SQL over the same row"),
        Column("score_denominator_sql", "string", "BIGINT SQL over the same row; the score is their quotient"),
        Column("inputs", "string", "What the rule looks at, in words"),
        Column("valid_from_date", "date", "From when membership holds"),
    ),
    kind="meta",
    grows="fixed",
)
