"""The companion `generation_runs`: one row per run that was published."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from idgraph_widgets.storage.manifest import Manifest, TableEntry


def row(manifest: Manifest) -> dict[str, Any]:
    """The run's row, from its manifest (which does not list `generation_runs` itself yet)."""
    return {
        "run_id": manifest.run_id,
        "config_json": json.dumps(manifest.config),
        "config_fingerprint": manifest.config_fingerprint,
        "seed": manifest.seed,
        "library_version": manifest.versions["idgraph_widgets"],
        "engine": manifest.versions["engine"],
        "engine_version": manifest.versions["engine_version"],
        "versions_json": json.dumps(manifest.versions),
        "started_ts": datetime.fromisoformat(manifest.started_at),
        "finished_ts": datetime.fromisoformat(manifest.finished_at),
        "mode": manifest.mode,
        "block_starts_json": json.dumps(manifest.block_starts),
        "tables_json": json.dumps({name: asdict(entry) for name, entry in manifest.tables.items()}),
    }


def last(df: Any) -> Manifest | None:
    """The manifest of the run that finished last; None without rows.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
        The table, or one that an earlier version of this library kept: what it has not is left empty.
    """
    from pyspark.sql import functions as F

    times = [F.unix_micros(name).alias(name) for name in ("started_ts", "finished_ts")]
    others = [name for name in df.columns if name not in ("started_ts", "finished_ts")]
    rows = df.orderBy(F.col("finished_ts").desc()).limit(1).select(*others, *times).collect()
    return _manifest(rows[0].asDict()) if rows else None


def _manifest(row: dict[str, Any]) -> Manifest:
    """What `row` was made from."""
    known = {
        "idgraph_widgets": row["library_version"],
        "engine": row["engine"],
        "engine_version": row["engine_version"],
    }
    tables = json.loads(row["tables_json"])
    return Manifest(
        run_id=row["run_id"],
        mode=row["mode"],
        config=json.loads(row["config_json"]),
        config_fingerprint=row["config_fingerprint"],
        seed=row["seed"],
        versions=json.loads(row["versions_json"]) if row.get("versions_json") else known,
        started_at=_iso(row["started_ts"]),
        finished_at=_iso(row["finished_ts"]),
        tables={name: TableEntry(**entry) for name, entry in tables.items()},
        block_starts=json.loads(row.get("block_starts_json") or "[]"),
    )


def _iso(micros: int) -> str:
    seconds, rest = divmod(micros, 1_000_000)
    return datetime.fromtimestamp(seconds, timezone.utc).replace(microsecond=rest).isoformat(timespec="microseconds")
