"""Runs as jobs, against a workspace on loopback whose tasks really run: by the command line, as a person would."""

from __future__ import annotations

import json
import time
import zipfile

import pytest
from support.workspace import JobsWorkspace, error

from idgraph_widgets.cli import main
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.jobs.wheel import own_wheel, wheel_of

HOMES = ["--households", "1000", "--seed", "42"]


@pytest.fixture(scope="module")
def running(spark, tmp_path_factory):
    """A workspace; its compute is the embedded engine of this process."""
    with JobsWorkspace(tmp_path_factory.mktemp("workspace"), spark.client._builder.endpoint) as started:
        yield started


@pytest.fixture
def workspace(running, monkeypatch, tmp_path):
    """That workspace, as the environment names it."""
    running.trouble.clear()
    running.held.set()
    monkeypatch.delenv("DATABRICKS_CONFIG_PROFILE", raising=False)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("DATABRICKS_HOST", running.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", running.token)
    return running


@pytest.fixture
def idgraph(capsys):
    """The command line: exit code and what it printed, as JSON where it is."""

    def run(*args):
        code = main(list(map(str, args)))
        out, err = capsys.readouterr()
        return code, (json.loads(out) if out.startswith("{") else out), err

    return run


def test_a_submitted_run_writes_the_rows_of_a_folder(workspace, idgraph, dataset_1k):
    code, answer, _ = idgraph("job", "submit", *HOMES, "--schema", "as_a_job", "--follow", "--json")
    assert code == 0, idgraph("job", "logs", answer["run_id"])[1]
    assert (answer["state"], answer["outcome"]["path"]) == ("done", "as_a_job")
    expected = {name: entry["content_hash"] for name, entry in dataset_1k.manifest["tables"].items()}
    found = {name: entry["content_hash"] for name, entry in answer["outcome"]["tables"].items()}
    assert found == {name: expected[name] for name in found} and len(found) > 10
    assert answer["outcome"]["checks"]["holds"]
    # Another process finds it again by its number.
    code, text, _ = idgraph("job", "status", answer["run_id"])
    assert code == 0 and f"Run {answer['run_id']} is done" in text and "as_a_job: " in text and "checks hold" in text
    assert f"{answer['outcome']['tables']['households']['rows']:,}" in text
    code, text, _ = idgraph("job", "logs", answer["run_id"])
    assert code == 0 and '"status": "completed"' in text
    task = workspace.runs[answer["run_id"]].asked["tasks"][0]
    assert task["environment_key"] == "default" and "new_cluster" not in task
    uploads = [path for _, path in workspace.requests if "workspace/import" in path]
    assert len(uploads) == 2  # wheel and configuration


def test_the_wheel_is_sent_once(workspace, idgraph):
    workspace.held.clear()
    idgraph("job", "submit", "--schema", "s")
    before = len(workspace.requests)
    idgraph("job", "submit", "--schema", "s")
    assert sum("workspace/import" in path for _, path in workspace.requests[before:]) == 1
    for run in list(workspace.runs.values())[-2:]:
        assert idgraph("job", "cancel", run.run_id)[0] == 0


def test_a_run_on_a_cluster_with_files_in_a_volume_is_cancelled_before_it_begins(workspace, idgraph):
    workspace.held.clear()
    cluster = ("--compute", "cluster", "--node-type", "i3.xlarge", "--workers", "0", "--spark-version", "16.4.x")
    staging = "/Volumes/main/default/staging/people of ours"
    code, text, _ = idgraph(
        "job", "submit", *HOMES, "--catalog", "main", "--schema", "s", *cluster, "--staging", staging
    )
    assert code == 0 and "idgraph job status" in text
    run = list(workspace.runs.values())[-1]
    task = run.asked["tasks"][0]
    assert task["new_cluster"]["node_type_id"] == "i3.xlarge" and task["new_cluster"]["num_workers"] == 0
    wheel, config = task["libraries"][0]["whl"], task["python_wheel_task"]["parameters"][0]
    assert wheel.startswith(staging) and config.startswith(staging) and "environments" not in run.asked
    assert json.loads((workspace.root / config.lstrip("/")).read_text())["household_config"]["num_households"] == 1000
    assert idgraph("job", "status", run.run_id, "--json")[1]["state"] == "pending"
    workspace.held.set()
    code, text, _ = idgraph("job", "cancel", run.run_id, "--follow")
    assert code == 0 and f"Run {run.run_id} is cancelled" in text
    assert idgraph("job", "status", run.run_id)[0] == 130


def test_a_run_that_fails_says_why(workspace, idgraph):
    grows = ("--schema", "nothing_there", "--mode", "append", "--days", "7")
    code, answer, _ = idgraph("job", "submit", *grows, "--follow", "--json")
    assert (code, answer["state"]) == (3, "failed")
    assert "there is nothing to add days to" in answer["outcome"]["message"]
    code, text, _ = idgraph("job", "logs", answer["run_id"])
    assert code == 0 and "idgraph_widgets.errors.RunError: --days: found 7" in text
    assert "What its task said: idgraph job logs" in idgraph("job", "status", answer["run_id"])[1]


def test_a_running_run_is_cancelled_and_undoes_what_it_began(workspace, idgraph):
    options = ("--households", "200000", "--schema", "cancelled_job")
    run_id = idgraph("job", "submit", *options, "--json")[1]["run_id"]
    run = workspace.runs[run_id]
    deadline = time.monotonic() + 60
    while not (run.output and run.output.exists() and "households" in run.output.read_text()):
        assert time.monotonic() < deadline and not run.result
        time.sleep(0.1)
    assert idgraph("job", "status", run_id, "--json")[1]["state"] == "running"
    assert idgraph("job", "cancel", run_id, "--follow")[0] == 0
    code, answer, _ = idgraph("job", "status", run_id, "--json")
    assert (code, answer["state"], answer["outcome"]["status"]) == (130, "cancelled", "interrupted")
    assert "cancelled" in answer["outcome"]["message"]


def test_a_wrong_token(workspace, idgraph, monkeypatch):
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi-s3cret")
    code, _, said = idgraph("job", "submit", *HOMES, "--schema", "s")
    assert code == 3 and "UNAUTHENTICATED" in said and "Log in again" in said and "s3cret" not in said


@pytest.mark.parametrize("call", ["workspace/import", "jobs/runs/submit"])
def test_what_is_not_allowed(workspace, idgraph, call):
    refusal = error("PERMISSION_DENIED", "ana@example.com does not have Can Edit permissions.")
    workspace.trouble.append([call, 1, lambda right: (403, refusal)])
    before = len(workspace.runs)
    code, _, said = idgraph("job", "submit", *HOMES, "--schema", "s", "--staging", "/Workspace/Shared/ours")
    assert code == 3 and "PERMISSION_DENIED" in said and "--staging for files" in said
    assert len(workspace.runs) == before


def test_a_busy_workspace_is_asked_again_when_it_says(workspace, idgraph):
    workspace.held.clear()
    busy = error("REQUEST_LIMIT_EXCEEDED", "Too many requests.")
    times = []

    def later(right):
        times.append(time.monotonic())
        return 429, busy, {"Retry-After": "1"}

    def then(right):
        times.append(time.monotonic())
        return right()

    workspace.trouble += [["workspace/import", 1, later], ["workspace/import", 1, then]]
    code, answer, _ = idgraph("job", "submit", *HOMES, "--schema", "s", "--json")
    assert code == 0, answer
    assert times[1] - times[0] >= 1.0
    run = workspace.runs[answer["run_id"]]
    config = workspace.root / run.asked["tasks"][0]["python_wheel_task"]["parameters"][0].lstrip("/")
    assert json.loads(config.read_text())["seed"] == 42  # not cut off by the second try
    workspace.trouble.append(["runs/get", 99, later])
    code, _, said = idgraph("job", "status", answer["run_id"], "--patience", "1")
    assert code == 3 and "REQUEST_LIMIT_EXCEEDED" in said and "busy" in said
    workspace.trouble.clear()
    idgraph("job", "cancel", answer["run_id"])


def test_a_submission_whose_answer_is_lost_is_one_run(workspace, idgraph):
    workspace.held.clear()

    def lost(right):
        right()
        raise ConnectionAbortedError

    workspace.trouble.append(["runs/submit", 1, lost])
    before = len(workspace.runs)
    code, answer, _ = idgraph("job", "submit", *HOMES, "--schema", "s", "--json")
    assert code == 0 and len(workspace.runs) == before + 1
    idgraph("job", "cancel", answer["run_id"])


def test_a_lost_connection_leaves_the_run_and_says_how_to_find_it(workspace, idgraph):
    workspace.held.clear()
    run_id = idgraph("job", "submit", *HOMES, "--schema", "s", "--json")[1]["run_id"]

    def gone(right):
        raise ConnectionAbortedError

    workspace.trouble.append(["runs/get", 99, gone])
    code, _, said = idgraph("job", "status", run_id, "--follow", "--patience", "1")
    assert code == 3 and "connection was lost" in said and f"idgraph job status {run_id} --follow" in said
    workspace.trouble.clear()
    assert idgraph("job", "status", run_id, "--json")[1]["state"] == "pending"
    idgraph("job", "cancel", run_id)


def test_what_makes_no_sense_is_refused_before_anything_is_sent(workspace, idgraph, tmp_path):
    before = len(workspace.requests)
    for options, words in (
        ([], "--schema: found nothing"),
        (["--schema", "s", "--node-type", "x"], "are about a cluster"),
        (["--schema", "s", "--compute", "cluster"], "needs --node-type"),
        (["--schema", "s", "--staging", "dbfs:/x"], "--staging: found 'dbfs:/x'"),
        (["--schema", "s", "--households", "-1"], "num_households"),
        (["--schema", "s", "--wheel", tmp_path / "x.whl"], "--wheel: found"),
    ):
        code, _, said = idgraph("job", "submit", *options)
        assert code == 2 and words in said, options
    called = [path for _, path in workspace.requests[before:] if "well-known" not in path]
    assert called == []


def test_an_append_is_worked_out_where_the_dataset_is(workspace, idgraph):
    workspace.held.clear()
    answer = idgraph("job", "submit", "--schema", "s", "--mode", "append", "--days", "7", "--json")[1]
    run = workspace.runs[answer["run_id"]]
    parameters = run.asked["tasks"][0]["python_wheel_task"]["parameters"]
    assert parameters[:6] == ["--schema", "s", "--mode", "append", "--days", "7"]
    idgraph("job", "cancel", answer["run_id"])


def test_a_run_that_does_not_exist(workspace, idgraph):
    code, _, said = idgraph("job", "status", "7")
    assert code == 3 and "Run 7 does not exist" in said


def test_the_wheel_is_the_code_that_runs_here(tmp_path):
    name, content = own_wheel()
    assert own_wheel() == (name, content)
    path = tmp_path / name
    path.write_bytes(content)
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        assert "idgraph_widgets/reference/facts.py" in names and not [n for n in names if "pycache" in n]
        metadata = next(n for n in names if n.endswith("METADATA"))
        assert f"Version: {name.split('-')[1]}" in wheel.read(metadata).decode().splitlines()
    assert wheel_of(path) == (name, content)
    with pytest.raises(ConfigError, match="allowed is a file"):
        wheel_of(tmp_path / "other.whl")
