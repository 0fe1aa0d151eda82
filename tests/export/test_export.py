"""A dataset in other formats: every value, in one step, never over something."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal

import duckdb
import frictionless
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from support.nightly import but_first
from support.storage_tables import COMPANION, EVERY_TYPE, rows

from idgraph_widgets.cli import main
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.dataset.export import FORMATS, default_target, export_dataset, files
from idgraph_widgets.errors import ConfigError, StorageError
from idgraph_widgets.storage import FolderStore, Manifest, hash_parts

ODD = 'a "quoted", comma\\back\nline\ttab \x01 äöü 🙂'
TABLES = (EVERY_TYPE, COMPANION)


@pytest.fixture(scope="module")
def odd(spark, tmp_path_factory):
    """A dataset with every type, nulls, an empty text and a text full of marks; the companion is empty."""
    folder = tmp_path_factory.mktemp("export") / "odd ones"
    store = FolderStore(spark, folder, "r1")
    store.begin(list(TABLES))
    plain = rows(spark, 1, 700)
    extreme = spark.createDataFrame(
        [(-(2**53), ODD, None, None, None, None, None, None, None), (2**53, "", *[None] * 5, True, -(2**31))],
        EVERY_TYPE.struct_type(),
    )
    store.write(EVERY_TYPE, plain.unionByName(extreme), 0)
    store.write(EVERY_TYPE, rows(spark, 701, 900), 1)
    store.write(COMPANION, spark.range(0))
    entries = {table.name: store.commit(table) for table in TABLES}
    times = ("2025-01-01T00:00:00+00:00", "2025-01-01T00:00:01.500000+00:00")
    store.publish(Manifest("r1", "overwrite", {}, "f", 1, {}, *times, entries))
    return folder


def by_id(query):
    """Rows of a query on `EVERY_TYPE`, values as text in one spelling."""
    names = ", ".join(
        f"strftime({c.name}, '%Y-%m-%dT%H:%M:%S.%f')" if c.type == "timestamp" else f"{c.name}::VARCHAR"
        for c in EVERY_TYPE.columns
    )
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(f"SELECT {names} FROM ({query}) ORDER BY id").fetchall()


def exported(form, path):
    """SQL that reads the exported `EVERY_TYPE` as another tool would, with the declared types."""
    types = {"timestamp": "TIMESTAMP", "string": "VARCHAR"}
    typed = {c.name: types.get(c.type, c.type.upper()) for c in EVERY_TYPE.columns}
    if form == "parquet":
        return f"SELECT * FROM read_parquet('{path}/every_type.parquet')"
    described = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in typed.items()) + "}"
    if form == "csv":
        return (
            f"SELECT * FROM read_csv('{path}/every_type.csv', header=true, columns={described}, "
            "allow_quoted_nulls=false, quote='\"', escape='\"', strict_mode=true)"
        )
    return f"SELECT * FROM read_json('{path}/every_type.jsonl', format='newline_delimited', columns={described})"


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_files_hold_every_value(odd, tmp_path, form):
    result = export_dataset(odd, form, tmp_path / "out")
    assert result.rows == {"every_type": 902, "companion": 0}
    published = ", ".join(f"'{path}'" for path in Dataset(odd).files("every_type"))
    expected = by_id(f"SELECT * FROM read_parquet([{published}])")
    found = by_id(exported(form, tmp_path / "out"))
    assert len(expected) == 902 and found == expected
    assert (tmp_path / "out" / "truth" / f"companion.{form}").is_file()
    assert result.bytes == sum(p.stat().st_size for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_json_lines_are_json_and_exact(odd, tmp_path):
    export_dataset(odd, "jsonl", tmp_path / "out", ["every_type"])
    lines = (tmp_path / "out" / "every_type.jsonl").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    found = {row["id"]: row for row in map(json.loads, lines)}
    assert found[-(2**53)]["name"] == ODD and found[2**53]["name"] == ""
    assert found[2**53] | {"is_even": None} == {
        **dict.fromkeys(EVERY_TYPE.column_names),
        "id": 2**53,
        "name": "",
        "size": -(2**31),
    }
    published = DeltaTable(odd / "every_type").to_pyarrow_dataset().to_table().to_pylist()
    for row in published:
        if row["happened_ts"] is None:
            continue
        text = found[row["id"]]
        assert text["happened_ts"] == row["happened_ts"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert (text["score"], text["is_even"], text["size"]) == (row["score"], row["is_even"], row["size"])


def test_a_parquet_export_has_the_same_content(spark, odd, tmp_path):
    export_dataset(odd, "parquet", tmp_path / "out", ["every_type"])
    df = spark.read.schema(EVERY_TYPE.struct_type()).parquet(str(tmp_path / "out" / "every_type.parquet"))
    entry = Manifest.read(odd).tables["every_type"]
    assert hash_parts(df, EVERY_TYPE).digest(EVERY_TYPE) == entry.content_hash
    comment = pq.read_schema(tmp_path / "out" / "every_type.parquet").field("id").metadata[b"comment"]
    assert comment.decode() == EVERY_TYPE.column("id").comment
    assert list((tmp_path / "out").iterdir()) == [tmp_path / "out" / "every_type.parquet"]


def test_a_database_is_described(odd, tmp_path):
    result = Dataset(odd).export("duckdb", tmp_path / "demo.duckdb")
    assert result.rows == {"every_type": 902, "companion": 0}
    with duckdb.connect(str(tmp_path / "demo.duckdb"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        comments = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
        assert comments == {table.name: table.comment for table in TABLES}
        found = connection.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = 'every_type'"
        ).fetchall()
        assert {name: comment for name, _, comment in found} == {c.name: c.comment for c in EVERY_TYPE.columns}
        kinds = {name: kind for name, kind, _ in found}
        assert kinds["happened_ts"] == "TIMESTAMP WITH TIME ZONE" and kinds["cost"] == "DECIMAL(18,6)"
        sums = "count(*), sum(revenue), sum(cost), max(happened_ts), count(score)"
        paths = Dataset(odd).files("every_type")
        query = f"SELECT {sums} FROM "
        published = connection.execute(query + "read_parquet(?)", [paths]).fetchone()
        assert connection.execute(query + "every_type").fetchone() == published
        assert connection.execute("SELECT count(*) FROM truth.companion").fetchone() == (0,)
    assert [p.name for p in tmp_path.iterdir()] == ["demo.duckdb"]


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_replaced(odd, tmp_path, form):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(ConfigError, match="taken exists"):
        export_dataset(odd, form, taken)
    assert taken.read_text() == "mine" and [p.name for p in tmp_path.iterdir()] == ["taken"]
    with pytest.raises(ConfigError, match="lies inside the dataset"):
        export_dataset(odd, form, odd / "copy")


@pytest.mark.parametrize("form", FORMATS)
def test_what_appears_meanwhile_is_not_replaced(odd, tmp_path, form):
    target = tmp_path / "out"

    def meanwhile(_name):
        target.mkdir(exist_ok=True)
        (target / "theirs").write_text("theirs")

    with pytest.raises(ConfigError, match="come into being meanwhile"):
        export_dataset(odd, form, target, on_table=meanwhile)
    assert [p.name for p in target.iterdir()] == ["theirs"] and list(tmp_path.iterdir()) == [target]


def test_a_failure_leaves_nothing_behind(odd, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(files._WRITERS, "csv", full)
    with pytest.raises(StorageError, match="out cannot be written: No space left on device"):
        export_dataset(odd, "csv", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_export_left_is_cleared(odd, tmp_path):
    left = tmp_path / ".out.unfinished" / "files"
    left.mkdir(parents=True)
    (left / "every_type.csv").write_text("half a li")
    export_dataset(odd, "csv", tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "every_type.csv").read_text(encoding="utf-8").startswith('"id","name"')


def test_wrong_input_is_named(odd, tmp_path):
    with pytest.raises(ConfigError, match="format: found 'xlsx'; allowed is one of parquet, csv"):
        export_dataset(odd, "xlsx", tmp_path / "out")
    with pytest.raises(ConfigError, match="tables: found people; allowed is one of every_type, companion"):
        export_dataset(odd, "csv", tmp_path / "out", ["people", "companion"])
    with pytest.raises(StorageError, match="There is no dataset at"):
        export_dataset(tmp_path / "none", "csv", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_without_duckdb_it_says_what_to_install(odd, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ConfigError, match="pip install duckdb"):
        export_dataset(odd, "duckdb", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_the_command(dataset_1k_path, tmp_path, capsys):
    out = tmp_path / "csv"
    args = ["export", str(dataset_1k_path), "--format", "csv", "--out", str(out), "--json"]
    assert main(args) == 0
    printed = json.loads(capsys.readouterr().out)
    entries = Manifest.read(dataset_1k_path).tables
    assert printed["rows"] == {name: entry.rows for name, entry in entries.items()}
    with duckdb.connect() as connection:
        for entry in entries.values():
            query = f"SELECT count(*) FROM read_csv('{out}/{entry.path}.csv')"
            assert connection.execute(query).fetchone() == (entry.rows,), entry.path
    assert main(args) == 2
    assert json.loads(capsys.readouterr().out)["status"] == "wrong input"
    some = ["--format", "jsonl", "--tables", "campaigns,households", "individuals", "--out", str(tmp_path / "j")]
    assert main(["export", str(dataset_1k_path), *some]) == 0
    written = {"campaigns.jsonl", "households.jsonl", "individuals.jsonl", "datapackage.json"}
    assert {p.name for p in (tmp_path / "j").iterdir()} == written
    assert "Exported 3 tables" in capsys.readouterr().out


def test_a_described_export_is_read_with_its_types(dataset_1k, dataset_1k_path, tmp_path, capsys):
    names = ["households", "individuals", "identity_mappings", "campaigns", "response_events", "campaign_exposures"]
    args = ["export", str(dataset_1k_path), "--format", "csv", "--out", str(tmp_path / "it's csv"), "--tables", *names]
    assert main(args) == 0
    line = capsys.readouterr().out.splitlines()[-1].strip()
    homes = eval(line, {"frictionless": frictionless}).sort_index()
    expected = dataset_1k.to_pandas("households").set_index("household_id").sort_index()
    assert list(homes.zip3) == list(expected.zip3) and any(code.startswith("0") for code in homes.zip3)
    assert list(homes.has_children) == list(expected.has_children) and homes.has_children.dtype == bool
    package = frictionless.Package(str(tmp_path / "it's csv" / "datapackage.json"))
    assert package.validate().valid
    events = package.get_resource("response_events")
    assert events.schema.primary_key == ["response_id"]
    references = {key["fields"][0]: key["reference"]["resource"] for key in events.schema.foreign_keys}
    assert references == {
        "individual_id": "individuals",
        "campaign_id": "campaigns",
        "exposure_id": "campaign_exposures",
        "parent_response_id": "",
    }
    assert events.schema.get_field("response_ts").type == "datetime"
    assert events.schema.get_field("revenue").type == "number"
    comment = dataset_1k.response_events.schema["revenue"].metadata["comment"]
    assert events.schema.get_field("revenue").description == comment
    # What a table must not hold is seen: the description is more than words.
    path = tmp_path / "it's csv" / "response_events.csv"
    text = path.read_text().replace("click", "clack", 1)
    path.write_text(text)
    assert not package.get_resource("response_events").validate().valid


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_every_value_is_read_with_its_type(odd, tmp_path, form):
    result = export_dataset(odd, form, tmp_path / "out")
    package = frictionless.Package(str(result.datapackage))
    assert package.get_resource("every_type").validate().valid
    found = {row["id"]: row.to_dict() for row in package.get_resource("every_type").read_rows()}
    published = {row["id"]: row for row in DeltaTable(odd / "every_type").to_pyarrow_dataset().to_table().to_pylist()}
    for key, row in published.items():
        if row["happened_ts"] is not None:
            row["happened_ts"] = row["happened_ts"].replace(tzinfo=None)
        if row["name"] == "":
            row["name"] = None if form == "csv" else ""
        if row["score"] is not None:
            row["score"] = Decimal(repr(row["score"]))
        assert found[key] == row, key


def test_formats_with_types_of_their_own_are_not_described(odd, tmp_path):
    for form in ("parquet", "duckdb"):
        result = export_dataset(odd, form, tmp_path / form)
        assert (result.datapackage, result.reading) == (None, "")
    assert not (tmp_path / "parquet" / "datapackage.json").exists()


def test_the_default_target_is_beside_the_dataset(tmp_path):
    assert default_target(tmp_path / "demo", "duckdb") == tmp_path / "demo.duckdb"
    assert default_target(tmp_path / "demo", "csv") == tmp_path / "demo-csv"


# Exports a table of many row groups in each format and tells the growth of the process's peak memory.
PEAK = """
import json, resource, sys
from idgraph_widgets.dataset.export import export_dataset
import duckdb, pyarrow.dataset, pyarrow.csv, deltalake
export_dataset(sys.argv[1], sys.argv[3], sys.argv[2] + "-small", ["small"])
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
export_dataset(sys.argv[1], sys.argv[3], sys.argv[2], ["large"])
print(json.dumps(peak() - before))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A dataset whose table `large` is 200 MB in memory, in one file of small row groups."""
    from deltalake import write_deltalake

    from idgraph_widgets.storage import TableEntry

    folder = tmp_path_factory.mktemp("export") / "large"
    texts = pa.array([f"{i:064d}" for i in range(65_536)])
    batch = pa.table({"id": pa.array(range(65_536)), **{f"text_{k}": texts for k in range(4)}})
    entries = {}
    for name, times in (("small", 1), ("large", 12)):
        reader = pa.RecordBatchReader.from_batches(batch.schema, batch.to_batches() * times)
        write_deltalake(str(folder / name), reader)
        entries[name] = TableEntry(name, 65_536 * times, 0, 1, None, 0)
    Manifest("r1", "overwrite", {}, "f", 1, {}, "a", "b", entries).write(folder)
    return folder


@pytest.mark.parametrize("form", but_first(FORMATS))
def test_memory_does_not_grow_with_the_table(large, tmp_path, form):
    out = subprocess.run(
        [sys.executable, "-c", PEAK, str(large), str(tmp_path / "out"), form],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(out.stdout) < 60 * 2**20
