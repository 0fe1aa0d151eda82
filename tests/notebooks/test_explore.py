"""The notebook that explores a dataset runs, and its checked cells print what they printed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_notebook_runs_and_its_checked_cells_hold():
    pytest.importorskip("nbval", reason="needs nbval: pip install -e .[dev]")
    pytest.importorskip("anywidget", reason="needs anywidget: pip install -e .[dashboard]")
    own = ("SPARK_CONNECT_MODE", "SPARK_REMOTE")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(own)}
    paths = [str(ROOT), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    command = ["-m", "pytest", "--nbval-lax", "--nbval-cell-timeout=300", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, *command, str(ROOT / "notebooks" / "explore.ipynb")],
        capture_output=True,
        text=True,
        timeout=600,
        env=environment,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
