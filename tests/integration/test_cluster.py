"""A standalone cluster of two workers writes the golden rows, though one is killed and a task comes late."""

import json
import os
import subprocess
import sys
from pathlib import Path

from fault_tools import files_in_use, files_on_disk
from support.golden import published_hashes

CASE = "homes_then_days"


def test_a_killed_worker_and_a_late_task_change_nothing(require_java, tmp_path):
    folder = tmp_path / "dataset"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_CONNECT_MODE", "SPARK_REMOTE"))}
    environment["PYTHONPATH"] = os.pathsep.join([str(Path.cwd()), environment.get("PYTHONPATH", "")])
    script = Path(__file__).with_name("cluster.py")
    done = subprocess.run(
        [sys.executable, str(script), CASE, str(folder)], capture_output=True, text=True, timeout=400, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["killed"] and told["held"] > 0
    assert told["hashes"] == published_hashes()[CASE]
    # A task that was cut off has left a file that no version names; nothing else is there.
    assert files_in_use(folder) <= files_on_disk(folder)
