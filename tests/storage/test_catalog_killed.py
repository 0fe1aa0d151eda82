"""Catalog runs killed with -9 on a metastore that outlives them: the next command puts everything back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest
from support.needs import lacking
from support.nightly import NIGHTLY
from support.processes import own_environment

TURNS = ("overwrite", "append", "end") if NIGHTLY else ("overwrite", "end")
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


@pytest.fixture(scope="module")
def turns(require_java, tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    return {name: turn(folder, name) for name in TURNS}


def test_a_killed_overwrite_is_undone_by_the_next_command(turns):
    published, half = turns["overwrite"]["published"], turns["overwrite"]["half"]
    assert published["passing"] == [] and published["hashes"]["every_type"][0] == 50
    assert half["unseen"] == published["hashes"]  # nothing before the first commit
    assert half["hashes"]["every_type"][0] == 30
    assert half["hashes"]["companion"] == published["hashes"]["companion"]
    assert half["passing"] == ["idgraph_staging_rows", "idgraph_unfinished_run_2"]
    assert turns[TURNS[1]]["undone"]["hashes"] == published["hashes"]
    assert turns["end"]["undone"]["passing"] == []


def test_a_run_that_is_killed_while_it_stages_leaves_nothing_after_the_next(turns):
    assert turns["end"]["undone"]["left"] == []


@pytest.mark.nightly
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
