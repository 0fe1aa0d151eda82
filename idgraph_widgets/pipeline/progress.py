"""What a run tells about itself while it works."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ProgressEvent:
    """One table begins or ends.

    Attributes
    ----------
    step, steps : int
        This piece of work, from 1, of how many. A table made in chunks is a step per chunk.
    table : str
    state : {"started", "finished"}
    rows : int
        Rows the run has written so far, all tables together.
    table_rows : int
        Rows of this table so far.
    elapsed : float
        Seconds since the run began.
    """

    step: int
    steps: int
    table: str
    state: str
    rows: int
    table_rows: int
    elapsed: float


class Progress:
    """Counts steps and rows and calls `listener` with every `ProgressEvent`."""

    def __init__(self, steps: int, listener: Callable[[ProgressEvent], None] | None = None):
        self.steps = steps
        self.table_rows: dict[str, int] = {}
        self._listeners = [] if listener is None else [listener]
        self.current = ""
        self._step = 0
        self._started = time.monotonic()

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._started

    def listen(self, listener: Callable[[ProgressEvent], None]) -> None:
        """Call `listener`, too."""
        self._listeners.append(listener)

    def started(self, table: str) -> None:
        """A step begins."""
        self._step += 1
        self.current = table
        self._tell(table, "started")

    def finished(self, table: str, rows: int) -> None:
        """The step that began last wrote `rows`."""
        self.table_rows[table] = self.table_rows.get(table, 0) + rows
        self._tell(table, "finished")

    def _tell(self, table: str, state: str) -> None:
        rows = sum(self.table_rows.values())
        event = ProgressEvent(self._step, self.steps, table, state, rows, self.table_rows.get(table, 0), self.elapsed)
        for listener in self._listeners:
            listener(event)
