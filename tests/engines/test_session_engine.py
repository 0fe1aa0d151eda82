"""Generating in a session that the process was given: on the command line and as a wheel task. None is started."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from idgraph_widgets.cli import main, task
from idgraph_widgets.engines import given_session
from idgraph_widgets.engines.given import is_attached
from idgraph_widgets.errors import EngineError, RunError

MARKS = ("SPARK_CONNECT_MODE", "SPARK_REMOTE", "PYSPARK_GATEWAY", "DATABRICKS_")


def in_process(command, remote=None):
    """A command in a process of its own, which a cluster at `remote` waits for."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(MARKS)}
    if remote:
        kept["SPARK_REMOTE"] = f"sc://{remote}"
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=180, env=kept)


def test_the_command_line_and_a_task_write_the_same_rows_into_the_catalog(engine, spark, dataset_1k, tmp_path):
    kept = tmp_path / "outcome.json"
    options = ["--households", "1000", "--seed", "42", "--schema", "given_session", "--check", "none"]
    # A folder that is not there: the report cannot be kept, which is no reason for the run to fail.
    options += ["--outcome", str(kept), "--report", str(tmp_path / "missing" / "report.json")]
    entry = "from idgraph_widgets.cli.task import main; main()"
    done = in_process(["-c", entry, *options], spark.client._builder.endpoint)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(kept.read_text())
    assert outcome == json.loads(done.stdout)
    assert (outcome["status"], outcome["path"], outcome["exit_code"]) == ("completed", "given_session", 0)
    assert outcome["report"].startswith("The report could not be made: ") and "missing" in outcome["report"]
    hashes = {name: entry["content_hash"] for name, entry in outcome["tables"].items()}
    expected = {name: entry["content_hash"] for name, entry in dataset_1k.manifest["tables"].items()}
    assert hashes == {name: expected[name] for name in hashes} and len(hashes) > 10


def test_without_a_session_nothing_is_started(tmp_path):
    source = (
        "import sys\nfrom idgraph_widgets.cli import main\n"
        "code = main(['generate', '--engine', 'session', '--schema', 'nowhere'])\n"
        "from pyspark import SparkContext\n"
        "assert SparkContext._active_spark_context is None and 'pysail' not in sys.modules\nsys.exit(code)"
    )
    done = in_process(["-c", source])
    assert done.returncode == 3, done.stdout + done.stderr
    assert "There is no Spark session here" in done.stderr and "--engine embedded" in done.stderr


def test_a_task_without_a_session_fails_by_an_exception_and_says_why(tmp_path, monkeypatch, capsys):
    for name in [name for name in os.environ if name.startswith(MARKS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SPARK_REMOTE", "sc://127.0.0.1:9/")  # nobody listens there
    assert is_attached()
    monkeypatch.delenv("SPARK_REMOTE")
    assert given_session() is None
    with pytest.raises(RunError, match="There is no Spark session here"):
        task.main(["--schema", "nowhere", "--outcome", str(tmp_path / "outcome.json")])
    written = json.loads((tmp_path / "outcome.json").read_text())
    assert (written["status"], written["exit_code"]) == ("failed", EngineError.exit_code)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--schema: found nothing"),
        (["--schema", "s", "--out", "data/x"], "writes into the session's catalog"),
        (["--schema", "s", "--replace"], "--replace is about a catalog service"),
    ],
)
def test_what_makes_no_sense_there_is_refused_before_a_session_is_looked_for(options, words, capsys):
    assert main(["generate", "--engine", "session", *options]) == 2
    assert words in capsys.readouterr().err


def test_a_dry_run_needs_no_session(capsys):
    assert main(["generate", "--engine", "session", "--schema", "s", "--households", "1000", "--dry-run"]) == 0
    assert "The configuration is valid" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"SPARK_REMOTE": "sc://127.0.0.1:15002"}, True),
        ({"SPARK_REMOTE": "unix:///some/grpc.sock", "DATABRICKS_RUNTIME_VERSION": "client.4.9"}, True),
        ({"SPARK_REMOTE": "local[*]", "PYSPARK_GATEWAY_PORT": "1"}, False),
        ({"PYSPARK_GATEWAY_PORT": "42"}, True),
        ({"DATABRICKS_RUNTIME_VERSION": "15.4"}, True),
    ],
)
def test_whether_a_spark_waits_for_the_process(environment, expected):
    assert is_attached(environment) is expected
