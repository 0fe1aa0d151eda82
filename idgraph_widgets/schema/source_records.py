"""Companion: customer records of several source systems."""

from idgraph_widgets.schema.table import Column, Cut, Table

SYSTEMS = ("crm", "web_signup", "loyalty", "subscription")
CELLS = ("first_name", "last_name", "birth_date", "email", "phone", "address_line", "city", "zip3")
"""Columns of a record that can be wrong, in the order of the table."""

TABLE = Table(
    "source_records",
    "Customer records of several source systems about the adults, with errors: records to resolve.",
    ("record_id",),
    (
        Column("record_id", "bigint", "Key; says nothing about the person or the system"),
        Column("source_system", "string", "The system that holds the record", vocabulary=SYSTEMS),
        Column("first_name", "string", "First name as entered"),
        Column("last_name", "string", "Surname as entered"),
        Column("birth_date", "date", "Date of birth as entered", True),
        Column("email", "string", "E-mail address as entered; reserved domains only", True),
        Column("phone", "string", "Phone number as entered; area codes that do not exist", True),
        Column("address_line", "string", "House number and invented street as entered", True),
        Column("city", "string", "Fictional city as entered", True),
        Column("state", "string", "US state or DC, two letters"),
        Column("zip3", "string", "First three digits of the ZIP code as entered", True),
        Column("updated_ts", "timestamp", "When the system last touched the record; within the audience lookback"),
    ),
    kind="meta",
    cut=Cut("record_id", "truth_records"),
    grows="lasting",
    cluster_by=("record_id",),
)
