"""Tasks that come late, run twice, differ, are missing or cannot write: nothing is left, and words tell why."""

from __future__ import annotations

import subprocess
import sys
import threading
import venv
from contextlib import contextmanager

import pytest
from support.fault_tools import files_in_use, files_on_disk

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.errors import RunError, StorageError
from idgraph_widgets.generators.block import BLOCK_TABLES, PREPARE, SUMMED
from idgraph_widgets.generators.context import Context
from idgraph_widgets.pipeline import folder_sink, run_pipeline, worker, workers
from idgraph_widgets.pipeline.distribute import run_tasks
from idgraph_widgets.pipeline.emission import Emission
from idgraph_widgets.pipeline.failures import first_words
from idgraph_widgets.pipeline.worker import Job, run_task
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.storage import FolderStore
from idgraph_widgets.storage.folder.block_files import BlockFiles

SMALL = GenerationConfig(seed=42, household_config=HouseholdConfig(num_households=1_000))


@pytest.fixture
def begun(spark, tmp_path):
    """A store of a run whose tasks may begin."""
    store = FolderStore(spark, tmp_path / "d", "run-1")
    store.begin(list(GENERATED.values()))
    store.make_folders(list(GENERATED.values()))
    return store


def job_of(store, part_homes=200) -> Job:
    data = Context.make(SMALL, PREPARE).to_bytes()
    blocks, wanted = (((1, 1_000),),), frozenset(BLOCK_TABLES)
    return Job(data, blocks, wanted, part_homes, Emission(), store.run_id, store.place, str(store.control))


def anything_left(store) -> list[str]:
    """What is in a dataset's folder besides its lock and logs."""
    return sorted(p.relative_to(store.folder).as_posix() for p in store.folder.rglob("*") if p.name != "lock")


# --- late -------------------------------------------------------------------------------------------------


def test_a_task_that_begins_after_the_rollback_leaves_nothing(begun):
    job = job_of(begun)
    begun.rollback()
    result = run_task(job, 0)
    assert result.cancelled and result.files == {} and not result.fault
    assert anything_left(begun) == [".idgraph"]


@pytest.mark.parametrize("moment", ["before its first file", "with a file begun", "with a file closed"])
def test_a_task_whose_run_is_undone_while_it_works_leaves_nothing(begun, moment, monkeypatch):
    undone = []

    def undo():
        if not undone:
            undone.append(files_on_disk(begun.folder))
            begun.rollback()

    def end_block(self):
        if moment == "before its first file":
            undo()
        original_end(self)
        if moment == "with a file begun":
            undo()

    def close(self):
        files = original_close(self)
        if moment == "with a file closed":
            undo()
        return files

    original_end, original_close = BlockFiles.end_block, BlockFiles.close
    monkeypatch.setattr(BlockFiles, "end_block", end_block)
    monkeypatch.setattr(BlockFiles, "close", close)
    result = run_task(job_of(begun), 0)
    written = {path for path in undone[0] if path.endswith(".parquet")}
    assert (
        len(written)
        == {"before its first file": 0, "with a file begun": 1, "with a file closed": len(BLOCK_TABLES) - len(SUMMED)}[
            moment
        ]
    )
    assert result.cancelled and result.files == {} and not result.fault
    assert anything_left(begun) == [".idgraph"]


def test_a_second_copy_of_a_task_that_ends_after_the_run_leaves_nothing(spark, tmp_path, monkeypatch):
    """Speculation: the copy is cut off while it has files, and goes on when the run is published."""
    copies, writing, published = [], threading.Event(), threading.Event()
    original = BlockFiles.close

    def close(self):
        if threading.current_thread() in copies:
            writing.set()
            assert published.wait(60)
        return original(self)

    def twice(_spark, work, _tasks):
        copy = threading.Thread(target=lambda: results.append(work(0)))
        copies.append(copy)
        copy.start()
        assert writing.wait(60)
        return [work(0)]

    results: list[str] = []
    monkeypatch.setattr(BlockFiles, "close", close)
    monkeypatch.setattr(folder_sink, "run_tasks", twice)
    run_pipeline(spark, SMALL, tmp_path / "d")
    published.set()
    copies[0].join(60)
    assert '"cancelled": true' in results[0]
    assert files_on_disk(tmp_path / "d") == files_in_use(tmp_path / "d")


def test_a_task_that_ran_twice_counts_once(spark, tmp_path, monkeypatch):
    first = run_pipeline(spark, SMALL, tmp_path / "once").manifest
    monkeypatch.setattr(folder_sink, "run_tasks", lambda _spark, work, _tasks: [work(0), work(0)])
    second = run_pipeline(spark, SMALL, tmp_path / "twice").manifest
    assert {n: (e.rows, e.files, e.content_hash) for n, e in first.tables.items()} == {
        n: (e.rows, e.files, e.content_hash) for n, e in second.tables.items()
    }
    assert files_on_disk(tmp_path / "twice") == files_in_use(tmp_path / "twice")


@pytest.fixture(scope="module")
def on_spark(require_java, run_python, tmp_path_factory):
    """What classic Spark tells of a run whose workers have a bare Python, and of one that is cancelled."""
    folder = tmp_path_factory.mktemp("on_spark")
    venv.create(folder / "bare", symlinks=True, with_pip=False)
    return run_python(_ON_SPARK, folder / "bare" / "bin" / "python", folder)


_ON_SPARK = """
import json, sys, time
from pathlib import Path
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.engines import start_engine
from idgraph_widgets.errors import RunCancelled, RunError
from idgraph_widgets.pipeline import CancelToken, run_pipeline
bare, folder = sys.argv[1], Path(sys.argv[2])
found, token, at = {}, CancelToken(), []
config = GenerationConfig(household_config=HouseholdConfig(num_households=200_000))

def listen(event):
    found["blocks"] = event.step
    if event.table == "individuals" and not token.cancelled:
        token.cancel()
        at.append(time.monotonic())

with start_engine("spark") as engine:
    context = engine.spark.sparkContext
    good, context.pythonExec = context.pythonExec, bare
    try:
        run_pipeline(engine.spark, config, folder / "d")
    except RunError as error:
        found["bare"] = str(error)
    context.pythonExec = good
    try:
        run_pipeline(engine.spark, config, folder / "d", on_progress=listen, cancel=token)
    except RunCancelled:
        found["seconds"] = time.monotonic() - at[0]
    found["files"] = [str(path) for name in ("*.parquet", "manifest.json") for path in folder.rglob(name)]
    print(json.dumps(found))
"""


# --- missing or different -----------------------------------------------------------------------------------


def fails(spark, folder, error, words, config=SMALL):
    """Whether a run fails with such words, and leaves nothing."""
    with pytest.raises(error, match=words) as caught:
        run_pipeline(spark, config, folder)
    assert "Nothing was" in str(caught.value)
    assert not list(folder.glob("**/*.parquet")) and not (folder / "manifest.json").exists()


def test_a_task_that_is_missing_fails_the_run(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(folder_sink, "run_tasks", lambda *_: [])
    fails(spark, tmp_path / "d", RunError, "Spark returned 0 of 1 tasks")


def test_workers_with_other_data_fail_the_run(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "digest", lambda _: "another")
    fails(spark, tmp_path / "d", RunError, "with another configuration than this process has")


def test_workers_with_other_code_fail_the_run(spark, tmp_path, monkeypatch):
    """Where the question before the run did not find it: a worker that came later, for instance."""
    monkeypatch.setattr(workers, "_refuse_other_code", lambda *_: None)
    monkeypatch.setattr(worker, "code_digest", lambda: "another")
    fails(spark, tmp_path / "d", RunError, "another version of idgraph_widgets than this process has")


@contextmanager
def elsewhere(monkeypatch, digest):
    """What workers find out about their code; they are threads of this process on the embedded engine."""
    here, mine = threading.current_thread(), worker.code_digest
    monkeypatch.setattr(worker, "code_digest", lambda: mine() if threading.current_thread() is here else digest())
    yield


def test_another_version_on_the_workers_is_refused_before_the_run(spark, tmp_path, monkeypatch):
    with elsewhere(monkeypatch, lambda: "another"):
        fails(spark, tmp_path / "d", RunError, "have another version of idgraph_widgets .*Install the same version")


def test_a_package_that_workers_cannot_load_is_told_before_the_run(spark, tmp_path, monkeypatch):
    def digest():
        raise ModuleNotFoundError("No module named 'idgraph_widgets'")

    with elsewhere(monkeypatch, digest):
        fails(spark, tmp_path / "d", RunError, r"cannot load idgraph_widgets \(ModuleNotFoundError: No module named")


def test_workers_with_a_bare_python_are_told_of(on_spark):
    """Spark itself cannot begin there: it needs pyarrow."""
    message = on_spark["bare"]
    assert "The Spark workers cannot load idgraph_widgets (ModuleNotFoundError: No module named 'pyarrow')" in message
    assert "PYSPARK_PYTHON" in message and on_spark["files"] == []


def test_what_a_worker_raised_is_told_and_not_how_spark_wraps_it(spark, tmp_path, monkeypatch):
    def broken(*_args):
        raise ValueError("a value that nobody expected")

    monkeypatch.setattr(worker, "block_tables", broken)
    fails(spark, tmp_path / "d", RunError, "ValueError: a value that nobody expected")


def test_a_worker_that_is_gone_is_most_likely_one_without_memory():
    text = "Job aborted due to stage failure: ...\nSparkException: Python worker exited unexpectedly (crashed)"
    assert "ended by itself, most likely for lack of memory. Each task needs up to" in first_words(text)
    assert first_words("An error occurred while calling o1.collect.\n: java.io.IOException: cut off") == (
        ": java.io.IOException: cut off"
    )
    assert first_words("") is None


# --- disks and memory ---------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a Linux file system")
def test_a_folder_that_workers_may_not_write_to(spark, tmp_path, monkeypatch):
    table = tmp_path / "d" / "individuals"

    def read_only(_spark, work, tasks):
        subprocess.run(["mount", "--bind", str(table), str(table)], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(table)], check=True)
        try:
            return run_tasks(_spark, work, tasks)
        finally:
            subprocess.run(["umount", str(table)], check=True)

    probe = tmp_path / "probe"
    probe.mkdir()
    if subprocess.run(["mount", "--bind", str(probe), str(probe)], capture_output=True, check=False).returncode != 0:
        pytest.skip("needs the right to mount")  # a right that nothing .ci/run could install gives
    subprocess.run(["umount", str(probe)], check=True)
    monkeypatch.setattr(folder_sink, "run_tasks", read_only)
    fails(spark, tmp_path / "d", StorageError, "A Spark worker could not write to .*mounted read-only. Choose another")


def test_what_one_task_meets_ends_the_others(spark, tmp_path, monkeypatch):
    """And it is reported, though the others say that they were cancelled."""
    ended: list[str] = []

    def one_after_the_other(_spark, work, tasks):
        ended.extend(work(task) for task in range(tasks))
        return ended[::-1]

    def no_memory(*_args, **_options):
        raise MemoryError

    three = GenerationConfig(household_config=HouseholdConfig(num_households=30_000))
    monkeypatch.setattr(folder_sink, "run_tasks", one_after_the_other)
    monkeypatch.setattr(worker, "record_batch", no_memory)
    with pytest.raises(StorageError, match=r"A Spark worker had not enough memory\. Each task needs up to 1 GB"):
        run_pipeline(spark, three, tmp_path / "d", partitions=3)
    assert ['"cancelled": true' in text for text in ended] == [False, True, True]


# --- cancelled ----------------------------------------------------------------------------------------------


def test_cancelling_on_spark_ends_the_tasks(on_spark):
    """Some parts of blocks are made after it, and not the remaining blocks."""
    assert on_spark["blocks"] < 20 and on_spark["files"] == []
    print(f"ended {on_spark['seconds']:.1f} s after it was cancelled")
