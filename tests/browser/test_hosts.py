"""The studio in JupyterLab 4 and in Notebook 7, with their own Chromium.

Cells, plots that follow a slider, a second view, an answer in the next cell.
"""

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
from support.browser import Traffic, wait_for_plots
from support.nightly import but_first

ROOT = Path(__file__).resolve().parents[2]
WAIT = 40_000


def notebook(*cells):
    """A notebook of these code cells."""
    made = [
        {"cell_type": "code", "execution_count": None, "id": f"c{i}", "metadata": {}, "outputs": [], "source": cell}
        for i, cell in enumerate(cells)
    ]
    spec = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": made, "metadata": spec, "nbformat": 4, "nbformat_minor": 5})


# Module, where it shows a notebook, and its setting that lets a test reach the application.
HOSTS = {
    "jupyterlab": ("jupyterlab", "lab/tree", "--LabApp.expose_app_in_browser=True"),
    "notebook7": ("notebook", "notebooks", "--JupyterNotebookApp.expose_app_in_browser=True"),
}


@pytest.fixture(params=HOSTS)
def host(request, tmp_path):
    """A server of our own on a free port; yields its name and URL. Nothing of the user's settings is touched."""
    module, _, expose = HOSTS[request.param]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "home").mkdir()
    source = "from idgraph_widgets import Studio\nstudio = Studio(home='home')\nstudio"
    cells = (source, "studio", "print('households', studio.config.household_config.num_households)")
    (tmp_path / "try.ipynb").write_text(notebook(*cells), encoding="utf-8")
    shutil.copy(ROOT / "notebooks" / "studio.ipynb", tmp_path / "studio.ipynb")
    command = [sys.executable, "-m", module, "--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1"]
    settings = ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={tmp_path}"]
    settings.append(expose)
    places = {f"JUPYTER_{name}_DIR": str(tmp_path / name.lower()) for name in ("CONFIG", "RUNTIME")}
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, *settings],
            cwd=tmp_path,
            stdout=log,
            stderr=log,
            env={**os.environ, **places, "PYTHONPATH": paths},
        )
    try:
        url, end = f"http://127.0.0.1:{port}", time.monotonic() + 90
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{url}/api", timeout=5).close()
                break
            except OSError:
                time.sleep(0.3)
        yield request.param, url
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def page(browser):
    """A page of Chromium."""
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened.set_default_timeout(WAIT)
    yield opened
    opened.close()


def run_all(page, host, name):
    """Open a notebook, run its cells, wait for the studio's plots; what the page says and asks for."""
    kind, url = host
    traffic = Traffic(page, url)
    page.goto(f"{url}/{HOSTS[kind][1]}/{name}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.wait_for_selector(".idg-studio")
    wait_for_plots(page)
    return traffic


def picture(page, name):
    if folder := os.environ.get("IDGRAPH_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def ours(traffic):
    """Errors of the page that have to do with the studio."""
    return [error for error in traffic.errors if "idg" in error or "TypeError" in error]


@pytest.mark.parametrize("host", but_first(reversed(HOSTS)), indirect=True)
def test_two_views_of_a_studio_say_the_same_and_the_next_cell_knows(host, page):
    traffic = run_all(page, host, "try.ipynb")
    assert page.locator(".idg-studio").count() == 2
    page.get_by_text("households 10000").wait_for()
    page.get_by_role("textbox", name="Households", exact=True).first.fill("2500")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.idg-summary')].every((e) => e.textContent.startsWith('2,500'))"
    )
    picture(page, host[0])
    assert ours(traffic) == []


@pytest.mark.parametrize("host", but_first(HOSTS), indirect=True)
def test_the_notebook_of_the_studio_opens_and_a_slider_repaints_its_plot(host, page):
    traffic = run_all(page, host, "studio.ipynb")
    plot = page.locator("[data-card=incomes] .idg-plot").first
    before = int(plot.get_attribute("data-painted"))
    page.get_by_role("slider", name="<30K").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => document.querySelector('[data-card=incomes] .idg-plot').ariaLabel.includes('<30K 18.0%')"
    )
    assert int(plot.get_attribute("data-painted")) > before
    picture(page, f"{host[0]} studio.ipynb")
    assert ours(traffic) == []


@pytest.mark.nightly
def test_where_the_widgets_module_is_blocked_the_plain_studio_appears(host, page):
    kind, url = host
    page.route("**/extensions/anywidget/**", lambda route: route.abort())
    page.goto(f"{url}/{HOSTS[kind][1]}/try.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.get_by_text("This page has not answered").first.wait_for()
    page.get_by_text("households 10000").wait_for()
    page.get_by_label("Households", exact=True).first.fill("2500")
    page.keyboard.press("Tab")
    page.locator(".idg-summary", has_text="2,500 households").first.wait_for()
    picture(page, f"{kind} blocked")
