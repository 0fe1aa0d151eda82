"""From finished tables to a published dataset: commits, the run's record, the manifest."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from importlib.metadata import PackageNotFoundError, version

from idgraph_widgets import __version__
from idgraph_widgets.schema import RUNS, Table
from idgraph_widgets.storage import generation_runs
from idgraph_widgets.storage.manifest import Manifest, TableEntry
from idgraph_widgets.storage.store import Store


@dataclass(frozen=True)
class RunRecord:
    """What is known about a run before its first row."""

    run_id: str
    engine: str
    engine_version: str
    started_at: str
    mode: str = "overwrite"
    names: str = ""
    """Digest of the names that its rows are drawn from; see `names_digest`."""


def now() -> str:
    """The machine's clock, UTC, ISO 8601 with microseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")


def in_turn(calls: Mapping[str, Callable[[], TableEntry]]) -> dict[str, TableEntry]:
    """What calls return, one after the other."""
    return {name: call() for name, call in calls.items()}


def publish(
    store: Store, commits: Mapping[Table, str], config, record: RunRecord, block_starts=(), run=in_turn
) -> Manifest:
    """Commit every table, append the run's row, then replace the manifest, in this order.

    Parameters
    ----------
    store : Store
    commits : mapping of Table to {"overwrite", "append"}
        How each table takes what the run wrote for it.
    config : GenerationConfig
    record : RunRecord
    block_starts : sequence of int
        Where appends began inside a block of households.
    run : callable
        Given the commits as callables by table, makes them and returns what they returned, in their order.

    Returns
    -------
    Manifest
        As published.
    """
    entries = run({table.name: partial(store.commit, table, mode) for table, mode in commits.items()})
    manifest = Manifest(
        run_id=record.run_id,
        mode=record.mode,
        config=json.loads(config.to_json()),
        config_fingerprint=config.fingerprint(),
        seed=config.seed,
        versions=versions(record),
        started_at=record.started_at,
        finished_at=record.started_at,
        tables=entries,
        block_starts=list(block_starts),
    )
    manifest = replace(manifest, finished_at=now())
    runs = store.append_row(RUNS, generation_runs.row(manifest))
    manifest = replace(manifest, tables={**manifest.tables, RUNS.name: runs})
    store.publish(manifest)
    return manifest


def versions(record: RunRecord) -> dict[str, str]:
    """Versions of everything that had a part in the rows or the files."""
    return {
        "idgraph_widgets": __version__,
        "names": record.names,
        "engine": record.engine,
        "engine_version": record.engine_version,
        **{name: _version(name) for name in ("pyspark", "deltalake", "faker", "numpy")},
        "python": platform.python_version(),
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"  # a cluster whose PySpark is no installed package
