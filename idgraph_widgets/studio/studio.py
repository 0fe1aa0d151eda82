"""The whole tool in one widget: forms with live plots, the run, the report."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

import ipywidgets as widgets

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.errors import ConfigError, IdgraphError
from idgraph_widgets.storage.places import place_of
from idgraph_widgets.studio.as_job import open_jobs, workspace_is_known
from idgraph_widgets.studio.delivery import take_up_adopted
from idgraph_widgets.studio.job import opened
from idgraph_widgets.studio.observed import Change
from idgraph_widgets.studio.paths import FORM_STEPS
from idgraph_widgets.studio.report_tab import ReportTab
from idgraph_widgets.studio.runs import Runs, StudioRun
from idgraph_widgets.studio.saving import Saver, restored
from idgraph_widgets.studio.session import SessionState, WizardStep
from idgraph_widgets.studio.shown import studio_html
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.studio.view_classes import ViewClasses, view_classes
from idgraph_widgets.widgets.host import NOT_SHOWN, detect
from idgraph_widgets.widgets.watch import WatchedBox
from idgraph_widgets.workspaces import Workspace, seat


class Studio(WatchedBox):
    """Shape a dataset by hand, see what will come out, run it, read the report.

    Where the host runs no custom widgets, or a page does not show them, it is made of core widgets and SVG.

    Parameters
    ----------
    config : GenerationConfig, optional
        Where to start. Without one, the session of `home` is taken up, or the defaults.
    spark : pyspark.sql.SparkSession, optional
        Runs work on it. Without one they work on the embedded engine, in a process of their own.
    out : path-like, optional
        Folder that runs write to.
    home : path-like, optional
        Folder that keeps the session and the runs; default: ``$IDGRAPH_HOME`` or ``.idgraph`` in the
        working directory.

    Attributes
    ----------
    config : GenerationConfig
        A copy of the configuration as it stands; assign one to load it.
    dataset : Dataset or None
        What the last finished run wrote; None before there is one, or where it is in a catalog and this
        studio has no session.
    state : StudioState
    runs : Runs

    Examples
    --------
    >>> studio = Studio()  # doctest: +SKIP
    >>> studio  # doctest: +SKIP
    """

    def __init__(self, config: GenerationConfig | None = None, spark=None, out=None, home=None):
        workspace = (None if home else seat.taken()) or Workspace(_home(home))
        folder = workspace.home
        session, target, notice = restored(folder) if config is None else (SessionState(config), None, "")
        # Visitors of a shared dashboard submit in the name of whoever started it, who must have offered that.
        jobs = open_jobs if workspace_is_known() and "catalog" in workspace.places else None
        catalog = place_of(spark) if spark is not None else "databricks" if jobs else None
        self.state = StudioState(session, target, catalog, workspace)
        if out is not None:
            self.state.set_target("folder", os.fspath(out))
        elif spark is not None and target is None and session.config.schema_name:
            self.state.set_target("catalog")
        self.state.say(notice)
        self.runs = Runs(workspace, spark, jobs)
        self._spark, self._dataset, self._lock = spark, None, threading.RLock()
        self._saver = Saver(folder, self.state)
        take_up_adopted(workspace, self.state)
        self._body = widgets.Box()
        self._body.add_class("idg-body")
        self._report = ReportTab(self.runs, lambda: self.dataset)
        self._furnish(view_classes())
        super().__init__(self._furniture())
        self.add_class("idg-studio")
        self._stops = [self.state.subscribe(self._on_change), self.runs.subscribe(self._on_run)]
        self._show_step()
        self._show_trial(self.runs.current("trial"))
        if detect().custom_widgets:
            self.expect(lambda: self._refurnish(True), lambda: self._refurnish(False))

    def _furnish(self, views: ViewClasses) -> None:
        """Make the views anew, of these classes."""
        self._views = views
        self._built: dict[WizardStep, tuple] = {}
        self._bar = views.bar(self.state, self._focus, self._appeared)
        self._steps = views.steps(self.state, self.try_first)
        self._rows = views.rows()
        self._run_panel = views.run(self.state, self.runs, tabbed=True)

    def _furniture(self) -> list:
        return [self._bar, self._body, self._report, self._steps]

    def _refurnish(self, plain: bool) -> None:
        """Put the plain studio in the place of the full one, whose page has not answered; or the full one back.

        The full one's bar stays: should the page be slow, its answer comes from there.
        """
        with self._lock:
            if "_stops" not in self.__dict__:
                return
            first = widgets.HTML(f'<div class="idg"><p role="status">{NOT_SHOWN}</p></div>') if plain else None
            gone = [self._steps, self._rows, self._run_panel, *sum(self._built.values(), ())]
            bar, rows = self._bar, self._rows
            self._furnish(view_classes(plain))
            if plain:
                self._full_bar = bar
            else:
                gone += [self.children[0], bar, self._full_bar]
            self._rows.note, self._rows.tables = rows.note, rows.tables
            self._report.forget(plain)
            self.children = [first, *self._furniture()] if plain else self._furniture()
        self._show_step()
        self._show_trial(self.runs.current("trial"))
        for view in gone:
            view.close()

    # For the next cell

    @property
    def config(self) -> GenerationConfig:
        return self.state.config

    @config.setter
    def config(self, config: GenerationConfig) -> None:
        self.state.replace(config)

    @property
    def dataset(self):
        with self._lock:
            run = self._last_done()
            if run is None or (not run.folder and self._spark is None):
                return None
            if self._dataset is None or self._dataset[0] != run.id:
                config = GenerationConfig.from_dict(run.config, check=False)
                self._dataset = (run.id, opened(self._spark, run.folder, config))
            return self._dataset[1]

    def _last_done(self) -> StudioRun | None:
        return next((run for run in self.runs.history() if run.state == "done"), None)

    def run(self, wait: bool = True, timeout: float | None = None) -> StudioRun | None:
        """Generate, as the button does; with `wait`, return when the run has ended.

        Raises
        ------
        ConfigError
            The configuration is not valid.
        """
        self.state.peek(lambda config: config.check())
        panel = self._run_panel
        (panel.generate if self.runs.works_here else panel.generate_as_job)()
        return self.runs.wait("run", timeout) if wait else self.runs.current()

    def try_first(self) -> None:
        """Generate the first 1,000 households and show them; returns at once."""
        if self.state.problems:
            self.state.say("Try needs a valid configuration. The tabs with a number have problems.")
            return
        try:
            self.runs.start(self.state.config, None, kind="trial", engine=self.state.target.engine)
        except (RuntimeError, OSError, IdgraphError) as error:
            self.state.say(f"The trial did not start: {error}")

    def close(self) -> None:
        """Save, and leave the page; a run goes on."""
        stops = self.__dict__.pop("_stops", None)
        if stops is None:
            super().close()
            return
        for stop in stops:
            stop()
        self._saver.close()
        for view in (self._bar, self._steps, self._rows, self._run_panel, *sum(self._built.values(), ())):
            view.close()
        if self._dataset is not None:
            self._dataset[1].close()
        super().close()

    # Showing

    def _repr_html_(self) -> str:
        """A picture for where no widget runs: exported notebooks, a repository's view."""
        return studio_html(self.state)

    def _on_change(self, change: Change) -> None:
        if "step" in change.topics:
            self._show_step()

    def _show_step(self) -> None:
        step = self.state.step
        with self._lock:
            if step in FORM_STEPS:
                form, plots = self._form(step)
                children = (form, plots)
            elif step is WizardStep.RUN:
                children = (self._run_panel,)
            else:
                children = ()
            self._body.layout.grid_template_columns = "minmax(0, 1fr)" if len(children) == 1 else None
            self._report.layout.display = None if step is WizardStep.REPORT else "none"
            self._body.children = children
        if step is WizardStep.REPORT:
            self._report.show(self._last_done())

    def _form(self, step: WizardStep) -> tuple:
        if step not in self._built:
            form, plots = self._views.form(step, self.state), self._views.plots(self.state, step)
            box = widgets.VBox([plots, self._rows])
            box.add_class("idg-plots")
            self._built[step] = (form, plots, box)
        form, plots, box = self._built[step]
        plots.refresh()
        return form, box

    def _appeared(self, again: bool = False) -> None:
        """A page shows the studio, or is come back to: another kernel may have gone on since."""
        self.answered()
        self._saver.catch_up(walk=not again)
        self.runs.refresh()

    def _focus(self, path: str) -> None:
        built = self._built.get(self.state.step)
        if built:
            built[0].focus(path)

    # Runs

    def _on_run(self, run: StudioRun) -> None:
        if run.kind == "trial":
            self._show_trial(run)
        elif run.state == "done":
            done = f"Done: {run.rows:,} rows in {run.elapsed:.0f} s."
            report = "The report is on the Report tab." if self.runs.readable(run) else ""
            self.state.say(" ".join(filter(None, (done, run.verdict, report))))
            if self.state.step is WizardStep.REPORT:
                self._report.show(self._last_done())

    def _show_trial(self, run: StudioRun | None) -> None:
        if run is None or not self.runs.works_here:
            self._steps.trial = {"enabled": True, "text": "", "offered": self.runs.works_here}
            return
        text = {
            "done": "shown as ◆ in the plots and as first rows",
            "failed": f"did not work: {run.message}",
            "cancelled": "cancelled",
        }.get(run.state, f"{run.phase}…")
        self._steps.trial = {"enabled": not run.active, "text": text}
        if run.state == "done" and run.sample:
            note = "The first of 1,000 households; tables 1 to 6 are a row-for-row prefix of the full run."
            with self._rows.hold_sync():
                self._rows.note, self._rows.tables = note, run.sample["tables"]
            self.state.set_sample(GenerationConfig.from_dict(run.config, check=False), _shares(run.sample["shares"]))


def _shares(shares: dict) -> dict:
    """Shares out of JSON, which knows no numbers as names."""
    sizes = {int(size): share for size, share in shares["household_size"].items()}
    return {**shares, "household_size": sizes}


def _home(given) -> Path:
    """The studio's folder; a temporary one where nothing can be written."""
    folder = Path(given or os.environ.get("IDGRAPH_HOME") or ".idgraph").expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        if given:
            raise ConfigError(f"home: {folder} cannot be written to. Choose another folder.") from None
    return Path(tempfile.mkdtemp(prefix="idgraph-studio-"))
