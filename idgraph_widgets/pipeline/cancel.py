"""Cancelling a run from another thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from idgraph_widgets.errors import RunCancelled


class CancelToken:
    """Handed to a run, and cancelled by whoever holds it, from any thread.

    The run looks at it before every job. Jobs that already run are interrupted where the engine
    can do that (Sail, Spark Connect and classic Spark 4 can); elsewhere the run stops when the job
    at hand ends.
    """

    def __init__(self):
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._interrupt: Callable[[], None] | None = None

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the run to stop; returns at once."""
        self._cancelled.set()
        self.interrupt()

    def interrupt(self) -> None:
        """Interrupt the jobs of a run that has failed or was cancelled, until it has ended; returns at once."""
        threading.Thread(target=self._keep_interrupting, daemon=True).start()

    def _keep_interrupting(self) -> None:
        """Interrupt until the run has ended: a job may be on its way to the engine just now."""
        while True:
            with self._lock:
                interrupt = self._interrupt
            if interrupt is None:
                return
            with suppress(Exception):  # an engine that has stopped: the run's own calls report that
                interrupt()
            time.sleep(0.5)

    def check(self) -> None:
        """Raise `RunCancelled` when cancelled."""
        if self.cancelled:
            raise RunCancelled("The run was cancelled. What was published before is untouched.")

    def watch(self, interrupt: Callable[[], None] | None) -> None:
        """Name the function that interrupts the jobs of the run (None when the run has ended)."""
        with self._lock:
            self._interrupt = interrupt


class JobTag:
    """Marks the jobs that this thread starts on a session, so that they alone can be interrupted.

    The session becomes the thread's active one.
    """

    def __init__(self, spark, tag: str):
        self._spark = spark
        self._tag = tag
        self._context = None
        self._marked = False

    def __enter__(self):
        if not _is_connect(self._spark):
            # A classic session is active in the thread that started it. In another one, Spark 3.5 overlooks Delta's
            # catalog when it overwrites a table: it drops the table, with its properties and versions. A frame that
            # is made here makes the session active.
            self._spark.createDataFrame([], "nothing int")
        try:
            # On a classic session, SparkSession.interruptTag finds no jobs (seen with Spark 4.1).
            context = None if _is_connect(self._spark) else self._spark.sparkContext
            add = self._spark.addTag if context is None else context.addJobTag
            add(self._tag)
            self._context, self._marked = context, True
        except Exception:
            # Sessions older than Spark 3.5 cannot be tagged: the run then ends at a job boundary.
            self._marked = False
        return self

    def __exit__(self, *_exc) -> None:
        if self._marked and self._context is None:
            self._spark.removeTag(self._tag)
        elif self._marked:
            self._context.removeJobTag(self._tag)

    def interrupt(self) -> None:
        """Stop the marked jobs; the waiting call raises there."""
        if self._marked and self._context is None:
            self._spark.interruptTag(self._tag)
        elif self._marked:
            self._context.cancelJobsWithTag(self._tag)


def _is_connect(spark) -> bool:
    return type(spark).__module__.startswith("pyspark.sql.connect")
