"""One writer at a time per dataset folder.

The operating system's file lock is used: it falls with its process, so a lock can never be stale.
The file's content only tells a second writer who holds it.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import TextIO

from idgraph_widgets.errors import StorageError

CONTROL = ".idgraph"
"""Folder, inside a dataset's, for the lock, the journal and staged files."""


class DatasetLock:
    """Exclusive right to write a dataset; acquired at once or refused."""

    def __init__(self, folder: Path):
        self.path = Path(folder, CONTROL, "lock")
        self._file: TextIO | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises
        ------
        StorageError
            Another process (or another store in this one) holds it.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="utf-8")
        if not _try_lock(file):
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise StorageError(
                f"{self.path.parent.parent} is being written by another run ({_describe(holder)}). "
                "Wait for it to end, or choose another folder."
            )
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        file, self._file = self._file, None
        if file is not None:
            file.truncate(0)
            file.close()


def _describe(holder: str) -> str:
    try:
        data = json.loads(holder)
        return f"process {data['pid']} on {data['host']}"
    except (ValueError, KeyError, TypeError):
        return "process unknown"


def _try_lock(file: TextIO) -> bool:
    if sys.platform == "win32":
        import msvcrt

        # One byte far behind the text, which must stay readable for the one who is refused.
        file.seek(1 << 20)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
