"""The studio's notebook: every cell runs, the checked one says the same, and the dashboard serves this file."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "studio.ipynb"


def test_studio_notebook(tmp_path):
    pytest.importorskip("nbval", reason="needs nbval: pip install -e .[dev]")
    pytest.importorskip("ipykernel", reason="needs ipykernel: pip install -e .[dev]")
    options = [
        "--nbval-lax",
        "--nbval-cell-timeout=300",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--rootdir={tmp_path}",
    ]
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    places = {"IDGRAPH_HOME": str(tmp_path / "home"), "IDGRAPH_CWD": str(tmp_path), "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(NOTEBOOK)],
        cwd=tmp_path,
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_dashboard_serves_this_notebook():
    served = resources.files("idgraph_widgets.studio.dashboard").joinpath("studio.ipynb")
    assert served.read_bytes() == NOTEBOOK.read_bytes()
