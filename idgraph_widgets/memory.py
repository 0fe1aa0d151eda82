"""How much memory this process may use: what the machine has, or less where a cgroup, as of a container, limits it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Memory:
    """What a process may use.

    Attributes
    ----------
    limit : int
        Bytes that it may hold together with what shares the limit.
    left : int
        Bytes of it that are free, or are given back on demand, as cached files are.
    where : str
        Whose limit it is, in words.
    """

    limit: int
    left: int
    where: str

    def __str__(self) -> str:
        return f"{self.where}: {mebibytes(self.left)} of {mebibytes(self.limit)} left"


def mebibytes(size: float) -> str:
    """A size of memory for people.

    Examples
    --------
    >>> mebibytes(3 << 30)
    '3,072 MiB'
    """
    return f"{size / 2**20:,.0f} MiB"


def available_memory(proc: Path = Path("/proc/self")) -> Memory:
    """The memory of this process: of the machine and all cgroups around the process, the one with the least left.

    Parameters
    ----------
    proc : Path
        Where the system describes the process.

    Examples
    --------
    >>> memory = available_memory()
    >>> 0 < memory.left <= memory.limit
    True
    """
    machine = psutil.virtual_memory()
    found = [Memory(machine.total, machine.available, "this machine"), *_cgroups(proc)]
    limit = min(one.limit for one in found)
    # A limit that is larger than the machine is none.
    tightest = min((one for one in found if one.limit <= machine.total), key=lambda one: one.left)
    return Memory(limit, max(0, min(tightest.left, limit)), tightest.where)


_EXHAUSTED = ("Resources exhausted", "Memory Exhausted", "total memory pool")
"""What the embedded engine says where its pool is full."""


def memory_fault(text: str) -> str | None:
    """In words, that an engine's error is about lack of memory; None where it is about something else."""
    if not any(mark in text for mark in _EXHAUSTED):
        return None
    memory = available_memory()
    return (
        f"The embedded engine had not enough memory: it may fill part of the {mebibytes(memory.limit)} that "
        f"{memory.where} gives. Give more memory (in a container its memory limit), end other programs, or take fewer "
        "households or days."
    )


@dataclass(frozen=True)
class _Version:
    """The files in which a version of cgroups tells about memory."""

    limit: str
    used: str
    cached: tuple[str, ...]


_VERSIONS = {
    "cgroup2": _Version("memory.max", "memory.current", ("inactive_file", "active_file")),
    "cgroup": _Version("memory.limit_in_bytes", "memory.usage_in_bytes", ("total_inactive_file", "total_active_file")),
}


def _cgroups(proc: Path) -> list[Memory]:
    """The limits of the process's cgroup and of those above it; none where the system has no cgroups."""
    found = []
    for kind, mount, own in _folders(proc):
        version = _VERSIONS[kind]
        for folder in (own, *own.parents):
            limit = _number(folder / version.limit)
            used = _number(folder / version.used)
            if limit is not None and used is not None:
                given_back = _cached(folder / "memory.stat", version.cached)
                found.append(Memory(limit, limit - used + given_back, f"the cgroup {folder}"))
            if folder == mount:
                break
    return found


def _folders(proc: Path) -> list[tuple[str, Path, Path]]:
    """(kind, mount point, folder of the process) of each hierarchy of cgroups that counts memory."""
    try:
        own = [line.split(":", 2) for line in (proc / "cgroup").read_text().splitlines()]
        mounts = [line.split() for line in (proc / "mountinfo").read_text().splitlines()]
    except OSError:
        return []
    paths = {
        "cgroup2": next((path for _, names, path in own if not names), None),
        "cgroup": next((path for _, names, path in own if "memory" in names.split(",")), None),
    }
    found = []
    for fields in mounts:
        # … root, mount point, options, any number of tags, "-", kind, source, options
        kind, *_, options = fields[fields.index("-") + 1 :]
        path = paths.get(kind)
        if path is None or (kind == "cgroup" and "memory" not in options.split(",")):
            continue
        root, mount = fields[3], Path(_unescaped(fields[4]))
        # A container may see only its own part of the hierarchy.
        inside = path.removeprefix(root if root != "/" else "").lstrip("/")
        folder = mount / inside
        found.append((kind, mount, folder if ".." not in folder.parts and folder.is_dir() else mount))
    return found


def _unescaped(text: str) -> str:
    """A path of mountinfo, where spaces and the like are octal numbers."""
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")


def _number(path: Path) -> int | None:
    """The number in a file; None where there is no such file, or it says "max"."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _cached(path: Path, names: tuple[str, ...]) -> int:
    """Bytes of files that the system keeps in memory as long as nobody needs it."""
    try:
        lines = (line.split() for line in path.read_text().splitlines())
        return sum(int(value) for name, value in lines if name in names)
    except (OSError, ValueError):
        return 0
