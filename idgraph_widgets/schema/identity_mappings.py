"""Table 3: the edges of the identity graph."""

from idgraph_widgets.schema.table import BY_HOUSEHOLD, Column, Table

IDENTIFIER_TYPES = (
    "email",
    "hashed_email",
    "phone",
    "hashed_phone",
    "cookie",
    "idfa",
    "gaid",
    "ctv_id",
    "ip_address",
    "uid2_like",
)
DEVICE_TYPES = ("mobile", "tablet", "desktop", "ctv")
MOBILE_PLATFORMS = ("ios", "android")
DESKTOP_PLATFORMS = ("windows", "macos", "chromeos")
CTV_PLATFORMS = ("roku", "fire_tv", "apple_tv", "samsung", "lg", "vizio", "android_tv")
PLATFORMS = (*MOBILE_PLATFORMS, *DESKTOP_PLATFORMS, *CTV_PLATFORMS)
BROWSERS = ("chrome", "safari", "edge", "firefox", "samsung_internet", "other")
COOKIE_SCOPES = ("first_party", "third_party")
IFA_TYPES = ("idfa", "aaid", "rida", "afai", "tifa", "lgudid", "vida")
ATT_STATUSES = ("authorized", "denied", "not_determined")
MATCH_TYPES = ("deterministic", "probabilistic")
SOURCES = ("crm", "newsletter", "login", "onboarding", "identity_partner", "app_sdk", "ctv_app", "ad_server", "web_tag")

TABLE = Table(
    "identity_mappings",
    "The identity graph: one row per person and identifier it links to that person.",
    ("mapping_id",),
    (
        Column("mapping_id", "bigint", "Key"),
        Column("individual_id", "bigint", "The person the graph asserts", references="individuals"),
        Column("household_id", "bigint", "The household of that person", references="households"),
        Column(
            "device_id", "bigint", "Device the graph puts it on; null for email, phone, hashes, uid2_like, ip", True
        ),
        Column("identifier_type", "string", "Kind of identifier", vocabulary=IDENTIFIER_TYPES),
        Column("identifier_value", "string", "The identifier; reserved ranges only"),
        Column("device_type", "string", "Kind of device", True, DEVICE_TYPES),
        Column("platform", "string", "Operating system or TV platform", True, PLATFORMS),
        Column("browser", "string", "Browser of a cookie", True, BROWSERS),
        Column("cookie_scope", "string", "Scope of a cookie", True, COOKIE_SCOPES),
        Column("ifa_type", "string", "Type code of an advertising id", True, IFA_TYPES),
        Column("att_status", "string", "App Tracking Transparency at first_seen_ts; iOS only", True, ATT_STATUSES),
        Column("match_type", "string", "How the link was made", vocabulary=MATCH_TYPES),
        Column("confidence", "double", "Probability that the link is true, as the graph claims"),
        Column("is_shared", "boolean", "Whether several members of the household share the identifier"),
        Column("first_seen_ts", "timestamp", "When it was first observed in the window"),
        Column("last_seen_ts", "timestamp", "End of its life, cut to the window"),
        Column("opted_out_ts", "timestamp", "When the device or address opted out, if it did in the window", True),
        Column("is_active", "boolean", "Whether the identifier lives on at the end of the window"),
        Column("source", "string", "Capture channel", vocabulary=SOURCES),
    ),
    cut=BY_HOUSEHOLD,
    cluster_by=("individual_id", "identifier_type"),
)
