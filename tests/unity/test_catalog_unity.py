"""A dataset in Unity Catalog, through its REST API; the same tests run against a real server."""

from __future__ import annotations

import json
import logging
import shutil
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from deltalake import DeltaTable
from support.catalog_servers import Gate, running_server
from support.storage_tables import EVERY_TYPE, rows

from idgraph_widgets.errors import CatalogError, ConfigError, StorageError
from idgraph_widgets.pipeline import RunOptions, run_pipeline
from idgraph_widgets.schema import GENERATED, TABLES
from idgraph_widgets.storage import FolderStore, Manifest, content_hash
from idgraph_widgets.unity import (
    CatalogTarget,
    Connection,
    UnityCatalog,
    register,
    registered,
    run_to_catalog,
    unregister,
    verify_catalog_permissions,
)
from idgraph_widgets.unity.permissions import Verdict
from idgraph_widgets.unity.verify import permission_report

GRANTS = ("USE CATALOG", "CREATE SCHEMA", "USE SCHEMA", "CREATE TABLE")


@pytest.fixture(scope="module")
def server():
    with running_server() as running:
        yield running


@pytest.fixture
def dataset(dataset_1k_path, tmp_path):
    """A copy of the small dataset in a folder of its own, with a space and letters beyond ASCII."""
    return shutil.copytree(dataset_1k_path, tmp_path / "a dätaset")


def folder_of(table):
    return unquote(urlsplit(table["storage_location"]).path)


def test_privileges_are_found_one_by_one(server):
    me = server.writer.at(server.url)
    with server.catalog("s", "s_meta", "s_truth") as c:
        ok, missing = verify_catalog_permissions(c, "s", service=me)
        on_schemas = [f"{p} on schema {c}.{s}" for s in ("s", "s_meta", "s_truth") for p in GRANTS[2:]]
        assert (ok, missing) == (False, [f"USE CATALOG on catalog {c}", *on_schemas])
        server.allow(server.writer, c, "USE CATALOG", "USE SCHEMA")
        ok, missing = verify_catalog_permissions(c, "s", service=me)
        assert (ok, missing) == (False, on_schemas[1::2])
        report = permission_report(c, "s", service=me)
        assert report.statements[0] == f"GRANT CREATE TABLE ON SCHEMA `{c}`.`s` TO `{server.writer.email}`;"
        assert report.statements[0] in report.message() and server.writer.token not in report.message()
        for name in ("s", "s_meta", "s_truth"):
            server.admin.grant("schema", (c, name), server.writer.email, ["CREATE TABLE"])
        assert verify_catalog_permissions(c, "s", service=me) == (True, [])
        report = permission_report(c, "s", service=me)
        assert report.tried and not report.having(Verdict.UNKNOWN)
        for name in ("s", "s_meta", "s_truth"):
            assert list(server.admin.tables(c, name)) == []  # nothing is left of the trials
        ok, missing = verify_catalog_permissions(c, "s", service=server.reader.at(server.url))
        assert not ok and f"USE CATALOG on catalog {c}" in missing


def test_a_missing_schema_needs_create_schema(server):
    me = server.writer.at(server.url)
    with server.catalog() as c:
        server.allow(server.writer, c, "USE CATALOG")
        assert verify_catalog_permissions(c, "s", service=me) == (False, [f"CREATE SCHEMA on catalog {c}"])
        server.allow(server.writer, c, "CREATE SCHEMA")
        assert verify_catalog_permissions(c, "s", service=me) == (True, [])
        assert server.admin.securable("schema", c, "s") is None  # a check makes nothing
        for name in ("s", "s_meta", "s_truth"):
            me.create_schema(c, name)
        report = permission_report(c, "s", service=me)  # an owner needs no grant
        assert report.ok and report.tried
    ok, missing = verify_catalog_permissions("nowhere_at_all", "s", service=me)
    assert not ok and "the catalog nowhere_at_all does not exist" in missing[0]


def test_ownership_of_the_catalog_is_not_ownership_of_its_schemas(server):
    with server.catalog() as c:
        server.allow(server.writer, c, "USE CATALOG", "CREATE SCHEMA")
        for name in ("s", "s_meta", "s_truth"):
            server.writer.at(server.url).create_schema(c, name)
        ok, missing = verify_catalog_permissions(c, "s", service=server.admin)
        assert not ok and missing[0] == f"USE SCHEMA on schema {c}.s"
        with pytest.raises(CatalogError, match="PERMISSION_DENIED"):
            server.admin.probe(c, "s", "idgraph_probe_denied")


def test_registered_tables_carry_columns_types_and_comments(server, dataset):
    me = server.writer.at(server.url)
    tables = GENERATED
    with server.catalog() as c:
        server.allow(server.writer, c, *GRANTS)
        target = CatalogTarget(c, "s", me)
        assert target.prepare(dataset).ok
        done = target.register(dataset)
        assert len(done.created) == len(Manifest.read(dataset).tables) and not done.updated and not done.stale
        for name, table in tables.items():
            schema = "s" if table.kind == "table" else f"s_{table.kind}"
            found = me.securable("table", c, schema, name)
            assert (found["table_type"], found["data_source_format"]) == ("EXTERNAL", "DELTA")
            assert found["comment"] == table.comment
            assert found["owner"] == server.writer.email
            assert [(x["name"], x["type_text"], x["comment"]) for x in found["columns"]] == [
                (x.name, x.type, x.comment) for x in table.columns
            ]
            assert Path(folder_of(found)) == dataset / table.path
            assert DeltaTable(folder_of(found)).version() == Manifest.read(dataset).tables[name].delta_version


def test_registering_again_updates_and_never_duplicates(server, dataset, tmp_path):
    me = server.writer.at(server.url)
    with server.catalog() as c:
        server.allow(server.writer, c, *GRANTS)
        first = register(me, dataset, c, "s")
        before = {parts: server.admin.securable("table", *parts) for parts in registered(me, c, "s")}
        again = register(me, dataset, c, "s")
        assert again.unchanged == first.created and not again.created and not again.updated
        after = {parts: server.admin.securable("table", *parts) for parts in registered(me, c, "s")}
        assert {p: t["table_id"] for p, t in before.items()} == {p: t["table_id"] for p, t in after.items()}

        # An earlier version of the library had another comment on a column.
        server.admin.grant("table", (c, "s", "households"), server.reader.email, ["SELECT"])
        definition = {k: v for k, v in before[(c, "s", "households")].items() if v is not None}
        definition["columns"][0]["comment"] = "Said otherwise."
        me.drop_table(c, "s", "households")
        me.create_table({k: definition[k] for k in _CREATE})
        server.admin.grant("table", (c, "s", "households"), server.reader.email, ["SELECT"])
        third = register(me, dataset, c, "s")
        assert third.updated == [f"{c}.s.households"] and len(third.unchanged) == len(first.created) - 1
        assert len(registered(me, c, "s")) == len(first.created)
        fresh = server.admin.securable("table", c, "s", "households")
        assert fresh["columns"][0]["comment"] == TABLES["households"].columns[0].comment
        granted = me.privileges("table", c, "s", "households")
        assert granted == {server.reader.email: {"SELECT"}}

        # Dropping is offered and reported, and leaves the files.
        assert len(unregister(me, c, "s")) == len(first.created)
        assert registered(me, c, "s") == []
        assert (dataset / "households" / "_delta_log").is_dir()


_CREATE = [
    "name",
    "catalog_name",
    "schema_name",
    "table_type",
    "data_source_format",
    "storage_location",
    "comment",
    "properties",
    "columns",
]


def test_tables_of_others_are_not_taken(server, dataset, tmp_path):
    me = server.writer.at(server.url)
    with server.catalog("s") as c:
        server.allow(server.writer, c, *GRANTS)
        theirs = {
            "name": "campaigns",
            "catalog_name": c,
            "schema_name": "s",
            "table_type": "EXTERNAL",
            "data_source_format": "DELTA",
            "storage_location": (tmp_path / "theirs").as_uri(),
            "columns": [],
            "comment": "years of work",
        }
        server.admin.create_table(theirs)
        with pytest.raises(StorageError, match="somebody else's"):
            CatalogTarget(c, "s", me).prepare(dataset)
        server.admin.grant("table", (c, "s", "campaigns"), server.writer.email, ["SELECT"])
        with pytest.raises(StorageError, match=r"campaigns exists and is not made by this library.*--replace"):
            CatalogTarget(c, "s", me).prepare(dataset)
        with pytest.raises(StorageError, match="complete in"):
            register(me, dataset, c, "s")
        assert server.admin.securable("table", c, "s", "campaigns")["comment"] == "years of work"

        # The same files under two names: the service denies it without a reason; we give one.
        server.admin.drop_table(c, "s", "campaigns")
        register(me, dataset, c, "s")
        with pytest.raises(CatalogError, match="files another table, perhaps of another schema, already has"):
            register(me, dataset, c, "second")


def test_readers_read_and_others_do_not(server, dataset, spark):
    me, reader = server.writer.at(server.url), server.reader.at(server.url)
    with server.catalog() as c:
        server.allow(server.writer, c, *GRANTS)
        register(me, dataset, c, "s")
        with pytest.raises(CatalogError, match="PERMISSION_DENIED"):
            reader.securable("table", c, "s", "households")
        server.admin.grant("catalog", (c,), server.reader.email, ["USE CATALOG", "USE SCHEMA"])
        server.admin.grant("schema", (c, "s"), server.reader.email, ["SELECT"])
        table = reader.securable("table", c, "s", "households")
        files = [str(Path(folder_of(table), f)) for f in _files(folder_of(table))]
        df = spark.read.schema(TABLES["households"].struct_type()).parquet(*files)
        expected = Manifest.read(dataset).tables["households"].content_hash
        assert content_hash(df, TABLES["households"])[1] == expected
        with pytest.raises(CatalogError, match="PERMISSION_DENIED"):
            reader.securable("table", c, "s_truth", "truth_identity")  # truth is its own grant
        with pytest.raises(CatalogError, match="PERMISSION_DENIED"):
            reader.drop_table(c, "s", "households")
        with pytest.raises(StorageError, match="Nothing was generated"):
            CatalogTarget(c, "s", reader).prepare(dataset)


def _files(folder):
    return DeltaTable(folder).get_add_actions().column("path").to_pylist()


def test_the_embedded_engine_generates_into_a_catalog(server, spark, config_1k, tmp_path, monkeypatch):
    """What the studio's target does; without grants nothing is generated."""
    from dataclasses import replace

    monkeypatch.chdir(tmp_path)
    me = server.writer.at(server.url)
    with server.catalog() as c:
        config = replace(config_1k, catalog_name=c, schema_name="demo")
        embedded = RunOptions(engine=("embedded", "1"))
        with pytest.raises(ConfigError, match="needs both names"):
            run_to_catalog(spark, replace(config, catalog_name=None), options=embedded, service=me)
        with pytest.raises(StorageError, match="Nothing was generated"):
            run_to_catalog(spark, config, service=me)
        assert list(tmp_path.iterdir()) == []
        server.allow(server.writer, c, *GRANTS)
        result = run_to_catalog(spark, config, service=me)
        folder = tmp_path / "data" / f"{c}.demo"
        assert result.place == f"{c}.demo at {me.uri}, files in {folder}"
        assert len(registered(me, c, "demo")) == len(Manifest.read(folder).tables)


def test_a_run_of_the_studio_into_a_catalog_is_checked(server, spark, config_1k, tmp_path, monkeypatch):
    from dataclasses import replace

    from idgraph_widgets.studio import Runs
    from idgraph_widgets.studio.job import opened

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNITY_CATALOG_URI", server.url)
    monkeypatch.setenv("UNITY_CATALOG_TOKEN", server.writer.token)
    with server.catalog() as c:
        server.allow(server.writer, c, *GRANTS)
        config = replace(config_1k, catalog_name=c, schema_name="demo")
        runs = Runs(tmp_path / "home", spark)
        runs.start(config, None)
        run = runs.wait(timeout=180)
        assert (run.state, run.checks) == ("done", "done"), run.message
        assert "checks hold" in run.verdict and run.place.startswith(f"{c}.demo at ")
        assert run.folder == str(tmp_path / "data" / f"{c}.demo")
        with opened(spark, run.folder, config) as dataset:
            assert runs.kept.checks(run.id, dataset.manifest["run_id"]).passed
            assert dataset.households.count() == 1_000


def test_a_grant_revoked_in_mid_run_loses_nothing(server, spark, config_1k, tmp_path):
    me, out = server.writer.at(server.url), tmp_path / "d"
    with server.catalog() as c:
        server.allow(server.writer, c, *GRANTS)
        target = CatalogTarget(c, "s", me)
        target.prepare(out)

        def revoke(event):
            if (event.table, event.state) == ("campaigns", "finished"):
                server.revoke(server.writer, c, "USE CATALOG")

        run_pipeline(spark, config_1k, out, on_progress=revoke)
        with pytest.raises(CatalogError) as caught:
            target.register(out)
        text = str(caught.value)
        assert caught.value.exit_code == 3
        assert "Nothing is lost: the dataset is complete in" in text and "0 of its" in text
        assert f"GRANT USE CATALOG ON CATALOG `{c}` TO `{server.writer.email}`;" in text
        assert f"idgraph register {out} --catalog {c} --schema s" in text
        assert server.writer.token not in text
        server.allow(server.writer, c, "USE CATALOG")
        assert len(target.register(out).created) == len(Manifest.read(out).tables)


def test_a_catalog_that_goes_away_half_way(server, dataset, monkeypatch):
    monkeypatch.setattr("idgraph_widgets.unity.rest._PAUSES", (0.01,))
    gate = Gate(server.url)
    me = server.writer.at(gate.url)
    try:
        with server.catalog() as c:
            server.allow(server.writer, c, *GRANTS)
            gate.shut_after = 12
            with pytest.raises(CatalogError, match="did not answer") as caught:
                register(me, dataset, c, "s")
            there = len(registered(server.writer.at(server.url), c, "s"))
            assert 0 < there < len(Manifest.read(dataset).tables)
            assert f"{there} of its {len(Manifest.read(dataset).tables)} tables are registered" in str(caught.value)
            gate.open, gate.shut_after = True, None
            done = register(me, dataset, c, "s")
            assert len(done.unchanged) == there and len(done.tables) == len(Manifest.read(dataset).tables)
    finally:
        gate.close()


def test_credentials_reach_no_text(server, dataset, caplog, capfd):
    token = "s3cret-token-of-nobody"
    stranger = UnityCatalog(Connection(server.url, token))
    with caplog.at_level(logging.DEBUG), pytest.raises(CatalogError, match="401") as caught:
        verify_catalog_permissions("main", "s", service=stranger)
    texts = [str(caught.value), repr(stranger._rest.connection), str(stranger._rest.connection), caplog.text]
    texts += [*capfd.readouterr(), repr(caught.value.__cause__), repr(caught.value.__context__)]
    assert token not in "".join(texts)
    with server.catalog() as c:
        server.allow(server.writer, c, *GRANTS)
        register(server.writer.at(server.url), dataset, c, "s")
    for file in dataset.rglob("*.json"):
        assert server.writer.token not in file.read_text()
    with pytest.raises(ConfigError) as caught:
        Connection("http://me:hunter2@127.0.0.1:1")
    assert "hunter2" not in str(caught.value)


def test_hostile_names_end_no_request(server, tmp_path):
    me = server.admin
    for name in ("a.b", "a/b", "../../x", "a b", "a\nb", "", "x" * 256):
        with pytest.raises(ConfigError, match="the name of a catalog"):
            verify_catalog_permissions(name, "s", service=me)
    with server.catalog() as c:
        for name in ("it's;DROP`x`", 'a"b', "%2e%2e%2fcatalogs", "ünï", "a?force=true", "a#b", "a\\b"):
            ok, missing = verify_catalog_permissions(c, name, service=me)
            assert ok, missing  # it does not exist and may be made…
            with pytest.raises(CatalogError, match="400, INVALID_ARGUMENT"):
                me.create_schema(c, name)  # …which this service does not take; another may
            assert me.securable("catalog", name) is None
        assert me.securable("catalog", c)["name"] == c


def test_hostile_columns_and_comments_travel(server, spark, tmp_path):
    from dataclasses import replace

    from idgraph_widgets.schema import Column

    name = 'it\'s; `DROP` "x" ünï,a=b{}'
    hostile = replace(
        EVERY_TYPE,
        comment="a 'comment'; \"with\" `marks` \\ ünï",
        columns=(*EVERY_TYPE.columns, Column(name, "string", "c'o\"m`m;ent\\ ü")),
    )
    from pyspark.sql import functions as F

    store = FolderStore(spark, tmp_path / "d", "r1")
    store.begin([hostile])
    store.write(hostile, rows(spark, 1, 5).withColumn(name, F.lit("v")))
    store.publish(Manifest("r1", "overwrite", {}, "f", 1, {}, "a", "b", {"every_type": store.commit(hostile)}))
    with server.catalog("s", "s_meta", "s_truth") as c:
        register(server.admin, tmp_path / "d", c, "s")
        found = server.admin.securable("table", c, "s", "every_type")
        assert found["comment"] == hostile.comment
        assert (found["columns"][-1]["name"], found["columns"][-1]["comment"]) == (name, hostile.columns[-1].comment)
        assert json.loads(found["columns"][-1]["type_json"])["name"] == name
        assert register(server.admin, tmp_path / "d", c, "s").unchanged == [f"{c}.s.every_type"]


def test_several_people_register_at_once(server, dataset_1k_path, tmp_path):
    """Two datasets into two schemas of one catalog, at the same time."""
    me = server.writer.at(server.url)
    with server.catalog() as c:
        server.allow(server.writer, c, *GRANTS)
        done = {}

        def work(schema):
            folder = shutil.copytree(dataset_1k_path, tmp_path / schema)
            done[schema] = register(me, folder, c, schema)

        threads = [threading.Thread(target=work, args=(schema,)) for schema in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert {len(d.created) for d in done.values()} == {len(Manifest.read(dataset_1k_path).tables)}
