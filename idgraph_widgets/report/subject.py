"""What a report speaks about, and what a section of it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.quality.statistics import StatisticResult
from idgraph_widgets.report import measures
from idgraph_widgets.report.blocks import Facts, TableBlock
from idgraph_widgets.report.figures import Card

Block = Card | TableBlock | Facts


@dataclass
class Subject:
    """What a report speaks about.

    Parameters
    ----------
    dataset : Dataset
    checks : CheckReport, optional
        What the checks found, if they were run.
    household, person : int, optional
        The examples to show; default those with most to see.
    """

    dataset: object
    checks: CheckReport | None = None
    household: int | None = None
    person: int | None = None

    @property
    def statistics(self) -> list[StatisticResult]:
        """What was judged; without a report of checks the statistics are judged now."""
        if self.checks is not None and self.checks.statistics:
            return self.checks.statistics
        return measures.statistics(self.dataset)


@dataclass(frozen=True)
class ReportSection:
    """A part of the report.

    Parameters
    ----------
    key, title, intro : str
    make : callable
        From a `Subject` to the section's blocks.
    """

    key: str
    title: str
    intro: str
    make: Callable[[Subject], list[Block]]
