"""The studio in JupyterLab 4, with its own Chromium: cells, plots, a second view, an answer in the next cell."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from benchmarks.studio import Traffic, chromium, wait_for_plots

ROOT = Path(__file__).resolve().parents[2]
WAIT = 90_000


def notebook(*cells):
    """A notebook of these code cells."""
    made = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{i}",
            "metadata": {},
            "outputs": [],
            "source": cell,
        }
        for i, cell in enumerate(cells)
    ]
    spec = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": made, "metadata": spec, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def lab(tmp_path):
    """A JupyterLab of our own on a free port; yields its URL. Nothing of the user's settings is touched."""
    pytest.importorskip("jupyterlab")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "home").mkdir()
    source = "from idgraph_widgets import Studio\nstudio = Studio(home='home')\nstudio"
    cells = (source, "studio", "print('households', studio.config.household_config.num_households)")
    (tmp_path / "try.ipynb").write_text(notebook(*cells), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ip=127.0.0.1",
    ]
    settings = [
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={tmp_path}",
    ]
    settings.append("--LabApp.expose_app_in_browser=True")
    places = {f"JUPYTER_{name}_DIR": str(tmp_path / name.lower()) for name in ("CONFIG", "RUNTIME")}
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with (tmp_path / "lab.log").open("w") as log:
        process = subprocess.Popen(
            [*command, *settings], stdout=log, stderr=log, env={**os.environ, **places, "PYTHONPATH": paths}
        )
    try:
        url, end = f"http://127.0.0.1:{port}", time.monotonic() + 90
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{url}/api", timeout=5).close()
                break
            except OSError:
                time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def test_studio_runs_in_jupyterlab(lab, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (extra dev)")
    if not chromium():
        if os.environ.get("IDGRAPH_REQUIRE_ALL") == "1":
            pytest.fail("no Chromium on the PATH; set IDGRAPH_CHROMIUM")
        pytest.skip("no Chromium on the PATH; set IDGRAPH_CHROMIUM")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(WAIT)
        traffic = Traffic(page, lab)
        page.goto(f"{lab}/lab/tree/try.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        page.wait_for_selector(".idg-studio")
        wait_for_plots(page)
        assert page.locator(".idg-studio").count() == 2
        page.get_by_text("households 10000").wait_for()
        box = page.get_by_role("textbox", name="Households", exact=True)
        box.first.fill("2500")
        # The second view of the same studio says the same.
        page.wait_for_function(
            "() => [...document.querySelectorAll('.idg-summary')].every((e) => e.textContent.startsWith('2,500'))"
        )
        if folder := os.environ.get("IDGRAPH_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / "jupyterlab.png")
        ours = [error for error in traffic.errors if "idg" in error or "TypeError" in error]
        assert ours == []
        browser.close()
    shutil.rmtree(tmp_path / "home", ignore_errors=True)
