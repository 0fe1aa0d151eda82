"""The Report tab: the report of the last finished run, or why there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.studio.delivery import delivery_of
from idgraph_widgets.studio.run_record import Run
from idgraph_widgets.studio.runs import Runs


class ReportTab(widgets.VBox):
    """Shows the report of a run, which is made once.

    Parameters
    ----------
    runs : Runs
    opened : callable
        Gives the dataset that the last finished run wrote.
    has_session : bool
        Whether there is a session, for what is in a catalog.
    """

    def __init__(self, runs: Runs, opened: Callable, has_session: bool):
        super().__init__()
        self.add_class("idg-report")
        self._runs, self._opened, self._has_session = runs, opened, has_session
        self._lock = threading.RLock()
        self._reported, self._plain = "", False

    def forget(self, plain: bool) -> None:
        """Make the report anew when it is shown next; with `plain`, of core widgets."""
        with self._lock:
            self._reported, self._plain = "", plain

    def show(self, run: Run | None) -> None:
        """The report of the last finished run; it is made off this thread, since an engine may have to start."""
        text = ""
        if run is None:
            text = "There is no dataset yet. Generate one on the Run tab; its report appears here."
        elif not run.folder and not self._has_session:
            text = f"The last run wrote to {run.place}. {self._elsewhere(run)}"
        if text:
            self._set(_message(text))
            return
        with self._lock:
            if self._reported == run.id:
                return
            self._reported = run.id
        self._set(_message("Opening the report…"))
        threading.Thread(target=self.make, args=(run.id,), daemon=True).start()

    def make(self, id: str) -> None:
        """Make the report of a run, and show it where it is still wanted then."""
        try:
            dataset = self._opened()
            checks = self._runs.kept.checks(id, dataset.manifest["run_id"])
            panel = _report_panel(dataset, checks, self._plain, delivery_of(self._runs.workspace, id, dataset, checks))
        except (IdgraphError, OSError) as error:
            panel = _message(f"The report cannot be shown: {error}")
        with self._lock:
            wanted = self._reported == id
        if wanted:
            self._set(panel)
        else:
            panel.close()

    def _elsewhere(self, run: Run) -> str:
        """Where the report of a run can be read that wrote to a catalog, for which there is no session here."""
        if not self._runs.workspace.shared:
            return "Open the studio with its session: Studio(spark=spark)."
        names = ", ".join(f'"{name}"' for name in (run.config["catalog_name"], run.config["schema_name"]))
        return f"Its report is to be had in a notebook of the workspace: ReportPanel(CatalogDataset(spark, {names}))."

    def _set(self, panel) -> None:
        before, self.children = self.children, (panel,)
        for child in before:
            child.close()


def _report_panel(dataset, checks, plain: bool, delivery):
    """The report of a dataset and of what its checks found; with `plain`, of core widgets in any host."""
    try:
        from idgraph_widgets.widgets import panel_for

        return panel_for(dataset, checks, plain, delivery)
    except (IdgraphError, ImportError) as error:
        return _message(f"The report cannot be shown: {error}")


def _message(text: str):
    return widgets.HTML(f'<div class="idg"><div class="idg-panel" role="status"><p>{escape(text)}</p></div></div>')
