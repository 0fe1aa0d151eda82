"""Blocks into a folder: workers write Parquet files and report them, the driver follows and adds up."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from idgraph_widgets.errors import StorageError
from idgraph_widgets.pipeline.control import Follower, end_tasks
from idgraph_widgets.pipeline.distribute import follow, in_background, run_tasks
from idgraph_widgets.pipeline.sink import Sink
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import Job, run_task


class FolderSink(Sink):
    """The blocks of one run, written by workers that see the dataset's folder, a `FolderStore`."""

    def run(self, job: Job) -> Totals:
        if not self.workers.sees_folder:
            raise StorageError(
                f"The Spark workers do not see {self.store.place}. A folder target must be on a disk that this process "
                "and the workers share; for a remote cluster write to the catalog instead (schema_name, no out=)."
            )

        def work(task: int) -> str:
            return run_task(job, task).to_json()

        tasks = len(job.blocks)
        call = in_background(
            self.spark, f"idgraph-{job.run_id}", self.cancel, lambda: run_tasks(self.spark, work, tasks)
        )
        control = Path(job.control)
        with self.until_none_is_at_work():
            found = follow(call, self.cancel, Follower(control, self.progress), partial(end_tasks, control))
        totals = self.added(Totals(), job, found)
        for name, files in totals.files.items():
            self.store.take(name, files, totals.written[name])
        return totals
