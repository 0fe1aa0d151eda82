"""What the studio's tests share: a comm that records, so that messages can be counted without a browser."""

from __future__ import annotations

import comm
import pytest
from comm.base_comm import BaseComm


class RecordingComm(BaseComm):
    """A comm of a kernel that nobody listens to, which keeps what is sent."""

    sent: list = []

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        RecordingComm.sent.append(
            {"type": msg_type, "data": data, "buffers": buffers or [], "comm": self.comm_id}
        )


@pytest.fixture
def messages(monkeypatch):
    """All comm messages that widgets made in this test send, in order."""
    from idgraph_widgets.studio import front

    RecordingComm.sent = []
    monkeypatch.setattr(comm, "create_comm", RecordingComm)
    monkeypatch.setattr(front, "_shared", {})
    return RecordingComm.sent
