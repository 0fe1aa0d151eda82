"""Companion: homes that move."""

from idgraph_widgets.schema.households import COUNTY_SIZE_CLASSES
from idgraph_widgets.schema.table import BY_HOUSEHOLD, Column, Table

TABLE = Table(
    "household_moves",
    "When households moved in the window, and where to; households and individuals are as of its start.",
    ("household_id", "move_number"),
    (
        Column("household_id", "bigint", "Household", references="households"),
        Column("move_number", "int", "1 for its first move in the window"),
        Column("moved_ts", "timestamp", "When it moved: from then on it has another address"),
        Column("market_code", "string", "The TV market, in which it stays"),
        Column("city", "string", "Fictional city it moved to"),
        Column("zip3", "string", "First three digits of the ZIP code there"),
        Column("county_size_class", "string", "Size of the county there", vocabulary=COUNTY_SIZE_CLASSES),
        Column("latitude", "double", "Degrees north, coarse"),
        Column("longitude", "double", "Degrees east, coarse"),
    ),
    kind="meta",
    cut=BY_HOUSEHOLD,
)
