"""The report for hosts that run no custom widgets: the same sections, tables and SVG, no script."""

from __future__ import annotations

import logging
import threading
from html import escape

import ipywidgets as widgets

from idgraph_widgets.charts.svg import to_svg
from idgraph_widgets.charts.theme import theme_css
from idgraph_widgets.dataset.export import FORMATS
from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report.blocks import TableBlock
from idgraph_widgets.report.copy import export_facts, place_hint
from idgraph_widgets.report.delivery import FORMS as SENT
from idgraph_widgets.report.delivery import Delivery, size_text
from idgraph_widgets.report.figures import Card
from idgraph_widgets.report.kept import kept_checks
from idgraph_widgets.report.page import facts_html, table_html
from idgraph_widgets.report.sections import SECTIONS
from idgraph_widgets.report.shown import dataset_html
from idgraph_widgets.report.subject import Subject


class PlainReport(widgets.VBox):
    """A list of sections, and the chosen one below; each is measured when it is chosen.

    Parameters
    ----------
    dataset : Dataset
    checks : CheckReport, optional
        What the checks found; default what was kept of them beside the dataset.
    delivery : Delivery, optional
        Where a browser gets the dataset; without one, copies are written on the machine that runs Python.
    """

    def __init__(self, dataset, checks: CheckReport | None = None, delivery: Delivery | None = None):
        self._subject = Subject(dataset, kept_checks(dataset) if checks is None else checks)
        self._made: dict[str, str] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        options = [(section.title, section.key) for section in SECTIONS]
        self._choice = widgets.Dropdown(options=options, value=SECTIONS[0].key, description="Report")
        self._status, self._content = widgets.HTML(), widgets.HTML()
        style = widgets.HTML(f"<style>{css()}</style>")
        self.format = widgets.Dropdown(options=FORMATS, description="Export as")
        self.out = widgets.Text(description="To", continuous_update=False)
        self.export = widgets.Button(description="Export")
        if delivery is None:
            self.export.on_click(lambda _button: self._start(self._export))
        self.format.observe(lambda _change: self._hint(), "value")
        self._hint()
        copy = widgets.HBox([self.format, self.out, self.export]) if delivery is None else _links(dataset, delivery)
        super().__init__([style, self._choice, self._status, self._content, copy])
        self._choice.observe(lambda _change: self._show(), "value")
        self._show()

    def _repr_html_(self) -> str:
        """A picture for where no widget runs: exported notebooks, a repository's view."""
        return dataset_html(self._subject.dataset, self._subject.checks)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the chosen section is measured; whether it is."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
            return not thread.is_alive()
        return True

    def _show(self) -> None:
        key = self._choice.value
        if key in self._made:
            self._status.value, self._content.value = "", self._made[key]
            return
        self._status.value = "<p>Measuring…</p>"
        self._start(self._measure, key)

    def _start(self, work, *args) -> None:
        self._thread = threading.Thread(target=work, args=args, daemon=True)
        self._thread.start()

    def _hint(self) -> None:
        self.out.placeholder = place_hint(self._subject.dataset, self.format.value)

    def _export(self) -> None:
        with self._lock:
            self.export.disabled, self._status.value = True, "<p>Exporting…</p>"
            try:
                facts = export_facts(self._subject.dataset, self.format.value, out=self.out.value.strip())
                message = f"{facts.title}: {', '.join(f'{v} {k}' for k, v in facts.facts[:2])}, {facts.note}"
            except IdgraphError as error:
                message = str(error)
            except Exception as error:
                logging.getLogger(__name__).exception("an export failed")
                message = f"The export failed. {type(error).__name__}: {str(error).splitlines()[0]}"
            self.export.disabled, self._status.value = False, f"<p>{escape(message)}</p>"

    def _measure(self, key: str) -> None:
        section = next(section for section in SECTIONS if section.key == key)
        with self._lock:
            try:
                if key not in self._made:
                    self._made[key] = "".join(map(block_html, section.make(self._subject)))
                message = ""
            except IdgraphError as error:
                message = str(error)
            except Exception as error:
                logging.getLogger(__name__).exception("a section of the report failed")
                message = f"This could not be measured. {type(error).__name__}: {str(error).splitlines()[0]}"
            if key == self._choice.value:
                self._status.value = f"<p>{escape(message)}</p>" if message else ""
                self._content.value = self._made.get(key, "")


def block_html(block) -> str:
    """A block as HTML."""
    if isinstance(block, TableBlock):
        return f'<div class="idg-plain">{table_html(block)}</div>'
    if not isinstance(block, Card):
        return f'<div class="idg-plain">{facts_html(block)}</div>'
    drawn = to_svg(block.figure, 760 if block.wide else 560, block.height, block.text)
    return (
        f'<div class="idg"><figure class="idg-card"><h4>{escape(block.title)}</h4>'
        f'<p class="idg-quiet">{escape(block.note)}</p>{drawn}</figure></div>'
    )


def css() -> str:
    """The style sheet of a report of core widgets."""
    return f"""{theme_css()}
.idg-plain {{ margin: 8px 0; }} .idg-plain dl {{ display: flex; flex-flow: row wrap; gap: 4px 28px; }}
.idg-plain dd {{ margin: 0; font-weight: 600; }} .idg-plain .scroll {{ overflow: auto; max-height: 420px; }}
.idg-plain td, .idg-plain th {{ padding: 2px 10px 2px 0; text-align: left; }}
.idg-plain .r {{ text-align: right; }}
"""


def _links(dataset, delivery: Delivery) -> widgets.HTML:
    """The files that a browser can fetch."""
    links = (
        f'<a href="{escape(delivery.link(form))}" download>{form}, {size_text(dataset, form)}</a>' for form in SENT
    )
    return widgets.HTML(f"<p>Download all tables: {' · '.join(links)}</p>")
