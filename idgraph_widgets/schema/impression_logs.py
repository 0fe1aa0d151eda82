"""An export, not published with a dataset: one row per content view, as an ad server sees it, and its truth."""

from idgraph_widgets.schema.table import Column, Cut, Table

TABLE = Table(
    "impression_logs",
    "Ad requests of content views, as a publisher's ad server logs them.",
    ("log_id",),
    (
        Column("log_id", "bigint", "Key; says nothing about the person"),
        Column("log_ts", "timestamp", "When the request came"),
        Column("log_date", "date", "UTC date of log_ts"),
        Column("publisher", "string", "Whose content it was"),
        Column("app_or_site", "string", "App or site the request came from"),
        Column("ip_address", "string", "Address of the connection: home, mobile network or public place"),
        Column("user_agent_family", "string", "Browser, app or TV platform the user agent tells of"),
        Column("first_party_cookie", "string", "First-party cookie of a browser, where one is there", True),
        Column("email_sha256", "string", "SHA-256 of the normalised address of who is logged in", True),
        Column("ifa", "string", "Advertising id of an app or TV", True),
        Column("ifa_type", "string", "Type code of the advertising id", True),
        Column("is_coppa", "boolean", "Whether the request is marked as a child's (under 13)"),
    ),
    kind="meta",
    cut=Cut("log_id", "truth_impression_logs"),
    grows="dated",
    dated_by="log_ts",
)

TRUTH = Table(
    "truth_impression_logs",
    "Who really made a request.",
    ("log_id",),
    (
        Column("log_id", "bigint", "Row of impression_logs", references="impression_logs"),
        Column(
            "true_individual_id",
            "bigint",
            "The person at the device; null for somebody outside the dataset",
            True,
            references="individuals",
        ),
        Column("true_household_id", "bigint", "The household of that person", True, references="households"),
    ),
    kind="truth",
    cut=Cut("true_household_id", "households"),
)
