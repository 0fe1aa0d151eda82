"""Folders of every name: a dataset is where it was asked for and can be used, or is refused before the first row."""

from __future__ import annotations

import shutil

import duckdb
import pytest
from deltalake import DeltaTable
from support.storage_tables import EVERY_TYPE, TABLES, hashes, rows, write_run

from idgraph_widgets.cli import main
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.dataset.export import FORMATS, export_dataset
from idgraph_widgets.errors import ConfigError, StorageError
from idgraph_widgets.storage import FolderStore, Manifest, recover
from idgraph_widgets.storage.folder.maintenance import optimize, vacuum
from idgraph_widgets.storage.folder.paths import folder_path

FINE = [
    "My Data",
    "Straße äöü 日本 🙂",
    "a#b",
    "a+b&c=d",
    "50%",
    "100%zz",
    'it\'s "q"',
    "a:b;c,d",
    "$HOME @~ (x)!",
    "_a",
    ".b ",
]
REFUSED = {
    "My%20Data": "found %20 in the path, which Delta readers take for an encoded character",
    "a%2fb": "found %2f in the path, which Delta readers take",
    "two\nlines": r"'.*two\\nlines': found '\\n' in the path, which Delta readers refuse",
    "tab\tx": r"found '\\t' in the path",
    "a[1]": r"found \[ in the path, which Spark and DuckDB read as a pattern",
    "what?": r"found \? in the path, which Spark",
    "a{b}": "found { in the path",
    "a|b": r"found \| in the path, which Delta readers refuse",
    "a^b": r"found \^ in the path",
    "a\\b": r"found \\ in the path",
    "latin-\udce9": r"found '\\udce9' in the path, which is no text in UTF-8",
}


@pytest.mark.parametrize("name", FINE)
def test_a_dataset_lives_in_a_folder_of_any_name(spark, tmp_path, name):
    folder = tmp_path / name
    write_run(spark, folder, "r1")
    before = hashes(spark, folder)
    dead = write_run(spark, folder, "dead", salt=2, publish=False)
    dead.commit(EVERY_TYPE)
    dead._lock.release()
    assert recover(folder) == "dead" and hashes(spark, folder) == before
    optimize(folder)
    vacuum(folder, 0)
    assert hashes(spark, folder) == before
    with Dataset(folder, spark) as dataset:
        assert dataset.sql("SELECT count(*) AS n FROM every_type").collect()[0].n == 1000
        with duckdb.connect() as connection:
            files = dataset.files("every_type")
            assert connection.execute("SELECT count(*) FROM read_parquet(?)", [files]).fetchone() == (1000,)
    assert DeltaTable(folder / "every_type").count() == 1000
    for form in FORMATS:
        assert export_dataset(folder, form).rows == {"every_type": 1000, "companion": 5}
    exports = {f"{name}-csv", f"{name}-jsonl", f"{name}-parquet", f"{name}.duckdb"}
    assert {path.name for path in tmp_path.iterdir()} == {name, *exports}


@pytest.mark.parametrize("name", REFUSED)
def test_what_readers_would_take_for_another_path_is_refused_first(spark, tmp_path, name, capsys):
    folder = tmp_path / name
    with pytest.raises(StorageError, match=REFUSED[name]):
        FolderStore(spark, folder, "r1").begin(list(TABLES))
    for command in ("generate --households 1000 --out", "generate --dry-run --out", "check", "logs x --out"):
        words = [*command.split(), str(folder)]
        if "x" in words:
            write_run(spark, tmp_path / "x", "r1")
            words[words.index("x")] = str(tmp_path / "x")
        assert main(words) == 3
        assert "in the path" in capsys.readouterr().err
    assert not folder.exists()


@pytest.mark.parametrize("name", REFUSED)
def test_a_dataset_that_was_moved_there_is_told_in_words(spark, tmp_path, name, capsys):
    write_run(spark, tmp_path / "d", "r1")
    folder = shutil.move(tmp_path / "d", tmp_path / name)
    with pytest.raises(StorageError, match=REFUSED[name]):
        Dataset(folder)
    for action in (optimize, vacuum, export_dataset):
        with pytest.raises(StorageError, match=REFUSED[name]):
            action(folder)
    for command in ("check", "report", "export", "optimize", "vacuum"):
        assert main([command, str(folder)]) == 3
        assert "in the path" in capsys.readouterr().err


def test_exports_go_to_any_name_that_the_format_can_take(spark, tmp_path):
    write_run(spark, tmp_path / "d", "r1")
    for form in FORMATS:
        target = tmp_path / f"My%20 [1]*{{x}}\n|^ {form}"
        assert export_dataset(tmp_path / "d", form, target).rows["every_type"] == 1000
        assert target.exists()
    with pytest.raises(ConfigError, match=r"found \? in the path, which DuckDB cannot write to"):
        export_dataset(tmp_path / "d", "duckdb", tmp_path / "what?.duckdb")
    assert export_dataset(tmp_path / "d", "csv", tmp_path / "what?").path == tmp_path / "what?"


def test_a_tilde_is_what_a_shell_makes_of_it(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert folder_path("~/d") == tmp_path / "d"
    assert folder_path("~no-such-user/d") == tmp_path / "~no-such-user" / "d"
    with pytest.raises(StorageError, match="is empty"):
        folder_path("")


def test_compacted_rows_and_those_of_another_time_zone_are_read_together(spark, tmp_path):
    """The embedded engine refuses to read files together that name different zones for the same instants."""
    folder, entries, zone = tmp_path / "d", {}, spark.conf.get("spark.sql.session.timeZone")
    write_run(spark, folder, "r1")
    optimize(folder)
    for run, first in (("r2", 1001), ("r3", 1101)):
        if run == "r3":
            spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
        try:
            store = FolderStore(spark, folder, run)
            store.begin(list(TABLES))
            store.write(EVERY_TYPE, rows(spark, first, first + 99))
            entries = {table.name: store.commit(table, "append") for table in TABLES}
            store.publish(Manifest(run, "append", {}, "f", 1, {}, "a", "b", entries))
        finally:
            spark.conf.set("spark.sql.session.timeZone", zone)
    with Dataset(folder, spark) as dataset:
        assert dataset.every_type.count() == 1200
    for name, (count, digest) in hashes(spark, folder).items():
        assert (count, digest) == (entries[name].rows, entries[name].content_hash)
