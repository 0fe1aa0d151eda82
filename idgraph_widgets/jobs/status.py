"""How a job's run stands, from what the jobs API says."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LIVES = {
    "QUEUED": "queued",
    "PENDING": "pending",
    "BLOCKED": "pending",
    "WAITING_FOR_RETRY": "pending",
    "RUNNING": "running",
    "TERMINATING": "ending",
}
"""States of a run that has not ended; one that is not known counts as running."""

_ENDS = {"SUCCESS": "done", "SUCCESS_WITH_FAILURES": "done", "CANCELED": "cancelled"}
"""Results of a run; any other is a failure."""


@dataclass(frozen=True)
class JobStatus:
    """A run as it stands.

    Attributes
    ----------
    run_id : int
    state : str
        "queued", "pending", "running", "ending", "done", "failed" or "cancelled".
    message : str
        What the workspace says about it.
    url : str
        Its page.
    name : str
    seconds : float
        Since it began; of an ended run, how long it took.
    task_run_id : int or None
        Of its task, which has the output.
    outcome, report : str
        The files in which the task keeps what came out, and the report; "" where it keeps none.
    """

    run_id: int
    state: str
    message: str
    url: str
    name: str
    seconds: float
    task_run_id: int | None
    outcome: str
    report: str = ""

    @property
    def active(self) -> bool:
        """Whether it goes on."""
        return self.state not in ("done", "failed", "cancelled")


def status_of(run: Mapping[str, Any]) -> JobStatus:
    """The status in an answer of ``jobs/runs/get``."""
    state = run.get("state") or {}
    task = (run.get("tasks") or [{}])[0]
    parameters = (task.get("python_wheel_task") or {}).get("parameters") or []
    outcome, report = (_after(option, parameters) for option in ("--outcome", "--report"))
    begun, ended = run.get("start_time") or 0, run.get("end_time") or 0
    return JobStatus(
        int(run["run_id"]),
        _state(state),
        (state.get("state_message") or "").strip(),
        run.get("run_page_url") or "",
        run.get("run_name") or "",
        max(0.0, (ended or time.time() * 1000) / 1000 - begun / 1000) if begun else 0.0,
        task.get("run_id"),
        outcome,
        report,
    )


def _after(option: str, parameters: list[str]) -> str:
    """The value of an option; "" where it is not given."""
    return parameters[parameters.index(option) + 1] if option in parameters[:-1] else ""


def _state(state: Mapping[str, Any]) -> str:
    life = state.get("life_cycle_state") or ""
    if life in ("TERMINATED", "SKIPPED", "INTERNAL_ERROR"):
        return _ENDS.get(state.get("result_state") or "", "failed")
    return _LIVES.get(life, "running")
