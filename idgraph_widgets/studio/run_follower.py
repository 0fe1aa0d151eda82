"""What a run panel says and does in every host: when a run may start, how it goes, what to do then."""

from __future__ import annotations

import threading
import time
from datetime import datetime

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.forecast.run_time import run_time
from idgraph_widgets.notation import in_bytes, short
from idgraph_widgets.studio.observed import Change
from idgraph_widgets.studio.run_request import request_of
from idgraph_widgets.studio.runs import Runs, StudioRun
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.slowness import slowness
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.studio.words import in_time

_BEAT = 0.15
"""Seconds between two looks at a run; what happens in between is shown together."""


class RunFollower:
    """Follows a state and its runs, and hands what is to be seen to `show`.

    A view has it as its first base, calls `follow` before and `begin` after it is made, and has `show`.
    """

    def follow(self, state: StudioState, runs: Runs, tabbed: bool) -> dict:
        """What is to be seen now: ``ready``, ``job``, ``expected``, ``run`` and ``history``, as `show` gets them."""
        self.state, self.runs, self._tabbed = state, runs, tabbed
        self._dirty = threading.Event()
        self._rate: tuple[str, float] | None = None
        self._beats = None
        return {**self._asked(), "run": self._shown(runs.current()), "history": _history(runs)}

    def begin(self) -> None:
        """Follow from now on; ``_stop`` ends it."""
        stops = [self.state.subscribe(self._on_change), self.runs.subscribe(self._on_run)]
        self._stop = lambda: [stop() for stop in stops]
        if (run := self.runs.current()) and run.active:
            self._beat()

    def show(self, **values) -> None:
        """Bring what changed into sight; any of what `follow` returns."""
        raise NotImplementedError

    def generate(self) -> None:
        """Start a run of the configuration as it stands; nothing happens while it is not valid."""
        if not self._asked()["ready"]["ok"]:
            return
        self.start(self.state.config, self._out(), engine=self.state.target.engine)

    def generate_as_job(self) -> None:
        """Start a run in the workspace, of the configuration as it stands; nothing happens while that cannot be."""
        if self._asked()["job"]["ok"]:
            self.start(self.state.config, None, as_job=True)

    def start(self, config: GenerationConfig, out: str | None, as_job: bool = False, engine: str = "") -> None:
        """Start a run of this configuration into this folder (None: the catalog)."""
        try:
            self.runs.start(config, out, as_job=as_job, engine=engine)
        except (RuntimeError, OSError, IdgraphError) as error:
            self.state.say(f"The run did not start: {error}")

    def _out(self) -> str | None:
        target = self.state.target
        return None if target.kind == "catalog" else target.folder

    def _asked(self) -> dict:
        state, run = self.state, self.runs.current()
        problems = state.problems
        expected = state.estimate
        if run is not None and run.active:
            reason = "A run is going on."
        elif problems:
            reason = _reason(problems)
        else:
            reason = ""
        figures = {}
        if expected is not None:
            rows = {name: table.rows for name, table in expected.tables.items()}
            figures = {
                "rows": short(expected.rows),
                "size": in_bytes(expected.bytes),
                "place": self._place(),
                "tables": {name: short(table.rows) for name, table in expected.tables.items()},
            }
            if self.runs.works_here:
                figures["time"] = f"about {in_time(run_time(rows).total * self._slowness())}"
        job, here = self._job(reason), self.runs.works_here
        if not here:
            reason = job["reason"]
        elif not reason and state.target.kind == "catalog" and self.runs.has_workspace and not self.runs.has_session:
            reason = "There is no Spark session here to write to a catalog: run it as a job."
        return {"ready": {"shown": here, "ok": here and not reason, "reason": reason}, "job": job, "expected": figures}

    def _job(self, reason: str) -> dict:
        """Whether the run could be a job: ``shown``, ``ok``, ``reason``."""
        if not reason and self.state.target.kind != "catalog":
            reason = "A job writes to a catalog: choose catalog.schema on the Output tab."
        if not (self.runs.works_here or self.runs.has_workspace):
            reason = "No workspace is known in which a run could be a job. Ask your operator."
        return {"shown": self.runs.has_workspace, "ok": self.runs.has_workspace and not reason, "reason": reason}

    def _place(self) -> str:
        if self.state.target.kind == "folder":
            return self.state.target.folder
        config = self.runs.workspace.named(self.state.config)
        return ".".join(name for name in (config.catalog_name, config.schema_name) if name)

    def _slowness(self) -> float:
        """How this machine compares with the one that was measured, as far as runs here tell."""
        latest = self.runs.current()
        key = "" if latest is None or latest.active else latest.id
        if self._rate is None or self._rate[0] != key:
            self._rate = (key, slowness([run for run in self.runs.history() if not self.runs.kept.was_job(run.id)]))
        return self._rate[1]

    # Following

    def _on_change(self, change: Change) -> None:
        # Alone it follows every change; behind another tab it catches up when it is shown.
        seen = self.state.step is WizardStep.RUN or not self._tabbed
        if seen and change.topics & {"config", "target", "step"}:
            self.show(**self._asked())

    def _on_run(self, run: StudioRun) -> None:
        if run.kind != "run":
            return
        if run.active:
            self._beat()
        else:
            self.state.judge_anew()
            self._show_run(run)
        self._dirty.set()

    def _show_run(self, run: StudioRun | None) -> None:
        past = {} if run is not None and run.active else {"history": _history(self.runs)}
        self.show(run=self._shown(run), **self._asked(), **past)

    def _shown(self, run: StudioRun | None) -> dict:
        values = shown(run)
        readable = run is not None and self.runs.readable(run)
        return values and {**values, "place": self.runs.workspace.shown(values["place"]), "report": readable}

    def _beat(self) -> None:
        """Show the run at a steady pace while it is active, so that clocks move between its events."""
        if self._beats is not None and self._beats.is_alive():
            return
        self._beats = threading.Thread(target=self._beating, daemon=True)
        self._beats.start()

    def _beating(self) -> None:
        while (run := self.runs.current()) is not None and run.active and self.comm is not None:
            self._show_run(run)
            self._dirty.clear()
            self._dirty.wait(1.0)
            time.sleep(_BEAT)
        if self.comm is not None:
            self._show_run(self.runs.current())

    def retry(self) -> None:
        """Start the last run again, if it has ended."""
        run = self.runs.current()
        asked = None if run is None or run.active else request_of(self.runs.kept.of(run.id))
        if asked is not None:
            config = GenerationConfig.from_dict(asked.config, check=False)
            self.start(config, asked.out, asked.job, asked.engine)

    def load(self, id: str | None) -> None:
        """Take up the configuration of an earlier run."""
        for run in self.runs.history():
            if run.id == id:
                config = GenerationConfig.from_dict(run.config, check=False)
                self.state.replace(
                    config, f"The configuration of the run of {_when(run)} is loaded. Undo takes it back."
                )

    def remove(self, id: str | None) -> None:
        """Remove what an earlier run wrote into a shared workspace."""
        try:
            self.state.say(self.runs.remove(str(id)))
        except (OSError, IdgraphError) as error:
            self.state.say(f"Nothing was removed: {error}")
        self.state.judge_anew()
        self.show(history=_history(self.runs))


def shown(run: StudioRun | None) -> dict:
    """A run as the browser shows it; empty if there is none."""
    if run is None:
        return {}
    remaining = run.remaining
    return {
        "id": run.id,
        "state": run.state,
        "phase": run.phase,
        "tables": [[table, state, f"{rows:,}" if rows else ""] for table, (state, rows) in run.tables.items()]
        + ([["checks", run.checks, ""]] if run.checks else []),
        "verdict": run.verdict,
        "checks": run.checks,
        "rows": f"{run.rows:,}",
        "percent": round(run.fraction * 100, 1),
        "elapsed": in_time(run.elapsed),
        "remaining": "" if remaining is None else f"about {in_time(remaining)}",
        "message": run.message,
        "advice": advice(run),
        "place": run.place or run.out or "",
    }


def advice(run: StudioRun) -> str:
    """What to do about a run that did not end well."""
    if run.state == "cancelled":
        return "Retry starts the same run again."
    if run.state != "failed":
        return ""
    text = run.message.lower()
    if "permission" in text or "not writable" in text or "cannot be written" in text:
        return "Choose another folder on the Output tab, or get the right to write there, then retry."
    if "not empty" in text or "holds" in text:
        return "Choose an empty folder, or the folder of an earlier dataset, on the Output tab, then retry."
    if "pysail" in text or "pyspark" in text or "install" in text:
        return "Install what is missing, then retry."
    if "memory" in text:
        return "Lower the number of households, or free memory, then retry."
    return "The dataset that was there before is untouched. Retry; if it fails again, lower the number of households."


def _reason(problems) -> str:
    """Why Generate is off: the place first, for which there may be nothing to mend in the configuration."""
    place = next((problem for problem in problems if problem.path.startswith("target.")), None)
    if place is not None:
        return f"The target is {place.found}. {place.suggestion}"
    count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
    return f"The configuration has {count}. First: {problems[0].message}"


def _history(runs: Runs) -> list[dict]:
    rows = []
    for run in runs.history()[:10]:
        config = GenerationConfig.from_dict(run.config, check=False)
        rows.append(
            {
                "id": run.id,
                "when": _when(run),
                "state": run.state,
                "households": f"{config.household_config.num_households:,}",
                "seed": str(config.seed),
                "rows": f"{run.rows:,}" if run.state == "done" else "",
                "seconds": in_time(run.elapsed),
                "place": runs.workspace.shown(run.place or run.out or ""),
                "fingerprint": config.fingerprint()[:8],
                "removable": runs.removable(run),
            }
        )
    return rows


def _when(run: StudioRun) -> str:
    return f"{datetime.fromtimestamp(run.started).astimezone():%b %d, %H:%M}"
