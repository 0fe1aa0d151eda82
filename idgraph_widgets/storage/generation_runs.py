"""The companion `generation_runs`: one row per run that was published."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from idgraph_widgets.storage.manifest import Manifest
from idgraph_widgets.tables import Column, Table

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
            "Per table as JSON: path, rows, bytes, files, content_hash, delta_version; as in the manifest.",
        ),
    ),
    kind="meta",
)


def row(manifest: Manifest) -> dict:
    """The run's row, from its manifest (which does not list `generation_runs` itself yet)."""
    return {
        "run_id": manifest.run_id,
        "config_json": json.dumps(manifest.config),
        "config_fingerprint": manifest.config_fingerprint,
        "seed": manifest.seed,
        "library_version": manifest.versions["idgraph_widgets"],
        "engine": manifest.versions["engine"],
        "engine_version": manifest.versions["engine_version"],
        "started_ts": datetime.fromisoformat(manifest.started_at),
        "finished_ts": datetime.fromisoformat(manifest.finished_at),
        "mode": manifest.mode,
        "block_starts_json": json.dumps(manifest.block_starts),
        "tables_json": json.dumps({name: asdict(entry) for name, entry in manifest.tables.items()}),
    }
