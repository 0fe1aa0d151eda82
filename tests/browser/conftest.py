"""What tests in a browser share: a dashboard for one person, and the pages of one and of several."""

from __future__ import annotations

import shutil
import time

import pytest
from support.browser import Server, wait_for_plots

from idgraph_widgets.studio import saving


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """A running dashboard."""
    folder = tmp_path_factory.mktemp("dashboard")
    with Server(folder) as running:
        running.folder = folder
        yield running


@pytest.fixture
def open_page(visits, server):
    """A function that opens the studio afresh; at the end nothing may have gone wrong in any page."""
    # The kernel of the page before saves its last change shortly after it.
    time.sleep(2 * saving._QUIET)
    shutil.rmtree(server.folder / "home", ignore_errors=True)
    shutil.rmtree(server.folder / "data", ignore_errors=True)

    def open_(width=1280, scheme="light", fresh=True):
        page = visits.page(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            accept_downloads=True,
            permissions=["clipboard-read", "clipboard-write"],
        )
        visits.listen(page, server.url)
        page.goto(server.url)
        page.wait_for_selector(".idg-bar")
        if fresh:
            page.wait_for_selector("[data-step=households][aria-selected=true]")
            wait_for_plots(page)
        return page

    return open_


@pytest.fixture
def enter(visits, shared):
    """A function that opens a person's studio in a browser of their own; nothing may go wrong in any page."""

    def enter(who):
        page = visits.page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        visits.listen(page, shared.url)
        page.goto(f"{shared.url}?token={shared.tokens[who]}")
        page.wait_for_selector(".idg-bar")
        return page

    return enter
