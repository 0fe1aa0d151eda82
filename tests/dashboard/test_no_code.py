"""What is said over a raw line to one's own kernel: nothing of it is run."""

from __future__ import annotations

import asyncio
import json

import pytest
from tornado.websocket import WebSocketClosedError

from idgraph_widgets.dashboard.kernels import PROTOCOL
from tests.dashboard.conftest import Visitor, message, run


@pytest.fixture(scope="module")
def ada(shared):
    visitor = Visitor(shared.url, shared.tokens["ada"])
    visitor.kernel = visitor.open_studio()
    return visitor


async def said(visitor, *frames, protocol=PROTOCOL):
    """What comes back over a new line: the types of messages until it is closed, or idle for a second, and its end."""
    line = await visitor.line(visitor.kernel, protocol)
    heard = []
    try:
        for frame in frames:
            await line.write_message(frame, binary=isinstance(frame, bytes))
    except WebSocketClosedError:
        return heard, line.close_code
    while True:
        try:
            found = await asyncio.wait_for(line.read_message(), 1.5)
        except asyncio.TimeoutError:
            line.close()
            return heard, None
        if found is None:
            return heard, line.close_code
        heard.append(found if isinstance(found, str) else found.decode("utf-8", "replace"))


CODE = "open({!r}, 'w').close()"


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub", "hb"])
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("execute_request", {"code": CODE, "silent": False, "store_history": True, "user_expressions": {"x": CODE}}),
        ("complete_request", {"code": CODE, "cursor_pos": 3}),
        ("inspect_request", {"code": CODE, "cursor_pos": 3, "detail_level": 1}),
        ("is_complete_request", {"code": CODE}),
        ("history_request", {"hist_access_type": "tail", "n": 10, "output": True, "raw": True}),
        ("debug_request", {"type": "request", "command": "initialize", "seq": 1, "arguments": {}}),
        ("shutdown_request", {"restart": True}),
        ("interrupt_request", {}),
        ("create_subshell_request", {}),
        ("input_reply", {"value": CODE, "status": "ok"}),
        ("comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {"state": {}}}),
        ("comm_open", {"comm_id": "x", "target_name": "somebody", "target_module": "os", "data": {}}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everything_but_widgets_ends_the_line(ada, tmp_path, kind, content, channel):
    mark = tmp_path / "ran"
    content = json.loads(json.dumps(content).replace(CODE, CODE.format(str(mark)).replace('"', "'")))
    heard, code = run(said(ada, message(kind, content, channel)))
    assert code == 1008 and not mark.exists()
    assert not any("execute_reply" in one or "complete_reply" in one or "debug_reply" in one for one in heard)


def test_other_protocols_and_what_is_none_end_it_too(ada):
    legacy = json.dumps(
        {"channel": "shell", "header": {"msg_type": "comm_info_request", "msg_id": "a", "session": "test"},
         "parent_header": {}, "metadata": {}, "content": {}}
    )  # fmt: skip
    cut, endless = message("comm_info_request", {})[:50], b"\x01" * 40
    for frame, protocol in ((legacy, None), (legacy, PROTOCOL), (endless, PROTOCOL), (cut, PROTOCOL), (b"", PROTOCOL)):
        assert run(said(ada, frame, protocol=protocol))[1] == 1008, frame
    # What is larger than anything a page sends is not even read.
    assert run(said(ada, b"x" * 5_000_000))[1] in (1006, 1009, None)


def test_the_kernel_is_alive_and_answers_widgets_after_all_that(ada):
    heard, code = run(said(ada, message("comm_info_request", {})))
    assert code is None and any("comm_info_reply" in one for one in heard)
    assert ada.ask(f"api/kernels/{ada.kernel}")[0] == 200
