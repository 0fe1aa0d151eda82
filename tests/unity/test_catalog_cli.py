"""The command line with a catalog: profiles and environment, refusals before work, exit codes."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from support.catalog_servers import running_server

from idgraph_widgets.cli import main
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.unity import Connection, connect, find_connection, registered

GRANTS = ("USE CATALOG", "CREATE SCHEMA", "USE SCHEMA", "CREATE TABLE")


@pytest.fixture(scope="module")
def server():
    with running_server() as running:
        yield running


@pytest.fixture
def idgraph(monkeypatch, capsys):
    """A function that runs the command in this process, knowing no catalog but the one given."""

    def run(*args, **environment):
        with monkeypatch.context() as patch:
            for name in list(os.environ):
                if name.startswith(("UNITY_", "DATABRICKS_", "IDGRAPH_")):
                    patch.delenv(name)
            for name, value in {"DATABRICKS_CONFIG_FILE": os.devnull, **environment}.items():
                patch.setenv(name, value)
            code = main([str(arg) for arg in args])
        return subprocess.CompletedProcess(args, code, *capsys.readouterr())

    return run


def as_writer(server):
    return {"UNITY_CATALOG_URI": server.url, "UNITY_CATALOG_TOKEN": server.writer.token}


def test_generate_into_a_catalog(idgraph, server, tmp_path):
    out = tmp_path / "d"
    with server.catalog() as c:
        target = ("--catalog", c, "--schema", "demo")
        refused = idgraph("generate", "--households", 1000, "--out", out, *target, **as_writer(server))
        assert refused.returncode == 3
        assert f"GRANT USE CATALOG ON CATALOG `{c}` TO `{server.writer.email}`;" in refused.stderr
        assert "Nothing was generated" in refused.stderr and "Traceback" not in refused.stderr
        assert refused.stdout == "" and not out.exists()

        asked = idgraph("permissions", *target, "--json", **as_writer(server))
        assert asked.returncode == 3
        printed = json.loads(asked.stdout)
        assert printed["privileges"][f"USE CATALOG on catalog {c}"] == "missing" and len(printed["statements"]) == 2

        server.allow(server.writer, c, *GRANTS)
        assert idgraph("permissions", *target, **as_writer(server)).returncode == 0
        done = idgraph("generate", "--households", 1000, "--out", out, *target, "--json", **as_writer(server))
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert len(document["catalog"]["created"]) == len(document["tables"])
        assert server.writer.token not in done.stdout + done.stderr
        tables = registered(server.admin, c, "demo")
        assert {parts[2] for parts in tables} == set(Dataset(out).table_names())

        again = idgraph("register", out, *target, **as_writer(server))
        assert again.returncode == 0 and f"{len(tables)} as they were" in again.stdout
        listed = idgraph("unregister", *target, **as_writer(server))
        assert f"{c}.demo.households" in listed.stdout and "add --yes" in listed.stdout
        assert len(registered(server.admin, c, "demo")) == len(tables)
        dropped = idgraph("unregister", *target, "--yes", **as_writer(server))
        assert dropped.returncode == 0 and registered(server.admin, c, "demo") == []
        assert (out / "manifest.json").exists()


def test_no_token_in_what_is_kept(idgraph, server, tmp_path):
    """Neither the configuration nor the manifest has a place for one."""
    config = tmp_path / "my.yaml"
    config.write_text("catalog_name: main\nschema_name: s\ntoken: s3cret\n")
    done = idgraph("generate", config, "--out", tmp_path / "d", **as_writer(server))
    assert done.returncode == 2 and "the unknown setting 'token'" in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("generate", "--catalog", "main"), 2, "needs both names"),
        (("generate", "--catalog", "a.b", "--schema", "s"), 2, "catalog_name"),
        (("generate", "--catalog", "it's;`x`", "--schema", "s"), 2, "catalog_name"),
        (("permissions", "--catalog", "a/b", "--schema", "s"), 2, "the name of a catalog"),
        (("permissions", "--catalog", "main"), 2, "--schema"),
        (("permissions", "--catalog", "nowhere_at_all", "--schema", "s"), 3, "does not exist"),
        (("register", "nowhere", "--catalog", "nowhere_at_all", "--schema", "s"), 3, "does not exist"),
    ],
)
def test_wrong_input_is_refused(idgraph, server, tmp_path, args, code, said):
    more = ("--out", tmp_path / "d") if args[0] == "generate" else ()
    done = idgraph(*args, *more, **as_writer(server))
    assert done.returncode == code
    assert said in done.stderr + done.stdout and "Traceback" not in done.stderr
    assert not (tmp_path / "d").exists()


def test_services_that_are_not_there(idgraph):
    target = ("--catalog", "main", "--schema", "s")
    nothing = idgraph("permissions", *target)
    assert nothing.returncode == 2 and "UNITY_CATALOG_URI" in nothing.stderr
    gone = idgraph("permissions", *target, UNITY_CATALOG_URI="http://127.0.0.1:9", UNITY_CATALOG_TOKEN="s3cret")
    assert gone.returncode == 3 and "did not answer" in gone.stderr and "s3cret" not in gone.stderr
    odd = idgraph("permissions", *target, UNITY_CATALOG_URI="ftp://127.0.0.1")
    assert odd.returncode == 2 and "allowed is http:// or https://" in odd.stderr


def test_profiles(server, tmp_path, monkeypatch, capsys):
    file = tmp_path / "profiles"
    file.write_text(f"[here]\nuri = {server.url}/\ntoken = {server.writer.token}\n\n[empty]\ntoken = x\n")
    environ = {"IDGRAPH_CONFIG_FILE": str(file)}
    assert find_connection("here", environ) == Connection(server.url, server.writer.token)
    assert find_connection(None, {**environ, "IDGRAPH_PROFILE": "here"}).uri == server.url
    for profile, said in (("there", "has no profile 'there'; it has: here, empty"), ("empty", "has no uri")):
        with pytest.raises(ConfigError, match=said):
            find_connection(profile, environ)
    monkeypatch.setenv("IDGRAPH_CONFIG_FILE", str(file))
    assert connect("here").whoami() == server.writer.email
    with server.catalog() as c:
        assert main(["permissions", "--catalog", c, "--schema", "s", "--profile", "here"]) == 3
    assert server.writer.token not in "".join(capsys.readouterr())
    file.write_text(f"uri = {server.url}\ntoken = {server.writer.token}\n")
    with pytest.raises(ConfigError, match="is not a file of profiles") as caught:
        find_connection("here", environ)
    assert server.writer.token not in str(caught.value)
