"""What takes the blocks of a run to the store, whichever way the workers can go."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from idgraph_widgets.generators.context import digest
from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.pipeline.progress import Progress
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import AT_WORK, Job, TaskResult, code_digest
from idgraph_widgets.pipeline.workers import Workers

_LATE_SECONDS = 15.0
"""How long to wait for tasks in this process to notice that the run is over: a part of a block takes some seconds."""


class Sink(ABC):
    """What two ways have in common; `run` makes all blocks of a job.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    store : Store
        Begun.
    workers : Workers
    progress : Progress
    cancel : CancelToken
    """

    def __init__(self, spark, store: Any, workers: Workers, progress: Progress, cancel: CancelToken):
        self.spark, self.store, self.progress, self.cancel = spark, store, progress, cancel
        self.workers = workers

    @abstractmethod
    def run(self, job: Job) -> Totals:
        """Make all blocks of a job and hand what came out to the store.

        Raises
        ------
        RunCancelled, StorageError, RunError
        """

    @contextmanager
    def until_none_is_at_work(self) -> Iterator[None]:
        """Wait at the end, however it ends, for tasks that run in this process."""
        try:
            yield
        finally:
            if self.workers.in_process:
                AT_WORK.wait(_LATE_SECONDS)

    @staticmethod
    def added(totals: Totals, job: Job, texts: Sequence[str]) -> Totals:
        """The totals with what the tasks of a job reported."""
        results = [TaskResult.from_json(text) for text in texts]
        return totals.add(results, len(job.blocks), digest(job.context), code_digest())
