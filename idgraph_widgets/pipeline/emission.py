"""Which of the rows that a block gives are written, and which are only compared with what is published.

A run that replaces a dataset writes all. An append of days makes the rows of the longer window and
writes those that are new; rows that must be there already are hashed, and the driver compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from idgraph_widgets.generators.context import DAY

if TYPE_CHECKING:
    import numpy as np

    from idgraph_widgets.arrays import Columns
    from idgraph_widgets.schema import Table


def dated_before(table: Table, columns: Columns, end: int) -> np.ndarray:
    """Which rows of a dated table lie before a midnight UTC, microseconds since 1970."""
    unit = DAY if table.column(table.dated_by).type == "date" else 1
    return columns[table.dated_by] < end // unit


class Fate(Enum):
    """What becomes of a row."""

    WRITTEN = "written"
    PUBLISHED = "published"
    """It must be there already."""


@dataclass(frozen=True)
class Emission:
    """What an append adds to.

    Attributes
    ----------
    homes_before : int
        Households that are in the dataset; 0 where it is made anew.
    end_before : int
        Earlier end of the window, microseconds since 1970.

    Notes
    -----
    Where only households are added, a run asks for nothing else and writes all it gets: the default.
    """

    homes_before: int = 0
    end_before: int = 0

    def split(self, table: Table, columns: Columns, household: np.ndarray) -> dict[Fate, Columns]:
        """The rows by what becomes of them; kinds without rows are left out."""
        if not self.homes_before:
            return {Fate.WRITTEN: columns}
        known = household <= self.homes_before
        if table.grows == "lasting":
            there = known
        elif table.grows == "dated":
            there = known & dated_before(table, columns, self.end_before)
        else:
            return {Fate.WRITTEN: columns}
        found = {Fate.PUBLISHED: columns.where(there), Fate.WRITTEN: columns.where(~there)}
        return {part: rows for part, rows in found.items() if len(rows)}
