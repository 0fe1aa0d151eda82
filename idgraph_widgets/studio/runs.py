"""Runs of the studio: start, follow, cancel, retry, history. No widgets.

A run on the embedded engine works in a process of its own and leaves its story in a folder, so it
outlives the view, the page and the kernel that started it; whoever opens the same home finds it again. A
run on a session of the user's works in a thread of this process. A run as a job works in a workspace, and is followed
by a thread of whichever process has the home open.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.pipeline.run_time import RunTime, time_of
from idgraph_widgets.processes import ProcessMark
from idgraph_widgets.quality.report import Report
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.storage.manifest import write_atomically
from idgraph_widgets.studio.as_job import number_of, open_jobs, run_as_job
from idgraph_widgets.studio.job import CHECKS, LOG, TRIAL_HOUSEHOLDS, run_job
from idgraph_widgets.studio.run_record import ENDED, Run, applied
from idgraph_widgets.studio.worker import CANCEL, EVENTS, OUTPUT, PROCESS, REQUEST
from idgraph_widgets.workspaces import Workspace

KEPT = 30
"""Runs that the history keeps."""


class Runs:
    """One run at a time, and those before it.

    Parameters
    ----------
    workspace : Workspace or path-like
        Whose runs they are, or the folder of a studio; they live in ``runs`` of its home.
    spark : SparkSession, optional
        The user's session to run on; without one, worker processes with the embedded engine.
    jobs : callable, optional
        Gives `idgraph_widgets.jobs.Jobs` for runs as jobs; None where no workspace is known.
    """

    def __init__(self, workspace: Workspace | str | os.PathLike, spark=None, jobs: Callable | None = None):
        self.workspace = workspace if isinstance(workspace, Workspace) else Workspace(Path(workspace))
        self._folder = self.workspace.home / "runs"
        self._spark, self._jobs = spark, jobs
        self._lock = threading.RLock()
        self._observers: list[Callable[[Run], None]] = []
        self._current: dict[str, Run] = {}
        self._tokens: dict[str, CancelToken] = {}
        self._times: dict[str, RunTime] = {}
        self._threads: dict[str, threading.Thread] = {}
        self.refresh()

    def current(self, kind: str = "run") -> Run | None:
        """The latest run ("run") or trial ("trial"), active or ended."""
        with self._lock:
            return self._current.get(kind)

    @property
    def has_session(self) -> bool:
        """Whether runs work on a session of the user's."""
        return self._spark is not None

    @property
    def has_workspace(self) -> bool:
        """Whether runs can be jobs."""
        return self._jobs is not None

    def start(
        self, config: GenerationConfig, out: str | None, kind: str = "run", force: bool = False, as_job: bool = False
    ) -> Run:
        """Start a run of a valid configuration, here or as a job; returns at once.

        Raises
        ------
        RuntimeError
            One of this kind is still going on.
        ConfigError
            `out` lies outside the workspace.
        """
        if out is not None:
            out = self.workspace.place(out)
        with self._lock:
            if (latest := self._current.get(kind)) and latest.active:
                raise RuntimeError(f"a {kind} is still going on; cancel it first")
            id = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
            plain = json.loads(config.to_json())
            run = _fresh(id, kind, plain, out, time.time())
            self._times[id] = _expected(run)
            self._current[kind] = run
        folder = self._folder / id
        folder.mkdir(parents=True, exist_ok=True)
        # Until a worker has begun, and where the run is a thread's, it lives with this process.
        write_atomically(folder / PROCESS, ProcessMark.of().to_text())
        request = {"config": plain, "kind": kind, "out": out, "force": force, "started": run.started, "job": as_job}
        (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        self._prune()
        self._publish(run)
        target = self._as_job if as_job else self._in_process if self._spark is None else self._in_thread
        self._spawn(run.id, target, run, request, folder)
        return run

    def cancel(self, kind: str = "run") -> None:
        """Ask the run to stop; it ends as "cancelled", or as "done" if it was faster."""
        with self._lock:
            run = self._current.get(kind)
            if run is None or run.state not in ("starting", "running"):
                return
            token = self._tokens.get(run.id)
        if token is not None:
            token.cancel()
        (self._folder / run.id / CANCEL).touch()
        self._update(run.id, lambda now: replace(now, state="cancelling") if now.active else now)

    def wait(self, kind: str = "run", timeout: float | None = None) -> Run | None:
        """Wait until the run has ended; returns it as it stands then."""
        with self._lock:
            run = self._current.get(kind)
            thread = self._threads.get(run.id) if run else None
        if thread is not None:
            thread.join(timeout)
        return self.current(kind)

    def history(self) -> list[Run]:
        """Ended runs, the latest first, without trials."""
        found = [run for run in map(self._read, self._folders()) if run and run.kind == "run"]
        return [run for run in found if run.state in ENDED]

    def was_job(self, id: str) -> bool:
        """Whether a run was, or was to be, a job."""
        try:
            return bool(json.loads((self._folder / id / REQUEST).read_text(encoding="utf-8")).get("job"))
        except (OSError, ValueError):
            return False

    def checks(self, id: str, dataset: str) -> Report | None:
        """What the checks of a run found.

        Parameters
        ----------
        id : str
            Of the run.
        dataset : str
            ``run_id`` in the manifest that the report is to speak of.

        Returns
        -------
        Report or None
            None where they were not run to the end, or the dataset has changed since.
        """
        try:
            kept = json.loads((self._folder / id / CHECKS).read_text(encoding="utf-8"))
            return Report.from_dict(kept["report"]) if kept["run_id"] == dataset else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def subscribe(self, observer: Callable[[Run], None]) -> Callable[[], None]:
        """Call `observer` with every new state of a run, in the thread that follows it."""
        with self._lock:
            self._observers.append(observer)

        def unsubscribe() -> None:
            with self._lock:
                if observer in self._observers:
                    self._observers.remove(observer)

        return unsubscribe

    # Working

    def _spawn(self, id: str, target, *args) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True, name=f"idgraph-run-{id}")
        self._threads[id] = thread
        thread.start()

    def _in_thread(self, run: Run, request: dict, folder: Path) -> None:
        token = self._tokens[run.id] = CancelToken()
        if (folder / CANCEL).exists():
            token.cancel()

        def tell(event: dict) -> None:
            self._told(run.id, folder, event)
            if (folder / CANCEL).exists():
                token.cancel()

        run_job(request, folder, lambda: (self._spark, None), tell, token)

    def _as_job(self, run: Run, request: dict, folder: Path) -> None:
        run_as_job(
            request, folder, self._jobs or open_jobs, partial(self._told, run.id, folder), (folder / CANCEL).exists
        )

    def _told(self, id: str, folder: Path, event: dict) -> None:
        """Write an event down and apply it."""
        with (folder / EVENTS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(event, default=str) + "\n")
        self._apply(id, event)

    def _in_process(self, run: Run, _request: dict, folder: Path) -> None:
        with (folder / OUTPUT).open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "idgraph_widgets.studio.worker", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(),
                start_new_session=True,
            )
        with suppress(ProcessLookupError):  # it may have ended already
            write_atomically(folder / PROCESS, ProcessMark.of(process.pid).to_text())
        self._follow(run.id, folder, lambda: process.poll() is None)

    def _follow(self, id: str, folder: Path, alive: Callable[[], bool]) -> None:
        """Apply events as they are written, until the outcome or the end of the process."""
        position = 0
        while True:
            living = alive()
            position, events = _new_events(folder / EVENTS, position)
            for event in events:
                self._apply(id, event)
                if event["event"] == "outcome":
                    return
            if not living:
                self._ended_unheard(id, folder)
                return
            time.sleep(0.1)

    def _ended_unheard(self, id: str, folder: Path) -> None:
        """The process that worked or followed is gone: a job goes on in its workspace, anything else is lost."""
        run = next((run for run in list(self._current.values()) if run.id == id), None)
        if run is not None and number_of(folder) is not None:
            write_atomically(folder / PROCESS, ProcessMark.of().to_text())
            self._as_job(run, json.loads((folder / REQUEST).read_text(encoding="utf-8")), folder)
        else:
            self._apply(id, {"event": "outcome", **_lost(folder)})

    def refresh(self) -> None:
        """Find the latest run of each kind, and follow those that are still going on elsewhere."""
        seen = set()
        for folder in self._folders():
            run = self._read(folder)
            if run is None or run.kind in seen:
                continue
            seen.add(run.kind)
            known = self.current(run.kind)
            if known is None or known.id < run.id:
                self._take_up(run, folder)

    def _take_up(self, run: Run, folder: Path) -> None:
        if run.active and not _is_alive(folder) and number_of(folder) is None:
            run = applied(run, {"event": "outcome", **_lost(folder)}, RunTime())
        if run.active:
            self._times[run.id] = _expected(run)
            run = self._read(folder, self._times[run.id]) or run
        with self._lock:
            self._current[run.kind] = run
        if run.active:
            self._spawn(run.id, self._follow, run.id, folder, lambda: _is_alive(folder))
        self._publish(run)

    # State

    def _apply(self, id: str, event: dict) -> None:
        self._update(id, lambda run: applied(run, event, self._times.get(id, RunTime())))

    def _update(self, id: str, change: Callable[[Run], Run]) -> None:
        with self._lock:
            run = next((run for run in self._current.values() if run.id == id), None)
            if run is None:
                return
            run = change(run)
            self._current[run.kind] = run
        self._publish(run)

    def _publish(self, run: Run) -> None:
        with self._lock:
            observers = list(self._observers)
        for observer in observers:
            observer(run)

    # Files

    def _folders(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted((p for p in self._folder.iterdir() if (p / REQUEST).is_file()), reverse=True)

    def _read(self, folder: Path, expected: RunTime | None = None) -> Run | None:
        try:
            request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
            keys = ("kind", "config", "out", "started")
            run = _fresh(folder.name, *(request[key] for key in keys))
        except (OSError, ValueError, KeyError):
            return None
        for event in _new_events(folder / EVENTS, 0)[1]:
            run = applied(run, event, expected or RunTime())
        return run

    def _prune(self) -> None:
        for folder in self._folders()[KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)


def _fresh(id: str, kind: str, config: dict, out: str | None, started: float) -> Run:
    """A run of which nothing has happened yet."""
    checks = "waiting" if kind == "run" else ""
    tables = dict.fromkeys(GENERATED, ("waiting", 0))
    return Run(id, kind, config, out, started=started, tables=tables, checks=checks)


def _expected(run: Run) -> RunTime:
    config = GenerationConfig.from_dict(run.config, check=False)
    if run.kind == "trial":
        config.household_config.num_households = TRIAL_HOUSEHOLDS
    return time_of(config, checked=run.checks != "")


def _new_events(path: Path, position: int) -> tuple[int, list[dict]]:
    """Whole lines written since `position`."""
    try:
        with path.open("rb") as file:
            file.seek(position)
            data = file.read()
    except OSError:
        return position, []
    end = data.rfind(b"\n") + 1
    return position + end, [json.loads(line) for line in data[:end].splitlines()]


def _lost(folder: Path) -> dict:
    if (folder / CANCEL).exists():
        return {"state": "cancelled", "message": "The run was cancelled."}
    try:
        last = (folder / OUTPUT).read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    except OSError:
        last = []
    told = f" Its last words: {last[0]} (all of them: {folder / OUTPUT})" if last else ""
    if (folder / LOG).exists():
        told += f" Its steps: {folder / LOG}"
    return {
        "state": "failed",
        "message": "The run ended without a word, perhaps for lack of memory. Nothing was published. Try again, "
        f"or with fewer households.{told}",
    }


def _is_alive(folder: Path) -> bool:
    try:
        mark = ProcessMark.from_text((folder / PROCESS).read_text(encoding="utf-8"))
    except OSError:
        return False
    return mark is not None and mark.is_running


def _environment() -> dict[str, str]:
    """Our environment without PySpark's marks of this process, and with this package found first."""
    import idgraph_widgets

    root = str(Path(idgraph_widgets.__file__).parent.parent)
    known = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_CONNECT_MODE", "SPARK_REMOTE"))}
    paths = [root, *filter(None, known.get("PYTHONPATH", "").split(os.pathsep))]
    return {**known, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), "IDGRAPH_WORKER": "1"}
