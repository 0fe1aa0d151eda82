"""Files that are replaced in one step: readers find the old one or the new one, also after a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write `text` beside `path`, force it to disk, then rename it over `path`."""
    temporary = temporary_name(path)
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def temporary_name(path: Path) -> Path:
    """Where `write_atomically` writes first."""
    return path.with_name(f".{path.name}.new")


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk where the platform can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
