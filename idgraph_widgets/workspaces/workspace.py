"""One person's folder: the session and the runs, the datasets, and which paths lie in it."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from idgraph_widgets.errors import ConfigError

HOME, DATASETS = "studio", "datasets"
"""Folders in that of a person: the session and the runs, which no text field names, and all that one may name."""


@dataclass(frozen=True)
class Workspace:
    """What a studio may touch.

    Parameters
    ----------
    home : Path
        Folder of the session and the runs.
    root : Path, optional
        All that is named in a text field lies below it; None: anywhere on this machine.
    who : str
        Whose it is; "" for the user of the machine.

    Examples
    --------
    >>> Workspace(Path("/srv/ada/studio"), Path("/srv/ada/datasets"), "ada").place("../../bob/datasets/demo")
    Traceback (most recent call last):
        ...
    idgraph_widgets.errors.ConfigError: ../../bob/datasets/demo lies outside your workspace. Name a folder in it, \
such as data/demo.
    """

    home: Path
    root: Path | None = None
    who: str = ""

    @classmethod
    def of(cls, who: str, people: Path) -> Workspace:
        """The workspace of a person below a folder of many people's."""
        folder = people / folder_name(who)
        return cls(folder / HOME, folder / DATASETS, who)

    @property
    def shared(self) -> bool:
        """Whether other people's workspaces lie on the same machine."""
        return self.root is not None

    def make(self) -> None:
        """Make its folders, which only this program's user may read."""
        for folder in (self.home, self.root):
            if folder is not None:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def place(self, given: str) -> str:
        """The folder that somebody has named, as runs take it.

        Raises
        ------
        ConfigError
            It lies outside the workspace, by its name or by a link on the way to it.
        """
        if self.root is None:
            return given
        root = self.root.resolve()
        try:
            # As a text field's ~ would be somebody else's home, it is a name like others.
            found = Path(os.path.realpath(root / given))
        except (OSError, ValueError):  # too long, or with a zero byte
            found = root
        if found == root or not found.is_relative_to(root):
            raise ConfigError(f"{given} lies outside your workspace. Name a folder in it, such as data/demo.")
        return str(found)

    def shown(self, place: str) -> str:
        """A place as its owner knows it: below the root by its name there."""
        if self.root is None:
            return place
        path, root = Path(place), self.root.resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else place


def folder_name(who: str) -> str:
    """Name a person's folder such that it tells whose it is and no two people have the same.

    Examples
    --------
    >>> folder_name("Ada")
    'ada-99a563ab2f6e21e9'
    >>> folder_name("../etc")
    'etc-f7f9121fdb53d8de'
    """
    plain = unicodedata.normalize("NFKD", who).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "person"
    return f"{readable}-{hashlib.sha256(who.encode()).hexdigest()[:16]}"
