"""The tables of a dataset as streams of Arrow batches, read without an engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from idgraph_widgets.errors import ConfigError, StorageError
from idgraph_widgets.storage.folder import delta
from idgraph_widgets.storage.folder.paths import check_path, folder_path
from idgraph_widgets.storage.folder.recovery import recover
from idgraph_widgets.storage.manifest import MANIFEST, Manifest, TableEntry

BATCH = 32_768
"""Rows in a batch."""

BUFFER = 1 << 20
"""Bytes read ahead of each column."""


class Source:
    """The published tables of a dataset's folder.

    Parameters
    ----------
    folder : path-like
    tables : sequence of str, optional
        Default: all.

    Raises
    ------
    StorageError
        There is no dataset.
    ConfigError
        It has no such table.
    """

    def __init__(self, folder, tables: Sequence[str] | None = None):
        self.folder = folder_path(folder)
        check_path(self.folder)
        recover(self.folder)
        manifest = Manifest.read(self.folder)
        if manifest is None:
            raise StorageError(f"There is no dataset at {self.folder}: found no {MANIFEST}.")
        unknown = [name for name in tables or () if name not in manifest.tables]
        if unknown:
            raise ConfigError(f"tables: found {', '.join(unknown)}; allowed is one of {', '.join(manifest.tables)}.")
        self.manifest = manifest
        wanted = manifest.tables if tables is None else dict.fromkeys(tables)
        self.entries: dict[str, TableEntry] = {name: manifest.tables[name] for name in wanted}

    def paths(self, name: str) -> list[str]:
        """Absolute paths of a table's Parquet files."""
        entry = self.entries[name]
        return delta.file_paths(self.folder / entry.path, entry.delta_version)

    def schema(self, name: str):
        """The table's `pyarrow.Schema`; each field's comment is in its metadata."""
        import pyarrow as pa

        entry = self.entries[name]
        return pa.schema(delta.open_table(self.folder / entry.path, entry.delta_version).schema())

    def comment(self, name: str) -> str:
        """What the table is."""
        entry = self.entries[name]
        described = delta.open_table(self.folder / entry.path, entry.delta_version).metadata().description
        return described or ""

    def batches(self, name: str) -> Iterator:
        """The table's rows as `pyarrow.RecordBatch`es of at most `BATCH` rows."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = self.schema(name)
        for path in self.paths(name):
            # Page by page: a row group can hold a million rows. INT96, which Spark may write, would overflow
            # as nanoseconds.
            options = {"buffer_size": BUFFER, "pre_buffer": False, "coerce_int96_timestamp_unit": "us"}
            with pq.ParquetFile(path, **options) as file:
                for batch in file.iter_batches(BATCH, columns=schema.names, use_threads=False):
                    columns = [batch.column(field.name).cast(field.type) for field in schema]
                    yield pa.record_batch(columns, schema=schema)
