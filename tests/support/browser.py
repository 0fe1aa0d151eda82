"""The dashboard in a real browser, for tests (a plugin of pytest), figures and pictures.

The browser is ``$IDGRAPH_CHROMIUM``, one on the PATH, or Playwright's own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typing_extensions import Self

from support.needs import lacking
from support.pages import WAIT
from support.processes import ROOT


def chromium() -> str | None:
    """Path of a Chromium, or None for Playwright's own."""
    given = os.environ.get("IDGRAPH_CHROMIUM")
    return given or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser():
    """A Chromium, running."""
    from playwright.sync_api import sync_playwright

    found = chromium()
    if not found:
        lacking("no Chromium on the PATH (Debian: apt install chromium); or set IDGRAPH_CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


class Server:
    """``idgraph dashboard`` in a folder of its own, with these options; a context manager with ``url``."""

    def __init__(self, folder: Path, *options: str):
        self._folder, self._options = folder, options

    def __enter__(self) -> Self:
        paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._log = (self._folder / "dashboard.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "idgraph_widgets",
                "dashboard",
                "--no-browser",
                "--home",
                str(self._folder / "home"),
                *self._options,
            ],
            cwd=self._folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self._process.poll() is None:
            found = re.search(r"http\S+", (self._folder / "dashboard.log").read_text(encoding="utf-8"))
            if found:
                self.url, self.pid = found.group(0), self._process.pid
                return self
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError((self._folder / "dashboard.log").read_text(encoding="utf-8"))

    def __exit__(self, *_exc) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()


class Traffic:
    """What a page says, asks for and receives."""

    def __init__(self, page, url: str):
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.received: list[int] = []
        self.messages = 0
        own = (url, "data:", "blob:", url.replace("http", "ws"))
        page.on("console", lambda m: self.errors.append(f"{m.text} {m.location}") if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(own) else self.outside.append(r.url))
        page.on("websocket", self._socket)

    def _socket(self, socket) -> None:
        socket.on("framereceived", lambda data: self._frame(data, True))
        socket.on("framesent", lambda data: self._frame(data, False))

    def _frame(self, data, received: bool) -> None:
        size = len(data)
        if received:
            self.received.append(size)
        head = data if isinstance(data, str) else data[:4000].decode("utf-8", "replace")
        # The first type is the message's own, the next that of the one it answers.
        own = re.search(r'"msg_type": ?"(\w+)"', head)
        self.messages += own is not None and own.group(1) in ("comm_msg", "comm_open")


class Visits:
    """Pages of visitors, each in a context of its own; at the end nothing may have gone wrong in any of them."""

    def __init__(self, browser):
        self._browser, self._contexts, self._heard = browser, [], []

    def page(self, **options):
        """An empty page in a new context, which these options make."""
        context = self._browser.new_context(**options)
        context.set_default_timeout(WAIT)
        self._contexts.append(context)
        return context.new_page()

    def listen(self, page, home: str) -> None:
        """From here on the page may show no error, and load nothing that is not below `home`."""
        self._heard.append(Traffic(page, home))

    def end(self) -> None:
        """Close the pages, and assert that."""
        for context in self._contexts:
            context.close()
        assert [error for traffic in self._heard for error in traffic.errors] == []
        assert [url for traffic in self._heard for url in traffic.outside] == []


@pytest.fixture
def visits(browser):
    """`Visits`, which end with the test."""
    made = Visits(browser)
    yield made
    made.end()


def wait_for_plots(page) -> None:
    """Until every plot of the tab is painted."""
    page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('.idg-plot')];"
        " return all.length > 0 && all.every((plot) => plot.dataset.painted); }",
        timeout=120_000,
    )


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A dashboard for Ada and Bob, who have ``tokens``."""
    from idgraph_widgets.dashboard.people import People

    folder = tmp_path_factory.mktemp("shared")
    people = People(folder / "home")
    with Server(folder, "--login", "token", "--warm", "2") as running:
        running.folder = folder
        running.tokens = {name: people.invite(name) for name in ("ada", "bob")}
        yield running
