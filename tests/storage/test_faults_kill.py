"""kill -9 at random moments of an overwrite and of an append: nothing is lost, and nothing is left over."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from support.fault_tools import Nursery, digests, files_in_use, files_on_disk, latest_is_published
from support.nightly import NIGHTLY, but_first
from support.processes import own_environment
from support.storage_tables import EVERY_TYPE

from idgraph_widgets.cli import main
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.storage import Manifest, content_hash, recover

KILLS = int(os.environ.get("IDGRAPH_KILLS", "8" if NIGHTLY else "3"))
"""Kills of appends on the embedded engine; at night as many of overwrites, and a quarter of them on classic Spark.

``IDGRAPH_KILLS=200`` keeps a machine busy for a night.
"""

UNTIL_LAST_TABLE = 4.0
"""Seconds that a run of 1,000 households takes on a quiet machine of two cores, most of them the engine's start."""


def another(config, mode):
    """What the killed runs want: other rows altogether, or households and days added."""
    wanted = GenerationConfig.from_json(config.to_json())
    if mode == "append":
        wanted.incremental = True
        wanted.household_config.num_households = 1_200
        wanted.end_date = wanted.end_date.replace(day=9)
    else:
        wanted.seed = 9
    return wanted


def undone_after_kill(out, original):
    """Whether the next command undid what a killed run of a copy left; the copy is as its original in any case."""
    before, files = digests(original), files_on_disk(original)
    if Manifest.read(out).run_id != Manifest.read(original).run_id:
        # The kill came after the end: what is published is whole, too.
        assert digests(out)
        shutil.rmtree(out)
        shutil.copytree(original, out)
        return False
    # Readable before anything is tidied up, straight from the versions that the manifest names.
    assert digests(out) == before
    undone = recover(out) is not None
    assert digests(out) == before and latest_is_published(out)
    assert main(["vacuum", str(out)]) == 0
    assert files_on_disk(out) == files_in_use(out) == files
    return undone


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("mode", but_first(["append", "overwrite"]))
def test_killed_at_random_moments(spark, config_1k, dataset_1k_path, tmp_path, mode, capsys):
    """After the first one, half of the kills fall anywhere in the run, the others near its commits."""
    out = shutil.copytree(dataset_1k_path, tmp_path / "d")
    wanted, moments = another(config_1k, mode), random.Random(f"kill {mode}")
    before = digests(out)
    undone = 0
    with Nursery() as nursery:
        for turn in range(KILLS):
            run = nursery.start(wanted, out)
            if turn == 0:
                run.read_until("started outcome_metrics")  # something is there to be undone, however busy the machine
            elif moments.random() < 0.5:
                time.sleep(moments.uniform(0, UNTIL_LAST_TABLE))
            else:
                run.read_until("started outcome_metrics")  # the last table that is made
                time.sleep(moments.uniform(0, 0.2))
            run.kill()
            undone += undone_after_kill(out, dataset_1k_path)
        assert undone > 0
        nursery.start(wanted, out).finish()  # the rerun
    manifest = Manifest.read(out)
    assert manifest.mode == mode and latest_is_published(out)
    assert digests(out)["households"] != before["households"]
    with Dataset(out, spark) as dataset:
        for name, table in GENERATED.items():
            entry = manifest.tables[name]
            assert content_hash(dataset.table(name), table) == (entry.rows, entry.content_hash), name
    # At the end only files of the log's versions are there.
    assert main(["vacuum", str(out), "--keep-hours", "0"]) == 0
    assert files_on_disk(out) == files_in_use(out)


# Publishes small runs on classic Spark, overwrites and appends in turn, until it is killed.
_SPARK_WRITER = """
import sys
from itertools import count
from support.storage_tables import EVERY_TYPE, COMPANION, rows
from idgraph_widgets.engines import start_engine
from idgraph_widgets.storage import FolderStore, Manifest
spark = start_engine("spark").spark
for i in count(int(sys.argv[2])):
    store = FolderStore(spark, sys.argv[1], f"run{i}")
    store.begin([EVERY_TYPE, COMPANION])
    mode = "append" if store.previous and i % 2 else "overwrite"
    store.write(EVERY_TYPE, rows(spark, 1000 * i + 1, 1000 * i + 300, i))
    store.write(COMPANION, spark.range(1000 * i, 1000 * i + 5))
    entries = {t.name: store.commit(t, mode) for t in (EVERY_TYPE, COMPANION)}
    store.publish(Manifest(f"run{i}", mode, {}, "f", i, {}, "a", "b", entries))
    print(i, flush=True)
"""


# One run on classic Spark, which says what it begins.
_SPARK_RUN = """
import sys
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.engines import start_engine
from idgraph_widgets.pipeline import run_pipeline
with start_engine("spark") as engine:
    print("started engine", flush=True)
    run_pipeline(
        engine.spark, GenerationConfig.from_file(sys.argv[1]), sys.argv[2],
        on_progress=lambda event: print(event.state, event.table, flush=True),
    )
"""

SPARK_MOMENTS = ("started engine", "started content_engagements", "started outcome_metrics")
"""What a run on classic Spark has begun when it is killed, soon after."""

SPARK_KILLS = max(3, KILLS // 4)


def started_on_spark(*arguments, **options):
    """A Python process that leads its group, so that its Java process is killed with it."""
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env=own_environment(),
        **options,
    )


@pytest.mark.nightly
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_runs_killed_on_spark(require_java, spark, config_1k, dataset_1k_path, tmp_path):
    """Kills of whole runs on classic Spark; the rerun is the embedded engine's, whose rows are the same."""
    out = shutil.copytree(dataset_1k_path, tmp_path / "d")
    wanted, moments = another(config_1k, "overwrite"), random.Random(7)
    (tmp_path / "wanted.json").write_text(wanted.to_json(), encoding="utf-8")
    before, undone = digests(out), 0
    for turn in range(SPARK_KILLS):
        process = started_on_spark("-c", _SPARK_RUN, tmp_path / "wanted.json", out, stdout=subprocess.PIPE)
        while (line := process.stdout.readline().strip()) != SPARK_MOMENTS[turn % len(SPARK_MOMENTS)]:
            assert line, "the run ended before its kill"
        time.sleep(moments.uniform(0, 0.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        undone += undone_after_kill(out, dataset_1k_path)
    assert undone > 0
    with Nursery() as nursery:
        nursery.start(wanted, out).finish()
    assert latest_is_published(out) and digests(out)["households"] != before["households"]


@pytest.mark.nightly
def test_commits_killed_on_spark(require_java, spark, tmp_path):
    """Kills of the driver with its Java process, among commits of overwrites and appends."""
    out, moments = tmp_path / "d", random.Random(5)
    for turn in range(SPARK_KILLS):
        first = 100 * turn + turn % 2  # even ones overwrite, odd ones append
        process = started_on_spark("-c", _SPARK_WRITER, out, first, stdout=subprocess.PIPE)
        assert process.stdout.readline().strip() == str(first)
        time.sleep(moments.uniform(0.0, 1.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        manifest = Manifest.read(out)
        assert first <= manifest.seed < 100 * (turn + 1)
        assert manifest.mode == ("append" if manifest.seed % 2 else "overwrite")
        before = digests(out)
        recover(out)
        assert digests(out) == before and latest_is_published(out)
        with Dataset(out, spark) as dataset:
            entry = manifest.tables["every_type"]
            assert content_hash(dataset.every_type, EVERY_TYPE) == (entry.rows, entry.content_hash)
        assert main(["vacuum", str(out), "--keep-hours", "0"]) == 0
        assert files_on_disk(out) == files_in_use(out)
