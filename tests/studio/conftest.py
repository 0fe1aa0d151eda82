"""What the studio's tests share: a comm that records, so that messages can be counted without a browser."""

from __future__ import annotations

from typing import ClassVar

import comm
import pytest
from comm.base_comm import BaseComm
from needs import lacking

from benchmarks.studio import chromium


class RecordingComm(BaseComm):
    """A comm of a kernel that nobody listens to, which keeps what is sent."""

    sent: ClassVar[list] = []

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        RecordingComm.sent.append({"type": msg_type, "data": data, "buffers": buffers or [], "comm": self.comm_id})


@pytest.fixture
def messages(monkeypatch):
    """All comm messages that widgets made in this test send, in order."""
    from idgraph_widgets.studio import front

    RecordingComm.sent = []
    monkeypatch.setattr(comm, "create_comm", RecordingComm)
    monkeypatch.setattr(front, "_shared", {})
    return RecordingComm.sent


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
