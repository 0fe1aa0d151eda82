"""What starts a run: where it writes to, what it adds, who looks on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from idgraph_widgets.config.extra_columns import tables_of
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.forecast.run_time import expected_time
from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.pipeline.options import AS_BY_DEFAULT, RunOptions
from idgraph_widgets.pipeline.progress import ProgressEvent
from idgraph_widgets.pipeline.publish import RunRecord, now
from idgraph_widgets.pipeline.result import RunResult
from idgraph_widgets.pipeline.whole_run import Run
from idgraph_widgets.progress_bar import shown, together
from idgraph_widgets.storage.manifest import Manifest


def execute_full_pipeline(spark, config, write_to_catalog: bool = True, out=None, **options) -> dict[str, Any]:
    """Generate all ten tables and their companions and publish them.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
        Any session; its configuration is not changed.
    config : GenerationConfig
    write_to_catalog : bool
        Without `out`, write to ``config.catalog_name.config.schema_name`` of the session's catalog.
    out : path-like, optional
        A folder; when given, the dataset goes there and not to the catalog.
    **options
        As for `run_pipeline`: ``on_progress``, ``progress``, ``cancel``, ``force``, ``partitions``,
        ``layouts``.

    Returns
    -------
    dict
        ``status`` ("completed", or "unchanged" where an append had nothing to add), ``tables_created`` (names in
        order), ``row_counts`` (by name), ``run_id``, ``location``, ``elapsed_seconds``.

    Raises
    ------
    ConfigError
        The configuration is wrong, or names neither kind of target.
    StorageError, RunError, RunCancelled
        Nothing was published; an earlier dataset in the folder is as it was.

    Examples
    --------
    >>> execute_full_pipeline(spark, config, out="data/demo")["status"]  # doctest: +SKIP
    'completed'
    """
    if out is None and not (write_to_catalog and config.schema_name):
        raise ConfigError(
            "There is nowhere to write to. Either give a folder (out=...), or write to the session's "
            "catalog: write_to_catalog=True and a schema_name (and, if it is not the current one, a "
            "catalog_name) in the configuration."
        )
    result = run_pipeline(spark, config, out=out, **options)
    tables = result.manifest.tables
    return {
        "status": "unchanged" if result.unchanged else "completed",
        "tables_created": list(tables),
        "row_counts": {name: entry.rows for name, entry in tables.items()},
        "run_id": result.manifest.run_id,
        "location": result.place,
        "elapsed_seconds": round(result.seconds, 3),
    }


def run_pipeline(
    spark,
    config,
    out=None,
    *,
    on_progress: Callable[[ProgressEvent], None] | None = None,
    cancel: CancelToken | None = None,
    force: bool = False,
    partitions: int | None = None,
    engine: tuple[str, str] | None = None,
    layouts: Mapping[str, Any] | None = None,
    progress: bool | None = None,
) -> RunResult:
    """Generate into the folder `out`, or into the session's catalog when that is None.

    With ``config.incremental``, households or days are added to the dataset that is there; where there is
    none, it is made.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    config : GenerationConfig
    out : path-like, optional
    on_progress : callable, optional
        Called in this thread with each `ProgressEvent`; takes the place of the bar.
    cancel : CancelToken, optional
    force : bool
        Write into a folder that holds other things, next to them.
    partitions : int, optional
        Cut the run into this many tasks; default: by the session's cores. Rows do not depend on it.
    engine : (str, str), optional
        Name and version of the engine for the record; default: what the session reports.
    layouts : mapping, optional
        In a catalog with Delta: columns to cluster or partition tables by, as `Layouts` takes them.
    progress : bool, optional
        Show a bar with percent and time left. Default: where a person looks on, in a notebook or on a terminal,
        unless `on_progress` is given.

    Raises
    ------
    ConfigError, StorageError, RunError, RunCancelled
    """
    options = RunOptions(
        on_progress=on_progress,
        cancel=cancel,
        force=force,
        partitions=partitions,
        engine=engine,
        layouts=layouts,
        progress=progress,
    )
    return generate(spark, config, out, options)


def generate(spark, config, out=None, options: RunOptions = AS_BY_DEFAULT) -> RunResult:
    """As `run_pipeline`, for callers that have their options in one piece."""
    from idgraph_widgets.engines import describe_session
    from idgraph_widgets.pipeline.preflight import preflight
    from idgraph_widgets.storage import Layouts

    preflight(config)
    chosen = Layouts(options.layouts, tables_of(config))
    folder = None if out is None else Path(_place(config, out))
    added = _added(spark, config, out, options.force)
    if added is not None and added[0].is_nothing:
        return RunResult(added[1], _place(config, out), 0.0, unchanged=True, folder=folder)
    name, version = options.engine or describe_session(spark)
    started = now()
    run_id = f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    record = RunRecord(run_id, name, version, started, "overwrite" if added is None else "append")
    grown = None if added is None else added[0]
    with shown(options.on_progress, options.progress, lambda: expected_time(config, added, checked=False)) as bar:
        followed = replace(
            options,
            on_progress=together(options.on_progress, bar),
            cancel=options.cancel or CancelToken(),
            layouts=chosen,
        )
        return replace(Run(spark, config, out, record, followed, grown).execute(), folder=folder)


def _added(spark, config, out, force):
    """What an append adds, and to which manifest; None where a dataset is to be made or replaced."""
    if not config.incremental:
        return None
    from idgraph_widgets.pipeline.growth import growth

    manifest = _published(spark, config, out, force)
    return None if manifest is None else (growth(manifest, config), manifest)


def _place(config, out) -> str:
    from idgraph_widgets.storage import CatalogNames

    if out is None:
        return CatalogNames(config.catalog_name, config.schema_name).place
    return str(Path(out).expanduser().absolute())


def _published(spark, config, out, force: bool) -> Manifest | None:
    """The manifest of the dataset that shall grow, once a dead run is undone."""
    from idgraph_widgets.storage import CatalogNames, published_run, recover, recover_catalog
    from idgraph_widgets.storage.catalog.tables import SparkTables

    if out is not None:
        folder = Path(out).expanduser().absolute()
        recover(folder)
        return Manifest.read(folder)
    tables = SparkTables(spark)
    if not tables.can["append"]:
        raise ConfigError(
            f"incremental: found true, with a catalog that cannot take it as target ({tables.can.title}). "
            f"{tables.can['append'].note} Give a folder (out=...), use a session with Delta or Databricks, or "
            "set incremental to false."
        )
    names = CatalogNames(config.catalog_name, config.schema_name)
    recover_catalog(tables, names, take_over=force)
    return published_run(tables, names)
