"""A standalone cluster of two workers writes the golden rows, though one is killed and a task comes late."""

import json
import subprocess
import sys

import pytest
from support.fault_tools import files_in_use, files_on_disk, latest_is_published
from support.golden import published_hashes
from support.processes import own_environment

from idgraph_widgets.storage.folder.maintenance import vacuum

CASE = "homes_then_days"


@pytest.mark.nightly
def test_a_killed_worker_and_a_late_task_change_nothing(require_java, tmp_path):
    folder = tmp_path / "dataset"
    done = subprocess.run(
        [sys.executable, "-m", "support.cluster", CASE, str(folder)],
        capture_output=True,
        text=True,
        timeout=400,
        env=own_environment(),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["hashes"] == published_hashes()[CASE]
    assert found["begun"] and found["held"] > 0
    assert latest_is_published(folder)
    # The task that was killed had begun files, and ran again: of its run only what it reported is there, and active.
    used, there = (
        {f for f in files if found["run_id"] in f} for files in (files_in_use(folder), files_on_disk(folder))
    )
    assert used and there == used and not used & set(found["begun"])
    # What else is on disk belongs to earlier versions.
    assert vacuum(folder, dry_run=True) == []
