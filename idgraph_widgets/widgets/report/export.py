"""Copies of the dataset in formats that other tools read."""

from __future__ import annotations

from typing import Any

from idgraph_widgets.dataset.export import FORMATS
from idgraph_widgets.report.blocks import Facts
from idgraph_widgets.report.copy import ALL, TEN, export_facts, place_hint
from idgraph_widgets.report.delivery import FORMS as SENT
from idgraph_widgets.report.delivery import Delivery, size_text
from idgraph_widgets.widgets.report.part import Part, button, link, select, text


def tables_of(dataset) -> list[tuple[str, str]]:
    """What can be chosen of a dataset's tables, each with its label."""
    return [(ALL, "All, companions included"), (TEN, "The ten tables")] + [
        (name, name) for name in dataset.manifest["tables"]
    ]


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
        for name, allowed in (("format", FORMATS), ("tables", dict(tables_of(self._dataset)))):
            if values.get(name) in allowed:
                self._chosen[name] = values[name]
        if "out" in values:
            self._chosen["out"] = str(values["out"]).strip()
        self._describe()

    def pressed(self, name: str, _value: Any) -> None:
        if name == "export":
            chosen = dict(self._chosen)
            self.start("Exporting…", lambda: [export_facts(self._dataset, on_table=self._announce, **chosen)])

    def _describe(self) -> None:
        chosen = self._chosen
        self.controls = [
            [
                select("format", "Format", chosen["format"], FORMATS),
                select("tables", "Tables", chosen["tables"], tables_of(self._dataset)),
                text("out", "To", chosen["out"], place_hint(self._dataset, chosen["format"])),
                button("export", "Export", primary=True),
            ]
        ]

    def _announce(self, table: str) -> None:
        self.busy = f"Exporting {table}…"


class DeliveryPart(Part):
    """Choose format and tables, and have the browser fetch them; show the report to others.

    Parameters
    ----------
    dataset : Dataset
    delivery : Delivery
    """

    def __init__(self, dataset, delivery: Delivery):
        self._dataset, self._delivery = dataset, delivery
        self._chosen, self._shown = {"format": next(iter(SENT)), "tables": ALL}, ""
        super().__init__(
            "Export",
            "The tables and their configuration as one file, which your browser fetches while it is written. The "
            "report is saved with the buttons above.",
        )
        self._describe()

    def changed(self, values: dict[str, Any]) -> None:
        for name, allowed in (("format", SENT), ("tables", dict(tables_of(self._dataset)))):
            if values.get(name) in allowed:
                self._chosen[name] = values[name]
        self._describe()

    def pressed(self, name: str, _value: Any) -> None:
        if name == "show":
            self.start("Measuring everything for others…", self._show, self._describe)

    def _show(self) -> list:
        self._shown = self._delivery.show()
        note = "Others who log in here find it among the shown reports, or by the address of that page."
        return [Facts("shown", "✓ Shown to others", (), note, "good")]

    def _describe(self) -> None:
        form, tables = self._chosen["format"], self._chosen["tables"]
        size = size_text(self._dataset, form, tables)
        rows = [
            [
                select("format", "Format", form, SENT),
                select("tables", "Tables", tables, tables_of(self._dataset)),
                link("take", f"Download, {size}", self._delivery.link(form, tables), download=True),
            ],
            [button("show", "Show the report to others")],
        ]
        if self._shown:
            rows[1].append(link("shown", "See what others see, or withdraw it", self._shown))
        self.controls = rows
