"""The dashboard as a service of a real JupyterHub: its people, and nobody else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.apps import free_port
from support.needs import lacking
from support.pages import picture, small

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "the-hubs-own"


def proxy_command():
    """The command of JupyterHub's proxy, or None."""
    return os.environ.get("IDGRAPH_HUB_PROXY") or shutil.which("configurable-http-proxy")


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """The address of a JupyterHub, with deploy/dashboard/jupyterhub_config.py."""
    if find_spec("jupyterhub") is None:
        lacking("no JupyterHub: python -m pip install jupyterhub")
    if proxy_command() is None:
        lacking(
            "no configurable-http-proxy, which JupyterHub starts: npm install --global configurable-http-proxy; or set "
            "IDGRAPH_HUB_PROXY to its path"
        )
    folder = tmp_path_factory.mktemp("hub")
    ports = {name: free_port() for name in ("port", "hub_port", "api_port", "service_port")}
    given = {**ports, "password": PASSWORD, "proxy": [proxy_command()]}
    given["deploy"] = str(ROOT / "deploy" / "dashboard" / "jupyterhub_config.py")
    env = {**os.environ, "HUB_TEST": json.dumps(given), "JUPYTERHUB_CRYPT_KEY": "0" * 64}
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(ROOT / "tests" / "support" / "hub_config.py")],
            cwd=folder,
            env=env,
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{ports['port']}/"
    try:
        deadline = time.monotonic() + 90
        while not healthy(f"{url}services/studio/health"):
            text = (folder / "log.txt").read_text(encoding="utf-8")
            assert time.monotonic() < deadline and process.poll() is None, text
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def healthy(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.loads(answer.read())["status"] == "ok"
    except (OSError, ValueError):
        return False


@pytest.fixture
def enter(visits, hub):
    """A function that opens the studio for somebody who logs into the Hub on the way there."""

    def enter(who):
        page = visits.page()
        page.goto(f"{hub}services/studio/")
        page.get_by_label("Username").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        visits.listen(page, hub)
        page.wait_for_selector(".idg-bar")
        return page

    return enter


def kernel_of(page):
    return json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]


def test_people_of_the_hub_have_a_studio_each_and_nobody_else_has(enter, browser, hub):
    ada, bob = enter("ada"), enter("bob")
    assert ada.url == bob.url == f"{hub}services/studio/"
    ada.locator("#idg-me").get_by_text("ada", exact=True).wait_for()
    small(ada, "4321")
    ada.wait_for_timeout(1000)
    ada.reload()
    ada.get_by_text("4,321 households").wait_for()
    picture(ada, "hub")
    assert bob.locator(".idg-summary").text_content().startswith("10,000")
    kernel = kernel_of(ada)
    address = f"{hub}services/studio/api/kernels/{kernel}"
    assert ada.request.get(address).ok and bob.request.get(address).status == 404
    stranger = browser.new_context()
    assert stranger.request.get(address, max_redirects=0).status in (302, 403)
    # A login of the Hub's makes nobody else of a visitor, whatever headers they send.
    claimed = bob.request.get(address, headers={"X-Forwarded-User": "ada", "Authorization": "token ada"})
    assert claimed.status in (403, 404)
    stranger.close()
