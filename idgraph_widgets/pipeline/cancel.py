"""Cancelling a run from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

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
        """Ask the run to stop."""
        self._cancelled.set()
        with self._lock:
            interrupt = self._interrupt
        if interrupt is not None:
            interrupt()

    def check(self) -> None:
        """Raise `RunCancelled` when cancelled."""
        if self.cancelled:
            raise RunCancelled("The run was cancelled. What was published before is untouched.")

    def watch(self, interrupt: Callable[[], None] | None) -> None:
        """Name the function that interrupts the jobs of the run (None when the run has ended)."""
        with self._lock:
            self._interrupt = interrupt


class JobTag:
    """Marks the jobs that this thread starts on a session, so that they alone can be interrupted."""

    def __init__(self, spark, tag: str):
        self._spark = spark
        self._tag = tag
        self._marked = False

    def __enter__(self) -> JobTag:
        try:
            self._spark.addTag(self._tag)
            self._marked = True
        except Exception:
            # Sessions older than Spark 4 cannot be tagged: the run then ends at a job boundary.
            self._marked = False
        return self

    def __exit__(self, *_exc) -> None:
        if self._marked:
            self._spark.removeTag(self._tag)

    def interrupt(self) -> None:
        """Stop the marked jobs; the waiting call raises there."""
        if self._marked:
            self._spark.interruptTag(self._tag)
