"""Companion: one row per run that was published."""

from idgraph_widgets.schema.table import Column, Table

TABLE = Table(
    name="generation_runs",
    comment="One row per published run: what was asked for, by which versions, and what came out.",
    key=("run_id",),
    columns=(
        Column("run_id", "string", "Identifies the run."),
        Column("config_json", "string", "The whole configuration as JSON."),
        Column("config_fingerprint", "string", "SHA-256 of what in the configuration affects rows."),
        Column("seed", "bigint", "Seed of all draws."),
        Column("library_version", "string", "Version of idgraph_widgets."),
        Column("engine", "string", "Engine that computed the rows."),
        Column("engine_version", "string", "Version of that engine."),
        Column("versions_json", "string", "As JSON: versions of everything that had a part in the rows."),
        Column("started_ts", "timestamp", "Start of the run by the machine's clock, UTC."),
        Column("finished_ts", "timestamp", "End of the run by the machine's clock, UTC."),
        Column("mode", "string", "How the run met earlier data.", vocabulary=("overwrite", "append")),
        Column(
            "block_starts_json",
            "string",
            "Households at which appends began inside a block, as a JSON list: budgets are settled apart from "
            "there, by this run and every later append.",
        ),
        Column(
            "tables_json",
            "string",
            "Per table as JSON: path, rows, bytes, files, content_hash, delta_version, hash_sums; as in the manifest.",
        ),
    ),
    kind="meta",
    grows="dated",
    dated_by="finished_ts",
)
