"""Blocks into a folder: workers write Parquet files and tell about them, the driver follows and adds up."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from idgraph_widgets.errors import StorageError
from idgraph_widgets.generators.context import digest
from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.pipeline.distribute import follow, in_background, run_tasks
from idgraph_widgets.pipeline.progress import Progress
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import CANCEL, Job, Told, code_digest, run_task
from idgraph_widgets.pipeline.workers import Workers

if TYPE_CHECKING:
    from idgraph_widgets.storage import FolderStore


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
        self._told: dict[str, tuple[int, dict]] = {}

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
        found = follow(call, self.cancel, lambda: self._tell(control), lambda: _end(control))
        told = [Told.from_json(text) for text in found]
        totals = Totals().add(told, tasks, digest(job.context), code_digest())
        for name, files in totals.files.items():
            self.store.take(name, files, totals.written[name])
        return totals

    def _tell(self, control: Path) -> None:
        """Tell the progress that tasks told; only what is new is read."""
        for entry in os.scandir(control):
            if entry.name.endswith(".json"):
                with suppress(OSError, ValueError):  # being replaced just now
                    changed = entry.stat().st_mtime_ns
                    if self._told.get(entry.name, (None,))[0] != changed:
                        self._told[entry.name] = changed, json.loads(Path(entry.path).read_text(encoding="utf-8"))
        blocks, rows = 0, {}
        for _, told in self._told.values():
            blocks += told["blocks"]
            for name, count in told["rows"].items():
                rows[name] = rows.get(name, 0) + count
        self.progress.made(blocks, rows)


def _end(control: Path) -> None:
    """Leave the mark that ends tasks."""
    with suppress(OSError):  # a full disk; the folder goes when the run is undone, and that ends tasks, too
        (control / CANCEL).touch()
