"""The first rows of each table in core widgets."""

from __future__ import annotations

import ipywidgets as widgets

from idgraph_widgets.studio.plain.html import hide, offer, paragraph, table


class PlainRows(widgets.VBox):
    """Tables to leaf through; the counterpart of `RowsPanel`.

    Attributes
    ----------
    tables : dict
        Name to ``columns``, ``rows`` (texts) and ``total``.
    note : str
        What these rows are.
    """

    def __init__(self, tables: dict | None = None, note: str = ""):
        self._tables, self._note = tables or {}, note
        self.choice, self.content = widgets.Dropdown(description="Table"), widgets.HTML()
        super().__init__([self.choice, self.content])
        self.choice.observe(lambda _change: self._show(), "value")
        self._refresh()

    @property
    def tables(self) -> dict:
        return self._tables

    @tables.setter
    def tables(self, tables: dict) -> None:
        self._tables = tables
        self._refresh()

    @property
    def note(self) -> str:
        return self._note

    @note.setter
    def note(self, note: str) -> None:
        self._note = note
        self._show()

    def _refresh(self) -> None:
        offer(self.choice, list(self._tables))
        hide(self, not self._tables)
        self._show()

    def _show(self) -> None:
        chosen = self._tables.get(self.choice.value)
        if chosen is None:
            self.content.value = ""
            return
        count = f"{len(chosen['rows'])} of {chosen['total']:,} rows. {self._note}"
        self.content.value = paragraph(count, "idg-quiet") + table(chosen["columns"], chosen["rows"])
