"""A whole run: every table, block by block, then publish; or undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from idgraph_widgets.arrays import columns_of, record_batch
from idgraph_widgets.config.extra_columns import tables_of
from idgraph_widgets.errors import IdgraphError, RunCancelled, RunError, StorageError
from idgraph_widgets.generators import whole
from idgraph_widgets.generators.block import BLOCK_TABLES, PREPARE, SUMMED
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.extras import extended
from idgraph_widgets.generators.pools import names_digest
from idgraph_widgets.pipeline.distribute import cut, side_by_side
from idgraph_widgets.pipeline.emission import Emission, dated_before
from idgraph_widgets.pipeline.failures import first_words
from idgraph_widgets.pipeline.growth import Growth, mode_of, stays
from idgraph_widgets.pipeline.options import RunOptions
from idgraph_widgets.pipeline.progress import Progress
from idgraph_widgets.pipeline.publish import RunRecord, publish
from idgraph_widgets.pipeline.result import RunResult
from idgraph_widgets.pipeline.run_log import RunLog
from idgraph_widgets.pipeline.sizing import room
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import Job
from idgraph_widgets.pipeline.workers import probe
from idgraph_widgets.schema import GENERATED, Table, ids
from idgraph_widgets.storage.content_hash import HashParts, batch_parts
from idgraph_widgets.storage.faults import disk_fault
from idgraph_widgets.storage.manifest import TableEntry
from idgraph_widgets.storage.store import Store


class Run:
    """The state of one run: its store, its progress, its token.

    Parameters
    ----------
    spark, config, out
        As for `run_pipeline`.
    record : RunRecord
    options : RunOptions
        With a token, and with `Layouts`.
    growth : Growth, optional
        What an append adds; None where the dataset is made or replaced.
    """

    def __init__(self, spark, config, out, record: RunRecord, options: RunOptions, growth: Growth | None = None):
        self.spark, self.config, self.record = spark, config, record
        self.declared = tables_of(config)
        self.options, self.cancel, self.growth = options, options.cancel, growth
        self.block_starts = growth.block_starts if growth else ()
        homes = config.household_config.num_households
        self.blocks = list(ids.blocks(growth.first_home if growth else 1, homes))
        self.store = self._open_store(out)
        self.progress = Progress(len(self.blocks), options.on_progress)

    def _open_store(self, out) -> Store:
        from idgraph_widgets.storage import CatalogStore, FolderStore

        if out is None:
            names = self.config.catalog_name, self.config.schema_name
            return CatalogStore(
                self.spark,
                *names,
                mode=self.record.mode,
                force=self.options.force,
                layouts=self.options.layouts,
                run_id=self.record.run_id,
            )
        return FolderStore(self.spark, out, self.record.run_id, self.options.force)

    def execute(self) -> RunResult:
        """Do it all; on any failure undo it all."""
        from idgraph_widgets.schema import RUNS

        self.store.begin([*self.declared.values(), RUNS])
        log = RunLog.of_dataset(self.store.folder, self.record.run_id)
        self.progress.listen(log.step)
        log.info("%s into %s with %s", self.record, self.store.place, self.config.to_json())
        try:
            self._refuse_replaced()
            self._generate()
            self.cancel.check()
            self.progress.current = "publishing"
            commits = {table: mode_of(self.growth, table) for table in self.declared.values()}
            manifest = publish(self.store, commits, self.config, self.record, self.block_starts, self._commits)
        except BaseException as error:
            self.store.rollback()
            raise log.ended(self._explained(error), error) from error
        else:
            log.info(
                "published %s rows in %.1f s", f"{sum(self.progress.table_rows.values()):,}", self.progress.elapsed
            )
        finally:
            log.close()
        return RunResult(manifest, self.store.place, self.progress.elapsed)

    def _commits(self, calls: Mapping[str, Callable[[], TableEntry]]) -> dict[str, TableEntry]:
        """Make the commits of all tables; those of a catalog are jobs of the session, some at the same time."""
        made: dict[str, TableEntry] = {}
        reported: set[str] = set()

        def make(name: str) -> None:
            made[name] = calls[name]()

        def tell() -> None:
            for name in [name for name in list(made) if name not in reported]:
                reported.add(name)
                self.progress.finished(name, made[name].rows)

        if self.store.takes_files:
            for name in calls:
                self.cancel.check()
                make(name)
                tell()
        else:
            tag, at_once = f"idgraph-{self.record.run_id}", self.store.commits_at_once
            side_by_side(
                self.spark, tag, self.cancel, [partial(make, name) for name in calls], at_once=at_once, look=tell
            )
            tell()
        self.cancel.check()
        return {name: made[name] for name in calls}

    def _refuse_replaced(self) -> None:
        """An append fits the dataset that was looked at only."""
        if self.growth and (self.store.previous is None or self.store.previous.run_id != self.growth.onto):
            raise StorageError(
                f"{self.store.place} was replaced by another run meanwhile. Look at it, then append again."
            )

    # --- what is made ------------------------------------------------------------------------------------

    def _generate(self) -> None:
        self.progress.current = "households"
        context = Context.make(self.config, PREPARE, self.block_starts)
        self.record = replace(self.record, names=names_digest(context))
        self.store.make_folders([table for table in self.declared.values() if not stays(self.growth, table)])
        before: dict[str, HashParts] = {}
        for name, columns in whole.tables(context).items():
            before |= self._write_whole(self.declared[name], extended(context, name, columns))
        totals = self._blocks(context)
        for name in SUMMED:
            rows = whole.total(context, name, totals.summed(name, *self._sums_before(name)))
            self._write(self.declared[name], extended(context, name, rows))
        self._verify({**self._expected_again(), **before, **totals.published})

    def _blocks(self, context: Context) -> Totals:
        """Everything that is made block by block."""
        sink = self._sink()
        found = room(self.config, sink.workers, len(self.blocks), self.options.partitions)
        emission = Emission()
        if self.growth and self.growth.adds_days:
            emission = Emission(self.growth.homes_before, self.growth.end_before_micros)
        return sink.run(
            Job(
                context.to_bytes(),
                cut(self.blocks, found.tasks),
                frozenset(BLOCK_TABLES),
                found.part_homes,
                emission,
                self.record.run_id,
                self.store.place,
                str(self.store.control),
            )
        )

    def _sink(self):
        """How blocks reach the store, by workers that are asked first."""
        from idgraph_widgets.pipeline.folder_sink import FolderSink
        from idgraph_widgets.pipeline.session_sink import SessionSink

        workers = probe(self.spark, self.store.control)
        sink = FolderSink if self.store.takes_files else SessionSink
        return sink(self.spark, self.store, workers, self.progress, self.cancel)

    def _write_whole(self, table: Table, columns) -> dict[str, HashParts]:
        """Write a table that no household decides about; what must be there already is only hashed."""
        if stays(self.growth, table):
            return {table.name: batch_parts(record_batch(table, columns), table)}
        if mode_of(self.growth, table) == "overwrite":
            self._write(table, columns)
            return {}
        there = dated_before(table, columns, self.growth.end_before_micros)
        self._write(table, columns.where(~there))
        return {table.name: batch_parts(record_batch(table, columns.where(there)), table)}

    def _write(self, table: Table, columns) -> None:
        batch = record_batch(table, columns)
        self.store.write_batch(table, batch)
        self.progress.made(0, {table.name: batch.num_rows})

    def _sums_before(self, name: str) -> list:
        """The published sums, where those of added households are added to them."""
        if self.growth is None or self.growth.adds_days:
            return []
        return [whole.sums_of(name, columns_of(GENERATED[name], self.store.published(GENERATED[name])))]

    # --- how it grows --------------------------------------------------------------------------------------

    def _expected_again(self) -> dict[str, HashParts]:
        """No rows of each table of which the blocks must give published rows again, where days are added."""
        if self.growth is None or not self.growth.adds_days:
            return {}
        tables = (self.declared[name] for name in BLOCK_TABLES if name not in SUMMED)
        return {table.name: HashParts() for table in tables if table.grows in ("lasting", "dated")}

    def _verify(self, made: dict[str, HashParts]) -> None:
        """What was made again must be what is published, or nothing new would fit it."""
        for name, parts in made.items():
            entry = self.store.previous.tables[name]
            if parts.digest(self.declared[name]) != entry.content_hash:
                raise RunError(
                    f"{name}: what the dataset has before {self.growth.end_before} came out with other rows "
                    f"({parts.rows:,}) than are published ({entry.rows:,}), so what is added would not fit. "
                    "Nothing was published. Generate the dataset anew without append."
                )

    def _explained(self, error: BaseException) -> BaseException:
        """The error for people: cancelled, ours as it is, or the engine's with the table it met."""
        if self.cancel.cancelled and not isinstance(error, (RunCancelled, KeyboardInterrupt)):
            return RunCancelled("The run was cancelled. What was published before is untouched.")
        if isinstance(error, IdgraphError) or not isinstance(error, Exception):
            return error
        fault = disk_fault(error)
        if fault is not None:
            return StorageError(
                f"{self.progress.current}: {self.store.place} cannot be written: {fault} "
                "Nothing was published; what was there before is untouched."
            )
        return RunError(
            f"{self.progress.current}: {first_words(str(error)) or type(error).__name__} "
            "Nothing was published; what was there before is untouched."
        )
