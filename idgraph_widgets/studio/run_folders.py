"""Runs of a studio as files: what was asked for, what has happened, what came out; each has a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from idgraph_widgets.forecast.run_time import RunTime
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.studio.job import CHECKS, LOG, REPORT
from idgraph_widgets.studio.launch import CANCEL, EVENTS, OUTPUT, REQUEST
from idgraph_widgets.studio.run_record import StudioRun, applied
from idgraph_widgets.studio.run_request import RunRequest, request_of, was_job

KEPT = 30
"""Runs that the history keeps."""


class RunFolders:
    """The folders of a home's runs.

    Parameters
    ----------
    home : Path
    """

    def __init__(self, home: Path):
        self._folder = home / "runs"

    def of(self, id: str) -> Path:
        """The folder of a run."""
        return self._folder / id

    def all(self) -> list[Path]:
        """The folders, the latest run's first."""
        if not self._folder.is_dir():
            return []
        return sorted((p for p in self._folder.iterdir() if (p / REQUEST).is_file()), reverse=True)

    def prune(self) -> None:
        """Drop what the history does not keep."""
        for folder in self.all()[KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)

    def was_job(self, id: str) -> bool:
        """Whether a run was, or was to be, a job."""
        return was_job(self.of(id))

    def has_report(self, id: str) -> bool:
        """Whether the run's job has brought its report."""
        return (self.of(id) / REPORT).is_file()

    def report(self, id: str) -> dict | None:
        """The report that the run's job has brought, as `idgraph_widgets.report.document` made it."""
        try:
            return json.loads((self.of(id) / REPORT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def checks(self, id: str, dataset: str) -> CheckReport | None:
        """What the checks of a run found.

        Parameters
        ----------
        id : str
            Of the run.
        dataset : str
            ``run_id`` in the manifest that the report is to speak of.

        Returns
        -------
        CheckReport or None
            None where they were not run to the end, or the dataset has changed since.
        """
        try:
            kept = json.loads((self.of(id) / CHECKS).read_text(encoding="utf-8"))
            return CheckReport.from_dict(kept["report"]) if kept["run_id"] == dataset else None
        except (OSError, ValueError, KeyError, TypeError):
            return None


def run_of(folder: Path, expected: RunTime | None = None) -> StudioRun | None:
    """The run of a folder as it stands; None where what was asked for cannot be read."""
    request = request_of(folder)
    if request is None:
        return None
    run = fresh(folder.name, request)
    for event in new_events(folder / EVENTS, 0)[1]:
        run = applied(run, event, expected or RunTime())
    return run


def fresh(id: str, asked: RunRequest) -> StudioRun:
    """A run of which nothing has happened yet."""
    checks = "waiting" if asked.kind == "run" else ""
    tables = dict.fromkeys(GENERATED, ("waiting", 0))
    return StudioRun(id, asked.kind, asked.config, asked.out, started=asked.started, tables=tables, checks=checks)


def append(path: Path, event: dict) -> None:
    """Write an event down."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(event, default=str) + "\n")


def new_events(path: Path, position: int) -> tuple[int, list[dict]]:
    """Whole lines written since `position`; all of them where the file was begun anew."""
    try:
        with path.open("rb") as file:
            position = position if position <= file.seek(0, os.SEEK_END) else 0
            file.seek(position)
            data = file.read()
    except OSError:
        return position, []
    end = data.rfind(b"\n") + 1
    return position + end, [event for event in map(_event, data[:end].splitlines()) if event is not None]


def _event(line: bytes) -> dict | None:
    """The event of a line; None for a part of one, whose writer was killed."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def lost(folder: Path) -> dict:
    """The outcome of a run whose process is gone without one."""
    if (folder / CANCEL).exists():
        return {"state": "cancelled", "message": "The run was cancelled."}
    try:
        last = (folder / OUTPUT).read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    except OSError:
        last = []
    hints = f" Its last words: {last[0]} (all of them: {folder / OUTPUT})" if last else ""
    if (folder / LOG).exists():
        hints += f" Its steps: {folder / LOG}"
    return {
        "state": "failed",
        "message": "The run ended without a word, perhaps for lack of memory. Nothing was published. Try again, "
        f"or with fewer households.{hints}",
    }
