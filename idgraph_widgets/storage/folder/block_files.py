"""Parquet files that a worker writes for one table: one row group per block, closed before they grow too large."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from idgraph_widgets.schema import GENERATED, Table
from idgraph_widgets.storage.content_hash import HashParts, batch_parts
from idgraph_widgets.storage.folder.parquet_files import DataFile, read_footer

MOST_BYTES = 192 << 20
"""A file is closed once it has this size; Delta's readers like 64 to 256 MB."""

MOST_PENDING = 500_000
"""Rows kept before a row group is written, even inside a block."""

_VALUES_AT_A_TIME = 1 << 16
"""Encoded at a time; the library's thousand cost a few percent more."""

_SAMPLE = 10_000
"""Rows of a file that tell whether numbers repeat."""


class BlockFiles:
    """Files of one table in a folder that is there already.

    The folder is never made here: a worker that comes late, after its run was undone, then leaves nothing.

    Parameters
    ----------
    table_folder : Path
        The table's folder.
    run_id : str
        Files go to ``data/<run_id>`` below it.
    table : Table
    prefix : str
        Beginning of the files' names; the rest is drawn, so that a task that runs twice never meets itself.
    """

    def __init__(self, table_folder: Path, run_id: str, table: Table, prefix: str):
        self.parts = HashParts()
        self._table_folder = table_folder
        self._folder = data_folder(table_folder, run_id)
        self._table = table
        self._prefix = prefix
        self._pending: list[Any] = []
        self._writer: Any = None
        self._path: Path | None = None
        self._files: list[DataFile] = []
        self._paths: list[Path] = []

    def add(self, batch: Any) -> None:
        """Take rows (`pyarrow.RecordBatch`) of the block at hand."""
        self.parts += batch_parts(batch, self._table)
        self._pending.append(batch)
        if sum(one.num_rows for one in self._pending) >= MOST_PENDING:
            self._write_group()

    def end_block(self) -> None:
        """Write what is pending: no row group has rows of two blocks."""
        self._write_group()

    def close(self) -> list[DataFile]:
        """Finish the file at hand; all files that were written."""
        self._write_group()
        self._close()
        return self._files

    def abandon(self) -> None:
        """Take back everything that was written: the task came to nothing."""
        with suppress(OSError):
            if self._writer is not None:
                self._writer.close()
        self._writer = None
        for path in self._paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _write_group(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._pending:
            return
        rows = pa.Table.from_batches(self._pending).unify_dictionaries()
        self._pending = []
        if self._writer is None:
            self._path = self._folder / f"{self._prefix}-{uuid.uuid4().hex[:12]}.parquet"
            self._paths.append(self._path)
            coded = [field.name for field in rows.schema if pa.types.is_dictionary(field.type)]
            self._writer = pq.ParquetWriter(
                self._path,
                rows.schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=coded + _repeating_numbers(rows, self._table),
                # Words of a vocabulary lie in every file from first to last; finding them takes a third of the time.
                write_statistics=[name for name in rows.column_names if name not in coded],
                write_batch_size=_VALUES_AT_A_TIME,
                store_schema=False,
            )
        self._writer.write_table(rows, row_group_size=max(1, rows.num_rows))
        if self._path is not None and self._path.stat().st_size >= MOST_BYTES:
            self._close()

    def _close(self) -> None:
        if self._writer is None or self._path is None:
            return
        self._writer.close()
        self._files.append(read_footer(self._table_folder, self._path, self._table))
        self._writer, self._path = None, None


def _repeating_numbers(rows: Any, table: Table) -> list[str]:
    """Columns of numbers of which the first rows hold each twice or more often: a dictionary makes them small and fast.

    Keys of tables that grow with households are left out: they come in runs, which compression alone finds.
    """
    import pyarrow.compute as pc

    short = [table.name for table in GENERATED.values() if table.cut is None]
    few = [
        column.name
        for column in table.columns
        if column.type in ("double", "int") or (column.type == "bigint" and column.references in short)
    ]
    return [
        name
        for name in few
        if 2 * pc.count_distinct(rows[name].slice(0, _SAMPLE)).as_py() <= min(_SAMPLE, rows.num_rows)
    ]


def data_folder(table_folder: Path, run_id: str) -> Path:
    """Where a run's files of a table are."""
    # No name of the form key=value: readers would take it for a partition column.
    return table_folder / "data" / run_id
