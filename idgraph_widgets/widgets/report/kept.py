"""A report that was measured before, in the page: the sections of the whole one, without what would ask an engine."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from idgraph_widgets.report.document import KeptReport, block_dict
from idgraph_widgets.report.page import page
from idgraph_widgets.report.shown import blocks_html
from idgraph_widgets.widgets.host import NOT_SHOWN
from idgraph_widgets.widgets.report.panel import SCRIPT_HERE, Head
from idgraph_widgets.widgets.report.part import Part, button
from idgraph_widgets.widgets.report.plain import block_html, css
from idgraph_widgets.widgets.watch import WatchedBox


class KeptPanel(WatchedBox):
    """The sections of a kept report in tabs; where the page does not show them, a `PlainKept`.

    Parameters
    ----------
    kept : KeptReport
    note : str
        What a reader should know; below the report.
    """

    def __init__(self, kept: KeptReport, note: str = ""):
        self.kept, self._note = kept, note
        tabs = [(section.key, section.title) for section, _ in kept.parts]
        self._parts = {
            section.key: Part(section.title, section.intro, blocks=[block_dict(block) for block in blocks])
            for section, blocks in kept.parts
        }
        self._head, self._body = Head(self, tabs, [button("html", "Save as HTML")]), widgets.VBox()
        super().__init__([self._head, self._body, _note(note)])
        self.add_class("idg-report-panel")
        self.show(tabs[0][0])
        self.expect(self._go_plain, self._go_full)

    @property
    def tab(self) -> str:
        """The tab that is shown."""
        return self._head.chosen

    def part(self, tab: str) -> Part:
        """The part of a tab."""
        return self._parts[tab]

    def show(self, tab: str) -> None:
        """Show a tab."""
        if tab in self._parts:
            self._head.chosen = tab
            self._body.children = (self._parts[tab],)

    def export(self, _form: str, _on_progress=None) -> dict[str, str]:
        """The page for the browser to save: ``name``, ``type``, ``text``, without plotly.js."""
        name = f"report-{self.kept.manifest['run_id']}.html"
        return {"name": name, "type": "text/html", "text": page(self.kept, self.kept.parts, SCRIPT_HERE)}

    def close(self) -> None:
        """Leave the page."""
        for part in (self._head, *self._parts.values()):
            part.close()
        super().close()

    def _repr_html_(self) -> str:
        """A picture for where no widget runs."""
        return blocks_html(self.kept.parts[0][1])

    def _go_plain(self) -> None:
        hint = widgets.HTML(f'<div class="idg"><p role="status">{NOT_SHOWN}</p></div>')
        self.children = [hint, PlainKept(self.kept, self._note)]

    def _go_full(self) -> None:
        before, self.children = self.children, [self._head, self._body, _note(self._note)]
        for child in before:
            child.close()


class PlainKept(widgets.VBox):
    """A list of a kept report's sections, and the chosen one below, in core widgets.

    Parameters
    ----------
    kept : KeptReport
    note : str
    """

    def __init__(self, kept: KeptReport, note: str = ""):
        self._blocks = {section.key: blocks for section, blocks in kept.parts}
        options = [(section.title, section.key) for section, _ in kept.parts]
        self.choice = widgets.Dropdown(options=options, description="Report")
        self.content = widgets.HTML()
        super().__init__([widgets.HTML(f"<style>{css()}</style>"), self.choice, self.content, _note(note)])
        self.choice.observe(lambda _change: self._show(), "value")
        self._show()

    def _show(self) -> None:
        self.content.value = "".join(map(block_html, self._blocks[self.choice.value]))


def _note(text: str) -> widgets.HTML:
    return widgets.HTML(f'<div class="idg"><p class="idg-quiet">{escape(text)}</p></div>' if text else "")
