"""Truth: which exposure caused a purchase."""

from idgraph_widgets.schema.table import Column, Cut, Table

TABLE = Table(
    "truth_conversion",
    "Which exposure really caused a purchase.",
    ("response_id",),
    (
        Column("response_id", "bigint", "Purchase in response_events", references="response_events"),
        Column(
            "causing_exposure_id",
            "bigint",
            "Exposure without which it would not have happened; null if bought anyway",
            True,
            references="campaign_exposures",
        ),
    ),
    kind="truth",
    cut=Cut("response_id", "response_events"),
    cluster_by=("response_id",),
)
