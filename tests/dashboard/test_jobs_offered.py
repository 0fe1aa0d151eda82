"""Runs as jobs for many people: only where the operator offers them, each into schemas of their own, none lost."""

from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import psutil
import pytest
from support.workspace import JobsWorkspace, error

from idgraph_widgets.cli.dashboard import PORT, VOLUME
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.dashboard.dispatch import Dispatcher, resume
from idgraph_widgets.dashboard.settings import Settings
from idgraph_widgets.dashboard.volume import VolumeCopies
from idgraph_widgets.errors import ConfigError, EngineError
from idgraph_widgets.jobs import JobStatus, open_workspace
from idgraph_widgets.studio import as_job, launch
from idgraph_widgets.studio.run_folders import append, new_events
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.workspaces import Workspace
from idgraph_widgets.workspaces.queue import Queue
from idgraph_widgets.workspaces.workspace import folder_name, schema_prefix

VOLUME_FOLDER = "/Volumes/main/default/staging"


@pytest.fixture
def workspace(monkeypatch, tmp_path):
    """A Databricks workspace whose runs wait for compute, as the environment of an app names it."""
    with JobsWorkspace(tmp_path / "workspace", "127.0.0.1:1") as running:
        running.held.clear()
        for name in ("DATABRICKS_TOKEN", "DATABRICKS_CONFIG_PROFILE", as_job.STAGING, VOLUME, PORT):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "none"))
        monkeypatch.setenv("DATABRICKS_HOST", running.url)
        monkeypatch.setenv("DATABRICKS_CLIENT_ID", running.client_id)
        monkeypatch.setenv("DATABRICKS_CLIENT_SECRET", running.client_secret)
        yield running
        for run in running.runs.values():
            run.cancelled = True
        running.held.set()


@pytest.fixture
def mine(tmp_path):
    """A function that gives a person's workspace, with these places."""

    def mine(who="ada", places=("catalog",), catalog="main"):
        more = {"queue": tmp_path / "queue.sqlite", "places": places, "catalog": catalog}
        made = Workspace.of(who, tmp_path / "people", **more)
        made.make()
        return made

    return mine


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


# What the operator says


def test_jobs_are_off_unless_the_operator_offers_them_by_name(workspace, monkeypatch):
    proxy = {"login": "proxy", "proxies": ("127.0.0.1",)}
    assert not Settings(**proxy).jobs and Settings(**proxy).jobs_catalog == "" and Settings().places == ("folder",)
    offered = Settings(**proxy, places=("catalog",), volume=VOLUME_FOLDER)
    offered.check("0.0.0.0")
    assert offered.jobs and offered.jobs_catalog == "main"
    assert replace(offered, catalog="other").jobs_catalog == "other"
    Settings(**proxy, places=("folder", "catalog"), catalog="main").check("0.0.0.0")
    for settings, message in (
        (Settings(places=("catalog",)), "on your own you choose it in the studio"),
        (Settings(**proxy, places=("catalog",)), "Name the catalog that they write to: --catalog main"),
        (Settings(**proxy, places=("folder", "catalog"), volume=VOLUME_FOLDER), "Offer --place catalog alone"),
        (Settings(**proxy, volume=VOLUME_FOLDER), "Offer --place catalog alone"),
    ):
        with pytest.raises(ConfigError, match=message):
            settings.check("127.0.0.1")
    monkeypatch.delenv("DATABRICKS_HOST")
    with pytest.raises(ConfigError, match=r"none is known\. Set DATABRICKS_HOST"):
        offered.check("0.0.0.0")


@pytest.mark.parametrize("given", ["x", "0", "70000", "80 "])
def test_a_port_of_the_platform_that_is_none_is_refused(given, monkeypatch):
    from idgraph_widgets.cli import main

    monkeypatch.setenv(PORT, given)
    assert main(["dashboard", "--no-browser"]) == 2


# Whose a schema is


def test_no_persons_schemas_are_anothers_whatever_people_are_called():
    people = [
        "ada",
        "Ada",
        "ada@example.org",
        "a",
        "",
        "9",
        "ada_99a563ab2f6e_",
        schema_prefix("ada"),
        "x" * 300,
        "\u5c0f",
    ]
    own = {who: schema_prefix(who) for who in people}
    assert len(set(own.values())) == len(people)
    assert not any(own[one].startswith(own[other]) for one, other in permutations(people, 2))
    assert all(name.replace("_", "").isalnum() and name.isascii() and len(name) < 50 for name in own.values())
    assert all(name == name.lower() for name in own.values()), "catalogs know no capitals"


def test_a_job_writes_to_its_persons_schema_and_to_no_other(mine):
    ada = mine("ada")
    for given in ("demo", "Demo", f"{schema_prefix('bob')}demo", "main.default", "`x`"):
        found = ada.named(GenerationConfig(schema_name=given))
        assert (found.catalog_name, found.schema_name) == ("main", f"{schema_prefix('ada')}{given}")
        assert ada.named(found) == found
    assert ada.named(GenerationConfig()).schema_name == f"{schema_prefix('ada')}demo"
    state = StudioState(workspace=ada, catalog="databricks")
    assert state.problems == () and state.target.kind == "catalog"
    state.set("catalog_name", "other")
    assert "allowed: main. Leave it empty" in state.problems[0].message
    state.set_target("folder", "data/demo")
    assert "nothing else is offered here" in state.problems[-1].message


# What is not offered is refused, whatever a page sends


def test_what_is_not_offered_is_refused_in_words(workspace, mine):
    config = GenerationConfig(schema_name="demo")
    jobs, folders = Runs(mine(), jobs=as_job.open_jobs), Runs(mine("bob", ("folder",), ""))
    for runs, asked, message in (
        (jobs, {"out": "data/demo"}, "Here runs write to schemas of a catalog, as jobs"),
        (jobs, {"out": None, "kind": "trial"}, "Nothing is generated on this machine"),
        (jobs, {"out": None}, "run it as a job"),
        (folders, {"out": None, "as_job": True}, "Here runs write to folders of your workspace"),
        (folders, {"out": None}, "Here runs write to folders of your workspace"),
    ):
        with pytest.raises(ConfigError, match=message):
            runs.start(config, **asked)
        assert runs.current() is None and runs.kept.all() == []


def test_a_server_that_offers_no_jobs_makes_none_of_one_that_is_in_its_queue(workspace, mine, tmp_path):
    runs = Runs(mine(), jobs=as_job.open_jobs)
    runs.start(GenerationConfig(schema_name="demo"), None, as_job=True)
    dispatcher = Dispatcher(Queue(tmp_path / "queue.sqlite"), {"run": 1})
    until(lambda: dispatcher.tick() or not runs.current().active)
    assert runs.current().state == "failed" and "not offered here" in runs.current().message
    assert workspace.runs == {} and workspace.requests == []


# A job is submitted once and followed by whoever is there


def test_a_follower_that_falls_is_begun_again_and_the_job_is_the_same(workspace, mine, tmp_path, monkeypatch):
    monkeypatch.setenv(as_job.STAGING, f"{VOLUME_FOLDER}/jobs")
    queue, runs = Queue(tmp_path / "queue.sqlite"), Runs(mine(), jobs=as_job.open_jobs)
    dispatcher = Dispatcher(queue, {"run": 1}, jobs=True)
    run = runs.start(GenerationConfig(schema_name="demo"), None, as_job=True)
    folder = runs.kept.of(run.id)

    def follower():
        return json.loads((folder / launch.PROCESS).read_text(encoding="utf-8"))["pid"]

    until(lambda: dispatcher.tick() or "waiting for compute" in runs.current().phase)
    number = as_job.number_of(folder)
    for _ in range(2):
        fallen = follower()
        psutil.Process(fallen).kill()
        until(lambda: dispatcher.tick() or follower() != fallen)
        assert as_job.number_of(folder) == number and runs.current().active
    # It falls before it has written the number down, and the server with it: the workspace knows the submission.
    (folder / as_job.NUMBER).unlink()
    psutil.Process(follower()).kill()
    other = Dispatcher(queue, {"run": 1}, jobs=True)
    until(lambda: other.tick() or as_job.number_of(folder) is not None)
    assert as_job.number_of(folder) == number and len(workspace.runs) == 1
    asked = workspace.runs[number].asked
    assert asked["run_name"] == "idgraph studio, ada"
    assert asked["tasks"][0]["python_wheel_task"]["parameters"][0].startswith(f"{VOLUME_FOLDER}/jobs/runs/")
    # It falls once more, and is cancelled while nobody follows.
    queue.give_back(folder)
    psutil.Process(follower()).kill()
    (folder / as_job.NUMBER).unlink()
    Runs(runs.workspace).cancel()
    assert queue.state(folder) == "waiting", "withdrawn, it would go on in the workspace"
    other = Dispatcher(queue, {"run": 1}, jobs=True)
    until(lambda: other.tick() or workspace.runs[number].cancelled)
    workspace.held.set()
    until(lambda: other.tick() or queue.counts() == {"waiting": 0, "working": 0})
    assert workspace.runs[number].result == "CANCELED" and Runs(runs.workspace).current().state == "cancelled"


def test_a_server_on_another_disk_goes_on_with_jobs_and_with_nothing_else(workspace, mine, tmp_path):
    ada, bob = Runs(mine(), jobs=as_job.open_jobs), Runs(mine("bob", ("folder",), ""))
    job = ada.start(GenerationConfig(schema_name="demo"), None, as_job=True)
    bob.start(GenerationConfig(), "data/demo")
    done = ada.kept.of(job.id).with_name("20200101-000000-aaaaaa")
    done.mkdir()
    (done / launch.REQUEST).write_text((ada.kept.of(job.id) / launch.REQUEST).read_text())
    (done / launch.EVENTS).write_text('{"event": "outcome", "state": "done"}\n')
    queue = Queue(tmp_path / "another.sqlite")
    resume(tmp_path / "people", queue)
    resume(tmp_path / "people", queue)
    queue.offer({"run": 5})
    assert queue.take("run") == ada.kept.of(job.id) and queue.take("run") is None
    ada.cancel()
    bob.cancel()


def test_what_a_refused_job_says_names_no_command_for_somebody_else(workspace, mine, tmp_path):
    queue, runs = Queue(tmp_path / "queue.sqlite"), Runs(mine(), jobs=as_job.open_jobs)
    workspace.trouble.append(["runs/submit", 9, lambda _right: (403, error("PERMISSION_DENIED", "No."))])
    dispatcher = Dispatcher(queue, {"run": 1}, jobs=True)
    runs.start(GenerationConfig(schema_name="demo"), None, as_job=True)
    until(lambda: dispatcher.tick() or not runs.current().active)
    assert runs.current().state == "failed" and "answered PERMISSION_DENIED: No" in runs.current().message
    workspace.trouble[:] = [["runs/get", 9, lambda _right: (403, error("PERMISSION_DENIED", "No."))]]
    again = runs.start(GenerationConfig(schema_name="demo"), None, as_job=True)
    until(lambda: dispatcher.tick() or not runs.current().active)
    number = as_job.number_of(runs.kept.of(again.id))
    assert f"may go on: as run {number} of the workspace." in runs.current().message


def test_events_are_read_on_whatever_became_of_their_writers(tmp_path):
    path = tmp_path / "events.jsonl"
    first, second = ({"event": "phase", "phase": name * 20} for name in "ab")
    append(path, first)
    position, events = new_events(path, 0)
    assert events == [first] and new_events(path, position) == (position, [])
    with path.open("a", encoding="utf-8") as file:
        file.write('{"event": "pha\n\n3\n')
    append(path, second)
    assert new_events(path, position)[1] == [second]
    path.unlink()
    append(path, second)
    assert new_events(path, 500)[1] == [second], "begun anew"


def test_a_job_that_had_nothing_to_add_says_so(tmp_path):
    status = JobStatus(1, "done", "", "", "", 1.0, None, "")
    outcome = as_job._outcome(status, {"status": "unchanged", "path": "main.demo"}, tmp_path, others=True)
    assert outcome["verdict"].startswith("Nothing was added") and (outcome["state"], outcome["place"]) == (
        "done",
        "main.demo",
    )
    assert as_job._outcome(status, None, tmp_path, others=True)["verdict"] == "The workspace kept no outcome."


# What is kept in the volume


def test_sessions_and_runs_come_back_on_an_empty_disk_and_nothing_is_written_over(workspace, tmp_path, capsys):
    files, people = open_workspace(), tmp_path / "people"
    kept = VolumeCopies(files, VOLUME_FOLDER, people)
    kept.fetch()
    for who in ("ada", "bob", "eve"):
        home = people / folder_name(who) / "studio"
        (home / "runs" / "r").mkdir(parents=True)
        (home / "session.json").write_text(who)
        (home / "runs" / "r" / "request.json").write_text("{}")
        (home.parent / "datasets").mkdir()
        (home.parent / "datasets" / "large").write_text("x")
    kept.send()
    sent = len(workspace.requests)
    kept.send()
    assert len(workspace.requests) == sent, "nothing has changed"
    other = VolumeCopies(files, VOLUME_FOLDER, tmp_path / "other")
    mine = tmp_path / "other" / folder_name("eve") / "studio"
    mine.mkdir(parents=True)
    (mine / "session.json").write_text("newer")
    other.fetch()
    found = sorted(p.relative_to(tmp_path / "other").as_posix() for p in (tmp_path / "other").rglob("*") if p.is_file())
    ada, bob, eve = (folder_name(who) for who in ("ada", "bob", "eve"))
    both = [f"{who}/studio/{name}" for who in (ada, bob) for name in ("runs/r/request.json", "session.json")]
    assert found == [*both, f"{eve}/studio/session.json"] and (mine / "session.json").read_text() == "newer"
    # What cannot be sent is said once, and sent later.
    (people / ada / "studio" / "session.json").write_text("changed")
    workspace.trouble.append(["PUT", 4, lambda _right: (403, error("PERMISSION_DENIED", "No."))])
    kept.send()
    kept.send()
    workspace.trouble.clear()
    kept.send()
    printed = capsys.readouterr().err
    assert printed.count("could not be kept") == 1 and printed.count("are kept again") == 1
    VolumeCopies(files, VOLUME_FOLDER, tmp_path / "third").fetch()
    assert (tmp_path / "third" / ada / "studio" / "session.json").read_text() == "changed"


def test_what_is_kept_and_cannot_be_read_ends_the_start(workspace, tmp_path):
    kept = workspace.root / f".{VOLUME_FOLDER}/people"
    kept.mkdir()
    (kept / "ada-1.zip").write_bytes(b"no zip file")
    with pytest.raises(EngineError, match=r"kept in /Volumes/main/default/staging/people cannot be read"):
        VolumeCopies(open_workspace(), VOLUME_FOLDER, tmp_path / "people").fetch()
    workspace.trouble.append(["directories", 9, lambda _right: (403, error("PERMISSION_DENIED", "No."))])
    with pytest.raises(EngineError, match="PERMISSION_DENIED"):
        VolumeCopies(open_workspace(), VOLUME_FOLDER, tmp_path / "people").fetch()


def test_nothing_that_is_kept_leads_out_of_its_folder(workspace, tmp_path):
    kept = workspace.root / f".{VOLUME_FOLDER}/people"
    kept.mkdir()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("../../outside", "x")
        archive.writestr("/outside", "x")
    (kept / "ada-1.zip").write_bytes(content.getvalue())
    VolumeCopies(open_workspace(), VOLUME_FOLDER, tmp_path / "people").fetch()
    outside = [
        path for path in tmp_path.rglob("outside") if (tmp_path / "people" / "ada-1" / "studio") not in path.parents
    ]
    assert outside == [] and not Path("/outside").exists()
