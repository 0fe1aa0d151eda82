"""A run of the studio as a job of a Databricks workspace: submitted once, followed by whoever opens the same home."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.errors import IdgraphError, JobError
from idgraph_widgets.jobs.task_options import TaskOptions
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.storage.replacing import write_atomically
from idgraph_widgets.studio.job import CHECKS, REPORT
from idgraph_widgets.studio.launch import AGAIN
from idgraph_widgets.studio.run_request import RunRequest, was_job

NUMBER = "job"
"""The file of a run's folder with the number under which the workspace knows it."""

STAGING = "IDGRAPH_STAGING"
"""The variable that names a folder of a volume or of the workspace for what jobs read and write."""

PAUSE = 3.0
"""Seconds between two looks at the workspace, at most."""

_PHASES = {
    "queued": "waiting in the workspace's queue",
    "pending": "waiting for compute",
    "running": "generating and checking in the workspace",
    "ending": "ending in the workspace",
}


def workspace_is_known() -> bool:
    """Whether the environment names a workspace and the Databricks SDK is installed; nothing is asked."""
    names = ("DATABRICKS_HOST", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_RUNTIME_VERSION")
    try:
        return any(os.environ.get(name) for name in names) and find_spec("databricks.sdk") is not None
    except ModuleNotFoundError:
        return False


def open_jobs():
    """The workspace's runs; files go to the folder that ``$IDGRAPH_STAGING`` names, or to the user's home there.

    Raises
    ------
    ConfigError
    """
    from idgraph_widgets.jobs import Jobs, open_workspace

    return Jobs(open_workspace(), os.environ.get(STAGING) or None)


def number_of(folder: Path) -> int | None:
    """Under which number the workspace knows the run of a folder; None where it was not submitted."""
    try:
        return int((folder / NUMBER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def maybe_submitted(folder: Path) -> bool:
    """Whether the workspace may work on the run of a folder; also on one whose follower fell and wrote no number."""
    return number_of(folder) is not None or (was_job(folder) and (folder / AGAIN).exists())


def run_as_job(
    request: RunRequest,
    folder: Path,
    jobs: Callable[[], Any],
    tell: Callable[[dict], None],
    cancelled: Callable[[], bool],
) -> None:
    """Submit a run, or take up one that was submitted, and report how it goes; never raises for what went wrong.

    Parameters
    ----------
    request : RunRequest
    folder : Path
        The run's own.
    jobs : callable
        Gives `idgraph_widgets.jobs.Jobs`.
    tell : callable
        Gets the events of `idgraph_widgets.studio.job.run_job`.
    cancelled : callable
        Whether the run shall stop.
    """
    try:
        outcome = _work(request, folder, jobs, tell, cancelled)
    except IdgraphError as error:
        outcome = _failed(request, folder, str(error))
    except Exception as error:
        # The libraries' own words; there is nobody above who could say it better.
        outcome = _failed(request, folder, f"{type(error).__name__}: {error}".splitlines()[0])
    tell({"event": "outcome", "seconds": round(time.time() - request.started, 2), **outcome})


def _failed(request: RunRequest, folder: Path, message: str) -> dict[str, Any]:
    number = number_of(folder)
    if number is None:
        return {"state": "failed", "message": message}
    # Commands would be run by somebody else than the user that submitted.
    where = f"as run {number} of the workspace" if request.who else f"idgraph job status {number}"
    return {"state": "failed", "message": f"{message} The run may go on: {where}."}


def _work(request: RunRequest, folder: Path, opened, tell, cancelled) -> dict[str, Any]:
    number = number_of(folder)
    if cancelled() and not maybe_submitted(folder):
        return {"state": "cancelled", "message": "The run was cancelled. Nothing was submitted."}
    tell({"event": "phase", "phase": "opening the workspace"})
    jobs = opened()
    if number is None:
        config = GenerationConfig.from_dict(request.config)
        tell({"event": "phase", "phase": "uploading configuration and wheel"})
        name = ", ".join(filter(None, ("idgraph studio", request.who)))
        number = jobs.submit(
            config.to_json(), _options(config, request.who), name=name, token=request.token, report=True
        ).run_id
        write_atomically(folder / NUMBER, str(number))
    status = _ended(jobs, number, tell, cancelled)
    came = jobs.outcome(status)
    if came and "tables" in came:
        _bring_report(jobs, status, folder)
    if status.state == "failed" and not came and request.who:
        last = jobs.logs(status).strip().splitlines()[-1:]
        return {"state": "failed", "message": " ".join([status.message, *last]).strip() or f"Run {number} failed."}
    return _outcome(status, came, folder, bool(request.who))


def _bring_report(jobs, status, folder: Path) -> None:
    """Keep the report that the task has measured; a run without one is as good."""
    with suppress(JobError):
        report = jobs.report(status)
        if report is not None:
            write_atomically(folder / REPORT, json.dumps(report))


def _options(config: GenerationConfig, who: str) -> TaskOptions:
    # A user of the workspace, whom the tables do not belong to.
    reader = who if "@" in who else ""
    return TaskOptions(config.schema_name, config.catalog_name, append=config.incremental, reader=reader)


def _ended(jobs, number: int, tell, cancelled):
    """The last status of a run, which is cancelled when that is wanted; a lost connection is waited for."""
    asked, phase = False, ""

    def follow(status) -> None:
        nonlocal phase
        text = f"{_PHASES.get(status.state, status.state)}, run {number}"
        if text != phase and status.active:
            phase = text
            tell({"event": "phase", "phase": text})

    while True:
        try:
            if cancelled() and not asked:
                jobs.cancel(number)
                asked = True
            # Once it was asked to stop, the end is waited for.
            status = jobs.follow(number, follow, PAUSE, _never if asked else cancelled)
        except JobError as error:
            if error.status:
                raise
            phase = f"the workspace does not answer, trying again, run {number}"
            tell({"event": "phase", "phase": phase})
            time.sleep(PAUSE)
            continue
        if not status.active:
            return status


def _never() -> bool:
    return False


def _outcome(status, came: dict | None, folder: Path, others: bool) -> dict[str, Any]:
    """What came out, as the run's last event; `others`: who reads it is not the user that submitted."""
    if came and "tables" in came:
        tables = {name: {"rows": e["rows"], "bytes": e["bytes"]} for name, e in came["tables"].items()}
        report = came.get("checks") and CheckReport.from_dict(came["checks"])
        if report:
            kept = {"run_id": came["run_id"], "report": came["checks"]}
            (folder / CHECKS).write_text(json.dumps(kept), encoding="utf-8")
        return {
            "state": "done",
            "place": came["path"],
            "folder": "",
            "tables": tables,
            "rows": sum(entry["rows"] for entry in tables.values()),
            "checks": "done" if report and report.holds else "failed",
            "verdict": " ".join([report.verdict if report else "Nothing was checked.", came.get("reader", "")]).strip(),
        }
    said = (came or {}).get("message") or status.message
    if (came or {}).get("status") == "unchanged":
        said = "Nothing was added: what was asked for is there already."
    if status.state == "cancelled":
        return {"state": "cancelled", "message": said or "The run was cancelled."}
    if status.state == "done":
        place = {"place": came["path"], "folder": ""} if came and "path" in came else {}
        summary = {"message": "", "verdict": said or "The workspace kept no outcome.", "checks": ""}
        return {"state": "done", **summary, **place}
    more = "" if others else f" What its task said: idgraph job logs {status.run_id}"
    return {"state": "failed", "message": f"{said}{more}".strip()}
