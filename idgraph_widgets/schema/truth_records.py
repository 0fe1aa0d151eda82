"""Truth: whom a source record is about."""

from idgraph_widgets.schema.table import Column, Cut, Table

TABLE = Table(
    "truth_records",
    "Whom a source record is really about, and which of its cells are not as the person's own data say.",
    ("record_id",),
    (
        Column("record_id", "bigint", "Row of source_records", references="source_records"),
        Column("true_individual_id", "bigint", "The person the record is about", references="individuals"),
        Column(
            "corrupted_columns",
            "string",
            "Names of the wrong, outdated or empty cells, with commas between, in the order of the columns; "
            "empty if there is none",
        ),
    ),
    kind="truth",
    cut=Cut("true_individual_id", "individuals"),
    grows="lasting",
    cluster_by=("record_id",),
)
