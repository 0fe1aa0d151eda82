"""Table 1: homes."""

from idgraph_widgets import reference
from idgraph_widgets.schema.table import BY_HOUSEHOLD, Column, Table

REGIONS = ("Midwest", "Northeast", "South", "West")
COUNTY_SIZE_CLASSES = ("1m_plus", "250k_1m", "50k_250k", "under_50k")
TYPES = ("married_couple", "cohabiting", "single_parent", "living_alone", "other_family", "nonfamily")

TABLE = Table(
    "households",
    "Homes and what they have in common: place, income, size and make-up.",
    ("household_id",),
    (
        Column("household_id", "bigint", "Key: 1 to the number of households"),
        Column("state", "string", "US state or DC, two letters", vocabulary=reference.STATES),
        Column("census_region", "string", "Census region of the state", vocabulary=REGIONS),
        Column("county_size_class", "string", "Size of the county by population", vocabulary=COUNTY_SIZE_CLASSES),
        Column("city", "string", "Fictional city"),
        Column("zip3", "string", "First three digits of a ZIP code of the state"),
        Column("latitude", "double", "Degrees north, coarse, inside the state"),
        Column("longitude", "double", "Degrees east, coarse, inside the state"),
        Column("time_zone", "string", "IANA time zone of the state; local times use its standard time"),
        Column("market_code", "string", "Fictional TV market, within a state"),
        Column("income_bracket", "string", "Label of the configured income bracket"),
        Column("annual_income", "bigint", "Household income in USD a year, inside the bracket"),
        Column("household_size", "int", "Persons in the household"),
        Column("household_type", "string", "Who lives together", vocabulary=TYPES),
        Column("has_children", "boolean", "Whether a child under 18 of the householder lives there"),
        Column("home_ip", "string", "IPv4 address of the home at the start of the window"),
    ),
    cut=BY_HOUSEHOLD,
    grows="lasting",
    cluster_by=("household_id",),
)
