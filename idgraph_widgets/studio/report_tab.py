"""The Report tab: the report of the last finished run, or why there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ipywidgets as widgets

from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.studio.delivery import delivery_of
from idgraph_widgets.studio.report_view import kept_panel, message, report_panel
from idgraph_widgets.studio.run_record import StudioRun
from idgraph_widgets.studio.runs import Runs


class ReportTab(widgets.VBox):
    """Shows the report of a run, which is made once.

    Parameters
    ----------
    runs : Runs
    opened : callable
        Gives the dataset that the last finished run wrote; None where it cannot be opened from here.
    """

    def __init__(self, runs: Runs, opened: Callable):
        super().__init__()
        self.add_class("idg-report")
        self._runs, self._opened = runs, opened
        self._lock = threading.RLock()
        self._reported, self._plain = "", False

    def forget(self, plain: bool) -> None:
        """Make the report anew when it is shown next; with `plain`, of core widgets."""
        with self._lock:
            self._reported, self._plain = "", plain

    def show(self, run: StudioRun | None) -> None:
        """The report of the last finished run; it is made off this thread, since an engine may have to start."""
        text = ""
        if run is None:
            text = "There is no dataset yet. Generate one on the Run tab; its report appears here."
        elif not self._runs.readable(run):
            text = f"The last run wrote to {run.place}, and brought no report. {self._elsewhere(run)}"
        if text:
            self._set(message(text))
            return
        with self._lock:
            if self._reported == run.id:
                return
            self._reported = run.id
        self._set(message("Opening the report…"))
        threading.Thread(target=self.make, args=(run,), daemon=True).start()

    def make(self, run: StudioRun) -> None:
        """Make the report of a run, and show it where it is still wanted then."""
        try:
            panel = self._panel(run)
        except (IdgraphError, OSError) as error:
            panel = message(f"The report cannot be shown: {error}")
        with self._lock:
            wanted = self._reported == run.id
        if wanted:
            self._set(panel)
        else:
            panel.close()

    def _panel(self, run: StudioRun):
        if (dataset := self._opened()) is None:
            return kept_panel(self._runs.kept.report(run.id), self._plain, self._elsewhere(run))
        checks = self._runs.kept.checks(run.id, dataset.manifest["run_id"])
        return report_panel(dataset, checks, self._plain, delivery_of(self._runs.workspace, run.id, dataset, checks))

    def _elsewhere(self, run: StudioRun) -> str:
        """Where a dataset in a catalog can be looked at, for which there is no session here."""
        if not self._runs.workspace.shared:
            return "Open the studio with its session: Studio(spark=spark)."
        names = ", ".join(f'"{name}"' for name in (run.config["catalog_name"], run.config["schema_name"]))
        return f"In a notebook of the workspace: ReportPanel(CatalogDataset(spark, {names}))."

    def _set(self, panel) -> None:
        before, self.children = self.children, (panel,)
        for child in before:
            child.close()
