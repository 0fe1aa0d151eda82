"""Runs of the studio: start, follow, cancel, retry, history. No widgets.

A run on the embedded engine works in a process of its own and leaves its story in a folder, so it
outlives the view, the page and the kernel that started it; whoever opens the same home finds it again. A
run on a session of the user's works in a thread of this process. A run as a job works in a workspace, and is followed
by a thread of whichever process has the home open; in a shared dashboard by a process that its server starts, which
alone may speak to the workspace.
"""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.forecast.run_time import RunTime
from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.processes import ProcessMark
from idgraph_widgets.storage.replacing import write_atomically
from idgraph_widgets.studio.as_job import maybe_submitted, number_of, open_jobs, run_as_job
from idgraph_widgets.studio.job import run_job
from idgraph_widgets.studio.latest_runs import LatestRuns
from idgraph_widgets.studio.launch import CANCEL, EVENTS, PROCESS, is_alive, launched
from idgraph_widgets.studio.run_folders import RunFolders, append, fresh, lost, new_events, run_of
from idgraph_widgets.studio.run_offers import engine_of, refuse
from idgraph_widgets.studio.run_record import ENDED, StudioRun, applied
from idgraph_widgets.studio.run_request import RunRequest, request_of
from idgraph_widgets.studio.words import in_time
from idgraph_widgets.workspaces import Workspace
from idgraph_widgets.workspaces.limits import discard
from idgraph_widgets.workspaces.queue import ENDED as ENDED_IN_QUEUE
from idgraph_widgets.workspaces.queue import Queue

_LOOK = 0.3
"""Seconds between two looks at the line."""


class Runs:
    """One run at a time, and those before it.

    Parameters
    ----------
    workspace : Workspace or path-like
        Whose runs they are, or the folder of a studio; they live in ``runs`` of its home.
    spark : SparkSession, optional
        The user's session to run on; without one, worker processes with the embedded engine.
    jobs : callable, optional
        Gives `idgraph_widgets.jobs.Jobs` for runs as jobs; None where no workspace is known. In a shared dashboard it
        only says that there is one.
    """

    def __init__(self, workspace: Workspace | str | os.PathLike, spark=None, jobs: Callable | None = None):
        self.workspace = workspace if isinstance(workspace, Workspace) else Workspace(Path(workspace))
        self.kept = RunFolders(self.workspace.home)
        self._spark, self._jobs = spark, jobs
        self._queue = Queue(self.workspace.queue) if self.workspace.queue is not None and spark is None else None
        self._latest = LatestRuns()
        self._tokens: dict[str, CancelToken] = {}
        self._threads: dict[str, threading.Thread] = {}
        self.refresh()

    def current(self, kind: str = "run") -> StudioRun | None:
        """The latest run ("run") or trial ("trial"), active or ended."""
        return self._latest.of(kind)

    @property
    def has_session(self) -> bool:
        """Whether runs work on a session of the user's."""
        return self._spark is not None

    @property
    def has_workspace(self) -> bool:
        """Whether runs can be jobs."""
        return self._jobs is not None

    @property
    def works_here(self) -> bool:
        """Whether a run need not be a job, and so there is an engine for a trial."""
        return self._spark is not None or "folder" in self.workspace.places

    def readable(self, run: StudioRun) -> bool:
        """Whether the report of a run can be shown here."""
        return bool(run.folder) or self._spark is not None or self.kept.has_report(run.id)

    def start(
        self,
        config: GenerationConfig,
        out: str | None,
        kind: str = "run",
        *,
        force: bool = False,
        as_job: bool = False,
        engine: str = "",
    ) -> StudioRun:
        """Start a run of a valid configuration, here or as a job; returns at once.

        Here it works on `engine`, or on the first that is offered.

        Raises
        ------
        RuntimeError
            One of this kind is still going on.
        ConfigError
            `out` lies outside the workspace, or a place or an engine that is not offered.
        """
        if self._spark is None:
            refuse(self.workspace, out, kind, as_job)
        engine = engine_of(self.workspace, engine)
        out = out if out is None else self.workspace.place(out)
        if as_job:
            config = self.workspace.named(config)
        id = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        plain, who = json.loads(config.to_json()), self.workspace.who
        request = RunRequest(plain, kind, out, time.time(), force, as_job, engine, who, uuid.uuid4().hex)
        run = fresh(id, request)
        self._latest.begin(run)
        folder = self.kept.of(id)
        folder.mkdir(parents=True, exist_ok=True)
        if self._queue is None:
            # Until a worker has begun, and where the run is a thread's, it lives with this process.
            write_atomically(folder / PROCESS, ProcessMark.of().to_text())
        request.write(folder)
        self.kept.prune()
        self._latest.tell(run)
        self._spawn(run.id, self._way(as_job), run, request, folder)
        return run

    def cancel(self, kind: str = "run") -> None:
        """Ask the run to stop; it ends as "cancelled", or as "done" if it was faster."""
        run = self.current(kind)
        if run is None or run.state not in ("waiting", "starting", "running"):
            return
        token = self._tokens.get(run.id)
        if token is not None:
            token.cancel()
        folder = self.kept.of(run.id)
        (folder / CANCEL).touch()
        # What a workspace may work on is to be cancelled there, by whoever follows it next.
        if self._queue is not None and not maybe_submitted(folder) and self._queue.withdraw(folder):
            outcome = {"event": "outcome", "state": "cancelled", "message": "The run was withdrawn. It had not begun."}
            append(folder / EVENTS, outcome)
            self._latest.apply(run.id, outcome)
            return
        self._latest.update(run.id, lambda now: replace(now, state="cancelling") if now.active else now)

    def wait(self, kind: str = "run", timeout: float | None = None) -> StudioRun | None:
        """Wait until the run has ended; returns it as it stands then."""
        run = self.current(kind)
        thread = self._threads.get(run.id) if run else None
        if thread is not None:
            thread.join(timeout)
        return self.current(kind)

    def history(self) -> list[StudioRun]:
        """Ended runs, the latest first, without trials."""
        found = [run for run in map(run_of, self.kept.all()) if run and run.kind == "run"]
        return [run for run in found if run.state in ENDED]

    def removable(self, run: StudioRun) -> bool:
        """Whether what a run wrote lies in a shared workspace, and can be removed there."""
        return self.workspace.shared and run.state == "done" and bool(run.folder) and Path(run.folder).is_dir()

    def remove(self, id: str) -> str:
        """Remove the dataset that an ended run wrote into a shared workspace; what was done, in words.

        Raises
        ------
        StorageError
            It is being written.
        """
        run = next((run for run in self.history() if run.id == id), None)
        if run is None or not self.removable(run):
            return "There is no dataset of that run any more."
        discard(Path(self.workspace.place(run.folder)))
        return f"{self.workspace.shown(run.folder)} was removed."

    def subscribe(self, observer: Callable[[StudioRun], None]) -> Callable[[], None]:
        """Call `observer` with every new state of a run, in the thread that follows it."""
        return self._latest.subscribe(observer)

    # Working

    def _spawn(self, id: str, target, *args) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True, name=f"idgraph-run-{id}")
        self._threads[id] = thread
        thread.start()

    def _in_thread(self, run: StudioRun, request: RunRequest, folder: Path) -> None:
        token = self._tokens[run.id] = CancelToken()
        if (folder / CANCEL).exists():
            token.cancel()

        def tell(event: dict) -> None:
            self._record(run.id, folder, event)
            if (folder / CANCEL).exists():
                token.cancel()

        run_job(request, folder, lambda: (self._spark, None), tell, token)

    def _as_job(self, run: StudioRun, request: RunRequest, folder: Path) -> None:
        tell = partial(self._record, run.id, folder)
        run_as_job(request, folder, self._jobs or open_jobs, tell, (folder / CANCEL).exists)

    def _record(self, id: str, folder: Path, event: dict) -> None:
        """Write an event down and apply it."""
        append(folder / EVENTS, event)
        self._latest.apply(id, event)

    def _way(self, as_job: bool) -> Callable:
        """What makes a run: a thread on the user's session, the queue, a job of the workspace, a process of its own."""
        if self._spark is not None and not as_job:
            return self._in_thread
        if self._queue is not None:
            return self._in_queue
        return self._as_job if as_job else self._in_process

    def _in_process(self, run: StudioRun, _request: RunRequest, folder: Path) -> None:
        process = launched(folder)
        self._follow(run.id, folder, lambda: process.poll() is None)

    def _in_queue(self, run: StudioRun, request: RunRequest, folder: Path) -> None:
        self._queue.submit(folder, request.kind, self.workspace.who, self._latest.expected(run.id).total)
        self._wait_and_follow(run.id, folder)

    def _wait_and_follow(self, id: str, folder: Path) -> None:
        """Report the position in the queue until it is the run's turn, and then how it goes."""
        # How long a workspace takes for what is before it, nobody knows.
        timed = not self.kept.was_job(id)
        while (turn := self._queue.position(folder)) is not None:
            position, seconds = turn
            phase = "next in line" if position == 1 else f"number {position} in line"
            if not (folder / CANCEL).exists():
                phase += f", begins in about {in_time(seconds)}" if timed else ""
                self._latest.apply(id, {"event": "waiting", "phase": phase})
            time.sleep(_LOOK)
        self._follow(id, folder, lambda: self._queue.state(folder) != ENDED_IN_QUEUE)

    def _follow(self, id: str, folder: Path, alive: Callable[[], bool]) -> None:
        """Apply events as they are written, until the outcome or the end of the process."""
        position = 0
        while True:
            living = alive()
            position, events = new_events(folder / EVENTS, position)
            for event in events:
                self._latest.apply(id, event)
                if event["event"] == "outcome":
                    return
            if not living:
                self._ended_unheard(id, folder)
                return
            time.sleep(0.1)

    def _ended_unheard(self, id: str, folder: Path) -> None:
        """The process that worked or followed is gone: a job goes on in its workspace, anything else is lost."""
        run = self._latest.known(id)
        asked = request_of(folder)
        if run is not None and asked is not None and self._queue is None and number_of(folder) is not None:
            write_atomically(folder / PROCESS, ProcessMark.of().to_text())
            self._as_job(run, asked, folder)
        else:
            self._latest.apply(id, {"event": "outcome", **lost(folder)})

    def refresh(self) -> None:
        """Find the latest run of each kind, and follow those that are still going on elsewhere."""
        seen = set()
        for folder in self.kept.all():
            run = run_of(folder)
            if run is None or run.kind in seen:
                continue
            seen.add(run.kind)
            known = self.current(run.kind)
            if known is None or known.id < run.id:
                self._take_up(run, folder)

    def _take_up(self, run: StudioRun, folder: Path) -> None:
        if run.active and not self._lives(folder) and (self._queue is not None or number_of(folder) is None):
            run = applied(run, {"event": "outcome", **lost(folder)}, RunTime())
        if run.active:
            run = run_of(folder, self._latest.time(run)) or run
        self._latest.put(run)
        if run.active:
            if self._queue is not None:
                self._spawn(run.id, self._wait_and_follow, run.id, folder)
            else:
                self._spawn(run.id, self._follow, run.id, folder, lambda: is_alive(folder))
        self._latest.tell(run)

    def _lives(self, folder: Path) -> bool:
        return self._queue.state(folder) != ENDED_IN_QUEUE if self._queue is not None else is_alive(folder)
