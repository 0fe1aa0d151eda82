"""What any place states of a table, and how long it keeps the files of earlier versions."""

from __future__ import annotations

from dataclasses import dataclass

KEEP_HOURS = 168
"""Default age, in hours, from which on a vacuum removes files of earlier versions: a week."""


@dataclass(frozen=True)
class TableStats:
    """What a table's log states without reading a row: rows, bytes and files of one version."""

    num_rows: int
    size_bytes: int
    num_files: int
