"""Undoing what an unfinished run left, so that the latest versions are the manifest's again.

A run writes a journal before its first file and removes it after the manifest. A journal found
under the lock therefore belongs to a dead run.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from idgraph_widgets.errors import StorageError
from idgraph_widgets.storage.folder import delta
from idgraph_widgets.storage.folder.lock import CONTROL, DatasetLock
from idgraph_widgets.storage.folder.paths import folder_path
from idgraph_widgets.storage.manifest import MANIFEST, Manifest
from idgraph_widgets.storage.replacing import sync_folder, temporary_name, write_atomically


@dataclass(frozen=True)
class Journal:
    """What an unfinished run may have touched.

    `paths` are its tables' folders, `created` those of them that did not exist before.
    """

    run_id: str
    paths: list[str]
    created: list[str]

    @staticmethod
    def location(folder: Path) -> Path:
        return Path(folder, CONTROL, "unfinished_run.json")

    def write(self, folder: Path) -> None:
        write_atomically(self.location(folder), json.dumps(asdict(self)))

    @classmethod
    def read(cls, folder: Path) -> Journal | None:
        try:
            return cls(**json.loads(cls.location(folder).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    @classmethod
    def remove(cls, folder: Path) -> None:
        cls.location(folder).unlink(missing_ok=True)
        sync_folder(cls.location(folder).parent)


def recover(folder: str | os.PathLike[str]) -> str | None:
    """Undo an unfinished run in a dataset's folder, unless that run is still alive.

    Every command and `Dataset` call this before they read or write.

    Parameters
    ----------
    folder : path-like

    Returns
    -------
    str or None
        The id of the run that was undone, or None when there was nothing to do.
    """
    folder = folder_path(folder)
    if not Journal.location(folder).exists():
        return None
    lock = DatasetLock(folder)
    try:
        lock.acquire()
    except (StorageError, OSError):
        # Being written right now, or on a disk we may only read: the manifest's versions are
        # readable all the same.
        return None
    try:
        return undo_unfinished(folder)
    finally:
        lock.release()


def undo_unfinished(folder: Path) -> str | None:
    """Undo the journal's run; the caller holds the lock. Can be repeated after a kill at any point."""
    journal = Journal.read(folder)
    if journal is None:
        return None
    manifest = Manifest.read(folder)
    published = manifest is not None and manifest.run_id == journal.run_id
    # What can go goes first: on a full disk, bringing versions back needs the room.
    clear_staging(folder)
    for path in half_written(folder):
        path.unlink(missing_ok=True)
    if not published:
        _remove_leftovers(folder, journal)
        if manifest is not None:
            _restore_tables(folder, manifest, journal)
    Journal.remove(folder)
    return None if published else journal.run_id


def half_written(folder: Path) -> list[Path]:
    """What a kill left of files that were to replace others: of the manifest, and of our own notes."""
    found = [temporary_name(folder / MANIFEST), *(folder / CONTROL).glob(temporary_name(Path("*")).name)]
    return [path for path in found if path.exists()]


def staging_folder(folder: Path) -> Path:
    """Where a run keeps intermediate frames that are no table."""
    return Path(folder, CONTROL, "staging")


def clear_staging(folder: Path) -> None:
    """Remove what a run kept for itself; tasks of it that are still at work see that and end."""
    shutil.rmtree(_removed_folder(folder), ignore_errors=True)  # of an attempt that was killed
    _remove(folder, staging_folder(folder))


def _removed_folder(folder: Path) -> Path:
    return Path(folder, CONTROL, "removed")


def _remove(folder: Path, tree: Path) -> None:
    """Remove a folder that late tasks may write into: under another name first, so that they find none."""
    removed = _removed_folder(folder)
    gone = removed / uuid.uuid4().hex
    try:
        removed.mkdir(parents=True, exist_ok=True)
        tree.rename(gone)
    except FileNotFoundError:
        pass
    except OSError:
        gone = tree  # a full disk, or one that cannot rename what is open
    shutil.rmtree(gone, ignore_errors=True)
    shutil.rmtree(removed, ignore_errors=True)


def _restore_tables(folder: Path, manifest: Manifest, journal: Journal) -> None:
    tables = dict(manifest.tables)
    for name, entry in manifest.tables.items():
        if entry.path in journal.paths and entry.delta_version is not None:
            version = delta.restore(folder / entry.path, entry.delta_version)
            tables[name] = replace(entry, delta_version=version)
    if tables != manifest.tables:
        replace(manifest, tables=tables).write(folder)


def _remove_leftovers(folder: Path, journal: Journal) -> None:
    for path in journal.paths:
        table_folder = folder / path
        if path in journal.created:
            _remove(folder, table_folder)
            parent = table_folder.parent
            if parent != folder and parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        else:
            _remove(folder, table_folder / "data" / journal.run_id)
