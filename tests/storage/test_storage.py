"""A folder as a set of Delta tables: written, published, read by others, refused, undone."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

import duckdb
import pyarrow.dataset as pads
import pytest
from deltalake import DeltaTable
from support.storage_tables import EVERY_TYPE, TABLES, hashes, rows, write_run

from idgraph_widgets.dataset import Dataset
from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Column
from idgraph_widgets.storage import FolderStore, Manifest, content_hash, recover
from idgraph_widgets.storage.folder import delta


@pytest.fixture(scope="module")
def published(spark, tmp_path_factory):
    """Folder of one published run, with a space in its name."""
    folder = tmp_path_factory.mktemp("storage") / "a dataset"
    write_run(spark, folder, "r1")
    return folder


def test_manifest_describes_what_is_there(spark, published):
    manifest = json.loads((published / "manifest.json").read_text())
    entry = manifest["tables"]["every_type"]
    table = DeltaTable(published / "every_type")
    adds = table.get_add_actions(flatten=True)
    assert entry["rows"] == 1000 == table.count()
    assert entry["files"] == adds.num_rows
    assert entry["bytes"] == sum(adds.column("size_bytes").to_pylist())
    assert entry["delta_version"] == table.version()
    assert manifest["tables"]["companion"]["path"] == "truth/companion"
    for table in TABLES:
        entry = manifest["tables"][table.name]
        assert hashes(spark, published)[table.name] == (entry["rows"], entry["content_hash"])
    assert not (published / ".idgraph" / "unfinished_run.json").exists()


def test_comments_are_in_the_delta_schema(published):
    schema = json.loads(DeltaTable(published / "every_type").schema().to_json())
    found = {f["name"]: f["metadata"].get("comment") for f in schema["fields"]}
    assert found == {c.name: c.comment for c in EVERY_TYPE.columns}
    assert DeltaTable(published / "every_type").metadata().description == EVERY_TYPE.comment


def test_deltalake_and_duckdb_and_spark_read_the_same(spark, published):
    table = DeltaTable(published / "every_type").to_pyarrow_dataset()
    query = "SELECT count(*), sum(revenue), sum(cost), min(happened_ts), max(day_date), sum(size)"
    with Dataset(published, spark) as dataset:
        ours = tuple(dataset.sql(f"{query} FROM every_type").collect()[0])
        files = dataset.files("every_type")
    connection = duckdb.connect()
    connection.execute("SET timezone = 'UTC'")
    connection.register("every_type", table)
    by_arrow = connection.execute(f"{query} FROM every_type").fetchone()
    by_files = connection.execute(f"{query} FROM read_parquet(?)", [files]).fetchone()
    assert by_arrow == by_files
    assert ours[0] == 1000
    assert by_arrow[:3] == ours[:3] and by_arrow[4:] == ours[4:]
    assert by_arrow[3].astimezone(timezone.utc).replace(tzinfo=None) == ours[3].replace(tzinfo=None)


@pytest.mark.parametrize(
    ("column", "bound"),
    [
        ("id", 137),
        ("revenue", Decimal("500.00")),
        ("cost", Decimal("0.250000")),
        ("happened_ts", datetime(2025, 1, 3, tzinfo=timezone.utc)),
        ("day_date", date(2024, 11, 1)),
        ("score", 0.5),
        ("name", "n3"),
    ],
)
def test_statistics_never_hide_rows(published, column, bound):
    """Readers skip files by our statistics: a filter must find what a full read finds."""
    table = DeltaTable(published / "every_type").to_pyarrow_dataset()
    everything = pads.InMemoryDataset(table.to_table())
    condition = pads.field(column) < bound
    assert table.count_rows(filter=condition) == everything.count_rows(filter=condition) > 0


def test_overwrite_keeps_the_old_version_readable(spark, tmp_path):
    write_run(spark, tmp_path / "d", "r1")
    before = hashes(spark, tmp_path / "d")
    write_run(spark, tmp_path / "d", "r2", salt=1)
    assert hashes(spark, tmp_path / "d")["every_type"] != before["every_type"]
    old = delta.file_paths(tmp_path / "d" / "every_type", 0)
    df = spark.read.schema(EVERY_TYPE.struct_type()).parquet(*old)
    assert content_hash(df, EVERY_TYPE) == before["every_type"]


@pytest.mark.parametrize("commits", [0, 1, 2])
def test_dead_run_is_undone(spark, tmp_path, commits):
    """A run that ends without a word after `commits` commits, before and after a first dataset."""
    folder = tmp_path / "d"
    for first in (True, False):
        if not first:
            write_run(spark, folder, "r1")
        before = None if first else hashes(spark, folder)
        store = write_run(spark, folder, f"dead-{first}", salt=2, publish=False)
        for table in TABLES[:commits]:
            store.commit(table)
        store._lock.release()  # as the operating system does for a killed process
        assert recover(folder) == f"dead-{first}"
        assert recover(folder) is None
        assert not list(folder.rglob(f"*dead-{first}*"))
        if first:
            assert [p.name for p in folder.iterdir()] == [".idgraph"]
        else:
            assert hashes(spark, folder) == before
            entries = Manifest.read(folder).tables
            for table in TABLES:
                assert DeltaTable(folder / table.path).version() == entries[table.name].delta_version


def test_restore_brings_the_schema_back(spark, tmp_path):
    """A dead run of a version of the library with another column."""
    write_run(spark, tmp_path / "d", "r1")
    before = hashes(spark, tmp_path / "d")
    wider = replace(EVERY_TYPE, columns=(*EVERY_TYPE.columns, Column("extra", "bigint", "More.")))
    store = FolderStore(spark, tmp_path / "d", "dead")
    store.begin([wider])
    store.write(wider, rows(spark, 1, 10).selectExpr("*", "1L as extra"))
    store.commit(wider)
    store._lock.release()
    recover(tmp_path / "d")
    assert hashes(spark, tmp_path / "d") == before
    names = [f.name for f in DeltaTable(tmp_path / "d" / "every_type").schema().fields]
    assert names == list(EVERY_TYPE.column_names)


def test_kill_between_manifest_and_journal(spark, tmp_path, monkeypatch):
    """The manifest is there, the journal not yet gone: the run counts."""
    from idgraph_widgets.storage.folder.recovery import Journal

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "remove", lambda folder: None)
        write_run(spark, tmp_path / "d", "r1")
    before = hashes(spark, tmp_path / "d")
    assert recover(tmp_path / "d") is None
    assert hashes(spark, tmp_path / "d") == before
    assert Manifest.read(tmp_path / "d").run_id == "r1"


def test_rollback_leaves_the_previous_dataset(spark, tmp_path):
    write_run(spark, tmp_path / "d", "r1")
    before = hashes(spark, tmp_path / "d"), (tmp_path / "d" / "manifest.json").read_bytes()
    store = write_run(spark, tmp_path / "d", "r2", salt=3, publish=False)
    store.rollback()
    assert (hashes(spark, tmp_path / "d"), (tmp_path / "d" / "manifest.json").read_bytes()) == before
    assert not list((tmp_path / "d").rglob("r2"))


def test_two_writers(spark, tmp_path):
    store = FolderStore(spark, tmp_path / "d", "r1")
    store.begin(TABLES)
    with pytest.raises(StorageError, match=r"being written by another run \(process \d+ on"):
        FolderStore(spark, tmp_path / "d", "r2").begin(TABLES)
    assert recover(tmp_path / "d") is None  # a live run is not undone
    store.rollback()
    second = FolderStore(spark, tmp_path / "d", "r2")
    second.begin(TABLES)
    second.rollback()


def test_foreign_folders_are_refused(spark, tmp_path):
    foreign = tmp_path / "mine"
    foreign.mkdir()
    (foreign / "thesis.tex").write_text("years of work")
    with pytest.raises(StorageError, match=r"not empty and not a dataset.*thesis\.tex"):
        FolderStore(spark, foreign, "r1").begin(TABLES)
    write_run(spark, foreign, "r1", force=True)
    assert (foreign / "thesis.tex").read_text() == "years of work"
    assert len(Dataset(foreign).table_names()) == 2

    taken = tmp_path / "taken"
    (taken / "every_type").mkdir(parents=True)
    (taken / "every_type" / "theirs.parquet").write_text("theirs")
    with pytest.raises(StorageError, match="every_type, which this library did not write"):
        FolderStore(spark, taken, "r1", force=True).begin(TABLES)
    assert (taken / "every_type" / "theirs.parquet").exists()

    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(StorageError, match="is a file"):
        FolderStore(spark, file, "r1").begin(TABLES)
    with pytest.raises(StorageError, match="as a pattern"):
        FolderStore(spark, tmp_path / "a*b", "r1").begin(TABLES)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "other"}', '{"format": "idgraph-dataset"}'])
def test_damaged_manifest_is_named(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(StorageError, match=r"manifest\.json is not the manifest"):
        Dataset(tmp_path)


def test_missing_dataset_and_missing_files_are_named(spark, tmp_path):
    with pytest.raises(StorageError, match=r"There is no dataset at .*nowhere"):
        Dataset(tmp_path / "nowhere")
    write_run(spark, tmp_path / "d", "r1")
    with Dataset(tmp_path / "d", spark) as dataset:
        victim = dataset.files("every_type")[0]
        with pytest.raises(StorageError, match="has no table 'household'"):
            dataset.table("household")
        with pytest.raises(AttributeError):
            dataset.household  # noqa: B018
    (tmp_path / "d" / victim).unlink()
    with Dataset(tmp_path / "d", spark) as dataset, pytest.raises(StorageError, match="are gone"):
        dataset.table("every_type")


def test_without_deltalake_nothing_is_begun(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "deltalake", None)  # as where it is not installed
    with pytest.raises(
        StorageError, match=r'needs the package deltalake.*"idgraph-widgets\[folder\]".*leave out= away'
    ):
        FolderStore(None, tmp_path / "d", "run").begin([EVERY_TYPE])
    assert list(tmp_path.iterdir()) == []


def test_append_with_other_columns_is_refused(spark, tmp_path):
    write_run(spark, tmp_path / "d", "r1")
    other = replace(EVERY_TYPE, columns=(*EVERY_TYPE.columns[:-1], Column("size", "bigint", "Wider.")))
    with pytest.raises(StorageError, match=r"every_type: .*differing: size"):
        delta.commit(tmp_path / "d" / "every_type", other, [], "r2", "append")
