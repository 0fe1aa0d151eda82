"""Every notebook runs from the first cell to the last, and its checked cells print what they printed."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources

import pytest
from support.processes import ROOT, own_environment

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LIKE_A_GUIDE = ("databricks",)
"""A page of the documentation does the same in fewer words, and `tools.blocks` runs it."""


@pytest.mark.parametrize(
    "notebook",
    [pytest.param(path, marks=pytest.mark.nightly) if path.stem in LIKE_A_GUIDE else path for path in NOTEBOOKS],
    ids=[path.stem for path in NOTEBOOKS],
)
def test_notebook(notebook, tmp_path):
    assert "NBVAL_CHECK_OUTPUT" in notebook.read_text(encoding="utf-8"), "no cell of it is checked"
    places = {"IDGRAPH_HOME": str(tmp_path / "home"), "IDGRAPH_CWD": str(tmp_path)}
    options = ["--nbval-lax", "--nbval-cell-timeout=600", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(notebook)],
        capture_output=True,
        text=True,
        timeout=900,
        env={**own_environment(), **places},
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_dashboard_serves_the_studio_notebook():
    served = resources.files("idgraph_widgets.dashboard").joinpath("studio.ipynb")
    assert served.read_bytes() == (ROOT / "notebooks" / "studio.ipynb").read_bytes()
