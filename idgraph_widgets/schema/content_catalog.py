"""Companion: the content that engagements are with."""

from idgraph_widgets.schema.table import Column, Table

CONTENT_CATEGORIES = (
    "Automotive",
    "Business and Finance",
    "Entertainment",
    "Food & Drink",
    "Healthy Living",
    "Hobbies & Interests",
    "Home & Garden",
    "Personal Finance",
    "Shopping",
    "Sports",
    "Style & Fashion",
    "Technology & Computing",
    "Travel",
    "Video Gaming",
)
"""Categories of the IAB Content Taxonomy 3.1, tier 1, that a configuration may weigh."""

CONTENT_TYPES = ("article", "video", "live", "audio", "game")

TABLE = Table(
    "content_catalog",
    "The content that engagements are with.",
    ("content_id",),
    (
        Column("content_id", "bigint", "Key; live events come first"),
        Column("title", "string", "Invented title"),
        Column("publisher", "string", "Invented publisher"),
        Column("content_category", "string", "IAB Content Taxonomy 3.1, tier 1"),
        Column("content_type", "string", "Kind of content", vocabulary=CONTENT_TYPES),
        Column("genre", "string", "IAB Content Taxonomy 3.1, tier 2 where the category has one"),
        Column("length_seconds", "int", "Time to consume it all, in seconds"),
        Column("is_live", "boolean", "Whether it happens at a fixed time"),
    ),
    kind="meta",
    grows="fixed",
)
