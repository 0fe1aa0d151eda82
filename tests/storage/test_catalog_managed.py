"""Managed Delta tables through Unity Catalog's connector for Spark, on a real server.

Neither can be had from the package indexes: ``IDGRAPH_TEST_UC_CONNECTOR`` names the connector's jars (with
commas between, for Spark 4.1), ``IDGRAPH_TEST_UC_URL`` and its companions the server (see `catalog_servers`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.catalog_servers import running_server
from support.needs import lacking
from support.processes import own_environment
from support.storage_tables import EVERY_TYPE


@pytest.fixture(scope="module")
def found(require_java, tmp_path_factory):
    """What the scenarios found."""
    jars = os.environ.get("IDGRAPH_TEST_UC_CONNECTOR")
    if not jars or "IDGRAPH_TEST_UC_URL" not in os.environ:
        # Nothing that a machine could install: also where everything else is required.
        pytest.skip("IDGRAPH_TEST_UC_URL and IDGRAPH_TEST_UC_CONNECTOR name no server and no connector")
    folder = tmp_path_factory.mktemp("managed")
    with running_server() as server, server.catalog() as catalog:
        token = os.environ["IDGRAPH_TEST_UC_ADMIN"]
        done = subprocess.run(
            [sys.executable, "-m", "support.managed_scenarios", str(folder), server.url, catalog, token, jars],
            capture_output=True,
            text=True,
            timeout=600,
            env=own_environment(),
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    printed = json.loads(done.stdout.strip().splitlines()[-1])
    if "unavailable" in printed:
        lacking(printed["unavailable"])
    return printed


def test_the_catalog_manages_the_tables_and_knows_their_columns(found):
    table = found["registered"]
    assert (table["table_type"], table["data_source_format"]) == ("MANAGED", "DELTA")
    assert table["comment"] == EVERY_TYPE.comment
    assert {c["name"]: c["comment"] for c in table["columns"]} == {c.name: c.comment for c in EVERY_TYPE.columns}
    assert found["layout"] == ["day_date", "id"]


def test_runs_replace_rows_and_one_that_fails_is_undone(found):
    assert found["first"][0] == found["first"][1] != found["second"]["every_type"]
    assert found["meanwhile"]["every_type"] != found["second"]["every_type"]
    assert found["restored"] == found["second"] and found["stats"] == 50
    assert found["left"] == []


def test_another_layout_replaces_the_definition(found):
    assert found["redefined"] == [["id"], 7]


def test_upkeep_is_the_catalogs(found):
    for command in ("optimize", "vacuum"):
        assert "is managed by Unity Catalog" in found[command] and command.upper() in found[command]
