"""Table 9: what people did at advertisers."""

from idgraph_widgets.schema.table import BY_PERSON, Column, Table

PATHS = ("click_through", "view_through", "organic")
TYPES = ("click", "site_visit", "sign_up", "add_to_cart", "purchase")

TABLE = Table(
    "response_events",
    "What people did at an advertiser: chains from a click or a visit to a purchase.",
    ("response_id",),
    (
        Column("response_id", "bigint", "Key"),
        Column("advertiser_id", "bigint", "Advertiser"),
        Column("campaign_id", "bigint", "Campaign the chain carries; null if organic", True, references="campaigns"),
        Column(
            "exposure_id",
            "bigint",
            "Exposure the chain carries; null if organic",
            True,
            references="campaign_exposures",
        ),
        Column("individual_id", "bigint", "Person", references="individuals"),
        Column(
            "parent_response_id",
            "bigint",
            "Response this one follows; null for the first",
            True,
            references="response_events",
        ),
        Column(
            "conversion_path",
            "string",
            "click_through: the chain began with a click; view_through: with a visit within the attribution "
            "window of an exposure; organic: without either",
            vocabulary=PATHS,
        ),
        Column("response_type", "string", "What happened", vocabulary=TYPES),
        Column("response_ts", "timestamp", "When (UTC)"),
        Column("lag_seconds", "bigint", "Whole seconds since the exposure; null if organic", True),
        Column("revenue", "decimal(18,2)", "USD; purchases only", True),
    ),
    cut=BY_PERSON,
    grows="dated",
    dated_by="response_ts",
    cluster_by=("response_ts", "individual_id"),
)
