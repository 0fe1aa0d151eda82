"""The run in core widgets: Generate, progress, Cancel, what came out, Retry, and the runs before."""

from __future__ import annotations

import ipywidgets as widgets

from idgraph_widgets.studio.plain.html import hide, offer, paragraph, table
from idgraph_widgets.studio.run_follower import RunFollower
from idgraph_widgets.studio.run_record import ACTIVE
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState

_TITLES = {
    "waiting": "Waiting",
    "starting": "Starting",
    "running": "Generating",
    "cancelling": "Cancelling",
    "done": "Done",
    "failed": "The run failed",
    "cancelled": "Cancelled",
}

_EXPECTED = {"rows": "Expected rows", "size": "Size", "time": "Time", "place": "Writes to"}

_HISTORY = {
    "when": "When",
    "state": "State",
    "households": "Households",
    "seed": "Seed",
    "rows": "Rows",
    "seconds": "Took",
    "fingerprint": "Config",
}


class PlainRunPanel(RunFollower, widgets.VBox):
    """The counterpart of `RunPanel`; it follows the same runs.

    Parameters
    ----------
    state : StudioState
    runs : Runs
    tabbed : bool
        Whether it is seen only on the state's step "run".
    """

    def __init__(self, state: StudioState, runs: Runs, tabbed: bool = False):
        first = self.follow(state, runs, tabbed)
        self._latest: dict = {}
        self.expected, self.reason = widgets.HTML(), widgets.HTML()
        self.generate_button = widgets.Button(
            description="Generate",
            style=widgets.ButtonStyle(button_color="#1d4ed8", text_color="#ffffff", font_weight="600"),
        )
        self.progress = widgets.FloatProgress(min=0, max=100, layout=widgets.Layout(width="100%"))
        self.status, self.verdict, self.failure = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.job_button = widgets.Button(description="Run as a job")
        self.cancel = widgets.Button(description="Cancel")
        self.again = widgets.Button(description="Retry")
        self.report = widgets.Button(description="Open the report")
        self.tables, self.past = widgets.HTML(), widgets.HTML()
        self.earlier = widgets.Dropdown(description="Earlier run")
        self.load_button = widgets.Button(description="Load this configuration", layout=widgets.Layout(width="auto"))
        for button, act in (
            (self.generate_button, self.generate),
            (self.job_button, self.generate_as_job),
            (self.cancel, runs.cancel),
            (self.again, self.retry),
            (self.report, lambda: state.go_to(WizardStep.REPORT)),
            (self.load_button, lambda: self.load(self.earlier.value)),
        ):
            button.on_click(lambda _button, act=act: act())
        widgets.VBox.__init__(
            self,
            [
                self.expected,
                widgets.HBox([self.generate_button, self.job_button, self.cancel, self.again, self.report]),
                self.reason,
                self.status,
                self.progress,
                self.verdict,
                self.failure,
                self.tables,
                self.past,
                widgets.HBox([self.earlier, self.load_button]),
            ],
        )
        self.show(**first)
        self.begin()

    def close(self) -> None:
        """Leave the observers and the page; a run goes on."""
        stop = self.__dict__.pop("_stop", None)
        if stop is not None:
            stop()
        super().close()

    def show(self, **values) -> None:
        """Bring what changed into the widgets."""
        self._latest |= values
        if values.keys() & {"ready", "expected"}:
            self._show_ready(self._latest["ready"], self._latest["expected"])
        if "job" in values:
            job = values["job"]
            self.job_button.disabled = not job["ok"]
            self.job_button.tooltip = job["reason"] or "Start the run in the workspace"
            hide(self.job_button, not job["shown"])
        if "run" in values:
            self._show_run_in_words(values["run"])
        if values.keys() & {"run", "expected"}:
            self._show_tables(self._latest["run"], self._latest["expected"])
        if "history" in values:
            self._show_history(values["history"])

    def _show_ready(self, ready: dict, expected: dict) -> None:
        hide(self.generate_button, not ready["shown"])
        self.generate_button.disabled = not ready["ok"]
        self.generate_button.tooltip = ready["reason"] or "Start the run"
        self.reason.value = paragraph(ready["reason"], "idg-quiet")
        line = " · ".join(f"{word}: {expected[name]}" for name, word in _EXPECTED.items() if name in expected)
        self.expected.value = paragraph(line)

    def _show_run_in_words(self, run: dict) -> None:
        state = run.get("state", "")
        active, ill = state in ACTIVE, state in ("failed", "cancelled")
        checking = active and run.get("phase") == "checks"
        wrote = f"Wrote {run.get('rows')} rows to {run.get('place')}"
        if checking:
            line = wrote
        elif active:
            line = f"{run['phase']}…, {run['rows']} rows so far"
        else:
            line = wrote if state == "done" else ""
        clock = f"{run['elapsed']} so far" if active else f"Took {run.get('elapsed')}"
        clock += f", {run['remaining']} to go" if active and run["remaining"] else ""
        title = "Checking" if checking and state == "running" else _TITLES.get(state)
        status = ". ".join(filter(None, (title, line, clock)))
        self.status.value = paragraph(f"{status}." if state else "")
        self.progress.value = run.get("percent", 0)
        hide(self.progress, not active and state != "done")
        mark = {"done": "✓ ", "failed": "✗ "}.get(run.get("checks"), "")
        color = {"done": "idg-ok", "failed": "idg-bad"}.get(run.get("checks"), "idg-quiet")
        self.verdict.value = paragraph(f"{mark}{run['verdict']}", color) if run.get("verdict") else ""
        words = [run.get("message", ""), run.get("advice", "")] if ill else []
        self.failure.value = paragraph(" ".join(dict.fromkeys(filter(None, words))), "idg-failure")
        self.cancel.description = "Skip the checks" if checking else "Withdraw" if state == "waiting" else "Cancel"
        self.cancel.disabled = state == "cancelling"
        hide(self.cancel, not active)
        hide(self.again, not ill)
        hide(self.report, state != "done" or not run["report"])

    def _show_tables(self, run: dict, expected: dict) -> None:
        wanted = expected.get("tables", {})
        found = run.get("tables") or [[name, "waiting", ""] for name in wanted]
        lines = [[name, state, rows, wanted.get(name)] for name, state, rows in found]
        self.tables.value = table(("Table", "State", "Rows", "Expected"), lines, "") if lines else ""

    def _show_history(self, history: list[dict]) -> None:
        lines = [[one[name] for name in _HISTORY] for one in history]
        self.past.value = table(tuple(_HISTORY.values()), lines) if lines else ""
        offer(self.earlier, [(f"{one['when']}, seed {one['seed']}", one["id"]) for one in history])
        hide(self.earlier, not history)
        hide(self.load_button, not history)
