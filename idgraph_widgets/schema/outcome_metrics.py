"""Table 10: what each campaign achieved."""

from idgraph_widgets.schema.table import Column, Table

MODELS = ("last_touch", "first_touch", "linear", "time_decay", "position_based")
"""Attribution models."""

TABLE = Table(
    "outcome_metrics",
    "What each campaign achieved, under five attribution models.",
    ("campaign_id", "attribution_model"),
    (
        Column("campaign_id", "bigint", "Campaign", references="campaigns"),
        Column("attribution_model", "string", "How purchases are credited", vocabulary=MODELS),
        Column("impressions", "bigint", "Exposures"),
        Column("viewable_impressions", "bigint", "Viewable exposures"),
        Column("reach", "bigint", "People with an exposure"),
        Column("household_reach", "bigint", "Households with an exposure"),
        Column("identifier_reach", "bigint", "Identifiers (household, type, value) with an exposure"),
        Column("avg_frequency", "double", "impressions / reach", True),
        Column("clicks", "bigint", "Clicks of this campaign"),
        Column("site_visits", "bigint", "Site visits of this campaign"),
        Column("sign_ups", "bigint", "Sign-ups of this campaign"),
        Column("conversions", "bigint", "Purchases that carry this campaign"),
        Column("attributed_conversions", "decimal(18,6)", "Purchases credited by the model"),
        Column("attributed_revenue", "decimal(18,2)", "Revenue credited by the model, USD"),
        Column("spend", "decimal(18,6)", "Cost of its exposures, USD"),
        Column("ctr", "double", "clicks / impressions", True),
        Column("conversion_rate", "double", "conversions / clicks", True),
        Column("cpm", "decimal(18,6)", "USD per 1000 impressions", True),
        Column("cpc", "decimal(18,6)", "USD per click", True),
        Column("cpa", "decimal(18,6)", "USD per attributed conversion", True),
        Column("roas", "decimal(18,6)", "Attributed revenue per USD spent", True),
    ),
)
