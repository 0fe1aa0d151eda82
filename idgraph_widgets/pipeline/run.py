"""A whole run: every table, chunk by chunk, then publish; or undo."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from idgraph_widgets.errors import ConfigError, IdgraphError, RunCancelled, RunError
from idgraph_widgets.pipeline.cancel import CancelToken, JobTag
from idgraph_widgets.pipeline.plan import PLAN, SUMMED_INPUTS, Step, published, split
from idgraph_widgets.pipeline.progress import Progress, ProgressEvent
from idgraph_widgets.pipeline.publish import RunRecord, now, publish
from idgraph_widgets.storage.manifest import Manifest
from idgraph_widgets.tables import Table


@dataclass(frozen=True)
class RunResult:
    """A published run: its manifest, where it is, and how long it took."""

    manifest: Manifest
    place: str
    seconds: float


def execute_full_pipeline(
    spark, config, write_to_catalog: bool = True, out=None, **options
) -> dict[str, Any]:
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
        As for `run_pipeline`: ``on_progress``, ``cancel``, ``force``, ``partitions``.

    Returns
    -------
    dict
        ``status`` ("completed"), ``tables_created`` (names in order), ``row_counts`` (by name),
        ``run_id``, ``location``, ``elapsed_seconds``.

    Raises
    ------
    ConfigError
        The configuration is wrong, or names neither kind of target.
    StorageError, RunError, RunCancelled
        Nothing was published; an earlier dataset in the folder is as it was.

    Examples
    --------
    >>> execute_full_pipeline(spark, config, out="data/demo")["status"]   # doctest: +SKIP
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
        "status": "completed",
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
) -> RunResult:
    """Generate into the folder `out`, or into the session's catalog when that is None.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    config : GenerationConfig
    out : path-like, optional
    on_progress : callable, optional
        Called in this thread with each `ProgressEvent`.
    cancel : CancelToken, optional
    force : bool
        Write into a folder that holds other things, next to them.
    partitions : int, optional
        Spread every table over this many partitions before it is used further. Rows do not depend on it.
    engine : (str, str), optional
        Name and version of the engine for the record; default: what the session tells.

    Raises
    ------
    ConfigError, StorageError, RunError, RunCancelled
    """
    from idgraph_widgets.engines import describe_session

    from idgraph_widgets.pipeline.preflight import preflight

    preflight(config)
    if config.incremental:
        raise ConfigError(
            "incremental: found true; this version replaces a dataset as a whole. Set it to false."
        )
    name, version = engine or describe_session(spark)
    started = now()
    run_id = f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    record = RunRecord(run_id, name, version, started)
    run = _Run(spark, config, out, record, force, partitions, on_progress, cancel or CancelToken())
    return run.execute()


class _Run:
    """The state of one run: its store, its progress, its token."""

    def __init__(self, spark, config, out, record, force, partitions, on_progress, cancel):
        from idgraph_widgets import generators
        from idgraph_widgets.generators import blocks

        self.spark = spark
        self.config = config
        self.record = record
        self.partitions = partitions
        self.cancel = cancel
        self.generators = generators
        self.tables: dict[str, Table] = {**generators.TABLES, **generators.META, **generators.TRUTH}
        self.chunks = list(blocks.chunks(1, config.household_config.num_households))
        self.before, self.chunked, self.after = split(PLAN)
        self.store = self._open_store(out, force)
        self.summed = [step for step in self.chunked if step.scope == "sum"]
        self.totalled = {name for names in SUMMED_INPUTS.values() for name in names}
        per_chunk = sum(step.scope == "chunk" for step in self.chunked)
        once = len(self.before) + len(self.summed) + len(self.after)
        self.progress = Progress(once + per_chunk * len(self.chunks), on_progress)

    def _open_store(self, out, force):
        from idgraph_widgets.storage import CatalogStore, FolderStore

        if out is None:
            return CatalogStore(self.spark, self.config.catalog_name, self.config.schema_name, self.chunks)
        return FolderStore(self.spark, out, self.record.run_id, force)

    def execute(self) -> RunResult:
        """Do it all; on any failure undo it all."""
        from idgraph_widgets.storage import generation_runs

        written = [self.tables[name] for name in published()]
        self.store.begin([*written, generation_runs.TABLE])
        try:
            with JobTag(self.spark, f"idgraph-{self.record.run_id}") as tag:
                self.cancel.watch(tag.interrupt)
                try:
                    self._generate()
                except KeyboardInterrupt:
                    tag.interrupt()
                    raise
            self.cancel.check()
            self.progress.current = "publishing"
            manifest = publish(self.store, written, self.config, self.record)
        except BaseException as error:
            self.store.rollback()
            raise self._explained(error) from error
        finally:
            self.cancel.watch(None)
        return RunResult(manifest, self.store.place, self.progress.elapsed)

    def _explained(self, error: BaseException) -> BaseException:
        """The error for people: cancelled, ours as it is, or the engine's with the table it met."""
        if self.cancel.cancelled and not isinstance(error, RunCancelled):
            return RunCancelled("The run was cancelled. What was published before is untouched.")
        if isinstance(error, IdgraphError) or not isinstance(error, Exception):
            return error
        lines = [line.strip() for line in str(error).splitlines() if line.strip(": ")]
        # Classic Spark's errors begin with the name of a proxy object.
        told = next((line for line in lines if not line.startswith("An error occurred while calling")), None)
        return RunError(
            f"{self.progress.current}: {told or type(error).__name__} "
            "Nothing was published; what was there before is untouched."
        )

    def _generate(self) -> None:
        for step in self.before:
            self._make(step, 0, {})
        for chunk in range(len(self.chunks)):
            for step in self.chunked:
                if step.scope == "chunk":
                    self._make(step, chunk, {})
                else:
                    self._stage(step, chunk)
            for step in self.chunked:
                if step.scope == "staged" and step.table not in self.totalled:
                    self.store.unstage(step.table, chunk)
        for step in self.summed:
            table = self.tables[step.table]
            self._write(table, self._sum_staged(step.table, table.key), 0)
        for step in self.after:
            summed = SUMMED_INPUTS.get(step.table, {})
            self._make(step, 0, {name: self._sum_staged(name, key) for name, key in summed.items()})

    def _make(self, step: Step, chunk: int, given: dict[str, Any]) -> None:
        """Generate and write one table, or one chunk of it."""
        self._write(self.tables[step.table], self._call(step, chunk, given), chunk)

    def _write(self, table: Table, df, chunk: int) -> None:
        self.progress.started(table.name)
        self.cancel.check()
        self.progress.finished(table.name, self.store.write(table, df, chunk))

    def _stage(self, step: Step, chunk: int) -> None:
        """Generate an intermediate frame of a chunk and keep it until the run ends."""
        self.progress.current = step.table
        self.cancel.check()
        self.store.stage(step.table, self._call(step, chunk, {}), chunk)

    def _call(self, step: Step, chunk: int, given: dict[str, Any]):
        """The generator's frame for a chunk."""
        generate = getattr(self.generators, step.generator)
        if step.table == "households":
            return generate(self.spark, self.config, *self.chunks[chunk])
        inputs = {
            name: given[name] if name in given else self._frame(name, chunk) for name in step.inputs
        }
        return generate(self.spark, self.config, **inputs)

    def _frame(self, name: str, chunk: int):
        """What an earlier step wrote: its chunk, or all where it is made once."""
        scope = next(step.scope for step in PLAN if step.table == name)
        if scope == "staged":
            df = self.store.staged(name, chunk)
        else:
            df = self.store.frame(self.tables[name], 0 if scope == "dataset" else chunk)
        return df if self.partitions is None else df.repartition(self.partitions)

    def _sum_staged(self, name: str, key: tuple[str, ...]):
        """The frames staged for all chunks, added up; exact, since they hold integers and decimals."""
        from pyspark.sql import functions as F

        frames = [self.store.staged(name, chunk) for chunk in range(len(self.chunks))]
        total = frames[0]
        if len(frames) == 1:
            return total
        for frame in frames[1:]:
            total = total.unionByName(frame)
        return total.groupBy(*key).agg(
            *[F.sum(c).cast(t).alias(c) for c, t in frames[0].dtypes if c not in key]
        )
