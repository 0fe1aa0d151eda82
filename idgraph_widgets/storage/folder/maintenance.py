"""Keeping a dataset's folder fit: statistics from the log, compaction with Z-order, vacuum.

None of it changes a row: the manifest keeps its content hashes and gets the new versions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from idgraph_widgets.errors import ConfigError, StorageError
from idgraph_widgets.storage.folder import delta
from idgraph_widgets.storage.folder.lock import DatasetLock
from idgraph_widgets.storage.folder.paths import check_path, folder_path
from idgraph_widgets.storage.folder.recovery import Journal, half_written, undo_unfinished
from idgraph_widgets.storage.layout import Layouts
from idgraph_widgets.storage.manifest import MANIFEST, Manifest, TableEntry
from idgraph_widgets.storage.table_stats import KEEP_HOURS, TableStats


def delta_stats(folder: str | os.PathLike[str], version: int | None = None) -> TableStats:
    """Statistics of the Delta table at `folder`, from its log.

    Raises
    ------
    StorageError
        There is no Delta table.
    """
    opened = delta.open_table(Path(folder), version)
    if opened is None:
        raise StorageError(f"{folder} is not a Delta table.")
    adds = opened.get_add_actions(flatten=True)
    sizes, rows = adds.column("size_bytes").to_pylist(), adds.column("num_records").to_pylist()
    return TableStats(sum(rows), sum(sizes), len(sizes))


def optimize(
    folder: str | os.PathLike[str],
    tables: Sequence[str] | None = None,
    layouts: Layouts | None = None,
    on_table: Callable[[str], object] | None = None,
) -> dict[str, tuple[TableStats, TableStats]]:
    """Rewrite tables into few files, in the Z-order of their layout's columns.

    Parameters
    ----------
    folder : path-like
        A dataset's.
    tables : sequence of str, optional
        Default: all.
    layouts : Layouts, optional
        Whose `cluster_by` to order by; a table without is only compacted.
    on_table : callable, optional
        Called with the name of each table that begins.

    Returns
    -------
    dict of str to (TableStats, TableStats)
        Before and after, by table. Old files stay until a vacuum.

    Raises
    ------
    StorageError
        No dataset there, or another run is writing.
    ConfigError
        An unknown table.
    """
    folder, layouts = folder_path(folder), layouts or Layouts()
    with _exclusive(folder) as manifest:
        names = _known(folder, manifest, tables)
        # Killed half-way, the next command restores the manifest's versions.
        Journal("optimize", [manifest.tables[name].path for name in names], []).write(folder)
        entries, outcome = dict(manifest.tables), {}
        for name in names:
            if on_table is not None:
                on_table(name)
            entry = entries[name]
            before = delta_stats(folder / entry.path, entry.delta_version)
            entries[name] = _optimize_table(folder, entry, layouts[name].cluster_by, before)
            after = TableStats(entry.rows, entries[name].bytes, entries[name].files)
            outcome[name] = (before, after)
        replace(manifest, tables=entries).write(folder)
        Journal.remove(folder)
    return outcome


def _optimize_table(folder: Path, entry: TableEntry, columns: Sequence[str], before: TableStats) -> TableEntry:
    path = folder / entry.path
    opened = delta.open_table(path)
    if columns and before.num_files:
        opened.optimize.z_order(list(columns))
    else:
        opened.optimize.compact()
    version = delta.open_table(path).version()
    after = delta_stats(path, version)
    if after.num_rows != entry.rows:
        raise StorageError(
            f"{path}: {after.num_rows} rows after compaction, {entry.rows} before. Nothing was published."
        )
    return replace(entry, delta_version=version, bytes=after.size_bytes, files=after.num_files)


def vacuum(folder: str | os.PathLike[str], retention_hours: int = KEEP_HOURS, dry_run: bool = False) -> list[str]:
    """Remove what no version in use needs: orphans of dead runs, and files of earlier versions.

    Parameters
    ----------
    folder : path-like
        A dataset's.
    retention_hours : int
        Files of earlier versions stay as long as this after they were replaced. Orphans, which no
        version ever named, go at once: no run can be writing meanwhile.
    dry_run : bool
        Only report.

    Returns
    -------
    list of str
        Paths below `folder`, with forward slashes.

    Raises
    ------
    StorageError
        No dataset there, or another run is writing.
    ConfigError
        A negative age.
    """
    if retention_hours < 0:
        raise ConfigError(f"retention_hours: found {retention_hours}, allowed is 0 or more.")
    folder = folder_path(folder)
    removed = []
    with _exclusive(folder) as manifest:
        entries = dict(manifest.tables)
        for name, entry in manifest.tables.items():
            found, version = _vacuum_table(folder / entry.path, entry, retention_hours, dry_run)
            removed += [f"{entry.path}/{path}" for path in found]
            entries[name] = replace(entry, delta_version=version)
        for path in half_written(folder):
            removed.append(path.relative_to(folder).as_posix())
            if not dry_run:
                path.unlink(missing_ok=True)
        if entries != manifest.tables:
            replace(manifest, tables=entries).write(folder)
    return removed


def _vacuum_table(path: Path, entry: TableEntry, hours: int, dry_run: bool) -> tuple[list[str], int | None]:
    opened = delta.open_table(path)
    if opened is None:
        raise StorageError(f"{path} is not a Delta table any more. Generate the dataset again.")
    at_once = {"retention_hours": 0, "dry_run": True, "enforce_retention_duration": False}
    replaced = set(opened.vacuum(**at_once))
    orphans = sorted(set(opened.vacuum(**at_once, full=True)) - replaced)
    keep = {"enforce_retention_duration": False, "keep_versions": [entry.delta_version]}
    # The log remembers files that an earlier vacuum took away.
    expired = sorted(f for f in opened.vacuum(hours, dry_run=True, **keep) if (path / f).exists())
    if dry_run:
        return orphans + expired, entry.delta_version
    for orphan in orphans:
        (path / orphan).unlink(missing_ok=True)
    version = entry.delta_version
    if expired:
        current = opened.version() == entry.delta_version
        opened.vacuum(hours, dry_run=False, **keep)
        # A vacuum records itself in the log; the rows are the same.
        version = delta.open_table(path).version() if current else version
    _remove_empty_folders(path / "data")
    return orphans + expired, version


def _remove_empty_folders(root: Path) -> None:
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _known(folder: Path, manifest: Manifest, tables: Sequence[str] | None) -> list[str]:
    unknown = [name for name in tables or () if name not in manifest.tables]
    if unknown:
        raise ConfigError(
            f"{folder} has no table {', '.join(map(repr, unknown))}; it has {', '.join(manifest.tables)}."
        )
    return list(manifest.tables if tables is None else tables)


@contextmanager
def _exclusive(folder: Path) -> Iterator[Manifest]:
    """The manifest of a dataset that nobody else writes meanwhile; a dead run is undone first."""
    check_path(folder)
    if Manifest.read(folder) is None:
        raise StorageError(f"There is no dataset at {folder}: found no {MANIFEST}.")
    lock = DatasetLock(folder)
    try:
        lock.acquire()
        undo_unfinished(folder)
        manifest = Manifest.read(folder)
        if manifest is None:
            raise StorageError(f"There is no dataset at {folder} any more: its {MANIFEST} has gone.")
        yield manifest
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror or error}.") from error
    finally:
        lock.release()
