"""Limits and the queue: what is refused in words, who is next, and that nothing is lost with a kernel or the server."""

from __future__ import annotations

import json
import os
import threading
import time

import pytest

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.dashboard.dispatch import Dispatcher, tidy
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.errors import StorageError
from idgraph_widgets.storage.folder.lock import DatasetLock
from idgraph_widgets.studio.launch import EVENTS
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.workspaces import Workspace
from idgraph_widgets.workspaces.limits import Limits, discard, size_of
from idgraph_widgets.workspaces.line import Ticket, foreseen, next_of
from idgraph_widgets.workspaces.queue import Queue
from idgraph_widgets.workspaces.workspace import DISK


def small(households=1_000):
    return GenerationConfig(seed=42, household_config=HouseholdConfig(num_households=households))


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


# The line


def test_a_free_slot_goes_to_who_has_had_the_least():
    ada = [Ticket(f"a{i}", "ada", 60, i) for i in range(3)]
    bob, eve = Ticket("b", "bob", 60, 10), Ticket("e", "eve", 60, 11)
    assert next_of([*ada, bob, eve], [], {}).run == "a0"
    # Ada is at work: the others are first, though she has waited longer.
    assert next_of([*ada[1:], bob, eve], [ada[0]], {"ada": 1}).run == "b"
    # Nobody is at work: who has not had a turn for the longest time.
    assert next_of([ada[1], bob, eve], [], {"ada": 5, "bob": 9, "eve": 7}).run == "a1"
    assert next_of([bob, eve], [], {"ada": 5, "bob": 9, "eve": 7}).run == "e"


def test_what_is_foreseen_is_what_comes_when_all_take_as_long_as_expected():
    at_work = [Ticket("a0", "ada", 100, 0, begun=0.0)]
    line = [Ticket("a1", "ada", 10, 1), Ticket("a2", "ada", 10, 2), Ticket("b1", "bob", 30, 3)]
    assert foreseen(line, at_work, {"ada": 0.0}, 1, 40.0) == {"b1": (1, 60.0), "a1": (2, 90.0), "a2": (3, 100.0)}
    assert foreseen(line, at_work, {"ada": 0.0}, 2, 40.0)["b1"] == (1, 0.0)
    # One that is overdue may end any moment; nobody waits a negative time.
    assert foreseen(line, at_work, {"ada": 0.0}, 1, 500.0)["b1"] == (1, 0.0)
    assert foreseen([], at_work, {}, 1, 0.0) == {}


def test_the_queue_is_a_file_that_everybody_sees(tmp_path):
    now = [1000.0]
    queue, other = (Queue(tmp_path / "queue.sqlite", lambda: now[0]) for _ in range(2))
    queue.offer({"run": 1, "trial": 1})
    for i, (run, who) in enumerate((("a1", "ada"), ("a2", "ada"), ("b1", "bob"))):
        now[0] = 1000.0 + i
        queue.submit(tmp_path / run, "run", who, 60)
    other.submit(tmp_path / "t1", "trial", "eve", 5)
    assert other.take("run") == tmp_path / "a1" and other.take("run") is None
    assert other.take("trial") == tmp_path / "t1"
    assert queue.position(tmp_path / "b1")[0] == 1 and queue.position(tmp_path / "a2")[0] == 2
    assert queue.position(tmp_path / "a1") is None and queue.state(tmp_path / "a1") == "working"
    assert not other.withdraw(tmp_path / "a1") and other.withdraw(tmp_path / "b1")
    assert queue.position(tmp_path / "a2")[0] == 1
    queue.give_back(tmp_path / "a1")
    assert queue.take("run") == tmp_path / "a1", "nothing has waited longer"
    assert queue.counts() == {"waiting": 1, "working": 2} and queue.take("run") is None
    for run in queue.working():
        other.end(run)
    queue.forget(2000.0)
    assert queue.counts() == {"waiting": 1, "working": 0} and queue.state(tmp_path / "t1") == "ended"


# Limits


def test_more_than_the_limit_is_refused_before_the_run_and_said(tmp_path):
    limits = Limits(households=50_000, disk_per_person=30_000_000, disk=100_000_000)
    workspace = Workspace.of("ada", tmp_path / "people", limits=limits, queue=tmp_path / "queue.sqlite")
    workspace.make()
    state = StudioState(workspace=workspace)
    assert state.problems == ()
    state.set("household_config.num_households", 60_000)
    messages = [problem.message.removeprefix("household_config.num_households: ") for problem in state.problems]
    advice = "Ask for fewer households or days, or remove a dataset on the Run tab."
    assert messages[0] == "found 60,000; allowed: at most 50,000 here. Lower it, or ask your operator for more."
    assert "beside the 0 B that you have here; allowed: 30.0 MB in all. " + advice in messages[1]
    assert "beside the 0 B that all have here; allowed: 100.0 MB in all. " + advice in messages[2]
    assert state.estimate.rows > 0
    state.set("household_config.num_households", 10_000)
    assert state.problems == ()
    (workspace.root / "mine").write_bytes(b"x" * 15_000_000)
    state.judge_anew()
    assert "beside the 15.0 MB that you have here" in state.problems[0].message
    (workspace.root / "mine").unlink()
    Queue(tmp_path / "queue.sqlite").note(DISK, 99_000_000)
    state.judge_anew()
    assert "beside the 99.0 MB that all have here" in state.problems[0].message


def test_old_datasets_go_and_the_others_are_counted(tmp_path, dataset_1k_path):
    queue, people = Queue(tmp_path / "queue.sqlite"), tmp_path / "people"
    roots = [Workspace.of(name, people).root for name in ("ada", "bob")]
    for root in roots:
        for name in ("old", "new", "busy"):
            (root / "deep" / name).mkdir(parents=True)
            (root / "deep" / name / "manifest.json").write_text("{}", encoding="utf-8")
        for name in ("old", "busy"):
            os.utime(root / "deep" / name / "manifest.json", (0, 0))
    lock = DatasetLock(roots[0] / "deep" / "busy")
    lock.acquire()
    tidy(people, queue, None)
    assert (roots[0] / "deep" / "old").is_dir()
    tidy(people, queue, 1)
    assert sorted(path.name for path in (roots[0] / "deep").iterdir()) == ["busy", "new"]
    assert sorted(path.name for path in (roots[1] / "deep").iterdir()) == ["new"]
    assert queue.fact(DISK) == sum(map(size_of, roots))
    lock.release()


# Runs


@pytest.fixture
def house(tmp_path):
    """Workspaces by name, in a house with one slot; ``serve`` is its server, which can be begun anew."""

    class House:
        queue = Queue(tmp_path / "queue.sqlite")
        _stop = threading.Event()

        def runs(self, who):
            workspace = Workspace.of(who, tmp_path / "people", queue=self.queue.path)
            workspace.make()
            return Runs(workspace)

        def serve(self):
            self.stop()
            self._stop, dispatcher = threading.Event(), Dispatcher(self.queue, {"run": 1, "trial": 1})
            stop = self._stop

            def work():
                while not stop.wait(0.05):
                    dispatcher.tick()

            self._thread = threading.Thread(target=work, daemon=True)
            self._thread.start()

        def stop(self):
            if hasattr(self, "_thread"):
                self._stop.set()
                self._thread.join()

    made = House()
    yield made
    made.stop()


def test_runs_wait_for_their_turn_and_outlive_pages_and_the_server(house):
    ada, bob, eve = (house.runs(who) for who in ("ada", "bob", "eve"))
    seen = []
    bob.subscribe(seen.append)
    for runs in (ada, bob, eve):
        runs.start(small(), "data/demo")
    until(lambda: bob.current().state == "waiting" and eve.current().phase.startswith("number 3 in line"))
    # Nothing has begun yet; a page that is opened anew finds the run in the line, and takes another's out.
    opened = house.runs("bob")
    until(lambda: opened.current().state == "waiting")
    eve.cancel()
    assert eve.current().state == "cancelled" and "had not begun" in eve.current().message
    assert house.runs("eve").current().state == "cancelled"
    house.serve()
    until(lambda: ada.current().state == "running")
    # The server is begun anew while one runs and one waits.
    house.serve()
    until(lambda: ada.current().phase == "checks" or not ada.current().active, 90)
    assert bob.current().state == "waiting"
    anew = house.runs("bob")
    anew.subscribe(seen.append)
    assert ada.wait(timeout=90).state == "done" and anew.wait(timeout=90).state == "done"
    phases = [run.phase for run in seen if run.state == "waiting"]
    assert "next in line, begins in about" in phases[-1]
    # What it waited is no part of how long it took, and it lies where its owner said.
    assert anew.current().elapsed < 60 and anew.workspace.shown(anew.current().folder) == "data/demo"
    with Dataset(anew.workspace.root / "data" / "demo") as dataset:
        assert dataset.manifest["tables"]["households"]["rows"] == 1_000
    until(lambda: house.queue.counts() == {"waiting": 0, "working": 0})
    run = anew.current()
    assert anew.removable(run) and anew.remove(run.id) == "data/demo was removed."
    assert not anew.removable(run) and "no dataset" in anew.remove(run.id)
    assert "no dataset" in anew.remove(ada.current().id), "another's"


def test_a_run_that_went_down_with_the_machine_is_begun_once_more(house):
    ada = house.runs("ada")
    run = ada.start(small(), "data/demo")
    folder = ada.workspace.home / "runs" / run.id
    until(lambda: house.queue.take("run") == folder)
    (folder / EVENTS).write_text(json.dumps({"event": "phase", "phase": "generating"}) + "\n", encoding="utf-8")
    dispatcher = Dispatcher(house.queue, {"run": 0})
    dispatcher.tick()
    assert house.queue.state(folder) == "waiting" and not (folder / EVENTS).exists()
    house.queue.offer({"run": 1})
    assert house.queue.take("run") == folder
    dispatcher.tick()
    assert house.queue.state(folder) == "ended"
    until(lambda: not ada.current().active)
    assert ada.current().state == "failed" and "ended without a word" in ada.current().message


def test_a_dataset_that_is_being_written_is_not_removed(tmp_path):
    (tmp_path / "demo").mkdir()
    lock = DatasetLock(tmp_path / "demo")
    lock.acquire()
    with pytest.raises(StorageError, match="is being written"):
        discard(tmp_path / "demo")
    lock.release()
    discard(tmp_path / "demo")
    assert not (tmp_path / "demo").exists()
