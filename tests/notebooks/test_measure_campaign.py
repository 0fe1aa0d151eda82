"""The notebook that measures a campaign runs, and its checked cells print what they printed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_notebook_runs_and_its_checked_cells_hold():
    pytest.importorskip("nbval", reason="needs nbval: pip install -e .[dev]")
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("SPARK_CONNECT_MODE", "SPARK_REMOTE"))
    }
    paths = [str(ROOT), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    command = ["-m", "pytest", "--nbval-lax", "--nbval-cell-timeout=600", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, *command, str(ROOT / "notebooks" / "measure_campaign.ipynb")],
        capture_output=True, text=True, timeout=900, env=environment, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
