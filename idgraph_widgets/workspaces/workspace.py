"""One person's folder: the session and the runs, the datasets, and which paths lie in it."""

from __future__ import annotations

import hashlib
import os
import re
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from idgraph_widgets.config import GenerationConfig, Problem
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.workspaces.limits import Limits, size_of
from idgraph_widgets.workspaces.queue import Queue

HOME, DATASETS = "studio", "datasets"
"""Folders in that of a person: the session and the runs, which no text field names, and all that one may name."""

GALLERY = "shown"
"""The folder of shown reports, beside that of all people."""

SCHEMA = "demo"
"""What a person's schema is called, after what all of them begin with, if nobody says."""

PLACES = ("folder", "catalog")
"""Where runs may write: into folders, on this machine; into a catalog, on a session or as jobs of a workspace."""

DISK = "disk"
"""The queue's figure of bytes that everybody's datasets take."""
_FRESH = 10.0


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
    limits : Limits
        What may be asked for.
    queue : Path, optional
        File of the queue in which runs wait for their turn; without one they begin at once.
    address : str
        Path on the dashboard's server below which browsers get what lies here; "" where there is none.
    engines : tuple of str
        What runs on this machine may work on, as `start_engine` takes it; the first if nobody chooses.
    places : tuple of str
        Those of `PLACES` that are offered.
    catalog : str
        Where other people's workspaces are: the catalog that jobs write to, each into a schema of its person.

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
    limits: Limits = Limits()
    queue: Path | None = None
    address: str = ""
    engines: tuple[str, ...] = ("embedded",)
    places: tuple[str, ...] = PLACES
    catalog: str = ""
    _measured: dict[str, tuple[float, int]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, who: str, people: Path, **more) -> Workspace:
        """The workspace of a person below a folder of many people's; what else it has as `Workspace` takes it."""
        folder = people / folder_name(who)
        return cls(folder / HOME, folder / DATASETS, who, **{"places": ("folder",), **more})

    @property
    def shared(self) -> bool:
        """Whether other people's workspaces lie on the same machine."""
        return self.root is not None

    @property
    def gallery(self) -> Path | None:
        """Folder of the reports that people show to each other; None where nobody else is."""
        return None if self.root is None else self.root.parents[2] / GALLERY

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

    def named(self, config: GenerationConfig) -> GenerationConfig:
        """A configuration with the full names of what its run writes to a catalog.

        Jobs of many people run in one name and share a catalog: what a schema is called says whose it is. A name that
        is given in full already stays as it is; who names none gets one.

        Examples
        --------
        >>> ada = Workspace.of("ada@example.org", Path("/srv"), places=("catalog",), catalog="main")
        >>> found = ada.named(GenerationConfig(schema_name="demo"))
        >>> found.catalog_name, found.schema_name, ada.named(found) == found
        ('main', 'adaexampleorg_cfe00dde46ef_demo', True)
        """
        if not self.catalog:
            return config
        own, schema = schema_prefix(self.who), config.schema_name or SCHEMA
        schema = schema if schema.startswith(own) else own + schema
        return replace(config, catalog_name=self.catalog, schema_name=schema)

    def problems(self, config: GenerationConfig, wanted: int) -> Iterable[Problem]:
        """What stands in the way of a run of a valid configuration that is expected to write so many bytes."""
        if self.root is None:
            return ()
        if "folder" not in self.places:
            return self.limits.problems(config)
        root, queue = self.root, self.queue
        mine = self._known("mine", lambda: size_of(root)) if self.limits.disk_per_person is not None else 0
        all = 0
        if self.limits.disk is not None and queue is not None:
            all = self._known("all", lambda: int(Queue(queue).fact(DISK) or 0))
        return self.limits.problems(config, wanted, mine, max(mine, all))

    def _known(self, name: str, measure) -> int:
        """A figure that is measured anew when it is some seconds old: sliders ask for it with every step."""
        at, value = self._measured.get(name, (float("-inf"), 0))
        if time.monotonic() - at > _FRESH:
            value = measure()
            self._measured[name] = (time.monotonic(), value)
        return value

    def measure_anew(self) -> None:
        """Count what lies there when it is next asked for."""
        self._measured.clear()

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


def schema_prefix(who: str) -> str:
    """How the schemas of a person begin; no person's begins with another's, whatever the two are called.

    Examples
    --------
    >>> schema_prefix("Ada")
    'ada_99a563ab2f6e_'
    """
    readable, _, digest = folder_name(who).rpartition("-")
    # The part before the first line has none of them: two that begin alike are of one person.
    return f"{readable.replace('-', '')[:24]}_{digest[:12]}_"
