"""A dataset in a folder: files first, one Delta commit per table, the manifest last."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from idgraph_widgets.arrays import arrow_schema
from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Table
from idgraph_widgets.storage.content_hash import HashParts, hash_parts
from idgraph_widgets.storage.folder import delta
from idgraph_widgets.storage.folder.block_files import BlockFiles, data_folder
from idgraph_widgets.storage.folder.lock import CONTROL, DatasetLock
from idgraph_widgets.storage.folder.parquet_files import DataFile, collect_files
from idgraph_widgets.storage.folder.paths import check_path, folder_path
from idgraph_widgets.storage.folder.recovery import Journal, clear_staging, staging_folder, undo_unfinished
from idgraph_widgets.storage.manifest import MANIFEST, Manifest, TableEntry


class FolderStore:
    """One run's writes into a dataset's folder.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    folder : path-like
    run_id : str
    force : bool
        Write next to other things in a folder that is not a dataset.

    Notes
    -----
    ``begin`` → ``make_folders`` → ``take``, ``write_batch`` or ``write`` → ``commit`` per table → ``publish``; or
    ``rollback`` at any point. Nothing is visible to readers of the manifest before ``publish``.
    """

    def __init__(self, spark: Any, folder: str | os.PathLike[str], run_id: str, force: bool = False):
        self.spark = spark
        self.folder = folder_path(folder)
        self.run_id = run_id
        self.force = force
        self._lock = DatasetLock(self.folder)
        self.previous: Manifest | None = None
        self._files: dict[str, list[DataFile]] = {}
        self._hashes: dict[str, HashParts] = {}
        self._made: list[Table] = []

    @property
    def place(self) -> str:
        """Where the dataset is, for people."""
        return str(self.folder)

    def begin(self, tables: list[Table]) -> None:
        """Claim the folder: undo a dead run, refuse a foreign folder, write the journal.

        Raises
        ------
        StorageError
            The folder is in use, foreign, or cannot be written, or the package that does so is not there.
        """
        delta.package()
        check_target(self.folder, self.force)
        try:
            self._lock.acquire()
        except OSError as error:
            raise StorageError(f"{self.folder} cannot be written: {error.strerror or error}.") from error
        try:
            undo_unfinished(self.folder)
            self.previous = Manifest.read(self.folder)
            paths = [table.path for table in tables]
            created = [path for path in paths if not (self.folder / path).exists()]
            self._refuse_foreign_tables(set(paths) - set(created))
            Journal(self.run_id, paths, created).write(self.folder)
        except OSError as error:
            self._lock.release()
            raise StorageError(f"{self.folder} cannot be written: {error.strerror or error}.") from error
        except BaseException:
            self._lock.release()
            raise

    def _refuse_foreign_tables(self, existing: set[str]) -> None:
        ours = {entry.path for entry in self.previous.tables.values()} if self.previous else set()
        foreign = sorted(existing - ours)
        if foreign:
            raise StorageError(
                f"{self.folder} has {', '.join(foreign)}, which this library did not write and would "
                "replace. Move it away or choose another folder."
            )

    def write(self, table: Table, df: Any, chunk: int = 0) -> int:
        """Write one chunk of a table, invisible until ``commit``; returns its rows."""
        path = self._chunk_folder(table, chunk)
        writer = table.select(df).write.mode("error").option("compression", "zstd")
        # The embedded engine would note its session's time zone beside each time, and refuses to read files of
        # different notes together: those of another session, of another engine, or compacted ones.
        writer.option("skip_arrow_metadata", "true").parquet(str(path))
        if not path.exists() and df.isEmpty():
            path.mkdir(parents=True)  # some engines write nothing at all for no rows
        files = collect_files(self.folder / table.path, path, table)
        self._files.setdefault(table.name, []).extend(files)
        self._hashes[table.name] = self._hashes.get(table.name, HashParts()) + hash_parts(
            self.frame(table, chunk), table
        )
        return sum(f.rows for f in files)

    def frame(self, table: Table, chunk: int = 0) -> Any:
        """A chunk that this run wrote, read back from its files."""
        return self._read(table, self._chunk_folder(table, chunk))

    takes_files = True
    """Workers write them."""

    commits_at_once = 1
    """Each is a file of the log, written by this process."""

    @property
    def control(self) -> Path:
        """A folder of the run, in which its tasks report their progress; gone with the run."""
        return staging_folder(self.folder) / self.run_id

    def make_folders(self, tables: list[Table]) -> None:
        """Make the folders that workers write into; they never make one themselves."""
        self._made = tables
        self.control.mkdir(parents=True)
        for table in tables:
            data_folder(self.folder / table.path, self.run_id).mkdir(parents=True)

    def take(self, name: str, files: list[DataFile], parts: HashParts) -> None:
        """Files of a table that a worker wrote, invisible until ``commit``, and the hash parts of their rows."""
        self._files.setdefault(name, []).extend(files)
        self._hashes[name] = self._hashes.get(name, HashParts()) + parts

    def write_batch(self, table: Table, batch: Any) -> None:
        """Write rows that this process made (`pyarrow.RecordBatch`)."""
        writer = BlockFiles(self.folder / table.path, self.run_id, table, "driver")
        writer.add(batch)
        self.take(table.name, writer.close(), writer.parts)

    def published(self, table: Table) -> Any:
        """The rows (`pyarrow.Table`) as they were published before this run; for small tables."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        entry = self._before(table)
        paths = delta.file_paths(self.folder / table.path, entry.delta_version)
        schema = arrow_schema(table)
        return pa.concat_tables([schema.empty_table(), *(pq.read_table(path, schema=schema) for path in paths)])

    def commit(self, table: Table, mode: str = "overwrite") -> TableEntry:
        """Make what was written the table's latest version, in one Delta commit.

        Parameters
        ----------
        table : Table
        mode : {"overwrite", "append"}
            Whether it replaces the published rows or is added to them. Adding nothing is no commit.
        """
        files = self._files.get(table.name, [])
        parts = self._hashes.get(table.name, HashParts())
        found = sum(f.rows for f in files)
        if parts.rows != found:
            raise StorageError(f"{table.name}: {found} rows in the files' footers, but {parts.rows} were read back.")
        size, count = sum(f.bytes for f in files), len(files)
        if mode == "append":
            before = self._before(table)
            if not files:
                return before
            parts += HashParts.from_text(before.rows, before.hash_sums)
            size, count = size + before.bytes, count + before.files
        table_folder = self.folder / table.path
        table_folder.mkdir(parents=True, exist_ok=True)
        version = delta.commit(table_folder, table, files, self.run_id, mode)
        return TableEntry(table.path, parts.rows, size, count, parts.digest(table), version, parts.to_text())

    def append_row(self, table: Table, row: dict[str, Any]) -> TableEntry:
        """Add one row to a table that grows with every run (``generation_runs``)."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        table_folder = self.folder / table.path
        chunk_folder = data_folder(table_folder, self.run_id)
        chunk_folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist([row], schema=arrow_schema(table)), chunk_folder / "row.parquet")
        files = collect_files(table_folder, chunk_folder, table)
        before = self.previous.tables.get(table.name) if self.previous else None
        if before and not delta.has_columns(table_folder, table):
            before = None  # a log that another version of this library kept; a new one begins
        version = delta.commit(table_folder, table, files, self.run_id, "append" if before else "overwrite")
        return TableEntry(
            table.path,
            1 + (before.rows if before else 0),
            files[0].bytes + (before.bytes if before else 0),
            1 + (before.files if before else 0),
            None,
            version,
        )

    def publish(self, manifest: Manifest) -> None:
        """Replace the manifest; from here on the run's dataset is the dataset."""
        manifest.write(self.folder)
        try:
            # In this order: a task that comes late either ended before and its files are found, or sees that the
            # run is over and takes them back itself.
            clear_staging(self.folder)
            self._remove_strays()
            Journal.remove(self.folder)
        except OSError:
            pass  # published all the same; the next command clears up
        finally:
            self._lock.release()

    def _remove_strays(self) -> None:
        """Files of tasks that were cut off or ran again: no task reported them."""
        for table in self._made:
            table_folder = self.folder / table.path
            reported = {table_folder / file.path for file in self._files.get(table.name, [])}
            folder = data_folder(table_folder, self.run_id)
            for path in folder.glob("*.parquet"):
                if path not in reported:
                    path.unlink(missing_ok=True)
            if not reported:
                with suppress(OSError):  # never made, or there is something in it
                    folder.rmdir()

    def rollback(self) -> None:
        """Undo everything this run did; the previous dataset stays as it was.

        Where that cannot be done now, on a full disk for instance, the journal stays and the next command
        does it: the manifest's versions are whole in any case.
        """
        try:
            undo_unfinished(self.folder)
        except Exception:  # noqa: S110 - the error to report is the one that led here
            pass
        finally:
            self._lock.release()

    def _chunk_folder(self, table: Table, chunk: int) -> Path:
        return data_folder(self.folder / table.path, self.run_id) / f"part-{chunk:05d}"

    def _before(self, table: Table) -> TableEntry:
        assert self.previous is not None  # whoever adds to a dataset has one
        return self.previous.tables[table.name]

    def _read(self, table: Table, *paths: Path | str) -> Any:
        if not any(path.is_file() or any(path.iterdir()) for path in map(Path, paths)):
            return self.spark.createDataFrame([], table.struct_type())
        return self.spark.read.schema(table.struct_type()).parquet(*[str(p) for p in paths])


def check_target(folder: Path, force: bool = False) -> None:
    """Refuse a folder that holds something else, before any work is done.

    Raises
    ------
    StorageError
    """
    check_path(folder)
    if not folder.exists():
        return
    if not folder.is_dir():
        raise StorageError(f"{folder} is a file; a dataset needs a folder. Choose another path.")
    if force or (folder / MANIFEST).exists() or (folder / CONTROL).is_dir():
        return
    found = sorted(p.name for p in folder.iterdir())
    if found:
        shown = ", ".join(found[:3]) + (" …" if len(found) > 3 else "")
        raise StorageError(
            f"{folder} is not empty and not a dataset of this library (found {shown}). "
            "Choose another folder, or use --force (force=True) to write next to what is there."
        )
