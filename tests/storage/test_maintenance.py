"""Statistics, compaction and vacuum of a dataset's folder: no row changes, nothing needed goes."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from deltalake import DeltaTable
from support.storage_tables import EVERY_TYPE, TABLES, hashes, write_run

from idgraph_widgets.dataset import Dataset
from idgraph_widgets.errors import ConfigError, StorageError
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.storage import Manifest, content_hash, recover
from idgraph_widgets.storage.folder import delta
from idgraph_widgets.storage.folder.lock import DatasetLock
from idgraph_widgets.storage.folder.maintenance import delta_stats, optimize, vacuum
from idgraph_widgets.storage.layout import Layouts
from idgraph_widgets.storage.table_stats import TableStats

ANY = {table.name: table for table in TABLES}


def data_files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*.parquet")}


def test_stats_come_from_the_log(spark, tmp_path):
    folder = tmp_path / "d"
    write_run(spark, folder, "r1")
    files = list((folder / "every_type").rglob("*.parquet"))
    expected = TableStats(1000, sum(f.stat().st_size for f in files), len(files))
    for file in files:
        file.unlink()  # a scan would fail now
    assert delta_stats(folder / "every_type") == expected
    with pytest.raises(StorageError, match="not a Delta table"):
        delta_stats(folder)


def test_optimize_keeps_rows_and_orders_them(spark, tmp_path):
    folder = tmp_path / "d"
    write_run(spark, folder, "r1")
    before = hashes(spark, folder)
    layouts = Layouts({"every_type": {"cluster_by": ["score", "name"]}}, ANY)
    changes = optimize(folder, layouts=layouts)
    assert changes["every_type"][0].num_files > changes["every_type"][1].num_files == 1
    assert hashes(spark, folder) == before
    entry = Manifest.read(folder).tables["every_type"]
    table = DeltaTable(folder / "every_type")
    assert entry.delta_version == table.version()
    assert (entry.files, entry.bytes) == (1, sum(table.get_add_actions(flatten=True)["size_bytes"].to_pylist()))
    assert [f["metadata"].get("comment") for f in _fields(table)] == [c.comment for c in EVERY_TYPE.columns]
    assert _runs_of_equal(table, "name") < 1000  # generated in turn: n0, n1, …
    with pytest.raises(ConfigError, match="no table 'every_typ'"):
        optimize(folder, ["every_typ"])


def _fields(table):
    import json

    return json.loads(table.schema().to_json())["fields"]


def _runs_of_equal(table, column):
    values = table.to_pyarrow_table().column(column).to_pylist()
    return 1 + sum(a != b for a, b in itertools.pairwise(values))


def test_killed_optimize_is_undone(spark, tmp_path, monkeypatch):
    folder = tmp_path / "d"
    write_run(spark, folder, "r1")
    before, manifest = hashes(spark, folder), Manifest.read(folder)
    with monkeypatch.context() as patch:
        patch.setattr(Manifest, "write", _die)
        with pytest.raises(KeyboardInterrupt):
            optimize(folder)
    assert DeltaTable(folder / "every_type").version() > manifest.tables["every_type"].delta_version
    assert recover(folder) == "optimize"
    assert hashes(spark, folder) == before
    for table in TABLES:
        version = Manifest.read(folder).tables[table.name].delta_version
        assert DeltaTable(folder / table.path).version() == version
    vacuum(folder, 0)
    assert hashes(spark, folder) == before


def _die(*_):
    raise KeyboardInterrupt


def test_vacuum_removes_notes_that_a_kill_left_half_written(spark, tmp_path):
    folder = tmp_path / "d"
    write_run(spark, folder, "r1")
    left = [".idgraph/.unfinished_run.json.new", ".manifest.json.new"]
    for name in left:
        (folder / name).write_text("{")
    (folder / ".mine.new").write_text("kept")
    assert sorted(vacuum(folder, dry_run=True)) == left and all((folder / name).exists() for name in left)
    assert sorted(vacuum(folder)) == left
    assert not any((folder / name).exists() for name in left) and (folder / ".mine.new").exists()
    assert vacuum(folder) == []


def test_vacuum_removes_orphans_at_once_and_history_by_age(spark, tmp_path):
    folder = tmp_path / "d"
    write_run(spark, folder, "r1")
    write_run(spark, folder, "r2", salt=1)
    before = hashes(spark, folder)
    orphan = folder / "every_type" / "data" / "dead" / "part-0.parquet"
    orphan.parent.mkdir()
    orphan.write_bytes(b"half a file")
    everything = data_files(folder)
    assert vacuum(folder, dry_run=True) == ["every_type/data/dead/part-0.parquet"]
    assert data_files(folder) == everything
    assert vacuum(folder) == ["every_type/data/dead/part-0.parquet"]
    assert not orphan.parent.exists()
    delta.file_paths(folder / "every_type", 0)  # the week's history is there
    gone = vacuum(folder, 0)
    assert Counter(path.split("/data/")[1].split("/")[0] for path in gone) == Counter({"r1": len(gone)})
    assert hashes(spark, folder) == before
    needed = {f for name in ANY for f in _needed(folder, name)}
    assert data_files(folder) == needed
    assert vacuum(folder, 0) == []
    with pytest.raises(ConfigError, match="allowed is 0 or more"):
        vacuum(folder, -1)


def _needed(folder, name):
    with Dataset(folder) as dataset:
        return [p[len(str(folder)) + 1 :] for p in dataset.files(name)]


def test_nobody_is_disturbed(spark, tmp_path):
    folder = tmp_path / "d"
    with pytest.raises(StorageError, match="There is no dataset at"):
        vacuum(folder)
    write_run(spark, folder, "r1")
    lock = DatasetLock(folder)
    lock.acquire()
    for action in (vacuum, optimize):
        with pytest.raises(StorageError, match="being written by another run"):
            action(folder)
    lock.release()


def test_default_layouts_name_columns_that_exist_and_can_be_ordered_by(spark, dataset_1k_path, tmp_path):
    import shutil

    clustered = {name: table for name, table in GENERATED.items() if table.cluster_by}
    assert clustered and Layouts({name: Layouts()[name] for name in GENERATED})
    folder = tmp_path / "copy"
    shutil.copytree(dataset_1k_path, folder)
    optimize(folder)
    with Dataset(folder, spark) as dataset:
        for name, table in clustered.items():
            expected = dataset.manifest["tables"][name]["content_hash"]
            assert content_hash(dataset.table(name), table)[1] == expected, name


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"household": {}}, "found the table 'household'"),
        ({"households": {"order_by": ["state"]}}, "allowed are the keys cluster_by and partition_by"),
        ({"households": {"cluster_by": ["stat"]}}, "found the column 'stat', allowed is one of household_id"),
        ({"households": {"cluster_by": "state"}}, "allowed is a list"),
        ({"households": {"cluster_by": ["state"], "partition_by": ["state"]}}, "stands in both lists"),
        ({"households": {"cluster_by": ["state", "city", "zip3", "home_ip", "latitude"]}}, "up to 4"),
    ],
)
def test_wrong_layouts_are_named(asked, said):
    with pytest.raises(ConfigError, match=said):
        Layouts(asked)
