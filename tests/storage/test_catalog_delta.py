"""The path Databricks takes, with open-source Delta in a classic Spark session: for real, in one process.

What a killed run leaves is the next command's to put back: there for real at night, on a metastore that outlives the
processes; otherwise in the same session, whose unfinished runs belong to a process that has ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest
from support.golden import published_hashes
from support.needs import lacking
from support.nightly import but_first
from support.processes import own_environment
from support.storage_tables import EVERY_TYPE

from idgraph_widgets import schema


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


# --- runs that end without a word -----------------------------------------------------------------------------

TURNS = ("overwrite", "append", "end")
"""Processes one after the other, of which all but the last are killed."""


def turn(folder, name):
    """What one turn reported; it is killed with its Java process once it says that it is half through."""
    process = subprocess.Popen(
        [sys.executable, "-m", "support.delta_killed", str(folder), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=own_environment(),
        start_new_session=True,
    )
    steps = {}
    try:
        for line in process.stdout:
            if not line.startswith("{"):
                continue
            found = json.loads(line)
            if "unavailable" in found:
                lacking(found["unavailable"])
            steps[found["step"]] = found
            if found["step"] == "half":
                break
        else:
            errors = process.stderr.read()
            assert process.wait() == 0, errors[-3000:]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return steps


@pytest.fixture(scope="module", params=but_first(["ended", "killed"]))
def turns(request, tmp_path_factory):
    """What the turns found: without a kill, in the session of the other tests; or in processes that are killed."""
    if request.param == "ended":
        return request.getfixturevalue("found")["unfinished"]
    request.getfixturevalue("require_java")
    folder = tmp_path_factory.mktemp("killed")
    return {name: turn(folder, name) for name in TURNS}


def test_a_killed_overwrite_is_undone_by_the_next_command(turns):
    published, half = turns["overwrite"]["published"], turns["overwrite"]["half"]
    assert published["passing"] == [] and published["hashes"]["every_type"][0] == 50
    assert half["unseen"] == published["hashes"]  # nothing before the first commit
    assert half["hashes"]["every_type"][0] == 30
    assert half["hashes"]["companion"] == published["hashes"]["companion"]
    assert half["passing"] == ["idgraph_staging_rows", "idgraph_unfinished_run_2"]
    after = turns["append" if "append" in turns else "end"]
    assert after["undone"]["hashes"] == published["hashes"]
    assert turns["end"]["undone"]["passing"] == []


def test_a_run_that_is_killed_while_it_stages_leaves_nothing_after_the_next(turns):
    assert turns["end"]["undone"]["left"] == []


@pytest.mark.nightly
@pytest.mark.parametrize("turns", ["killed"], indirect=True)
def test_a_killed_append_is_undone_too(turns):
    published, half = turns["overwrite"]["published"], turns["append"]["half"]
    found = turns["append"]["undone"]
    assert found["previous"] == "run-1" and found["passing"] == ["idgraph_unfinished_run_3"]  # its own
    assert half["unseen"] == published["hashes"]  # nothing before the first commit
    assert half["hashes"]["every_type"][0] == 80
    undone = turns["end"]["undone"]
    assert undone["hashes"] == published["hashes"] and undone["passing"] == []


def test_the_rerun_adds_one_commit_each(turns):
    ended = turns["end"]["ended"]
    assert ended["hashes"] == ended["recorded"] == ended["expected"]
    assert ended["commits"] == {"d.every_type": ["Append"], "d_truth.companion": ["Append"]}
    assert ended["run"] == ["run-4", "append"] and ended["passing"] == []


def test_runs_at_work_are_not_disturbed_and_changes_of_others_are_seen(turns):
    refused = turns["end"]["refused"]["refused"]
    assert "d is being written by another run (run-4, process" in refused["here"]
    assert "on far" in refused["elsewhere"] and "force=True" in refused["elsewhere"]
    assert "was changed since the run run-4" in refused["changed"]
    assert turns["end"]["refused"]["passing"] == []
