"""What a person may ask for, and what stands in the way of a run that asks for more. Said before it begins."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from idgraph_widgets.config import GenerationConfig, Problem
from idgraph_widgets.notation import in_bytes
from idgraph_widgets.storage.folder.lock import DatasetLock


@dataclass(frozen=True)
class Limits:
    """Of one person's work; None is no limit.

    Attributes
    ----------
    households : int, optional
        In a run.
    disk_per_person, disk : int, optional
        Bytes of one person's datasets, and of everybody's.
    """

    households: int | None = None
    disk_per_person: int | None = None
    disk: int | None = None

    def problems(
        self, config: GenerationConfig, wanted: int = 0, mine: int = 0, everybodys: int = 0
    ) -> Iterable[Problem]:
        """What stands in the way of a run.

        Parameters
        ----------
        config : GenerationConfig
            Valid.
        wanted : int
            Bytes that it is expected to write.
        mine, everybodys : int
            Bytes that lie there already.
        """
        households, path = config.household_config.num_households, "household_config.num_households"
        if self.households is not None and households > self.households:
            suggestion = "Lower it, or ask your operator for more."
            yield Problem(path, f"{households:,}", f"at most {self.households:,} here", suggestion)
        for there, most, whose in ((mine, self.disk_per_person, "you have"), (everybodys, self.disk, "all have")):
            if most is not None and wanted and there + wanted > most:
                found = f"about {in_bytes(wanted)} to write, beside the {in_bytes(there)} that {whose} here"
                suggestion = "Ask for fewer households or days, or remove a dataset on the Run tab."
                yield Problem(path, found, f"{in_bytes(most)} in all", suggestion)


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder; what goes while they are counted does not count."""
    return sum(map(_size, folder.rglob("*")))


def _size(path: Path) -> int:
    try:
        found = path.lstat()
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def discard(dataset: Path) -> None:
    """Remove a dataset, unless it is being written.

    Raises
    ------
    StorageError
        It is.
    """
    lock = DatasetLock(dataset)
    lock.acquire()
    try:
        shutil.rmtree(dataset)
    finally:
        lock.release()
