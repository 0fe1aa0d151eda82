"""What the dashboard's tests share: a server for several people, and their pages and tokens."""

from __future__ import annotations

import pytest
from support.browser import Server, Traffic, launched
from support.pages import WAIT

from idgraph_widgets.dashboard.people import People


@pytest.fixture(scope="module")
def browser():
    """A Chromium, running."""
    with launched() as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A dashboard for Ada and Bob, who have ``tokens``."""
    folder = tmp_path_factory.mktemp("shared")
    people = People(folder / "home")
    with Server(folder, "--login", "token", "--warm", "2") as running:
        running.folder = folder
        running.tokens = {name: people.invite(name) for name in ("ada", "bob")}
        yield running


@pytest.fixture
def enter(browser, shared):
    """A function that opens a person's studio in a browser of their own; nothing may go wrong in any page."""
    contexts, heard = [], []

    def enter(who):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        heard.append(Traffic(page, shared.url))
        page.goto(f"{shared.url}?token={shared.tokens[who]}")
        page.wait_for_selector(".idg-bar")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert [error for traffic in heard for error in traffic.errors] == []
    assert [url for traffic in heard for url in traffic.outside] == []
