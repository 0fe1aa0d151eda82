"""The path Databricks takes, with open-source Delta in a classic Spark session: for real, in one process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.golden import published_hashes
from support.needs import lacking
from support.processes import own_environment
from support.storage_tables import EVERY_TYPE

from idgraph_widgets import schema

SCENARIOS = Path(__file__).with_name("delta_scenarios.py")


@pytest.fixture(scope="module")
def found(require_java, tmp_path_factory):
    """What the scenarios found; skipped where Delta's jars cannot be had."""
    folder = tmp_path_factory.mktemp("delta")
    done = subprocess.run(
        [sys.executable, "-m", "support.delta_scenarios", str(folder)],
        capture_output=True,
        text=True,
        timeout=900,
        env=own_environment(),
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    printed = json.loads(done.stdout.strip().splitlines()[-1])
    if "unavailable" in printed:
        lacking(printed["unavailable"])
    return printed


def test_the_session_is_known_and_left_as_it_was(found):
    assert found["place"] == "delta"
    assert found["conf_is_as_it_was"]


def test_a_run_writes_clustered_described_tables(found):
    runs = found["runs"]
    assert runs["rows"] == [50, 5] and all(size > 0 for size in runs["bytes"])
    assert all(isinstance(version, int) for version in runs["versions"])
    assert runs["as_expected"]
    layout = runs["layout"]
    assert layout["clusteringColumns"] == ["day_date", "id"] and layout["partitionColumns"] == []
    assert layout["description"] == EVERY_TYPE.comment
    assert layout["properties"] == {"idgraph.kind": "table"}
    assert runs["comments"] == {c.name: c.comment for c in EVERY_TYPE.columns}


def test_a_run_that_fails_is_undone(found):
    runs = found["runs"]
    assert runs["unseen"]  # nothing before the commits
    assert runs["changed_meanwhile"] and runs["restored"] and runs["second_run"]
    assert runs["layout_after_restore"]["clusteringColumns"] == ["day_date", "id"]
    assert runs["left"] == []  # no staged frames
    assert found["first_run_fails"] == []


def test_tables_of_others_are_refused(found):
    message, columns = found["foreign"]
    assert "`taken`.`every_type` exists, and this library did not make it" in message
    assert columns == ["thesis"]


def test_a_dataset_is_generated_and_grown_with_the_golden_rows(found):
    grown, golden = found["grown"], published_hashes()["homes_appended_inside"]
    assert grown["hashes"] == golden
    assert grown["read"] == golden[-1]
    assert grown["failed"] == [1, 0]  # its rows count once all the same
    assert grown["left"] == []


def test_each_run_is_one_commit_of_a_table(found):
    """The first one defines it; what neither direction of growth changes gets none from the second."""
    for name, operations in found["grown"]["commits"].items():
        runs = 1 if schema.GENERATED[name].grows == "fixed" else 2
        assert operations == ["WRITE"] * runs + ["CREATE OR REPLACE TABLE"], name


def test_a_dataset_in_a_catalog_is_opened_by_its_names(found):
    grown = found["grown"]
    assert grown["run_id"][0] == grown["run_id"][1]
    assert grown["joined"][0] == grown["joined"][1] > 5_000
    assert grown["described"] == ["household_id", ["thesis"]]


def test_runs_that_stop_while_they_stage_leave_nothing(found):
    stopped = found["stopped"]
    assert "a task that fails" in stopped["fails"]
    assert "Nothing was published" in stopped["fails"]
    message, seconds = stopped["cancelled"]
    assert "was cancelled" in message
    assert seconds < 30  # 3 on a machine that does nothing else
    assert stopped["left"] == []
    assert stopped["files"] == []


def test_statistics_come_from_the_log(found):
    writer = found["writer"]
    assert writer["stats"] == writer["log"] and writer["stats"][0] == 80
    assert "LocalTableScan" in writer["plan"] and "FileScan" not in writer["plan"]


def test_partitions_z_order_and_vacuum(found):
    writer = found["writer"]
    assert writer["layout"]["partitionColumns"] == ["is_even"]
    assert writer["optimized"] == [80, 2] and writer["same_rows"]  # one file a partition
    assert "OPTIMIZE" in writer["operations"] and "VACUUM END" in writer["operations"]


def test_hostile_names_and_comments_stay_what_they_are(found):
    writer = found["writer"]
    assert writer["field"] == ['it\'s"the"`x`ünï', "'\\\"`;"]
    assert writer["layout"]["description"] == writer["comment"]


def test_on_databricks_keys_go_before_rows_change(found):
    steps = found["databricks"]
    assert steps["kept"] == [
        f"ALTER TABLE `{schema}`.`{name}` DROP CONSTRAINT IF EXISTS `pk_{name}` CASCADE"
        for schema, name in (("runs", "every_type"), ("runs_truth", "companion"))
    ]
    assert steps["untouched"] and steps["parsed"] > 30
