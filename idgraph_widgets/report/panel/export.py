"""Copies of the dataset in formats that other tools read."""

from __future__ import annotations

from typing import Any

from idgraph_widgets.export import FORMATS
from idgraph_widgets.report.copy import ALL, TEN, export_facts, place_hint
from idgraph_widgets.report.panel.part import Part, button, select, text


class ExportPart(Part):
    """Choose format, tables and place, and write the copy.

    Parameters
    ----------
    dataset : Dataset

    Examples
    --------
    >>> ExportPart(dataset)  # doctest: +SKIP
    """

    def __init__(self, dataset):
        self._dataset = dataset
        self._chosen = {"format": FORMATS[0], "tables": ALL, "out": ""}
        super().__init__(
            "Export",
            "A copy of the tables, written on the machine that runs Python. Nothing that is there is replaced.",
        )
        self._describe()

    def changed(self, values: dict[str, Any]) -> None:
        for name, allowed in (("format", FORMATS), ("tables", dict(self._tables()))):
            if values.get(name) in allowed:
                self._chosen[name] = values[name]
        if "out" in values:
            self._chosen["out"] = str(values["out"]).strip()
        self._describe()

    def pressed(self, name: str, _value: Any) -> None:
        if name == "export":
            chosen = dict(self._chosen)
            self.start("Exporting…", lambda: [export_facts(self._dataset, on_table=self._told, **chosen)])

    def _tables(self) -> list[tuple[str, str]]:
        return [(ALL, "All, companions included"), (TEN, "The ten tables")] + [
            (name, name) for name in self._dataset.manifest["tables"]
        ]

    def _describe(self) -> None:
        chosen = self._chosen
        self.controls = [
            [
                select("format", "Format", chosen["format"], FORMATS),
                select("tables", "Tables", chosen["tables"], self._tables()),
                text("out", "To", chosen["out"], place_hint(self._dataset, chosen["format"])),
                button("export", "Export", primary=True),
            ]
        ]

    def _told(self, table: str) -> None:
        self.busy = f"Exporting {table}…"
