"""Runs of the studio as jobs: started from the run panel, followed, found again by another kernel, cancelled."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace

import pytest
from support.workspace import JobsWorkspace

from idgraph_widgets import Studio
from idgraph_widgets.processes import ProcessMark
from idgraph_widgets.studio.as_job import number_of
from idgraph_widgets.studio.launch import EVENTS, PROCESS
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.widgets.report.kept import KeptPanel


@pytest.fixture(scope="module")
def running(spark, tmp_path_factory):
    with JobsWorkspace(tmp_path_factory.mktemp("workspace"), spark.client._builder.endpoint) as started:
        yield started


@pytest.fixture
def workspace(running, monkeypatch, tmp_path):
    """A workspace that the environment names; its runs wait."""
    running.trouble.clear()
    running.held.clear()
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("DATABRICKS_HOST", running.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", running.token)
    return running


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def panel_of(studio):
    return studio._run_panel


def test_without_a_workspace_there_is_no_such_button(tmp_path, monkeypatch, messages, config_1k):
    for name in ("DATABRICKS_HOST", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_RUNTIME_VERSION"):
        monkeypatch.delenv(name, raising=False)
    studio = Studio(config_1k, home=tmp_path)
    assert panel_of(studio).job["shown"] is False and panel_of(studio).ready["ok"]
    studio.close()


def test_a_run_as_a_job_outlives_the_kernel_and_brings_its_checks(workspace, tmp_path, messages, config_1k):
    config = replace(config_1k, schema_name="studio_job")
    studio = Studio(config, home=tmp_path)
    panel = panel_of(studio)
    assert panel.job["shown"] and not panel.job["ok"] and "Output tab" in panel.job["reason"]
    panel.on_job({})
    assert studio.runs.current() is None
    studio.state.set_target("catalog")
    studio.state.go_to(panel.state.step)
    assert panel._asked()["job"]["ok"] and "run it as a job" in panel._asked()["ready"]["reason"]
    panel.on_job({})
    run = studio.runs.current()
    folder = tmp_path / "runs" / run.id
    assert until(lambda: "waiting for compute" in studio.runs.current().phase)
    # Another page of the same home sees it, and so does a home whose kernel died with its machine.
    assert Runs(tmp_path, jobs=studio.runs._jobs).current().active
    left = tmp_path / "after" / "runs" / run.id
    shutil.copytree(folder, left)
    (left / PROCESS).write_text(ProcessMark("another machine", 1, 0.0).to_text())
    other = Runs(tmp_path / "after", jobs=studio.runs._jobs)
    assert other.current().id == run.id and other.current().active and number_of(left) == number_of(folder)
    workspace.held.set()
    done = other.wait(timeout=60)
    assert (done.state, done.place, done.folder, done.checks) == ("done", "studio_job", "", "done"), done.message
    assert "checks hold" in done.verdict and done.rows == sum(rows for _, rows in done.tables.values())
    outcome = json.loads((left / EVENTS).read_text().splitlines()[-1])
    assert outcome["event"] == "outcome" and (left / "checks.json").is_file()
    assert len([one for one in workspace.runs.values() if one.asked["run_name"] == "idgraph studio"]) == 1
    assert studio.runs.wait(timeout=30).state == "done"
    # Its report, too, though there is no session here to measure one.
    assert until(lambda: panel.run.get("report")) and studio.dataset is None
    panel.on_report({})
    assert until(lambda: isinstance(studio._report.children[0], KeptPanel))
    report = studio._report.children[0]
    facts = report.part("overview").blocks[0]["facts"]
    assert ["households", "1,000"] in facts and "Studio(spark=spark)" in report.children[-1].value
    report.show("checks")
    assert report.tab == "checks" and "hold" in json.dumps(report.part("checks").blocks)
    saved = report.export("html")
    assert saved["name"].endswith(".html") and "1,000 households, seed 42" in saved["text"]
    (folder / "report.json").write_text('{"format": 0}')
    studio._report.forget(plain=False)
    studio._report.show(studio._last_done())
    assert until(lambda: "found the format 0, allowed is 1" in getattr(studio._report.children[0], "value", ""))
    studio.close()


def test_cancel_and_a_refusal(workspace, tmp_path, messages, config_1k):
    studio = Studio(replace(config_1k, schema_name="studio_job"), home=tmp_path)
    studio.state.set_target("catalog")
    panel_of(studio).on_job({})
    assert until(lambda: "waiting for compute" in studio.runs.current().phase)
    studio.runs.cancel()
    workspace.held.set()
    assert studio.runs.wait(timeout=30).state == "cancelled"
    workspace.token, right = "another", workspace.token
    try:
        panel_of(studio).retry()
        failed = studio.runs.wait(timeout=30)
    finally:
        workspace.token = right
    assert failed.state == "failed" and "Log in again" in failed.message
    studio.close()
