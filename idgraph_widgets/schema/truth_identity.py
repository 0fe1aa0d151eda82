"""Truth: who an identifier really belongs to."""

from idgraph_widgets.schema.table import Column, Cut, Table

RELATIONS = ("owner", "co_user", "household_member", "former_owner", "stranger", "outsider")
"""How the asserted person stands to the identifier."""

TRUE_RELATIONS = ("owner", "co_user")
"""Those of links that are true."""

TABLE = Table(
    "truth_identity",
    "Who an identifier of the graph really belongs to.",
    ("mapping_id",),
    (
        Column("mapping_id", "bigint", "Row of identity_mappings", references="identity_mappings"),
        Column(
            "true_individual_id",
            "bigint",
            "The person the identifier really belongs to; null for somebody outside the dataset",
            True,
            references="individuals",
        ),
        Column(
            "relation",
            "string",
            "How the asserted person stands to it: owner or co_user exactly when the link is true",
            vocabulary=RELATIONS,
        ),
        Column("asserted_household_id", "bigint", "The household that the graph asserts", references="households"),
    ),
    kind="truth",
    cut=Cut("asserted_household_id", "households"),
    cluster_by=("mapping_id",),
)
