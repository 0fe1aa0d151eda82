"""Blocks into the session's catalog: workers give rows that carry the rows of all tables, and each table takes its own.

Every row is made once, whatever the number of tables. The carrying rows wait in one table, so nothing passes through
the driver, and no worker needs to see a disk of this process.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idgraph_widgets.generators.context import digest
from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.pipeline.distribute import follow, in_background
from idgraph_widgets.pipeline.progress import Progress
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import TOLD, Job, Told, code_digest, run_rows
from idgraph_widgets.pipeline.workers import Workers
from idgraph_widgets.schema import GENERATED, Table

if TYPE_CHECKING:
    from idgraph_widgets.storage import CatalogStore

_CARRIED = "kind string, payload binary"


class SessionSink:
    """The blocks of one run, passed on through the session.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    store : CatalogStore
        Begun.
    workers : Workers
    progress : Progress
    cancel : CancelToken
    """

    def __init__(self, spark, store: CatalogStore, workers: Workers, progress: Progress, cancel: CancelToken):
        self.spark, self.store, self.progress, self.cancel = spark, store, progress, cancel
        self.workers = workers

    def run(self, job: Job) -> Totals:
        """Make all blocks of a job, a wave of tasks after the other, and hand the rows to the store.

        Raises
        ------
        RunCancelled, StorageError, RunError
        """
        blocks = [block for task in job.blocks for block in task]
        totals, done, rows = Totals(), 0, {}
        for start in range(0, len(blocks), self.workers.at_once):
            # A block is a task: a wave is as long as one block, so that there is progress to tell.
            wave = replace(job, blocks=tuple((block,) for block in blocks[start : start + self.workers.at_once]))
            told = self._wave(wave, start)
            totals.add(told, len(wave.blocks), digest(job.context), code_digest())
            done += len(wave.blocks)
            for one in told:
                for name, parts in one.written.items():
                    rows[name] = rows.get(name, 0) + parts.rows
            self.progress.made(done, rows)
        for name, parts in totals.written.items():
            self.store.take(name, self._decoded(GENERATED[name]), parts)
        return totals

    def _wave(self, job: Job, first: int) -> list[Told]:
        """Keep the rows of a wave; what its tasks told."""
        tasks = len(job.blocks)
        kind = f"{TOLD}-{first}"

        def each(batches):
            import pyarrow as pa

            for batch in batches:
                for task in batch.column(0).to_pylist():
                    for name, payload in run_rows(job, task):
                        columns = [pa.array([kind if name == TOLD else name]), pa.array([payload], pa.binary())]
                        yield pa.RecordBatch.from_arrays(columns, names=["kind", "payload"])

        def call() -> list[str]:
            from pyspark.sql import functions as F

            self.store.stage(self.spark.range(0, tasks, 1, tasks).mapInArrow(each, _CARRIED))
            found = self.store.staged().where(F.col("kind") == kind).select("payload").collect()
            return [bytes(row.payload).decode() for row in found]

        found = follow(in_background(self.spark, f"idgraph-{job.run_id}", self.cancel, call), self.cancel)
        return [Told.from_json(text) for text in found]

    def _decoded(self, table: Table):
        """The rows of a table that the kept rows carry."""
        from pyspark.sql import functions as F

        columns = list(table.column_names)

        def each(batches):
            import pyarrow as pa

            for batch in batches:
                for payload in batch.column(0):
                    with pa.ipc.open_stream(payload.as_buffer()) as stream:
                        for rows in stream:
                            plain = [
                                one.cast(one.type.value_type) if pa.types.is_dictionary(one.type) else one
                                for one in rows.columns
                            ]
                            yield pa.RecordBatch.from_arrays(plain, names=columns)

        kept = self.store.staged().where(F.col("kind") == table.name).select("payload")
        return kept.mapInArrow(each, table.struct_type())
