"""Databricks' permissions through the SDK's raw calls, and the statements for keys and tags."""

from __future__ import annotations

import logging

import pytest
from support.uc_server.databricks import Workspace

from idgraph_widgets.errors import CatalogError, ConfigError, StorageError
from idgraph_widgets.quality.report import CheckReport, CheckResult
from idgraph_widgets.schema import GENERATED, references
from idgraph_widgets.storage import CatalogWriter
from idgraph_widgets.storage.catalog.keys import add_keys
from idgraph_widgets.unity import CatalogTarget, connect, verify_catalog_permissions
from idgraph_widgets.unity.databricks import DatabricksCatalog
from idgraph_widgets.unity.permissions import Verdict
from idgraph_widgets.unity.verify import permission_report

SCHEMAS = ("main.s", "main.s_meta", "main.s_truth")


@pytest.fixture
def workspace(monkeypatch, tmp_path):
    for name in ("UNITY_CATALOG_URI", "IDGRAPH_PROFILE", "DATABRICKS_CONFIG_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "none"))
    with Workspace() as running:
        running.owners = {"main": "admins", **dict.fromkeys(SCHEMAS, "admins")}
        monkeypatch.setenv("DATABRICKS_HOST", running.url)
        monkeypatch.setenv("DATABRICKS_TOKEN", running.token)
        yield running


def verify(workspace):
    return verify_catalog_permissions("main", "s", service=connect())


def test_the_environment_names_the_workspace(workspace):
    service = connect()
    assert isinstance(service, DatabricksCatalog)
    assert (service.whoami(), service.uri) == (workspace.user, workspace.url)


def test_nothing_granted_names_everything(workspace):
    ok, missing = verify(workspace)
    assert not ok
    assert missing[0] == "USE CATALOG on catalog main"
    assert missing[1:] == [f"{p} on schema {s}" for s in SCHEMAS for p in ("USE SCHEMA", "CREATE TABLE")]
    report = permission_report("main", "s", service=connect())
    assert report.statements[0] == f"GRANT USE CATALOG ON CATALOG `main` TO `{workspace.user}`;"


@pytest.mark.parametrize("principal", ["ana@example.com", "engineers", "account users"])
def test_grants_to_the_user_its_groups_and_everybody_count(workspace, principal):
    workspace.groups = ["engineers"]
    workspace.granted = [
        ("somebody@example.com", "ALL_PRIVILEGES", "main"),
        (principal, "USE_CATALOG", "main"),
        (principal, "USE_SCHEMA", "main"),
    ]
    assert verify(workspace) == (False, [f"CREATE TABLE on schema {s}" for s in SCHEMAS])
    workspace.granted += [(principal, "CREATE_TABLE", s) for s in SCHEMAS]
    assert verify(workspace) == (True, [])
    workspace.groups = []
    workspace.user = "ben@example.com"
    assert verify(workspace)[0] is (principal == "account users")


def test_all_privileges_and_ownership(workspace):
    workspace.granted = [(workspace.user, "ALL_PRIVILEGES", "main")]
    assert verify(workspace) == (True, [])
    workspace.granted = [(workspace.user, "USE_CATALOG", "main")]
    workspace.owners.update(dict.fromkeys(SCHEMAS, workspace.user))
    assert verify(workspace) == (True, [])
    workspace.owners = {"main": workspace.user}  # the schemas are to be made
    assert verify(workspace) == (True, [])
    # MANAGE may grant, but is neither USE nor CREATE.
    workspace.owners = {"main": "admins", **dict.fromkeys(SCHEMAS, "admins")}
    workspace.granted = [(workspace.user, "MANAGE", "main")]
    assert verify(workspace)[0] is False


def test_what_is_not_shown_is_unknown_until_it_is_tried(workspace):
    workspace.granted = [(workspace.user, "USE_CATALOG", "main")]
    workspace.hidden = set(SCHEMAS)
    report = permission_report("main", "s", service=connect())
    assert not report.ok and len(report.having(Verdict.UNKNOWN)) == 6 and not report.having(Verdict.MISSING)
    assert "not known: the service does not show it" in report.missing[0]
    tried = []
    session = Session(lambda statement: tried.append(statement) or [])
    assert verify_catalog_permissions("main", "s", service=connect(), spark=session) == (True, [])
    assert len(tried) == 6 and tried[0].startswith("CREATE TABLE `main`.`s`.`idgraph_probe_")
    assert tried[1].startswith("DROP TABLE `main`.`s`.`idgraph_probe_")

    def refuse(statement):
        raise RuntimeError("[INSUFFICIENT_PERMISSIONS] User lacks CREATE TABLE.\nstack\nstack")

    ok, missing = verify_catalog_permissions("main", "s", service=connect(), spark=Session(refuse))
    assert not ok and "User lacks CREATE TABLE" in missing[-1] and "stack" not in missing[-1]


def test_an_owner_of_the_catalog_may_lack_a_grant_in_it(workspace):
    workspace.owners["main"] = workspace.user
    report = permission_report("main", "s", service=connect())
    assert report.verdicts and not report.having(Verdict.MISSING)
    assert {r.kind for r in report.having(Verdict.UNKNOWN)} == {"schema"}


def test_errors_hold_no_token(workspace, monkeypatch, caplog, capfd):
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi-s3cret")
    with caplog.at_level(logging.DEBUG, "idgraph_widgets"), pytest.raises(CatalogError) as caught:
        verify(workspace)
    assert (caught.value.status, caught.value.code) == (401, "UNAUTHENTICATED")
    assert "dapi-s3cret" not in str(caught.value) + "".join(capfd.readouterr())


def test_what_does_not_exist(workspace):
    workspace.owners = {}
    assert "the catalog main does not exist" in verify(workspace)[1][0]
    workspace.owners = {"main": "admins"}
    assert verify(workspace)[1] == ["USE CATALOG on catalog main", "CREATE SCHEMA on catalog main"]
    with pytest.raises(ConfigError, match="cannot register tables in a folder of this machine"):
        CatalogTarget("main", "s")


class Session:
    """A Spark session that keeps the statements it is given."""

    def __init__(self, run, version="17.3.x"):
        self._run = run
        self.conf = {"spark.databricks.clusterUsageTags.sparkVersion": version}

    def sql(self, statement):
        rows = self._run(statement)
        return type("Rows", (), {"collect": lambda _: rows})()


def test_keys_are_declared_only_after_the_checks(workspace):
    ran = []

    def run(statement):
        """Keep what changes something; looking for runs that were killed does not."""
        if not statement.startswith(("DESCRIBE ", "SHOW ")):
            ran.append(statement)
        return []

    writer = CatalogWriter(Session(run))
    failed = CheckResult("structure.households.key", "structure", "Keys are unique.", 3)
    for report in (CheckReport([failed]), CheckReport([], skipped=["ads.caps"])):
        with pytest.raises(StorageError, match="only when every check passed"):
            writer.publish("main", "s", report)
    assert ran == []
    assert writer.publish("main", "it's`x", CheckReport([CheckResult("a", "b", "c", 0)])) == ran
    tables = GENERATED
    added = [s for s in ran if " PRIMARY KEY (" in s]
    assert len(added) == len(tables) and all(s.endswith("NOT ENFORCED RELY") for s in added)
    foreign = [s for s in ran if " FOREIGN KEY (" in s]
    assert len(foreign) == len(references()) and all(s.endswith("NOT ENFORCED RELY") for s in foreign)
    # Old keys go first, parents' keys come before those that refer to them.
    kinds = ["DROP" if " DROP CONSTRAINT " in s else "TAGS" if "SET TAGS" in s else "ADD" for s in ran]
    assert kinds == sorted(kinds, key=["DROP", "ADD", "TAGS"].index)
    assert max(map(ran.index, added)) < min(map(ran.index, foreign))
    assert "`main`.`it's``x_truth`.`truth_identity`" in " ".join(ran)
    assert ran[-1].endswith("SET TAGS ('synthetic' = 'true', 'generator' = 'idgraph_widgets', 'kind' = 'truth')")


def test_declared_relations_hold(dataset_1k):
    """A key that is declared with RELY must be one: every value of a child is a key of its parent."""
    tables = GENERATED
    for relation in references():
        child, parent = tables[relation.table], tables[relation.parent]
        assert child.column(relation.column).type == parent.column(relation.parent_column).type
        assert parent.key == (relation.parent_column,)
        lost = dataset_1k.sql(
            f"SELECT count(*) AS n FROM {child.name} AS c LEFT ANTI JOIN {parent.name} AS p "
            f"ON c.{relation.column} = p.{relation.parent_column} WHERE c.{relation.column} IS NOT NULL"
        )
        assert lost.collect()[0].n == 0, relation


def test_every_identifier_column_has_a_relation():
    """A new column that points to another table's key is not forgotten."""
    keys = {t.key[0]: t.name for t in GENERATED.values() if len(t.key) == 1}
    known = {(r.table, r.column) for r in references()}
    pointing = {
        (t.name, c.name)
        for t in GENERATED.values()
        for c in t.columns
        if c.name in keys and keys[c.name] != t.name and t.key != (c.name,)
    }
    assert pointing <= known


def test_statements_for_keys_name_declared_columns():
    statements = list(add_keys(GENERATED, lambda table: table.name, CheckReport([CheckResult("a", "b", "c", 0)])))
    assert len(statements) == len(set(statements)) == len(GENERATED) + len(references())
