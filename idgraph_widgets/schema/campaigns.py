"""Table 7: advertising campaigns."""

from idgraph_widgets.schema.table import Column, Table

CHANNELS = ("search", "social", "display", "video", "ctv", "audio", "email")
OBJECTIVES = ("awareness", "consideration", "conversion")
CAP_SCOPES = ("identifier", "person", "household")
COMPLETION_CHANNELS = ("video", "ctv", "audio")
"""Channels whose ads play and can be completed."""

PRICING = ("cpm", "cpc")
AD_PRODUCT_CATEGORIES = (
    "Clothing and Accessories",
    "Computer Software",
    "Consumer Electronics",
    "Consumer Packaged Goods",
    "Durable Goods",
    "Education and Careers",
    "Events and Performances",
    "Finance and Insurance",
    "Food and Beverage Services",
    "Gifts and Holiday Items",
    "Home and Garden Services",
    "Media",
    "Personal/Consumer Telcom",
    "Pet Ownership",
    "Real Estate",
    "Retail",
    "Fitness Activities",
    "Sporting Goods",
    "Travel and Tourism",
    "Vehicles",
)
"""Categories of the IAB Ad Product Taxonomy 2.0, tier 1, that advertisers come from."""

TABLE = Table(
    "campaigns",
    "Advertising campaigns: who pays, for which channel and audience, at what price and under which caps.",
    ("campaign_id",),
    (
        Column("campaign_id", "bigint", "Key: period of 30 days * 10000 + number in the period"),
        Column("campaign_name", "string", "Advertiser, channel, objective and number"),
        Column("advertiser_id", "bigint", "Advertiser, from 1"),
        Column("advertiser", "string", "Invented name of the advertiser"),
        Column(
            "ad_product_category", "string", "IAB Ad Product Taxonomy 2.0, tier 1", vocabulary=AD_PRODUCT_CATEGORIES
        ),
        Column("objective", "string", "What the campaign is for", vocabulary=OBJECTIVES),
        Column("channel", "string", "Where it runs", vocabulary=CHANNELS),
        Column("target_segment_id", "string", "Segment of audience_attributes whose members may see it"),
        Column("reach_share", "double", "Share of eligible cap-scope units it sets out to reach"),
        Column("pricing_model", "string", "cpm: per 1000 impressions; cpc: per click", vocabulary=PRICING),
        Column("bid_price", "decimal(18,2)", "USD per 1000 impressions (cpm) or per click (cpc)"),
        Column("budget", "decimal(18,2)", "USD for the whole flight and all households"),
        Column("budget_per_1000_households", "decimal(18,2)", "USD per 1000 households: a block's share of it"),
        Column("start_date", "date", "First day of the flight (UTC)"),
        Column("end_date", "date", "Day after the last day of the flight (UTC)"),
        Column("frequency_cap_daily", "int", "Most exposures in any 24 hours per cap scope"),
        Column("frequency_cap_weekly", "int", "Most exposures in any 168 hours per cap scope"),
        Column("frequency_cap_scope", "string", "What the caps count by", vocabulary=CAP_SCOPES),
        Column("holdout_share", "double", "Share of eligible households kept from seeing it"),
        Column("attribution_window_days", "int", "Days after an exposure in which a response belongs to it"),
    ),
    grows="dated",
    dated_by="start_date",
)
