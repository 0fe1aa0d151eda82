"""Checks on demand, and the violating rows of one of them."""

from __future__ import annotations

from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report import measures
from idgraph_widgets.report.blocks import TableBlock, cell
from idgraph_widgets.report.sections_quality import checks
from idgraph_widgets.report.subject import Subject
from idgraph_widgets.widgets.report.part import Part, as_dict, button, with_buttons

MOST_KEYS = 200
"""Violating rows shown of one check."""


class ChecksPart(Part):
    """What the checks found, grouped; a failed check names its violating rows.

    Parameters
    ----------
    dataset : Dataset
    report : CheckReport, optional
        What checks found that were run just now; without it there is a button that runs them.

    Attributes
    ----------
    report : CheckReport or None
    """

    def __init__(self, dataset, report: CheckReport | None = None, opened: bool = True):
        self._dataset, self.report = dataset, report
        super().__init__("Checks", "What the data model promises, checked on the written tables.")
        if opened:
            self.begin()

    def first(self) -> None:
        if self.report is None:
            self.controls = [[button("run", "Run the checks", primary=True)]]
        else:
            self.start("Reading the results…", self._blocks)

    def run(self) -> None:
        """Run all checks."""
        self.controls = []
        self.start("Checking…", self._run)

    def _run(self):
        try:
            self.report = measures.run_dataset_checks(self._dataset, self._progress)
        finally:
            self.controls = [[button("run", "Run the checks again")]]
        return self._blocks()

    def _progress(self, done: int, total: int, what: str) -> None:
        self.busy = f"Checking: {done} of {total} passes done, {what}"

    def _blocks(self, first: list | None = None) -> list:
        """The results; the rows of failed checks have a button that fetches what violates them."""
        found = []
        for block in checks(Subject(self._dataset, self.report)):
            if block.key == "failed-checks":
                ids = [row[1] for row in block.rows]
                found.append(with_buttons(block, "violations", "Show rows", ids))
                found += first or []
            else:
                found.append(as_dict(block))
        return found

    def pressed(self, name: str, value) -> None:
        if name == "run":
            self.run()
        elif name == "violations" and isinstance(value, str):
            self.start(f"Looking for what violates {value}…", lambda: self._violations(value))

    def _violations(self, check_id: str) -> list:
        keys = measures.violating_keys(self._dataset, check_id, MOST_KEYS)
        rows = tuple(tuple(cell(value) for value in row) for row in keys.itertuples(index=False))
        note = f"The first {MOST_KEYS}." if len(rows) >= MOST_KEYS else ""
        table = TableBlock("violations", f"Rows that violate {check_id}", tuple(keys.columns), rows, (), note)
        return self._blocks([as_dict(table)])
