"""The server's part in the queue: start what is next, note what has ended, and tidy up."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path

from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.storage.manifest import MANIFEST
from idgraph_widgets.studio.launch import CANCEL, EVENTS, is_alive, launched
from idgraph_widgets.workspaces.limits import discard, size_of
from idgraph_widgets.workspaces.queue import Queue
from idgraph_widgets.workspaces.workspace import DATASETS, DISK

AGAIN = "again"
"""The mark of a run that was begun a second time; there is no third."""
_DAY = 86_400
_REMEMBERED = 7 * _DAY


class Dispatcher:
    """Starts runs while there are slots.

    Parameters
    ----------
    queue : Queue
    slots : dict of str to int
        Runs of each kind at work at once.
    """

    def __init__(self, queue: Queue, slots: dict[str, int]):
        self._queue, self._slots = queue, slots
        self._children: dict[Path, subprocess.Popen] = {}
        queue.offer(slots)
        queue.forget(time.time() - _REMEMBERED)

    def tick(self) -> None:
        """Look once: note what has ended, start what can begin."""
        for run in self._queue.working():
            self._look_after(run)
        for kind in self._slots:
            while (run := self._queue.take(kind)) is not None:
                self._begin(run)

    def _begin(self, run: Path) -> None:
        try:
            self._children[run] = launched(run, secrets=False)
        except OSError:  # its folder is gone
            self._queue.end(run)

    def _look_after(self, run: Path) -> None:
        child = self._children.get(run)
        if child.poll() is None if child is not None else is_alive(run):
            return
        self._children.pop(run, None)
        if child is None and not _came_to_an_end(run) and run.is_dir() and not (run / AGAIN).exists():
            # It went down with the machine, or was never begun. What it wrote was not published.
            (run / EVENTS).unlink(missing_ok=True)
            (run / AGAIN).touch()
            self._queue.give_back(run)
        else:
            self._queue.end(run)


def _came_to_an_end(run: Path) -> bool:
    try:
        return (run / CANCEL).exists() or '"event": "outcome"' in (run / EVENTS).read_text(encoding="utf-8")
    except OSError:
        return False


def tidy(people: Path, queue: Queue, keep_days: int | None) -> None:
    """Remove datasets that are too old, and note what the others take."""
    folders = [folder / DATASETS for folder in people.iterdir()] if people.is_dir() else []
    if keep_days is not None:
        for folder in folders:
            for manifest in list(folder.rglob(MANIFEST)):
                _remove_old(manifest, time.time() - keep_days * _DAY)
    queue.note(DISK, sum(size_of(folder) for folder in folders))


def _remove_old(manifest: Path, before: float) -> None:
    # What is being written, or has gone meanwhile, is looked at the next time.
    with suppress(OSError, IdgraphError):
        if manifest.stat().st_mtime < before:
            discard(manifest.parent)
