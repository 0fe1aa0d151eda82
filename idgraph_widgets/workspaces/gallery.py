"""Reports that people show to each other: each a folder with the report, the configuration, and whose it is.

What is shown is a copy. It stays as it is when the dataset changes or goes, and is gone when it is withdrawn.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from idgraph_widgets.storage.replacing import write_atomically

REPORT, CONFIGURATION, ABOUT = "report.html", "configuration.yaml", "about.json"
ADOPTED = "adopted.json"
"""In a person's home: a configuration that was shown, for the studio to take up."""


@dataclass(frozen=True)
class Exhibit:
    """A report that is shown.

    Attributes
    ----------
    id : str
        Its part of the address, which nobody can guess.
    who : str
        Who shows it.
    at : float
        Since when, in seconds since 1970.
    run, title : str
        Whose report it is, and what it is about.
    """

    id: str
    who: str
    at: float
    run: str
    title: str


class Gallery:
    """The shown reports below a folder."""

    def __init__(self, folder: Path):
        self._folder = Path(folder)

    def show(self, who: str, run: str, title: str, config: str, write_report: Callable[[Path], object]) -> Exhibit:
        """Show a report; one that this person shows of the same run is replaced, at a new address."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shown = Exhibit(secrets.token_urlsafe(12), who, time.time(), run, title)
        partial = self._folder / f".{shown.id}"
        partial.mkdir(mode=0o700)
        try:
            write_report(partial / REPORT)
            (partial / CONFIGURATION).write_text(config, encoding="utf-8")
            (partial / ABOUT).write_text(json.dumps(asdict(shown)), encoding="utf-8")
            before = [one for one in self.all() if (one.who, one.run) == (who, run)]
            partial.rename(self._folder / shown.id)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        for one in before:
            self.withdraw(one.id, who)
        return shown

    def all(self) -> list[Exhibit]:
        """All that is shown, the latest first."""
        if not self._folder.is_dir():
            return []
        found = (self.find(path.name) for path in self._folder.iterdir())
        return sorted((one for one in found if one is not None), key=lambda one: -one.at)

    def find(self, id: str) -> Exhibit | None:
        """What is shown at an address; None where nothing is, or not any more."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{16}", id):
            return None
        with suppress(OSError, ValueError, TypeError):
            return Exhibit(**json.loads((self._folder / id / ABOUT).read_text(encoding="utf-8")))
        return None

    def file(self, shown: Exhibit, name: str) -> Path:
        """One of the files of what is shown."""
        return self._folder / shown.id / name

    def withdraw(self, id: str, who: str) -> bool:
        """Take away what a person shows; False if there is nothing of theirs."""
        shown = self.find(id)
        if shown is None or shown.who != who:
            return False
        shutil.rmtree(self._folder / id)
        return True

    def adopt(self, shown: Exhibit, home: Path) -> None:
        """Lay the configuration where the studio of that home takes it up."""
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = self.file(shown, CONFIGURATION).read_text(encoding="utf-8")
        write_atomically(home / ADOPTED, json.dumps({"config": config, "who": shown.who, "title": shown.title}))


def adopted(home: Path) -> dict[str, str] | None:
    """What was laid there, once."""
    path = home / ADOPTED
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        path.unlink()
        return found
    return None
