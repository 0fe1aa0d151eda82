"""Processes: whether one that wrote something down is still at work, and the cores of this one."""

from __future__ import annotations

import json
import os
import socket
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

_TOLERANCE = 2.0
"""Seconds; systems tell the time of their start in whole ones, and correct it with their clock."""


@dataclass(frozen=True)
class ProcessMark:
    """A process, such that no other one has an equal mark, even where its number is used again.

    Attributes
    ----------
    machine : str
        As `machine` gives it.
    pid : int
        Its number there.
    started : float
        When it began: seconds since the machine's start; on Windows since 1970.
    """

    machine: str
    pid: int
    started: float

    @classmethod
    def of(cls, pid: int | None = None) -> ProcessMark:
        """The mark of a process of this machine; of this process without a number.

        Raises
        ------
        ProcessLookupError
            There is none with this number.
        """
        pid = os.getpid() if pid is None else pid
        try:
            return cls(machine(), pid, _started(psutil.Process(pid)))
        except psutil.NoSuchProcess as error:
            raise ProcessLookupError(f"There is no process {pid}.") from error

    @property
    def is_running(self) -> bool:
        """Whether it is at work on this machine; one that has ended and was not waited for is not."""
        if self.machine != machine():
            return False
        try:
            process = psutil.Process(self.pid)
            if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
                return False
            return abs(_started(process) - self.started) <= _TOLERANCE
        except psutil.AccessDenied:
            return True  # somebody else's, and nothing tells that it is another one
        except (psutil.NoSuchProcess, ValueError, OverflowError):
            return False

    def to_text(self) -> str:
        """As JSON, for a file."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> ProcessMark | None:
        """What `to_text` wrote; None where the text is something else."""
        try:
            found = json.loads(text)
            return cls(str(found["machine"]), int(found["pid"]), float(found["started"]))
        except (ValueError, KeyError, TypeError):
            return None


def machine() -> str:
    """Name this machine, since its start, and the name space of process numbers in it: containers share host names."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{socket.gethostname()}:{uuid.getnode()}"


def _started(process: psutil.Process) -> float:
    # Elsewhere than on Windows both move when the clock is set, and their difference does not.
    return process.create_time() - (0.0 if psutil.WINDOWS else psutil.boot_time())


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
