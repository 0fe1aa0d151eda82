"""The server's part in the queue: start what is next, note what has ended, and tidy up."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path

from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.storage.manifest import MANIFEST
from idgraph_widgets.studio.as_job import number_of
from idgraph_widgets.studio.launch import AGAIN, CANCEL, EVENTS, REQUEST, is_alive, launched
from idgraph_widgets.studio.run_request import request_of, was_job
from idgraph_widgets.workspaces.limits import discard, size_of
from idgraph_widgets.workspaces.queue import ENDED, Queue
from idgraph_widgets.workspaces.workspace import DATASETS, DISK, HOME

_DAY = 86_400
_REMEMBERED = 7 * _DAY


class Dispatcher:
    """Starts runs while there are slots.

    Parameters
    ----------
    queue : Queue
    slots : dict of str to int
        Runs of each kind at work at once.
    jobs : bool
        Whether runs may be jobs, in the name of whoever started the server; their workers get its secrets.
    """

    def __init__(self, queue: Queue, slots: dict[str, int], jobs: bool = False):
        self._queue, self._slots, self._jobs = queue, slots, jobs
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
            job = self._jobs and was_job(run)
            self._children[run] = launched(run, secrets=job, jobs=job)
        except OSError:  # its folder is gone
            self._queue.end(run)

    def _look_after(self, run: Path) -> None:
        child = self._children.get(run)
        if child.poll() is None if child is not None else is_alive(run):
            return
        self._children.pop(run, None)
        if run.is_dir() and not _has_outcome(run) and self._begin_again(run, child is not None):
            self._queue.give_back(run)
        else:
            self._queue.end(run)

    def _begin_again(self, run: Path, fell: bool) -> bool:
        """Make a run that has come to no end ready for another worker; whether that may be."""
        if self._jobs and number_of(run) is not None:
            # The workspace goes on with it; whoever follows comes and goes.
            return True
        if fell or (run / CANCEL).exists() or (run / AGAIN).exists():
            return False
        # It went down with the machine, or was never begun. What it wrote was not published.
        (run / EVENTS).unlink(missing_ok=True)
        (run / AGAIN).touch()
        return True


def _has_outcome(run: Path) -> bool:
    try:
        return '"event": "outcome"' in (run / EVENTS).read_text(encoding="utf-8")
    except OSError:
        return False


def resume(people: Path, queue: Queue) -> None:
    """Put jobs that came to no end into a queue that does not know them: the file of another machine is lost."""
    for request in people.glob(f"*/{HOME}/runs/*/{REQUEST}"):
        run, asked = request.parent, request_of(request.parent)
        if asked is not None and asked.job and not _has_outcome(run) and queue.state(run) == ENDED:
            if (run / EVENTS).exists():
                (run / AGAIN).touch()
            queue.submit(run, "run", asked.who, 0.0)


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
