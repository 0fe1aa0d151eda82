"""Runs of this package as jobs: submit, follow, cancel, read what came out."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

from idgraph_widgets.errors import JobError
from idgraph_widgets.jobs.compute import Serverless
from idgraph_widgets.jobs.status import JobStatus, status_of
from idgraph_widgets.jobs.task_options import TaskOptions
from idgraph_widgets.jobs.wheel import own_wheel
from idgraph_widgets.jobs.workspace import Workspace, check_place

_API = "/api/2.2/jobs/runs"

PAUSE = 10.0
"""Seconds between two looks at a run, at most; the first come sooner."""

ENTRY_POINT = "idgraph-task"
"""The console script of the wheel that a task calls; see `idgraph_widgets.cli.task`."""


@dataclass(frozen=True)
class Submitted:
    """A run that was accepted.

    Attributes
    ----------
    run_id : int
    folder : str
        Where its configuration is, and later its outcome.
    """

    run_id: int
    folder: str


class Jobs:
    """Runs of one workspace.

    Parameters
    ----------
    workspace : Workspace
    staging : str, optional
        Folder of the workspace or of a volume for the wheel, configurations and outcomes. Default: ``.idgraph`` in
        the user's home.

    Examples
    --------
    >>> jobs = Jobs(open_workspace())  # doctest: +SKIP
    >>> run = jobs.submit(config.to_json(), TaskOptions("demo", catalog="main"))  # doctest: +SKIP
    >>> jobs.follow(run.run_id).state  # doctest: +SKIP
    'done'
    """

    def __init__(self, workspace: Workspace, staging: str | None = None):
        self.workspace = workspace
        self._staging = None if staging is None else check_place(staging)

    @property
    def staging(self) -> str:
        """The folder for files."""
        return self._staging or self.workspace.home

    def submit(
        self,
        config: str | None,
        options: TaskOptions,
        compute=None,
        *,
        wheel: tuple[str, bytes] | None = None,
        name: str = "",
        token: str | None = None,
        report: bool = False,
    ) -> Submitted:
        """Upload what a run needs and submit it; returns as soon as the workspace has accepted it.

        Parameters
        ----------
        config : str or None
            The configuration as JSON; None where `options` say everything.
        options : TaskOptions
        compute : Serverless, Cluster or ExistingCluster, optional
        wheel : (str, bytes), optional
            Name and content. Default: a wheel of the code that runs here.
        name : str
            Of the run, for people.
        token : str, optional
            Another submission with the same one, at most 64 characters, is the same run.
        report : bool
            Whether the task measures the report, too, and keeps it beside the outcome.

        Returns
        -------
        Submitted

        Raises
        ------
        JobError
            The workspace refuses a file or the run; nothing runs then.
        """
        compute = compute or Serverless()
        token = token or secrets.token_hex(8)
        folder = f"{self.staging}/runs/{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{token[:6]}"
        package = self._uploaded(*(wheel or own_wheel()))
        parameters = [*options.parameters, "--outcome", f"{folder}/outcome.json"]
        parameters += ["--report", f"{folder}/report.json"] if report else []
        # The folder is made here: the task writes into it.
        self.workspace.put(f"{folder}/config.json", (config or "{}").encode())
        if config is not None:
            parameters = [f"{folder}/config.json", *parameters]
        task = {
            "task_key": "generate",
            "python_wheel_task": {
                "package_name": "idgraph_widgets",
                "entry_point": ENTRY_POINT,
                "parameters": parameters,
            },
            **compute.of_task(package),
        }
        run = {
            "run_name": name or "idgraph generate",
            "tasks": [task],
            # A submission whose answer was lost is the same one when it is sent again.
            "idempotency_token": token,
            **compute.of_run(package),
        }
        answer = self.workspace.call("POST", f"{_API}/submit", body=run)
        return Submitted(int(answer["run_id"]), folder)

    def status(self, run_id: int) -> JobStatus:
        """How a run stands."""
        return status_of(self.workspace.call("GET", f"{_API}/get", query={"run_id": run_id}))

    def follow(
        self,
        run_id: int,
        on_status: Callable[[JobStatus], None] | None = None,
        pause: float = PAUSE,
        stopped: Callable[[], bool] = lambda: False,
    ) -> JobStatus:
        """Wait for a run to end.

        Parameters
        ----------
        run_id : int
        on_status : callable, optional
            Gets every status that is seen.
        pause : float
            Seconds between two looks, at most.
        stopped : callable, optional
            Whether to stop looking; the run goes on then.

        Returns
        -------
        JobStatus
            The last one seen.

        Raises
        ------
        JobError
            The connection is lost for longer than the workspace's patience; the run goes on, and the message says how
            to find it again.
        """
        wait = min(0.5, pause)
        while True:
            try:
                found = self.status(run_id)
            except JobError as error:
                if error.status:
                    raise
                raise JobError(
                    f"The connection was lost while following the run, which goes on. {error} Find it again with: "
                    f"idgraph job status {run_id} --follow"
                ) from error
            if on_status is not None:
                on_status(found)
            if not found.active or stopped():
                return found
            time.sleep(wait)
            wait = min(wait * 1.3, pause)

    def cancel(self, run_id: int) -> None:
        """Ask a run to stop; it ends some seconds later. One that has ended stays as it is."""
        self.workspace.call("POST", f"{_API}/cancel", body={"run_id": run_id})

    def outcome(self, status: JobStatus) -> dict | None:
        """What a run's task kept of what came out: as ``idgraph generate --json`` prints it; None where nothing is."""
        return self.workspace.document(status.outcome) if status.outcome else None

    def report(self, status: JobStatus) -> dict | None:
        """The report that a run's task kept (see `idgraph_widgets.report.document`); None where there is none."""
        return self.workspace.document(status.report) if status.report else None

    def logs(self, status: JobStatus) -> str:
        """What the task said, and why it failed; a workspace may have nothing before the run has ended."""
        if status.task_run_id is None:
            return ""
        found = self.workspace.call("GET", f"{_API}/get-output", query={"run_id": status.task_run_id})
        parts = (found.get("logs"), found.get("error"), found.get("error_trace"))
        return "\n".join(part.rstrip() for part in parts if part)

    def _uploaded(self, name: str, content: bytes) -> str:
        """Where a wheel is in the workspace; it is sent once, for its folder tells its content."""
        path = f"{self.staging}/wheels/{hashlib.sha256(content).hexdigest()[:12]}/{name}"
        if not self.workspace.has(path):
            self.workspace.put(path, content)
        return path
