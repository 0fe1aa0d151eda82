"""Truth: who is in the market for what, and when."""

from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES
from idgraph_widgets.schema.table import BY_PERSON, Column, Table

TABLE = Table(
    "truth_intent",
    "Spells of intent: a person is in the market for a category of products from one day to another.",
    ("intent_id",),
    (
        Column("intent_id", "bigint", "Key"),
        Column("individual_id", "bigint", "Person, an adult", references="individuals"),
        Column("ad_product_category", "string", "What the person wants", vocabulary=AD_PRODUCT_CATEGORIES),
        Column("from_date", "date", "First day; may lie before the window"),
        Column("to_date", "date", "Day after the last; may lie after the window"),
        Column("strength", "double", "Multiple of the usual spell's visits and purchases a day"),
    ),
    kind="truth",
    cut=BY_PERSON,
    grows="dated",
    dated_by="from_date",
    cluster_by=("individual_id",),
)
