"""A run killed without warning: what was published stays readable, and the next command tidies up."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time

import pytest
from deltalake import DeltaTable
from support.nightly import NIGHTLY, but_first
from support.processes import own_environment
from support.storage_tables import EVERY_TYPE

from idgraph_widgets import quality
from idgraph_widgets.cli import main
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.storage import Manifest, content_hash, recover

# Publishes one small run after another, each with other values, until it is killed.
WRITER = """
import sys
from itertools import count
from support.storage_tables import COMPANION, EVERY_TYPE, rows
from idgraph_widgets.engines import start_engine
from idgraph_widgets.storage import FolderStore, Manifest
engine = start_engine()
for i in count(int(sys.argv[2])):
    store = FolderStore(engine.spark, sys.argv[1], f"run{i}")
    store.begin([EVERY_TYPE, COMPANION])
    store.write(EVERY_TYPE, rows(engine.spark, 1, 300, i))
    store.write(COMPANION, engine.spark.range(i + 1))
    entries = {t.name: store.commit(t) for t in (EVERY_TYPE, COMPANION)}
    store.publish(Manifest(f"run{i}", "overwrite", {}, "f", i, {}, "a", "b", entries))
    print(i, flush=True)
"""


def test_killed_at_random_moments(spark, tmp_path):
    """Rounds over one folder; about half of the kills fall between a run's first and last act."""
    folder, moments, undone = tmp_path / "d", random.Random(3), 0
    for turn in range(8 if NIGHTLY else 5):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(100 * turn)],
            stdout=subprocess.PIPE,
            text=True,
            env=own_environment(),
        )
        process.stdout.readline()
        time.sleep(moments.uniform(0.0, 0.4))
        process.kill()
        process.communicate()

        manifest = Manifest.read(folder)
        assert 100 * turn <= manifest.seed < 100 * (turn + 1)
        # Readable before anything is tidied up, straight from the versions the manifest names.
        assert digests(spark, folder, manifest) == published(manifest)
        undone += recover(folder) is not None
        manifest = Manifest.read(folder)
        assert digests(spark, folder, manifest) == published(manifest)
        for entry in manifest.tables.values():
            assert DeltaTable(folder / entry.path).version() == entry.delta_version
        runs = {path.name for path in (folder / "every_type" / "data").iterdir()}
        assert max(runs, key=lambda name: int(name[3:])) == manifest.run_id
        assert not (folder / ".idgraph" / "unfinished_run.json").exists()
        assert not (folder / ".idgraph" / "staging").exists()
    assert undone > 0


def digests(spark, folder, manifest):
    from idgraph_widgets.storage.folder import delta

    entry = manifest.tables["every_type"]
    files = delta.file_paths(folder / entry.path, entry.delta_version)
    return content_hash(spark.read.schema(EVERY_TYPE.struct_type()).parquet(*files), EVERY_TYPE)


def published(manifest):
    entry = manifest.tables["every_type"]
    return entry.rows, entry.content_hash


@pytest.mark.parametrize("after", but_first(["outcome_metrics", "campaigns"]))
def test_killed_generate_then_next_command(spark, dataset_1k_path, tmp_path, after, capsys, monkeypatch):
    """The real thing: `generate` over a dataset is killed, the next command undoes it."""
    from idgraph_widgets.schema import GENERATED

    out = shutil.copytree(dataset_1k_path, tmp_path / "d")
    before = Manifest.read(out)
    process = subprocess.Popen(
        [sys.executable, "-m", "idgraph_widgets", "generate", "--preset", "tiny", "--seed", "1", "--out", out, "-v"],
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:
        if f": {after}," in line:
            break
    process.kill()
    process.communicate()
    if Manifest.read(out).run_id != before.run_id:
        pytest.fail("the run ended before it was killed")

    assert main(["generate", "--households", "1", "--out", str(out)]) == 2  # wrong input touches nothing
    assert capsys.readouterr().err and (out / ".idgraph" / "unfinished_run.json").exists()
    monkeypatch.setattr(quality, "run_checks", lambda *args, **kwargs: quality.CheckReport())
    assert main(["check", str(out)]) == 0
    assert "Undid the unfinished run" in capsys.readouterr().err
    with Dataset(out, spark) as dataset:
        for name, table in GENERATED.items():
            entry = before.tables[name]
            assert content_hash(dataset.table(name), table) == (entry.rows, entry.content_hash)
            assert {p.name for p in (out / table.path / "data").iterdir()} == {before.run_id}
