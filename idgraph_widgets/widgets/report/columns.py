"""Histograms and sample rows of any column of any table."""

from __future__ import annotations

from typing import Any

from idgraph_widgets.report import measures
from idgraph_widgets.report.blocks import TableBlock, cell
from idgraph_widgets.report.figures.histogram import histogram_card
from idgraph_widgets.report.measures.filters import OPERATORS, Filter, declared, table_names
from idgraph_widgets.widgets.report.part import Part, button, check, select, text

SAMPLE_ROWS = 20
BINS = (10, 20, 40, 80, 160)
MOST_FILTERS = 6


class ColumnExplorer(Part):
    """A histogram of a column with filters and logarithmic axes, and some of the rows.

    Parameters
    ----------
    dataset : Dataset
    table, column : str
        What to begin with.

    Examples
    --------
    >>> ColumnExplorer(dataset, "individuals", "age")  # doctest: +SKIP
    """

    def __init__(self, dataset, table: str = "individuals", column: str = "age", opened: bool = True):
        self._dataset = dataset
        self._chosen: dict[str, Any] = {
            "table": table,
            "column": column,
            "bins": 40,
            "log_bins": False,
            "log_counts": False,
        }
        self._filters: list[dict[str, str]] = []
        super().__init__("Columns", "Any column of any table, counted in the engine.")
        self._describe()
        if opened:
            self.begin()

    def first(self) -> None:
        self._measure()

    def changed(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            first, _, rest = name.partition(".")
            if first == "filter":
                index, _, field = rest.partition(".")
                if index.isdigit() and int(index) < len(self._filters) and field in self._filters[int(index)]:
                    self._filters[int(index)][field] = str(value)
            elif name == "bins" and str(value).isdigit():
                self._chosen["bins"] = int(value)
            elif name in ("log_bins", "log_counts"):
                self._chosen[name] = value is True
            elif name in ("table", "column"):
                self._chosen[name] = str(value)
        if "table" in values:
            self._other_table()
        self._describe()
        self._measure()

    def pressed(self, name: str, value: Any) -> None:
        if name == "add" and len(self._filters) < MOST_FILTERS:
            self._filters.append({"column": self._chosen["column"], "operator": "=", "value": ""})
            self._describe()
        elif name == "remove" and isinstance(value, int) and 0 <= value < len(self._filters):
            del self._filters[value]
            self._describe()
            self._measure()

    def _other_table(self) -> None:
        """Another table: its first column that is no key, and no filters of the last one."""
        table = declared(self._dataset, self._chosen["table"])
        names = [name for name in table.column_names if not name.endswith("_id")]
        self._chosen["column"] = (names or list(table.column_names))[0]
        self._filters = []

    def _describe(self) -> None:
        """The controls as they stand."""
        chosen = self._chosen
        table = declared(self._dataset, chosen["table"])
        rows = [
            [
                select("table", "Table", chosen["table"], table_names(self._dataset)),
                select("column", "Column", chosen["column"], table.column_names),
                select("bins", "Bars", chosen["bins"], BINS),
                check("log_bins", "Logarithmic values", chosen["log_bins"]),
                check("log_counts", "Logarithmic counts", chosen["log_counts"]),
            ]
        ]
        for i, wanted in enumerate(self._filters):
            row = [
                select(f"filter.{i}.column", f"Filter {i + 1}", wanted["column"], table.column_names),
                select(f"filter.{i}.operator", "is", wanted["operator"], OPERATORS),
            ]
            if not wanted["operator"].startswith("is "):
                row.append(text(f"filter.{i}.value", "value", wanted["value"]))
            rows.append([*row, button("remove", "Remove", value=i)])
        if len(self._filters) < MOST_FILTERS:
            rows.append([button("add", "Add a filter")])
        self.controls = rows

    def _measure(self) -> None:
        chosen, filters = dict(self._chosen), self._complete_filters()
        self.start(f"Counting {chosen['table']}.{chosen['column']}…", lambda: self._blocks(chosen, filters))

    def _complete_filters(self) -> list[Filter]:
        """Filters without a value yet do not count."""
        return [
            Filter(wanted["column"], wanted["operator"], wanted["value"])
            for wanted in self._filters
            if wanted["value"].strip() or wanted["operator"].startswith("is ")
        ]

    def _blocks(self, chosen: dict[str, Any], filters: list[Filter]) -> list:
        found = measures.histogram(
            self._dataset, chosen["table"], chosen["column"], filters, chosen["bins"], chosen["log_bins"]
        )
        rows = measures.sample_rows(self._dataset, chosen["table"], SAMPLE_ROWS, filters)
        cells = tuple(tuple(cell(value) for value in row) for row in rows.itertuples(index=False))
        title = f"{len(cells)} of {found.rows:,} rows" if len(cells) < found.rows else f"{found.rows:,} rows"
        table = TableBlock("rows", title, tuple(rows.columns), cells)
        return [histogram_card(found, chosen["log_counts"]), table]
