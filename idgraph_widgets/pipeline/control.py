"""A run's control folder: tasks that see it report there how far they are, and look for the mark that ends them."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path

from idgraph_widgets.errors import RunCancelled
from idgraph_widgets.pipeline.progress import Progress

CANCEL = "cancel"
"""Name of the file, in the control folder, that ends all tasks."""

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
        self._blocks, self._rows, self._written_at = 0, {}, 0.0

    def ended(self) -> RunCancelled | None:
        """What ends the task where the run was cancelled, or its control folder is gone: the run is over."""
        if self._control.is_dir() and not (self._control / CANCEL).exists():
            return None
        return RunCancelled("The run was cancelled. What was published before is untouched.")

    def check(self) -> None:
        """Raise what ends the task."""
        ended = self.ended()
        if ended is not None:
            raise ended

    def end_all(self) -> None:
        """End the other tasks, too: what this one met makes an end of the run."""
        end_tasks(self._control)

    def made(self, table: str, rows: int) -> None:
        """So many more rows of a table."""
        self._rows[table] = self._rows.get(table, 0) + rows
        if time.monotonic() - self._written_at >= _TELL_SECONDS:
            self._tell()

    def block_done(self) -> None:
        """One more block."""
        self._blocks += 1
        self._tell()

    def _tell(self) -> None:
        self._written_at = time.monotonic()
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"blocks": self._blocks, "rows": self._rows}), encoding="utf-8")
            fresh.replace(self._path)
        except OSError:
            self.check()  # undone while it worked; a full disk is met by the files, too


class Follower:
    """The driver's side: each call passes on how far all tasks are. Only what is new is read.

    Parameters
    ----------
    control : Path
    progress : Progress
    """

    def __init__(self, control: Path, progress: Progress):
        self._control, self._progress = control, progress
        self._states: dict[str, tuple[int, dict]] = {}

    def __call__(self) -> None:
        """Look once."""
        for entry in os.scandir(self._control):
            if entry.name.endswith(".json"):
                with suppress(OSError, ValueError):  # being replaced just now
                    changed = entry.stat().st_mtime_ns
                    if self._states.get(entry.name, (None,))[0] != changed:
                        self._states[entry.name] = changed, json.loads(Path(entry.path).read_text(encoding="utf-8"))
        blocks, rows = 0, {}
        for _, state in self._states.values():
            blocks += state["blocks"]
            for name, count in state["rows"].items():
                rows[name] = rows.get(name, 0) + count
        self._progress.made(blocks, rows)


def end_tasks(control: Path) -> None:
    """Leave the mark that ends all tasks."""
    # On a full disk the folder goes when the run is undone, and that ends tasks, too.
    with suppress(OSError):
        (control / CANCEL).touch()
