"""Blocks into the session's catalog: workers give rows that carry the rows of all tables, and each table takes its own.

Every row is made once, whatever the number of tables. The carrying rows wait in one table, so nothing passes through
the driver, and no worker needs to see a disk of this process.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from idgraph_widgets.pipeline.control import Follower, end_tasks
from idgraph_widgets.pipeline.distribute import side_by_side
from idgraph_widgets.pipeline.sink import Sink
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import TASK_RESULT, Job, run_rows
from idgraph_widgets.schema import Table

_CARRIED = "kind string, payload binary"

_ROWS_IN_A_FILE = 1_000_000
"""Files of some tens of megabytes; a task reads the carrying rows of one at once."""

_WAVE_SECONDS = 10.0
"""A wave of tasks that takes less is followed by a larger one."""


class SessionSink(Sink):
    """The blocks of one run, passed on through the session to the tables of a `CatalogStore`."""

    def run(self, job: Job) -> Totals:
        seen = self.workers.sees_folder
        totals = self._wave(job, 0, Totals()) if seen else self._waves(replace(job, control=""))
        tables = job.tables
        for name, parts in totals.written.items():
            self.store.take(name, self._decoded(tables[name], parts.rows), parts)
        return totals

    def _waves(self, job: Job) -> Totals:
        """Tasks that cannot tell how far they are: some after the others, so that there is progress to tell."""
        blocks = [block for task in job.blocks for block in task]
        totals, done, size = Totals(), 0, self.workers.at_once
        while done < len(blocks):
            since = time.monotonic()
            wave = tuple((block,) for block in blocks[done : done + size])
            totals = self._wave(replace(job, blocks=wave), done, totals)
            done += len(wave)
            self.progress.made(done, {name: parts.rows for name, parts in totals.written.items()})
            # A wave costs a commit, however small it is.
            if time.monotonic() - since < _WAVE_SECONDS:
                size *= 2
        return totals

    def _wave(self, job: Job, first: int, totals: Totals) -> Totals:
        """Keep the rows of some tasks; the totals with what they reported."""
        tasks = len(job.blocks)
        kind = f"{TASK_RESULT}-{first}"

        def each(batches):
            import pyarrow as pa

            for batch in batches:
                for task in batch.column(0).to_pylist():
                    for name, payload in run_rows(job, task):
                        columns = [pa.array([kind if name == TASK_RESULT else name]), pa.array([payload], pa.binary())]
                        yield pa.RecordBatch.from_arrays(columns, names=["kind", "payload"])

        def call() -> list[str]:
            from pyspark.sql import functions as F

            self.store.stage(self.spark.range(0, tasks, 1, tasks).mapInArrow(each, _CARRIED))
            found = self.store.staged().where(F.col("kind") == kind).select("payload").collect()
            return [bytes(row.payload).decode() for row in found]

        followed = {}
        if job.control:
            control = Path(job.control)
            followed = {"look": Follower(control, self.progress), "end": partial(end_tasks, control)}
        with self.until_none_is_at_work():
            (texts,) = side_by_side(self.spark, f"idgraph-{job.run_id}", self.cancel, [call], **followed)
        return self.added(totals, job, texts)

    def _decoded(self, table: Table, rows: int):
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
        # As many files as the table needs, whatever the number of tasks.
        kept = kept.coalesce(max(1, rows // _ROWS_IN_A_FILE))
        return kept.mapInArrow(each, table.struct_type())
