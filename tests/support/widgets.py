"""Widgets without a page, a plugin of pytest: a comm that records, so that messages can be counted; a plain host."""

from __future__ import annotations

from typing import ClassVar

import comm
import pytest
from comm.base_comm import BaseComm


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


@pytest.fixture
def plain_host(monkeypatch):
    """A host that runs no custom widgets."""
    monkeypatch.setenv("IDGRAPH_PLOTS", "svg")
