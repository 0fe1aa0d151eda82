"""What the studio's tests share: a comm that records, so that messages can be counted without a browser; and one."""

from __future__ import annotations

import shutil
import time
from typing import ClassVar

import comm
import pytest
from comm.base_comm import BaseComm
from support.browser import Server, Traffic, launched, wait_for_plots
from support.pages import WAIT

from idgraph_widgets.studio import saving


class RecordingComm(BaseComm):
    """A comm of a kernel that nobody listens to, which keeps what is sent."""

    sent: ClassVar[list] = []

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        RecordingComm.sent.append({"type": msg_type, "data": data, "buffers": buffers or [], "comm": self.comm_id})


@pytest.fixture
def messages(monkeypatch):
    """All comm messages that widgets made in this test send, in order."""
    from idgraph_widgets.widgets import view

    RecordingComm.sent = []
    monkeypatch.setattr(comm, "create_comm", RecordingComm)
    monkeypatch.setattr(view, "_shared", {})
    return RecordingComm.sent


@pytest.fixture(scope="module")
def browser():
    """A Chromium, running."""
    with launched() as running:
        yield running


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """A running dashboard."""
    folder = tmp_path_factory.mktemp("dashboard")
    with Server(folder) as running:
        running.folder = folder
        yield running


@pytest.fixture
def open_page(browser, server):
    """A function that opens the studio afresh; at the end nothing may have gone wrong in any page."""
    # The kernel of the page before saves its last change shortly after it.
    time.sleep(2 * saving._QUIET)
    shutil.rmtree(server.folder / "home", ignore_errors=True)
    shutil.rmtree(server.folder / "data", ignore_errors=True)
    contexts, heard = [], []

    def open_(width=1280, scheme="light", fresh=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        heard.append(Traffic(page, server.url))
        page.goto(server.url)
        page.wait_for_selector(".idg-bar")
        if fresh:
            page.wait_for_selector("[data-step=households][aria-selected=true]")
            wait_for_plots(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [error for traffic in heard for error in traffic.errors] == []
    assert [url for traffic in heard for url in traffic.outside] == []


@pytest.fixture
def plain_host(monkeypatch):
    """A host that runs no custom widgets."""
    monkeypatch.setenv("IDGRAPH_PLOTS", "svg")
