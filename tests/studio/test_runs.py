"""Runs: start, progress, cancel in every state, failure, retry, history, attaching again; thread and process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.forecast.run_time import RunTime, time_of
from idgraph_widgets.processes import ProcessMark, machine
from idgraph_widgets.studio.launch import CANCEL, EVENTS, PROCESS, REQUEST
from idgraph_widgets.studio.run_follower import advice, shown
from idgraph_widgets.studio.run_panel import RunPanel
from idgraph_widgets.studio.run_record import applied
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.session import SessionState
from idgraph_widgets.studio.state import StudioState


def small(seed=42, households=1_000):
    return GenerationConfig(seed=seed, household_config=HouseholdConfig(num_households=households))


def until(condition, seconds=60):
    """Wait for something that happens in another thread or process."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def stories(tmp_path):
    """A function that leaves a run's story in a home, as a worker would."""

    def leave(name, events=(), kind="run", **files):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        request = {"config": json.loads(small().to_json()), "kind": kind, "out": "x", "started": time.time()}
        (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        (folder / EVENTS).write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
        return folder

    return leave


def test_a_run_in_a_process_is_the_pipelines_and_progress_moves(tmp_path, dataset_1k):
    runs, seen = Runs(tmp_path / "home"), []
    runs.subscribe(seen.append)
    runs.start(small(), str(tmp_path / "out"))
    with pytest.raises(RuntimeError, match="still going on"):
        runs.start(small(), str(tmp_path / "other"))
    run = runs.wait(timeout=120)
    assert run.state == "done", run.message
    with Dataset(tmp_path / "out") as made:
        hashes = {name: entry["content_hash"] for name, entry in made.manifest["tables"].items()}
    wanted = {name: entry["content_hash"] for name, entry in dataset_1k.manifest["tables"].items()}
    assert hashes == wanted
    fractions = [one.fraction for one in seen]
    assert fractions == sorted(fractions) and len(set(fractions)) > 10 and fractions[-1] == 1, fractions
    assert {state for state, _ in run.tables.values()} == {"done"} and run.rows == sum(
        n for _, n in run.tables.values()
    )
    assert [one.id for one in runs.history()] == [run.id]
    # Checked once the dataset was there, and what was found is kept.
    checking = [one for one in seen if one.checks == "running"]
    assert checking and all(one.place == str(tmp_path / "out") and one.rows for one in checking)
    report = Runs(tmp_path / "home").kept.checks(run.id, made.manifest["run_id"])
    assert report.passed and len(report.results) > 200 and run.checks == "done"
    assert run.verdict == report.verdict and f"All {len(report.results)} checks hold" in run.verdict
    assert runs.kept.checks(run.id, "another") is None and runs.kept.checks("no such run", "x") is None


def test_a_run_in_a_thread_uses_the_users_session(tmp_path, spark):
    runs = Runs(tmp_path / "home", spark)
    runs.start(small(), str(tmp_path / "out"))
    run = runs.wait(timeout=120)
    assert run.state == "done", run.message
    assert run.tables["households"] == ("done", 1_000)


def test_the_first_thousand_are_a_prefix_and_come_back_as_small_values(tmp_path, spark, dataset_1k):
    runs = Runs(tmp_path / "home", spark)
    runs.start(small(households=50_000), None, kind="trial")
    run = runs.wait("trial", timeout=120)
    assert run.state == "done", run.message
    table = run.sample["tables"]["households"]
    real = dataset_1k.households.orderBy("household_id").limit(12).collect()
    at = table["columns"].index("city")
    assert [row[at] for row in table["rows"]] == [row["city"] for row in real] and table["total"] == 1_000
    assert sum(run.sample["shares"]["income_bracket"].values()) == pytest.approx(1)
    assert len(json.dumps(run.sample)) < 100_000 and runs.history() == []


def test_cancel_before_the_engine_is_up(tmp_path):
    runs = Runs(tmp_path / "home")
    runs.start(small(), str(tmp_path / "out"))
    runs.cancel()
    assert runs.current().state == "cancelling"
    run = runs.wait(timeout=60)
    assert run.state == "cancelled" and not (tmp_path / "out" / "manifest.json").exists()
    assert "untouched" in run.message and "Retry" in advice(run)


def test_cancel_while_generating_then_retry_reaches_the_end(tmp_path, spark):
    runs = Runs(tmp_path / "home", spark)
    runs.start(small(households=400_000), str(tmp_path / "out"))
    assert until(lambda: any(state == "running" for state, _ in runs.current().tables.values()))
    runs.cancel()
    run = runs.wait(timeout=60)
    assert run.state == "cancelled", (run.state, run.message)
    assert "cancelled" in {state for state, _ in run.tables.values()}
    assert not (tmp_path / "out" / "manifest.json").exists()
    runs.start(small(), run.out)
    assert runs.wait(timeout=120).state == "done"


def published(place):
    """The story of a run up to its checks."""
    tables = {"households": {"rows": 9, "bytes": 1}}
    return [
        {"event": "phase", "phase": "generating"},
        {"event": "published", "place": place, "rows": 9, "tables": tables},
        {"event": "checks", "done": 0, "total": 0},
    ]


def test_a_dataset_is_there_before_its_checks_and_whatever_becomes_of_them(tmp_path, stories):
    stories("20260101-000000-aaaaaa", published("here"), **{PROCESS: ProcessMark.of().to_text()})
    runs = Runs(tmp_path)
    run = runs.current()
    assert (run.state, run.phase, run.place, run.rows) == ("running", "checks", "here", 9)
    assert shown(run)["tables"][-1] == ["checks", "running", ""] and 0.3 < run.fraction < 0.9
    halfway = applied(run, {"event": "checks", "done": 5, "total": 10}, time_of(small()))
    assert run.fraction < halfway.fraction < 1
    for state in ("failed", "cancelled"):
        ended = applied(run, {"event": "outcome", "state": state, "message": "x"}, RunTime())
        assert (ended.state, ended.place, ended.message, ended.checks) == ("done", "here", "", "failed")
        assert "no end" in ended.verdict


def test_failed_checks_are_told_and_do_not_fail_the_run(tmp_path, messages, stories):
    verdict = "2 of 329 checks failed (3.0 s)."
    outcome = {"event": "outcome", "state": "done", "checks": "failed", "verdict": verdict, "seconds": 3}
    stories("20260101-000000-aaaaaa", [*published("here"), outcome])
    panel = RunPanel(StudioState(), Runs(tmp_path))
    assert (panel.run["state"], panel.run["checks"], panel.run["verdict"]) == ("done", "failed", verdict)
    assert panel.run["tables"][-1] == ["checks", "failed", ""] and panel.run["place"] == "here"


def test_checks_that_are_cancelled_leave_the_dataset_done(tmp_path, spark):
    runs = Runs(tmp_path / "home", spark)
    runs.subscribe(lambda run: run.checks == "running" and run.state == "running" and runs.cancel())
    runs.start(small(), str(tmp_path / "out"))
    run = runs.wait(timeout=120)
    assert (run.state, run.checks) == ("done", "cancelled"), run.message
    assert "skipped" in run.verdict and (tmp_path / "out" / "manifest.json").exists()
    with Dataset(tmp_path / "out") as made:
        assert runs.kept.checks(run.id, made.manifest["run_id"]) is None


def test_cancel_without_a_run_or_after_it_does_nothing(tmp_path, stories):
    Runs(tmp_path / "empty").cancel()
    folder = stories("20260101-000000-aaaaaa", [{"event": "outcome", "state": "done", "seconds": 3}])
    runs = Runs(tmp_path)
    runs.cancel()
    assert runs.current().state == "done" and not (folder / CANCEL).exists()


def test_a_failure_keeps_the_last_good_dataset_and_says_what_to_do(tmp_path, messages, spark):
    runs, out = Runs(tmp_path / "home", spark), tmp_path / "out"
    out.mkdir()
    (out / "letter.txt").write_text("dear", encoding="utf-8")
    runs.start(small(), str(out))
    run = runs.wait(timeout=60)
    assert run.state == "failed" and str(out) in run.message and "Traceback" not in run.message
    values = shown(run)
    assert values["advice"] and values["message"] == run.message
    assert [path.name for path in out.iterdir()] == ["letter.txt"]


def test_another_kernel_finds_the_run_that_is_going_on(tmp_path):
    first = Runs(tmp_path / "home")
    started = first.start(small(), str(tmp_path / "out"))
    assert until((tmp_path / "home" / "runs" / started.id / PROCESS).exists)
    second = Runs(tmp_path / "home")
    assert second.current().id == started.id and second.current().active
    run = second.wait(timeout=120)
    assert run.state == "done" and first.wait(timeout=10).state == "done"


def test_a_worker_that_died_is_a_failure_with_its_last_words(tmp_path, stories):
    stories(
        "20260101-000000-aaaaaa",
        [{"event": "phase", "phase": "generating"}],
        **{PROCESS: ProcessMark(machine(), 4_194_300, 1.0).to_text(), "output.txt": "Killed\n"},
    )
    run = Runs(tmp_path).current()
    assert run.state == "failed" and "Killed" in run.message and "memory" in run.message


@pytest.mark.parametrize("kind", ["number used again", "zombie", "another machine", "no mark"])
def test_a_run_whose_process_has_ended_is_not_going_on(tmp_path, stories, kind):
    """By its number alone, each was "still going on" for good, and no other run could be started."""
    child, mark = None, ProcessMark.of()
    if kind == "zombie":
        child = subprocess.Popen([sys.executable, "-c", "pass"])
        mark = ProcessMark.of(child.pid)
        assert until(lambda: not mark.is_running) and child.returncode is None
    marks = {
        "number used again": replace(mark, started=mark.started - 60),
        "zombie": mark,
        "another machine": replace(mark, machine="another"),
    }
    text = marks[kind].to_text() if kind in marks else str(os.getpid())
    stories("20260101-000000-aaaaaa", [{"event": "phase", "phase": "generating"}], **{PROCESS: text})
    run = Runs(tmp_path).current()
    assert run.state == "failed" and "ended without a word" in run.message
    if child is not None:
        child.wait()


def test_a_run_in_a_thread_is_seen_and_cancelled_by_others(tmp_path, spark):
    """It had no process written down, so to another kernel it had ended without a word."""
    first = Runs(tmp_path / "home", spark)
    first.start(small(households=400_000), str(tmp_path / "out"))
    second = Runs(tmp_path / "home")
    assert second.current().active
    second.cancel()
    assert first.wait(timeout=120).state == "cancelled" and second.wait(timeout=30).state == "cancelled"


def test_history_is_the_latest_first_and_loads_its_configuration(tmp_path, messages, stories):
    for name, seed in (("20260101-000000-aaaaaa", 1), ("20260102-000000-bbbbbb", 2)):
        folder = stories(name, [{"event": "outcome", "state": "done", "seconds": 3, "rows": 9}])
        request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
        request["config"]["seed"] = seed
        (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
    state, runs = StudioState(), Runs(tmp_path)
    panel = RunPanel(state, runs)
    assert [row["seed"] for row in panel.history] == ["2", "1"]
    panel.on_load({"id": "20260101-000000-aaaaaa"})
    assert state.config.seed == 1 and "loaded" in state.notice
    assert (
        panel.history[0]["fingerprint"]
        == GenerationConfig.from_dict({**json.loads(small().to_json()), "seed": 2}).fingerprint()[:8]
    )


def test_generate_is_enabled_exactly_when_the_configuration_is_valid(tmp_path, messages):
    state = StudioState(SessionState(small()))
    panel = RunPanel(state, Runs(tmp_path))
    assert panel.ready == {"shown": True, "ok": True, "reason": ""} and panel.expected["rows"]
    state.set("household_config.num_households", 3)
    assert not panel.ready["ok"] and "Raise it to at least 1,000" in panel.ready["reason"]
    panel.generate()
    assert panel.runs.current() is None
    state.reset("household_config.num_households")
    state.set_target(folder="")
    assert not panel.ready["ok"] and "Name a folder" in panel.ready["reason"]


def test_two_panels_show_one_run(tmp_path, messages, spark):
    state = StudioState(SessionState(small()))
    state.set_target(folder=str(tmp_path / "out"))
    runs = Runs(tmp_path / "home", spark)
    first = RunPanel(state, runs)
    first.generate()
    second = RunPanel(state, runs)
    assert second.run["id"] == first.runs.current().id and not second.ready["ok"]
    first.close()
    assert runs.wait(timeout=120).state == "done"
    assert until(lambda: second.run["state"] == "done" and second.ready["ok"] and len(second.history) == 1)
    assert second.run["percent"] == 100
