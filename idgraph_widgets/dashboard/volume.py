"""Sessions and runs of all people, kept in a volume: an app's own disk is gone whenever it is deployed or started anew.

A volume is not mounted where an app runs. It is reached by the workspace's file API, which knows whole files and no
locks, so people work on the disk and what changed is copied: a zip file for each person, read when the server begins
and written some seconds after a change and once more when it stops. One server at a time keeps its people there.
"""

from __future__ import annotations

import io
import shutil
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from idgraph_widgets.errors import EngineError, JobError
from idgraph_widgets.workspaces.workspace import HOME

_AT_ONCE = 8
_PAUSE = 5.0
"""Seconds between two looks for what has changed."""
_LAST = 8.0
"""Seconds that the last copies may take: a platform that stops an app waits for 15."""


class VolumeCopies:
    """Copies of people's folders.

    Parameters
    ----------
    files : idgraph_widgets.jobs.Workspace
        The workspace of the volume.
    folder : str
        In the volume.
    people : Path
        The folder of all people on the disk.
    """

    def __init__(self, files, folder: str, people: Path):
        self._files, self._folder, self._people = files, f"{folder}/people", people
        self._sent: dict[str, dict] = {}
        self._problem = ""
        self._lock, self._ended = threading.Lock(), threading.Event()

    def fetch(self) -> None:
        """Bring to the disk what is kept; what a person has on the disk already is newer, and stays.

        Raises
        ------
        EngineError
            The volume cannot be read. Going on would write over what is kept there.
        """
        try:
            names = [name for name in self._files.names(self._folder) if name.endswith(".zip")]
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(self._fetch, names))
        except (JobError, OSError, zipfile.BadZipFile) as error:
            raise EngineError(f"Sessions and runs that are kept in {self._folder} cannot be read: {error}") from error

    def _fetch(self, name: str) -> None:
        person = name.removesuffix(".zip")
        home = self._people / person / HOME
        if home.exists():
            return
        partial = home.with_name(f".{HOME}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700, parents=True)
        with zipfile.ZipFile(io.BytesIO(self._files.get(f"{self._folder}/{name}"))) as archive:
            # Names that would lead out of the folder are made harmless by the library.
            archive.extractall(partial)
        partial.rename(home)
        self._sent[person] = _state(home)

    def begin(self) -> None:
        """Copy what changes from now on."""
        threading.Thread(target=self._keep, daemon=True).start()

    def _keep(self) -> None:
        while not self._ended.wait(_PAUSE):
            self.send()

    def send(self) -> None:
        """Copy the folders that have changed; what cannot be sent is tried again the next time, and said once."""
        with self._lock:
            problem = ""
            for home in sorted(self._people.glob(f"*/{HOME}")):
                person, state = home.parent.name, _state(home)
                if state == self._sent.get(person, {}):
                    continue
                try:
                    self._files.put(f"{self._folder}/{person}.zip", _packed(home))
                    self._sent[person] = state
                except JobError as error:
                    problem = f"Sessions and runs could not be kept: {error}"
            if problem != self._problem:
                print(problem or "Sessions and runs are kept again.", file=sys.stderr, flush=True)
            self._problem = problem

    def send_last(self) -> None:
        """Copy what has changed, within the time that is left to a server which stops."""
        self._ended.set()
        last = threading.Thread(target=self.send, daemon=True)
        last.start()
        last.join(_LAST)


def _state(home: Path) -> dict[str, tuple[int, int]]:
    """What tells whether a folder has changed: its files, with their sizes and times."""
    found = {}
    for path in home.rglob("*"):
        try:
            known = path.stat()
        except OSError:  # it has gone meanwhile
            continue
        if path.is_file():
            found[path.relative_to(home).as_posix()] = (known.st_size, known.st_mtime_ns)
    return found


def _packed(home: Path) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(_state(home)):
            try:
                content = (home / name).read_bytes()
            except OSError:  # it has gone meanwhile
                continue
            archive.writestr(name, content)
    return target.getvalue()
