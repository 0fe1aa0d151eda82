"""Blocks into a folder: workers write Parquet files and report them, the driver follows and adds up."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from idgraph_widgets.errors import StorageError
from idgraph_widgets.generators.context import digest
from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.pipeline.control import Follower, end_tasks
from idgraph_widgets.pipeline.distribute import follow, in_background, run_tasks
from idgraph_widgets.pipeline.progress import Progress
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import AT_WORK, Job, TaskResult, code_digest, run_task
from idgraph_widgets.pipeline.workers import Workers

if TYPE_CHECKING:
    from idgraph_widgets.storage import FolderStore

_LATE_SECONDS = 15.0
"""How long to wait for tasks in this process to notice that the run is over: a part of a block takes some seconds."""


class FolderSink:
    """The blocks of one run, written by workers that see the dataset's folder.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    store : FolderStore
        Begun.
    workers : Workers
    progress : Progress
    cancel : CancelToken
    """

    def __init__(self, spark, store: FolderStore, workers: Workers, progress: Progress, cancel: CancelToken):
        self.spark, self.store, self.progress, self.cancel = spark, store, progress, cancel
        self.workers = workers

    def run(self, job: Job) -> Totals:
        """Make all blocks of a job and hand the files to the store.

        Raises
        ------
        RunCancelled, StorageError, RunError
        """
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
        try:
            found = follow(call, self.cancel, Follower(control, self.progress), partial(end_tasks, control))
        finally:
            if self.workers.in_process:
                AT_WORK.wait(_LATE_SECONDS)
        results = [TaskResult.from_json(text) for text in found]
        totals = Totals().add(results, tasks, digest(job.context), code_digest())
        for name, files in totals.files.items():
            self.store.take(name, files, totals.written[name])
        return totals
