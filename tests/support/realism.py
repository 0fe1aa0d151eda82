"""What a dataset has of what is wanted, as cells of a table (`benchmarks.realism_rows` names the rows)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from idgraph_widgets.config.docs import line
from idgraph_widgets.quality.report import CheckReport

ALIKE = 0.20
"""How far values that are wanted to be alike at any size may be apart, relatively."""


@dataclass(frozen=True)
class Cell:
    """What one dataset has.

    Attributes
    ----------
    text : str
    held : bool or None
        Whether that is what is wanted; None where it is not known.
    value : float or None
        For comparison with other datasets.
    """

    text: str
    held: bool | None = None
    value: float | None = None


@dataclass(frozen=True)
class Row:
    """What is wanted.

    Attributes
    ----------
    what, wanted : str
    ids : tuple of str
        Checks and statistics; one that ends in ``*`` stands for all that begin so.
    measure : callable, optional
        From a dataset to a cell, where no check can tell.
    most : int or None
        Households up to which `measure` is made.
    """

    what: str
    wanted: str
    ids: tuple[str, ...] = ()
    measure: Callable[..., Cell] | None = None
    most: int | None = None

    @property
    def checks(self) -> list[str]:
        """Guaranteed checks among the ids."""
        return [name for name in self.ids if not name.startswith("statistics.")]


def judged(row: Row, report: CheckReport) -> Cell:
    """What checks and statistics say; of several the first that fails, or the farthest from what it wants."""
    checks = {result.id: result for result in report.results}
    statistics = {result.id: result for result in report.statistics}
    parts: list[tuple[bool | None, float, str, float | None]] = []
    for name in row.ids:
        if name.endswith("*"):
            some = [result for key, result in statistics.items() if key.startswith(name[:-1])]
        else:
            some = [found for known in (checks, statistics) if (found := known.get(name)) is not None]
        if not some:
            return Cell(f"there is no check {name}", False)
        for result in some:
            if result.id in checks:
                parts.append((result.passed, 0.0, f"{result.violations:,} rows break it", float(result.violations)))
            elif result.reason is not None:
                parts.append((None, 0.0, f"not judged, because {result.reason}", None))
            else:
                near = result.distance / result.tolerance if result.tolerance else 0.0
                number = None if isinstance(result.actual, dict) else result.actual
                parts.append((result.passed, near, _said(result), number))
    failed = [part for part in parts if part[0] is False]
    known = [part for part in parts if part[0] is not None]
    held, _, text, value = max(failed or known or parts, key=lambda part: part[1])
    return Cell(text, held, value)


def _said(result) -> str:
    if isinstance(result.actual, dict):
        return f"{result.distance:.3f} apart ({result.tolerance:.3f} allowed)"
    return f"{result.actual:.3g} ({result.measure} {result.target:.3g}, {result.tolerance:.2g} allowed)"


def across(columns: list[list[Cell]], place: int) -> list[list[Cell]]:
    """The cells of several datasets, those of one row judged, which are wanted to be alike at any size."""
    values = [column[place].value for column in columns if column[place].value]
    if len(values) > 1:
        held = max(values) / min(values) <= 1 + ALIKE
        for column in columns:
            column[place] = Cell(column[place].text, held, column[place].value)
    return columns


def table(names: list[str], rows: Sequence[Row], columns: list[list[Cell]]) -> list[str]:
    """Lines of Markdown: a row each, a column per dataset, and how many cells are as wanted."""
    lines = [line("what", "wanted", *names), line(*["---"] * (len(names) + 2))]
    for i, row in enumerate(rows):
        lines.append(line(row.what, row.wanted, *(_shown(column[i]) for column in columns)))
    kept = [cell for column in columns for cell in column if cell.held is not None]
    return [*lines, "", f"{sum(cell.held for cell in kept)} of {len(kept)} measured cells are as wanted."]


def _shown(cell: Cell) -> str:
    return {True: "✓ ", False: "✗ ", None: ""}[cell.held] + cell.text
