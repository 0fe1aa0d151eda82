"""What a run of the studio is asked for: one value, kept in the run's folder for whoever works on it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from idgraph_widgets.studio.launch import REQUEST


@dataclass(frozen=True)
class RunRequest:
    """A run, a trial or a job that somebody wants.

    Attributes
    ----------
    config : dict
        As JSON knows it.
    kind : {"run", "trial"}
    out : str or None
        The folder to write to; None: a catalog.
    started : float
        When it was asked for, in seconds since 1970.
    force : bool
        Write into a folder that holds other things, next to them.
    job : bool
        Whether it is to work in a workspace.
    engine : str
        Of a worker; "" for the embedded one.
    who : str
        Who wants it, if not the user that submits; "" if it is.
    token : str
        By which a workspace knows a submission whose answer was lost; "" of what is no job.
    """

    config: dict
    kind: str
    out: str | None
    started: float
    force: bool = False
    job: bool = False
    engine: str = ""
    who: str = ""
    token: str = ""

    def write(self, folder: Path) -> None:
        """Keep it in the run's folder."""
        (folder / REQUEST).write_text(json.dumps(asdict(self)), encoding="utf-8")


def request_of(folder: Path) -> RunRequest | None:
    """What the run of a folder was asked for; None where that cannot be read."""
    try:
        return RunRequest(**json.loads((folder / REQUEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def was_job(folder: Path) -> bool:
    """Whether the run of a folder was, or was to be, a job."""
    request = request_of(folder)
    return request is not None and request.job
