"""Truth: who an identifier really belongs to."""

from idgraph_widgets.schema.table import Column, Cut, Table

RELATIONS = ("owner", "household_member", "former_owner", "stranger")
"""How the asserted person stands to the identifier."""

TABLE = Table(
    "truth_identity",
    "Who an identifier of the graph really belongs to.",
    ("mapping_id",),
    (
        Column("mapping_id", "bigint", "Row of identity_mappings", references="identity_mappings"),
        Column("true_individual_id", "bigint", "The person the identifier really belongs to", references="individuals"),
        Column(
            "relation",
            "string",
            "How the asserted person stands to it: owner exactly when the link is true",
            vocabulary=RELATIONS,
        ),
    ),
    kind="truth",
    # The true person of a false link lives in the same block as the asserted one: exact for whole blocks.
    cut=Cut("true_individual_id", "individuals"),
    cluster_by=("mapping_id",),
)
