"""A run's control folder: tasks that see it tell there how far they are, and look for the mark that ends them."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

from idgraph_widgets.errors import RunCancelled
from idgraph_widgets.pipeline.progress import Progress

_CANCEL = "cancel"

_TELL_SECONDS = 0.5
"""Least time between two messages of a task about its progress."""


class TaskProgress:
    """A task's side.

    Parameters
    ----------
    control : Path
    task : int
        A task that runs again takes the place of its first run.
    """

    def __init__(self, control: Path, task: int):
        self._control = control
        self._path = control / f"{task:05d}.json"
        self._blocks, self._rows, self._told_at = 0, {}, 0.0

    def check(self) -> None:
        """End where the run was cancelled, or its control folder is gone: the run was undone."""
        if (self._control / _CANCEL).exists() or not self._control.is_dir():
            raise RunCancelled("The run was cancelled. What was published before is untouched.")

    def made(self, table: str, rows: int) -> None:
        """So many more rows of a table."""
        self._rows[table] = self._rows.get(table, 0) + rows
        if time.monotonic() - self._told_at >= _TELL_SECONDS:
            self._tell()

    def block_done(self) -> None:
        """One more block."""
        self._blocks += 1
        self._tell()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"blocks": self._blocks, "rows": self._rows}), encoding="utf-8")
            fresh.replace(self._path)
        except OSError:
            self.check()  # undone while it worked; a full disk is met by the files, too


def follow(control: Path, progress: Progress) -> None:
    """The driver's side: pass on how far all tasks are."""
    blocks, rows = 0, {}
    for path in control.glob("*.json"):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # being replaced just now
        blocks += told["blocks"]
        for name, count in told["rows"].items():
            rows[name] = rows.get(name, 0) + count
    progress.made(blocks, rows)


def end_tasks(control: Path) -> None:
    """Leave the mark that ends all tasks."""
    # On a full disk the folder goes when the run is undone, and that ends tasks, too.
    with suppress(OSError):
        (control / _CANCEL).touch()
