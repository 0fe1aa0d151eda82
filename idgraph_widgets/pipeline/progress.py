"""What a run reports about itself while it works."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ProgressEvent:
    """Rows of a table were made, or a table is complete.

    Attributes
    ----------
    step, steps : int
        Blocks of households that are done, and how many there are.
    table : str
    state : {"started", "finished"}
        "started" comes again whenever there are more rows; "finished" once.
    rows : int
        Rows the run has made so far, all tables together.
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
    """Keeps count of blocks and rows and calls `listener` with every `ProgressEvent`."""

    def __init__(self, steps: int, listener: Callable[[ProgressEvent], None] | None = None):
        self.steps = steps
        self.table_rows: dict[str, int] = {}
        self._listeners = [] if listener is None else [listener]
        self.current = ""
        """What the run is at, for messages."""
        self._step = 0
        self._started = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._started

    def made(self, blocks: int, rows: Mapping[str, int]) -> None:
        """So many blocks are done and so many rows of each table made."""
        moved = blocks > self._step
        self._step = max(self._step, blocks)
        for table, count in rows.items():
            if count > self.table_rows.get(table, 0):
                self.current = table
                self.table_rows[table] = count
                self._tell(table, "started")
                moved = False
        if moved:
            self._tell(self.current, "started")

    def listen(self, listener: Callable[[ProgressEvent], None]) -> None:
        """Call `listener`, too."""
        self._listeners.append(listener)

    def finished(self, table: str, rows: int) -> None:
        """A table is complete."""
        self.table_rows[table] = rows
        self._tell(table, "finished")

    def _tell(self, table: str, state: str) -> None:
        rows = sum(self.table_rows.values())
        event = ProgressEvent(self._step, self.steps, table, state, rows, self.table_rows.get(table, 0), self.elapsed)
        for listener in self._listeners:
            listener(event)
