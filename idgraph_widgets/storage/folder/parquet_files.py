"""The Parquet files an engine wrote: found, tidied, and counted from their footers."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Table


@dataclass(frozen=True)
class DataFile:
    """One Parquet file: path relative to its table's folder, size, time, rows, Delta statistics."""

    path: str
    bytes: int
    modified_ms: int
    rows: int
    stats: str


def collect_files(table_folder: Path, chunk_folder: Path, table: Table) -> list[DataFile]:
    """List the files of a chunk, drop the engine's markers and files without rows.

    Raises
    ------
    StorageError
        This process does not see what the engine wrote, or a file lacks a declared column.
    """
    if not chunk_folder.is_dir():
        raise StorageError(
            f"{table.name}: the engine reported success, but {chunk_folder} is not there. "
            "A folder target must be on a disk that both Python and the Spark engine see; "
            "for a remote cluster write to the catalog instead."
        )
    found = []
    for path in sorted(chunk_folder.iterdir()):
        if path.suffix != ".parquet" or path.name.startswith((".", "_")):
            path.unlink()  # _SUCCESS and .crc files: no reader of a Delta table wants them
            continue
        data_file = read_footer(table_folder, path, table)
        if data_file.rows == 0:
            path.unlink()
        else:
            found.append(data_file)
    return found


def read_footer(table_folder: Path, path: Path, table: Table) -> DataFile:
    """Size, rows and statistics of one file, from its footer.

    Raises
    ------
    StorageError
        It lacks a declared column.
    """
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    position = {metadata.schema.column(i).path: i for i in range(metadata.num_columns)}
    missing = [name for name in table.column_names if name not in position]
    if missing:
        raise StorageError(f"{table.name}: {path} lacks the columns {', '.join(missing)}.")
    status = path.stat()
    return DataFile(
        path=path.relative_to(table_folder).as_posix(),
        bytes=status.st_size,
        modified_ms=status.st_mtime_ns // 1_000_000,
        rows=metadata.num_rows,
        stats=_delta_stats(metadata, position, table),
    )


def _delta_stats(metadata: Any, position: dict[str, int], table: Table) -> str:
    """Delta's per-file statistics as JSON; a column the footer says nothing about is left out."""
    least: dict[str, str] = {}
    most: dict[str, str] = {}
    nulls: dict[str, int] = {}
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    for column in table.columns:
        stats = [group.column(position[column.name]).statistics for group in groups]
        if any(s is None or not s.has_null_count for s in stats):
            continue
        nulls[column.name] = sum(s.null_count for s in stats)
        # A row group of nulls only has no bounds; one with values and no bounds makes them unknown.
        bounded = [s for s in stats if s.num_values > 0]
        if column.type == "boolean" or not bounded or not all(s.has_min_max for s in bounded):
            continue
        low = _json(min(s.min for s in bounded))
        high = _json(max(s.max for s in bounded))
        if low is not None and high is not None:
            least[column.name], most[column.name] = low, high
    return (
        f'{{"numRecords": {metadata.num_rows}, "minValues": {_object(least)}, '
        f'"maxValues": {_object(most)}, "nullCount": {json.dumps(nulls)}}}'
    )


def _object(values: dict[str, str]) -> str:
    """A JSON object of values that are JSON already."""
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in values.items()) + "}"


def _json(value: Any) -> str | None:
    """`value` as JSON in the spelling of Delta's statistics; None where that could lose digits."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(timezone.utc)
        return json.dumps(value.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    # No exponents: deltalake reads the DECIMAL 6.4e-05 as 6.4, and would skip files that match.
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}" if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return f"{value:f}" if Decimal(repr(float(value))) == value else None
    if isinstance(value, bytes):
        return None
    return json.dumps(value)
