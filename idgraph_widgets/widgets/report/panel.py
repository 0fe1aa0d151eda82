"""The whole report in tabs, each measured when it is opened."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import ipywidgets as widgets
import traitlets

from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report.data import report_data, write_json
from idgraph_widgets.report.delivery import Delivery
from idgraph_widgets.report.kept import kept_checks
from idgraph_widgets.report.page import page, write_html
from idgraph_widgets.report.sections import SECTIONS
from idgraph_widgets.report.shown import dataset_html
from idgraph_widgets.report.subject import Subject
from idgraph_widgets.widgets.host import NOT_SHOWN
from idgraph_widgets.widgets.report.checks import ChecksPart
from idgraph_widgets.widgets.report.columns import ColumnExplorer
from idgraph_widgets.widgets.report.export import DeliveryPart, ExportPart
from idgraph_widgets.widgets.report.household import HouseholdExplorer
from idgraph_widgets.widgets.report.journey import JourneyExplorer
from idgraph_widgets.widgets.report.part import Part, button
from idgraph_widgets.widgets.report.plain import PlainReport
from idgraph_widgets.widgets.report.section import SectionPart
from idgraph_widgets.widgets.watch import WatchedBox

TABS = (
    ("overview", "Overview"),
    ("checks", "Checks"),
    ("fidelity", "Fidelity"),
    ("places", "Places"),
    ("identity", "Identity graph"),
    ("household", "Household"),
    ("engagement", "Engagement"),
    ("campaigns", "Campaigns"),
    ("journey", "Journey"),
    ("columns", "Columns"),
    ("configuration", "Configuration"),
    ("export", "Export"),
)

SCRIPT_HERE = "/* plotly.js */"
"""Where the browser, which has plotly.js already, puts it into the page that it saves."""


class Head(Part):
    """Tabs and exports.

    Parameters
    ----------
    owner : ReportPanel or KeptPanel
        Has ``show``, ``export`` and ``answered``.
    tabs : sequence of (key, title)
    buttons : list of dict
        Named as the form that they save.
    """

    kind = traitlets.Unicode("reporthead").tag(sync=True)
    tabs = traitlets.List().tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)

    def __init__(self, owner, tabs: Sequence[tuple[str, str]], buttons: list[dict]):
        self._owner = owner
        super().__init__(tabs=[list(tab) for tab in tabs], chosen=tabs[0][0], controls=[buttons])

    def on_hello(self, _content: dict) -> None:
        """The report's head appeared in a page."""
        self._owner.answered()

    def on_choose(self, content: dict) -> None:
        """A tab was chosen in the page."""
        self._owner.show(str(content.get("tab")))

    def pressed(self, name: str, _value) -> None:
        if name in ("html", "json"):
            self.start("Measuring everything for the file…", lambda: self._export(name))

    def _export(self, form: str) -> list:
        self.send({"do": "save", **self._owner.export(form, self._announce)})
        return []

    def _announce(self, what: str) -> None:
        self.busy = f"Measuring for the file: {what}…"


class ReportPanel(WatchedBox):
    """What a dataset holds, in tabs; where the page does not show them, a `PlainReport`.

    Parameters
    ----------
    dataset : Dataset
    checks : CheckReport, optional
        What checks found; default what was kept of them beside the dataset. Where there is nothing, the Checks tab
        runs them on demand.
    tab : str
        The tab to begin with.
    delivery : Delivery, optional
        Where a browser gets the dataset; without one, copies are written on the machine that runs Python.

    Raises
    ------
    ValueError
        There is no such tab.

    Examples
    --------
    >>> ReportPanel(Dataset("data/demo"))  # doctest: +SKIP
    """

    def __init__(
        self, dataset, checks: CheckReport | None = None, tab: str = "overview", delivery: Delivery | None = None
    ):
        self._dataset = dataset
        self._delivery = delivery
        self._checks = kept_checks(dataset) if checks is None else checks
        self._lock = threading.RLock()
        self._parts: dict[str, Part] = {}
        saving = [button("html", "Save as HTML"), button("json", "Save as JSON")]
        self._head, self._body = Head(self, TABS, saving), widgets.VBox()
        super().__init__([self._head, self._body])
        self.add_class("idg-report-panel")
        self.show(tab)
        self.expect(self._go_plain, self._go_full)

    @property
    def tab(self) -> str:
        """The tab that is shown."""
        return self._head.chosen

    def part(self, tab: str) -> Part:
        """The part of a tab; it is made when it is first asked for."""
        with self._lock:
            if tab not in dict(TABS):
                raise ValueError(f"tabs are {', '.join(key for key, _ in TABS)}, not {tab!r}")
            if tab not in self._parts:
                self._parts[tab] = self._make(tab)
            return self._parts[tab]

    def show(self, tab: str) -> None:
        """Show a tab, and begin to measure if it is shown for the first time."""
        with self._lock:
            part = self.part(tab)
            self._head.chosen = tab
            self._body.children = (part,)
            part.begin()

    def save_html(self, path) -> Path:
        """Write the report as one HTML file."""
        return write_html(self._dataset, path, self._found())

    def save_json(self, path) -> Path:
        """Write every measure as JSON."""
        return write_json(self._dataset, path, self._found())

    def export(self, form: str, on_progress=None) -> dict[str, str]:
        """The file for the browser to save: ``name``, ``type``, ``text``; an HTML page without plotly.js."""
        name = f"report-{self._dataset.manifest['run_id']}.{form}"
        if form == "json":
            import json

            found = report_data(self._dataset, self._found(), on_progress)
            return {"name": name, "type": "application/json", "text": json.dumps(found, indent=1)}
        subject, parts = Subject(self._dataset, self._found()), []
        for section in SECTIONS:
            if on_progress is not None:
                on_progress(section.title)
            parts.append((section, section.make(subject)))
        return {"name": name, "type": "text/html", "text": page(self._dataset, parts, SCRIPT_HERE)}

    def close(self) -> None:
        """Leave the page; what is being measured is forgotten."""
        # Python closes what was refused before it had a head, too.
        if "_head" in self.__dict__:
            for part in (self._head, *self._parts.values()):
                part.close()
        super().close()

    def _repr_html_(self) -> str:
        """A picture for where no widget runs: exported notebooks, a repository's view."""
        return dataset_html(self._dataset, self._found())

    def _go_plain(self) -> None:
        """Nothing of this is shown in the page: the same report in core widgets."""
        hint = widgets.HTML(f'<div class="idg"><p role="status">{NOT_SHOWN}</p></div>')
        self.children = [hint, PlainReport(self._dataset, self._found(), self._delivery)]

    def _go_full(self) -> None:
        """The page was only slow."""
        before, self.children = self.children, [self._head, self._body]
        for child in before:
            child.close()

    def _found(self) -> CheckReport | None:
        part = self._parts.get("checks")
        return part.report if part is not None else self._checks

    def _make(self, tab: str) -> Part:
        if tab == "checks":
            return ChecksPart(self._dataset, self._checks, opened=False)
        if tab == "household":
            return HouseholdExplorer(self._dataset, on_person=self._journey_of, opened=False)
        if tab == "journey":
            return JourneyExplorer(self._dataset, opened=False)
        if tab == "export":
            return DeliveryPart(self._dataset, self._delivery) if self._delivery else ExportPart(self._dataset)
        if tab == "columns":
            return ColumnExplorer(self._dataset, opened=False)
        return SectionPart(self._dataset, tab, opened=False, found=self._found)

    def _journey_of(self, person: int) -> None:
        """Go to the journey of a person of the household that is shown."""
        self.part("journey").show(person)
        self.show("journey")
