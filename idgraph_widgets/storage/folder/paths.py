"""Which folders a dataset can live in: every reader must take the path for what it is.

Spark and DuckDB read some characters as patterns, and deltalake takes others for an encoding or stops on them
(seen with deltalake 1.6.6, whatever the spelling of the address). There is no quoting that all of them undo, so
such a path is refused before anything is written there, and named where a dataset was moved to one.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from idgraph_widgets.errors import ConfigError, StorageError

_REASONS = (
    (re.compile(r"[\x00-\x1f\x7f]"), "which Delta readers refuse"),
    (re.compile(r"[\ud800-\udfff]"), "which is no text in UTF-8"),
    (re.compile(r"[*?\[\]{}]"), "which Spark and DuckDB read as a pattern"),
    (re.compile(r"%[0-9A-Fa-f]{2}"), "which Delta readers take for an encoded character"),
    (re.compile(r"[\\|^]"), "which Delta readers refuse"),
)
"""What may not stand in the name of a folder, and why."""


def folder_path(path: str | os.PathLike[str]) -> Path:
    """The absolute path of a folder somebody named; ``~`` is what a shell makes of it.

    Raises
    ------
    StorageError
        The name is empty.
    """
    text = os.fspath(path)
    if not text:
        raise StorageError("The path of the folder is empty. Give a name, or . for the current folder.")
    # Path.expanduser() raises where a user is unknown; a shell takes the name as it is.
    return Path(os.path.expanduser(text)).absolute()  # noqa: PTH111


def file_path(path: str | os.PathLike[str]) -> Path:
    """The absolute path of a file somebody wants written.

    Raises
    ------
    ConfigError
        The name is empty, a folder's, or below a file.
    """
    if not os.fspath(path):
        raise ConfigError("The name of the file is empty. Give one.")
    file = folder_path(path)
    if file.is_dir():
        raise ConfigError(f"{file} is a folder. Name a file in it, or another one.")
    check_above(file)
    return file


def check_above(path: Path) -> None:
    """Refuse a path below a file.

    Raises
    ------
    ConfigError
    """
    above = next(parent for parent in path.parents if os.path.lexists(parent))
    if not above.is_dir():
        raise ConfigError(f"{path} cannot be written: {above} is no folder. Choose another path.")


def check_path(folder: Path) -> None:
    """Refuse a path that some reader of the tables would take for another one.

    Spaces, umlauts, quotes and ``# + & % : ; = , @ ~ $`` are fine.

    Parameters
    ----------
    folder : Path
        Absolute.

    Raises
    ------
    StorageError
        Names what was found and why it cannot be.

    Examples
    --------
    >>> check_path(Path("/data/Straße #1, 50% + more"))
    >>> check_path(Path("/data/My%20Data"))
    Traceback (most recent call last):
        ...
    idgraph_widgets.errors.StorageError: /data/My%20Data: found %20 in the path, which Delta readers take for an \
encoded character. Choose a folder without it.
    """
    for name in folder.parts:
        if name == folder.anchor:
            continue
        for pattern, reason in _REASONS:
            found = pattern.search(name)
            if found:
                shown = found[0] if found[0].isprintable() else ascii(found[0])
                raise StorageError(
                    f"{_printable(folder)}: found {shown} in the path, {reason}. Choose a folder without it."
                )


def _printable(folder: Path) -> str:
    return str(folder) if str(folder).isprintable() else ascii(str(folder))
