"""Sums of tables that no block decides about, kept small while parts come in."""

from __future__ import annotations

from idgraph_widgets.arrays import Columns, sum_by
from idgraph_widgets.generators.block import SUMMED

_LOOSE_ROWS = 1 << 18
"""Rows that may wait to be added up, beside as many as there are sums."""


class Sums:
    """Sums of the tables in `SUMMED`, one row per key."""

    def __init__(self):
        self._parts: dict[str, list[Columns]] = {}
        self._loose: dict[str, int] = {}

    def add(self, table: str, columns: Columns) -> None:
        """Add sums; their keys need not be unique."""
        parts = self._parts.setdefault(table, [])
        parts.append(columns)
        self._loose[table] = self._loose.get(table, 0) + len(columns)
        if self._loose[table] > max(_LOOSE_ROWS, 2 * len(parts[0])):
            self.of(table)

    def of(self, table: str) -> Columns | None:
        """The sums of a table; None where none were added."""
        parts = self._parts.get(table)
        if parts is None:
            return None
        parts[:] = [sum_by(Columns.concat(parts), *SUMMED[table])]
        self._loose[table] = 0
        return parts[0]

    def to_lists(self) -> dict[str, dict[str, list[int]]]:
        """Plain values, for JSON: columns by table."""
        return {table: {name: self.of(table)[name].tolist() for name in self.of(table).names} for table in self._parts}
