"""Truth: which exposure caused a purchase."""

from idgraph_widgets.schema.table import Column, Cut, Table

ORIGINS = ("organic", "captured", "created")

TABLE = Table(
    "truth_conversion",
    "Which exposure really caused a purchase.",
    ("response_id",),
    (
        Column("response_id", "bigint", "Purchase in response_events", references="response_events"),
        Column(
            "origin",
            "string",
            "organic: bought anyway, without a campaign; captured: bought anyway, and a campaign has the click or the "
            "label; created: added by an ad",
            vocabulary=ORIGINS,
        ),
        Column(
            "causing_exposure_id",
            "bigint",
            "Exposure that created it; null if bought anyway",
            True,
            references="campaign_exposures",
        ),
    ),
    kind="truth",
    cut=Cut("response_id", "response_events"),
    cluster_by=("response_id",),
)
