"""Kernels belong to people: who may reach which, and what may be said to one."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError

from idgraph_widgets.workspaces import Workspace, seat

MESSAGES = {
    "comm_close": lambda _content: True,
    "comm_info_request": lambda _content: True,
    "comm_msg": lambda _content: True,
    # Widgets are made by the kernel; the page only asks for those that there are.
    "comm_open": lambda content: content.get("target_name") == "jupyter.widget.control",
    "kernel_info_request": lambda _content: True,
}
"""What a page may say to its kernel, all on the channel "shell": nothing in it is ever run as code."""

PROTOCOL = "v1.kernel.websocket.jupyter.org"
_PARTS, _BUFFERS = 6, 64
"""Places in a message without buffers, and how many of those it may have."""
_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|CREDENTIAL|API_KEY|COOKIE", re.IGNORECASE)


class PeoplesKernels(AsyncMappingKernelManager):
    """Kernels that wait for their person, and remember who it is."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.owners: dict[str, str] = {}

    async def start_kernel(self, *, kernel_id: str | None = None, **kwargs: Any) -> str:
        """Start a kernel with a seat, on which nobody sits yet."""
        kernel_id = kernel_id or str(uuid.uuid4())
        kept = {name: value for name, value in kwargs.get("env", {}).items() if not _SECRET.search(name)}
        kwargs["env"] = {**kept, seat.SEAT: str(self._seat(kernel_id))}
        return await super().start_kernel(kernel_id=kernel_id, **kwargs)

    def give(self, kernel_id: str, workspace: Workspace, who: str) -> None:
        """Give a kernel to a person, for as long as it lives."""
        self.owners[kernel_id] = who
        seat.give(self._seat(kernel_id), workspace)

    def of(self, who: str) -> list[str]:
        """A person's kernels, the oldest first."""
        return [id for id, owner in self.owners.items() if owner == who and id in self]

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel, and whose it was."""
        self.owners.pop(kernel_id, None)
        self._seat(kernel_id).unlink(missing_ok=True)
        return super().remove_kernel(kernel_id)

    def _seat(self, kernel_id: str) -> Path:
        return Path(self.connection_dir) / f"seat-{uuid.UUID(kernel_id)}.json"


class Owners(Authorizer):
    """Lets people reach their own kernels; those of others are not there for them."""

    def is_authorized(self, handler, user, action: str, resource: str) -> bool:
        """Whether it is the person's own kernel that is asked for; nothing else is to be had here."""
        kernel_id = handler.path_kwargs.get("kernel_id")
        if resource != "kernels" or kernel_id is None or user is None:
            return False
        if handler.kernel_manager.owners.get(kernel_id) != user.username:
            raise HTTPError(404)
        return action in ("read", "execute")


class WidgetsOnly(ZMQChannelsWebsocketConnection):
    """A page's line to its kernel that carries what widgets say, and nothing else.

    The first message of another kind ends the connection: our own pages send none.
    """

    def handle_incoming_message(self, incoming_msg) -> None:
        """Hand a message of a widget on to the kernel."""
        reason = self._refused(incoming_msg)
        if reason:
            self.websocket_handler.close(1008, reason)
            return
        super().handle_incoming_message(incoming_msg)

    def _refused(self, message) -> str:
        # One protocol, so that what is looked at here is, byte for byte, what the kernel gets.
        if self.subprotocol != PROTOCOL or not isinstance(message, bytes):
            return "protocol"
        # A message begins with how many places its parts begin and end at; Jupyter Server would count to any number.
        places = int.from_bytes(message[:8], "little")
        if not _PARTS <= places <= _PARTS + _BUFFERS or len(message) < 8 * (places + 1):
            return "no message"
        try:
            channel, parts = deserialize_msg_from_ws_v1(message)
            kind, content = json.loads(parts[0])["msg_type"], json.loads(parts[3])
            allowed = MESSAGES.get(kind)
            if channel == "shell" and allowed is not None and allowed(content):
                return ""
        except Exception:  # whatever is wrong with it, it is none of ours
            return "no message"
        return "message type"
