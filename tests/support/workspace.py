"""A Databricks workspace's REST API on loopback, as far as jobs go: files, runs with their states, real tasks.

A submitted wheel task runs: pip installs its wheel into a folder of its own, and a process without this repository on
its path calls the entry point, with the session of a Connect server waiting for it, as on serverless compute
(`workspace_task`).
"""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from support.uc_server.server import LoopbackServer

TASK = Path(__file__).with_name("workspace_task.py")
PAGE = 2
"""Names in an answer that lists a folder."""
MARKS = ("SPARK_", "PYSPARK_", "DATABRICKS_", "PYTHONPATH", "IDGRAPH_", "UNITY_")


@dataclass
class Run:
    """A run and the states it goes through."""

    run_id: int
    asked: dict
    started: float = field(default_factory=time.time)
    ended: float = 0.0
    life: str = "PENDING"
    result: str = ""
    message: str = ""
    output: Path | None = None
    process: subprocess.Popen | None = None
    cancelled: bool = False


class JobsWorkspace(LoopbackServer):
    """A workspace whose runs work.

    Parameters
    ----------
    root : Path
        Its files: ``/Workspace`` and ``/Volumes`` below it.
    remote : str
        ``host:port`` of the Connect server that tasks are given.

    Attributes
    ----------
    trouble : list of [str, int, callable]
        What goes wrong with calls: a pattern of ``METHOD path``, how many more times, and what answers; it is given
        the right answer, as a function.
    held : threading.Event
        Runs wait for it before they start.
    runs : dict of int to Run
    """

    def __init__(self, root: Path, remote: str, python: str = sys.executable):
        self.root, self.remote, self.python = root, remote, python
        self.token, self.user = "dapi-of-the-workspace", "ana@example.com"
        self.client_id, self.client_secret = "6f1e7a36-0000-4000-8000-000000000000", "dose-of-the-service-principal"
        self.trouble: list[list] = []
        self.runs: dict[int, Run] = {}
        self.held = threading.Event()
        self.held.set()
        self._tokens: dict[str, int] = {}
        for folder in ("Workspace/Users/" + self.user, "Volumes/main/default/staging"):
            (root / folder).mkdir(parents=True)
        super().__init__(self._respond)

    def __exit__(self, *exc):
        for run in self.runs.values():
            if run.process and run.process.poll() is None:
                os.killpg(run.process.pid, signal.SIGKILL)
        return super().__exit__(*exc)

    def _respond(self, *call):
        for one in self.trouble:
            if one[1] > 0 and re.search(one[0], f"{call[0]} {call[1]}"):
                one[1] -= 1
                return one[2](lambda: self._answer(*call))
        return self._answer(*call)

    def _answer(self, method, path, query, raw, headers):
        if path == "/.well-known/databricks-config":
            return 200, {"workspace_id": "1", "oidc_endpoint": f"{self.url}/oidc"}
        if path.startswith("/oidc/"):
            return self._log_in(path, raw, headers)
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, error("UNAUTHENTICATED", f"Invalid access token {headers.get('Authorization')}")
        if path == "/api/2.0/preview/scim/v2/Me":
            return 200, {"userName": self.user}
        for pattern, answer in _CALLS:
            found = re.fullmatch(pattern, f"{method} {path}")
            if found:
                return answer(self, [unquote(part) for part in found.groups()], query, raw, headers)
        return 404, error("ENDPOINT_NOT_FOUND", f"No API found for '{method} {path}'")

    def _log_in(self, path, raw, headers):
        """OAuth of a service principal, by its id and secret."""
        if path == "/oidc/.well-known/oauth-authorization-server":
            return 200, {
                "authorization_endpoint": f"{self.url}/oidc/v1/authorize",
                "token_endpoint": f"{self.url}/oidc/v1/token",
            }
        right = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if headers.get("Authorization") != f"Basic {right}" or b"grant_type=client_credentials" not in raw:
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed"}
        return 200, {"access_token": self.token, "token_type": "Bearer", "expires_in": 3600}

    # Files of the workspace; their API leaves out "/Workspace"

    def _mkdirs(self, _parts, _query, raw, _headers):
        (self.root / "Workspace" / json.loads(raw)["path"].lstrip("/")).mkdir(parents=True, exist_ok=True)
        return 200, {}

    def _import(self, _parts, _query, raw, _headers):
        asked = json.loads(raw)
        target = self.root / "Workspace" / asked["path"].lstrip("/")
        if not target.parent.is_dir():
            return 404, error("RESOURCE_DOES_NOT_EXIST", f"The parent folder ({target.parent}) does not exist.")
        if target.exists() and asked.get("overwrite") is not True:
            return 400, error("RESOURCE_ALREADY_EXISTS", f"{target} exists.")
        if asked.get("format") != "AUTO":
            return 400, error("INVALID_PARAMETER_VALUE", "Only format AUTO keeps a file as it is.")
        if len(asked["content"]) > 10 << 20:
            return 400, error("MAX_NOTEBOOK_SIZE_EXCEEDED", "Content is limited to 10 MB.")
        target.write_bytes(base64.b64decode(asked["content"]))
        return 200, {}

    def _status(self, _parts, query, _raw, _headers):
        found = self.root / "Workspace" / query["path"].lstrip("/")
        if not found.exists():
            return 404, error("RESOURCE_DOES_NOT_EXIST", f"Path ({query['path']}) doesn't exist.")
        return 200, {"path": query["path"], "object_type": "FILE"}

    def _export(self, _parts, query, _raw, _headers):
        found = self.root / "Workspace" / query["path"].lstrip("/")
        if not found.is_file():
            return 404, error("RESOURCE_DOES_NOT_EXIST", f"Path ({query['path']}) doesn't exist.")
        return 200, found.read_bytes()

    # Files of volumes

    def _volume_file(self, parts, query, raw, headers):
        method, path = parts
        file = self.root / path
        if method == "PUT":
            if not file.parent.is_dir():
                return 404, error("NOT_FOUND", f"The directory {file.parent} does not exist.")
            if file.exists() and query.get("overwrite") != "true":
                return 409, error("ALREADY_EXISTS", f"{path} exists.")
            file.write_bytes(raw)
            return 204, b""
        if not file.is_file():
            return 404, error("NOT_FOUND", f"The file {path} does not exist.")
        return 200, b"" if method == "HEAD" else file.read_bytes()

    def _volume_folder(self, parts, _query, _raw, _headers):
        (self.root / parts[0]).mkdir(parents=True, exist_ok=True)
        return 204, b""

    def _volume_names(self, parts, query, _raw, _headers):
        folder = self.root / parts[0]
        if not folder.is_dir():
            return 404, error("NOT_FOUND", f"The directory /{parts[0]} does not exist.")
        names, begin = sorted(path.name for path in folder.iterdir()), int(query.get("page_token", 0))
        page = [{"name": name, "is_directory": (folder / name).is_dir()} for name in names[begin : begin + PAGE]]
        more = {"next_page_token": str(begin + PAGE)} if len(names) > begin + PAGE else {}
        return 200, {"contents": page, **more}

    # Runs

    def _submit(self, _parts, _query, raw, _headers):
        asked = json.loads(raw)
        wrong = _wrong(asked)
        if wrong:
            return 400, error("INVALID_PARAMETER_VALUE", wrong)
        token = asked.get("idempotency_token", "")
        if token in self._tokens:
            return 200, {"run_id": self._tokens[token]}
        run = Run(1000 + len(self.runs), asked)
        self.runs[run.run_id] = run
        self._tokens[token] = run.run_id
        threading.Thread(target=self._work, args=(run,), daemon=True).start()
        return 200, {"run_id": run.run_id}

    def _work(self, run: Run) -> None:
        self.held.wait(60)
        if run.cancelled:
            _end(run, "CANCELED", "Run cancelled.")
            return
        folder = self.root / "compute" / str(run.run_id)
        folder.mkdir(parents=True)
        run.output = folder / "output.txt"
        (folder / "task.json").write_text(json.dumps({"root": str(self.root), **run.asked}), encoding="utf-8")
        env = {k: v for k, v in os.environ.items() if not k.startswith(MARKS)}
        env |= {
            "SPARK_REMOTE": f"sc://{self.remote}",
            "DATABRICKS_RUNTIME_VERSION": "client.4.9",
            "PYTHONUNBUFFERED": "1",
        }
        with run.output.open("wb") as output:
            run.process = subprocess.Popen(
                [self.python, TASK, folder], cwd=folder, env=env, stdout=output, stderr=output, start_new_session=True
            )
            run.life, run.message = "RUNNING", "In run"
            code = run.process.wait()
        if run.cancelled:
            _end(run, "CANCELED", "Run cancelled.")
        elif code:
            _end(run, "FAILED", "Workload failed, see run output for details")
        else:
            _end(run, "SUCCESS", "")

    def _get(self, _parts, query, _raw, _headers):
        run = self.runs.get(int(query["run_id"]))
        if run is None:
            return 400, error("INVALID_PARAMETER_VALUE", f"Run {query['run_id']} does not exist.")
        state = {"life_cycle_state": run.life, "state_message": run.message}
        state |= {"result_state": run.result} if run.result else {}
        answer = {
            "run_id": run.run_id,
            "run_name": run.asked["run_name"],
            "run_page_url": f"{self.url}/jobs/runs/{run.run_id}",
            "state": state,
            "start_time": int(run.started * 1000),
            "end_time": int(run.ended * 1000),
            "tasks": [{**task, "run_id": run.run_id + 500_000, "state": state} for task in run.asked["tasks"]],
        }
        return 200, answer

    def _output(self, _parts, query, _raw, _headers):
        run = self.runs.get(int(query["run_id"]) - 500_000)
        if run is None:
            return 400, error("INVALID_PARAMETER_VALUE", "This is no run of a task.")
        said = run.output.read_text(encoding="utf-8") if run.output and run.output.exists() else ""
        answer = {"logs": said, "metadata": {"run_id": run.run_id}}
        if run.result == "FAILED":
            answer["error"] = said.strip().splitlines()[-1]
        return 200, answer

    def _cancel(self, _parts, _query, raw, _headers):
        run = self.runs.get(json.loads(raw)["run_id"])
        if run is None:
            return 400, error("INVALID_PARAMETER_VALUE", "There is no such run.")
        if not run.result:
            run.cancelled, run.life, run.message = True, "TERMINATING", "Cancelling"
            if run.process and run.process.poll() is None:
                os.killpg(run.process.pid, signal.SIGTERM)
        return 200, {}


_CALLS = [
    (r"POST /api/2\.0/workspace/mkdirs", JobsWorkspace._mkdirs),
    (r"POST /api/2\.0/workspace/import", JobsWorkspace._import),
    (r"GET /api/2\.0/workspace/get-status", JobsWorkspace._status),
    (r"GET /api/2\.0/workspace/export", JobsWorkspace._export),
    (r"(GET|HEAD|PUT) /api/2\.0/fs/files/(Volumes/.+)", JobsWorkspace._volume_file),
    (r"PUT /api/2\.0/fs/directories/(Volumes/.+)", JobsWorkspace._volume_folder),
    (r"GET /api/2\.0/fs/directories/(Volumes/.+)", JobsWorkspace._volume_names),
    (r"POST /api/2\.2/jobs/runs/submit", JobsWorkspace._submit),
    (r"GET /api/2\.2/jobs/runs/get", JobsWorkspace._get),
    (r"GET /api/2\.2/jobs/runs/get-output", JobsWorkspace._output),
    (r"POST /api/2\.2/jobs/runs/cancel", JobsWorkspace._cancel),
]


def error(code: str, message: str) -> dict:
    """An error as the workspace words it."""
    return {"error_code": code, "message": message}


def _wrong(asked: dict) -> str:
    """What the jobs API would refuse."""
    environments = {one["environment_key"]: one["spec"] for one in asked.get("environments", ())}
    for task in asked.get("tasks", ()):
        wheel = task.get("python_wheel_task") or {}
        if not {"package_name", "entry_point"} <= set(wheel):
            return "A Python wheel task needs a package name and an entry point."
        if not all(isinstance(one, str) for one in wheel.get("parameters", ())):
            return "Parameters are texts."
        if "environment_key" in task:
            spec = environments.get(task["environment_key"])
            if spec is None or "environment_version" not in spec:
                return "An environment is required for serverless tasks."
        elif not ({"new_cluster", "existing_cluster_id"} & set(task)) or not task.get("libraries"):
            return "A wheel task on a cluster needs the cluster and the wheel as a library."
        elif "new_cluster" in task and not {"spark_version", "node_type_id"} <= set(task["new_cluster"]):
            return "A new cluster needs a Spark version and a node type."
    return "" if asked.get("tasks") else "A run needs a task."


def _end(run: Run, result: str, message: str) -> None:
    run.result, run.message, run.ended, run.life = result, message, time.time(), "TERMINATED"
