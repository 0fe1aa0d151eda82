"""A whole run: every table, chunk by chunk, then publish; or undo."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from idgraph_widgets.errors import ConfigError, IdgraphError, RunCancelled, RunError, StorageError
from idgraph_widgets.pipeline.cancel import CancelToken, JobTag
from idgraph_widgets.pipeline.plan import PLAN, SUMMED_INPUTS, Step, published, split
from idgraph_widgets.pipeline.progress import Progress, ProgressEvent
from idgraph_widgets.pipeline.publish import RunRecord, now, publish
from idgraph_widgets.storage.faults import disk_fault
from idgraph_widgets.storage.manifest import Manifest
from idgraph_widgets.tables import Table


@dataclass(frozen=True)
class RunResult:
    """A published run: its manifest, where it is, and how long it took.

    ``unchanged`` tells that an append found everything there and wrote nothing; ``folder`` is where the files
    are, None where the session's catalog keeps them.
    """

    manifest: Manifest
    place: str
    seconds: float
    unchanged: bool = False
    folder: Path | None = None

    def _repr_html_(self) -> str:
        """What notebooks show, with a kernel and without."""
        from idgraph_widgets.pipeline.shown import run_html

        return run_html(self)


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
        As for `run_pipeline`: ``on_progress``, ``cancel``, ``force``, ``partitions``, ``layouts``.

    Returns
    -------
    dict
        ``status`` ("completed", or "unchanged" where an append had nothing to add), ``tables_created`` (names in order), ``row_counts`` (by name),
        ``run_id``, ``location``, ``elapsed_seconds``.

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
        Called in this thread with each `ProgressEvent`.
    cancel : CancelToken, optional
    force : bool
        Write into a folder that holds other things, next to them.
    partitions : int, optional
        Spread every table over this many partitions before it is used further. Rows do not depend on it.
    engine : (str, str), optional
        Name and version of the engine for the record; default: what the session tells.
    layouts : mapping, optional
        In a catalog with Delta: columns to cluster or partition tables by, as `Layouts` takes them.

    Raises
    ------
    ConfigError, StorageError, RunError, RunCancelled
    """
    from idgraph_widgets.engines import describe_session
    from idgraph_widgets.pipeline.preflight import preflight
    from idgraph_widgets.storage import Layouts

    preflight(config)
    chosen = Layouts(layouts)
    folder = None if out is None else Path(_place(config, out))
    added = _added(spark, config, out, force)
    if added is not None and added[0].is_nothing:
        return RunResult(added[1], _place(config, out), 0.0, unchanged=True, folder=folder)
    name, version = engine or describe_session(spark)
    started = now()
    run_id = f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    record = RunRecord(run_id, name, version, started, "overwrite" if added is None else "append")
    options = (spark, config, out, record, force, partitions, chosen, on_progress, cancel or CancelToken())
    if added is None:
        return replace(Run(*options).execute(), folder=folder)
    from idgraph_widgets.pipeline.append import AppendRun

    return replace(AppendRun(*options, *added).execute(), folder=folder)


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
    from idgraph_widgets.storage.spark_tables import SparkTables

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


class Run:
    """The state of one run: its store, its progress, its token."""

    block_starts: tuple[int, ...] = ()

    def __init__(self, spark, config, out, record, force, partitions, layouts, on_progress, cancel):
        from idgraph_widgets import generators
        from idgraph_widgets.generators import blocks

        self.spark = spark
        self.config = config
        self.record = record
        self.partitions = partitions
        self.layouts = layouts
        self.cancel = cancel
        self.generators = generators
        self.tables: dict[str, Table] = {**generators.TABLES, **generators.META, **generators.TRUTH}
        self.chunks = list(blocks.chunks(1, config.household_config.num_households))
        self.before, self.chunked, self.after = split(PLAN)
        self.store = self._open_store(out, force)
        self.summed = [step for step in self.chunked if step.scope == "sum"]
        self.totalled = {name for names in SUMMED_INPUTS.values() for name in names}
        self.progress = Progress(self._count(), on_progress)

    def _count(self) -> int:
        """Tables and chunks of tables that the run will write."""
        per_chunk = sum(step.scope == "chunk" for step in self.chunked)
        return len(self.before) + len(self.summed) + len(self.after) + per_chunk * len(self.chunks)

    def _open_store(self, out, force):
        from idgraph_widgets.storage import CatalogAppendStore, CatalogStore, FolderStore

        if out is None:
            store = CatalogAppendStore if self.record.mode == "append" else CatalogStore
            names = self.config.catalog_name, self.config.schema_name
            options = {"force": force, "layouts": self.layouts, "run_id": self.record.run_id}
            return store(self.spark, *names, self.chunks, **options)
        return FolderStore(self.spark, out, self.record.run_id, force)

    def execute(self) -> RunResult:
        """Do it all; on any failure undo it all."""
        from idgraph_widgets.storage import generation_runs

        written = [self.tables[name] for name in published()]
        self.store.begin([*written, generation_runs.TABLE])
        try:
            self._prepare()
            with JobTag(self.spark, f"idgraph-{self.record.run_id}") as tag:
                self.cancel.watch(tag.interrupt)
                try:
                    self._generate()
                except KeyboardInterrupt:
                    tag.interrupt()
                    raise
            self.cancel.check()
            self.progress.current = "publishing"
            manifest = publish(self.store, self._commits(), self.config, self.record, self.block_starts)
        except BaseException as error:
            self.store.rollback()
            raise self._explained(error) from error
        finally:
            self.cancel.watch(None)
        return RunResult(manifest, self.store.place, self.progress.elapsed)

    def _prepare(self) -> None:
        """What must be known once the target is claimed."""

    def _commits(self) -> dict[Table, str]:
        """How each table takes what was written for it."""
        return {self.tables[name]: "overwrite" for name in published()}

    def _explained(self, error: BaseException) -> BaseException:
        """The error for people: cancelled, ours as it is, or the engine's with the table it met."""
        if self.cancel.cancelled and not isinstance(error, RunCancelled):
            return RunCancelled("The run was cancelled. What was published before is untouched.")
        if isinstance(error, IdgraphError) or not isinstance(error, Exception):
            return error
        fault = disk_fault(error)
        if fault is not None:
            return StorageError(
                f"{self.progress.current}: {self.store.place} cannot be written: {fault} "
                "Nothing was published; what was there before is untouched."
            )
        lines = [line.strip() for line in str(error).splitlines() if line.strip(": ")]
        # Classic Spark's errors begin with the name of a proxy object.
        told = next((line for line in lines if not line.startswith("An error occurred while calling")), None)
        return RunError(
            f"{self.progress.current}: {told or type(error).__name__} "
            "Nothing was published; what was there before is untouched."
        )

    def _generate(self) -> None:
        for step in self.before:
            self._make(step, 0)
        for chunk in range(len(self.chunks)):
            self._generate_chunk(chunk)
        for step in self.summed:
            table = self.tables[step.table]
            self._write(table, self._total(step.table, table.key), 0)
        for step in self.after:
            summed = SUMMED_INPUTS.get(step.table, {})
            self._make(step, 0, **{name: self._total(name, key) for name, key in summed.items()})

    def _generate_chunk(self, chunk: int) -> None:
        for step in self.chunked:
            if step.scope == "chunk":
                self._make(step, chunk)
            else:
                self._stage(step, chunk)
        for step in self.chunked:
            if step.scope == "staged" and step.table not in self.totalled:
                self.store.unstage(step.table, chunk)

    def _make(self, step: Step, chunk: int, **given) -> None:
        """Generate and write one table, or one chunk of it."""
        self._write(self.tables[step.table], self._call(step, chunk, **given), chunk)

    def _write(self, table: Table, df, chunk: int) -> None:
        self.progress.started(table.name)
        self.cancel.check()
        self.progress.finished(table.name, self.store.write(table, df, chunk))

    def _stage(self, step: Step, chunk: int) -> None:
        """Generate an intermediate frame of a chunk and keep it until the run ends."""
        self.progress.current = step.table
        self.cancel.check()
        self.store.stage(step.table, self._call(step, chunk), chunk)

    def _call(self, step: Step, chunk: int, **given):
        """The generator's frame for a chunk; `given` are inputs, other than what was written, and options."""
        generate = getattr(self.generators, step.generator)
        if step.table == "households":
            first, last = self.chunks[chunk]
            given = {"first": first, "last": last, **given}
        written = {name: self._frame(name, chunk) for name in step.inputs if name not in given}
        return generate(self.spark, self.config, **written, **given)

    def _frame(self, name: str, chunk: int):
        """What an earlier step wrote: its chunk, or all where it is made once."""
        scope = next(step.scope for step in PLAN if step.table == name)
        if scope == "staged":
            df = self.store.staged(name, chunk)
        else:
            df = self.store.frame(self.tables[name], 0 if scope == "dataset" else chunk)
        return df if self.partitions is None else df.repartition(self.partitions)

    def _summands(self, name: str) -> list:
        """Frames that add up to the whole dataset's."""
        return [self.store.staged(name, chunk) for chunk in range(len(self.chunks))]

    def _total(self, name: str, key: tuple[str, ...]):
        """The sum of what was staged for all chunks; exact, since it is of integers and decimals."""
        from pyspark.sql import functions as F

        frames = self._summands(name)
        total = frames[0]
        if len(frames) == 1:
            return total
        for frame in frames[1:]:
            total = total.unionByName(frame)
        return total.groupBy(*key).agg(*[F.sum(c).cast(t).alias(c) for c, t in frames[0].dtypes if c not in key])
