"""What a place can do is reported whatever it can: every question has an answer in words, and none is an error."""

from __future__ import annotations

import json

import pytest
from support.uc_server.databricks import Workspace

import idgraph_widgets
from idgraph_widgets import probe
from idgraph_widgets.cli import main
from idgraph_widgets.engines import given

STATES = {"yes", "no", "unknown", "fact"}
VARIABLES = ("UNITY_CATALOG_URI", "IDGRAPH_PROFILE", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_HOST", "DATABRICKS_TOKEN")


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    """No service is configured."""
    for name in (*VARIABLES, "SPARK_REMOTE", "DATABRICKS_RUNTIME_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "none"))


class Broken:
    """A session that refuses everything."""

    def __getattr__(self, name):
        raise RuntimeError(f"[NOT_SUPPORTED] {name} at sc://host;token=s3cret;x=1\nstack")


def test_the_name_stays_a_function():
    assert idgraph_widgets.probe is probe and callable(probe)


def test_without_a_session(capsys):
    assert main(["probe"]) == 0
    printed = capsys.readouterr().out
    assert "- session: none was given" in printed and "engine: embedded (no session was given)" in printed
    found = probe()
    assert found["packages"].value["pyspark"] and found["memory"].value["cores"] > 0
    assert found.use["target"] == "a folder" and found.use["job"].startswith("none: no workspace is known")
    assert "mapInArrow" not in {one.name for one in found.findings}


def test_of_a_session(spark):
    found = probe(spark, schema="default")
    assert {one.state for one in found.findings} <= STATES
    workers = found["mapInArrow"]
    assert workers.state == "yes" and workers.value["at_once"] > 0 and workers.value["in_process"]
    assert found["session"].value["kind"] == "session (connect)"
    assert found["tables may be made"].value is True and found["dataset there"].answer == "none"
    assert not [row for row in spark.sql("SHOW TABLES IN default").collect() if "probe" in row["tableName"]]
    assert found.use["engine"].startswith("the session")
    assert json.loads(found.to_json()) == json.loads(json.dumps(found.to_dict(), default=str))


def test_what_fails_is_told_in_words():
    found = probe(Broken(), "main", "s")
    asked = [one for one in found.findings if one.topic in ("The session", "The catalog")]
    assert len(asked) == 8
    assert not [one.name for one in asked if one.state == "yes"]
    assert all(one.answer and "\n" not in one.answer for one in asked)
    assert "RuntimeError: [NOT_SUPPORTED] sql" in found["sql"].answer
    assert "s3cret" not in str(found) + found.to_json() and "token=…" in str(found)
    assert found["mapInArrow"].state == "no" and found.use["engine"].startswith("none as it stands")


def test_a_session_that_cannot_be_reached(monkeypatch):
    def refuse():
        raise ConnectionError("nobody listens")

    monkeypatch.setattr(given, "classic_is_running", refuse)
    found = probe()
    assert found["session"].state == "unknown" and "ConnectionError: nobody listens" in found["session"].answer


def test_a_platform_shows_itself_without_its_token(monkeypatch):
    monkeypatch.setenv("DATABRICKS_RUNTIME_VERSION", "client.4.9")
    monkeypatch.setenv("SPARK_REMOTE", "sc://127.0.0.1:9/;token=s3cret")
    found = probe(Broken())
    assert found["platform"].answer == "Databricks, serverless environment client.4.9"
    assert found["platform"].value["SPARK_REMOTE"] == "sc://127.0.0.1:9/"
    assert "s3cret" not in found.to_json()


def test_of_a_workspace(monkeypatch, capsys):
    with Workspace() as running:
        running.owners = dict.fromkeys(("main", "main.s", "main.s_meta", "main.s_truth"), "admins")
        monkeypatch.setenv("DATABRICKS_HOST", running.url)
        monkeypatch.setenv("DATABRICKS_TOKEN", running.token)
        assert main(["probe", "--catalog", "main", "--schema", "s", "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
    found = {one["name"]: one for one in printed["findings"]}
    assert found["service"]["value"] == {"place": "databricks", "uri": running.url, "user": running.user}
    assert found["permissions"]["state"] == "no"
    assert found["permissions"]["value"]["missing"][0] == "USE CATALOG on catalog main"
    assert printed["use"]["job"] == f"idgraph job submit, as {running.user}"
    assert running.token not in json.dumps(printed)
