"""Visitors of a dashboard who need no browser: what they ask over HTTP, and what they say over raw lines to kernels."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.error import HTTPError

from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from idgraph_widgets.dashboard.kernels import PROTOCOL


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


@dataclass
class Visitor:
    """Somebody with a token and a memory for cookies, who asks without a browser."""

    url: str
    token: str = ""
    headers: dict = field(default_factory=dict)

    def __post_init__(self):
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Stay)
        if self.token:
            status, headers, _ = self.ask(f"?token={self.token}")
            assert status == 302 and "token" not in headers["Location"]

    def ask(self, path="", method="GET", data=None, **headers):
        """Status, headers and body of the answer."""
        request = urllib.request.Request(self.url + path, data, {**self.headers, **headers}, method=method)
        try:
            with self._opener.open(request, timeout=120) as answer:
                return answer.status, answer.headers, answer.read()
        except HTTPError as error:
            return error.code, error.headers, error.read()

    def open_studio(self):
        """The id of the kernel behind a page of the studio."""
        status, _, body = self.ask()
        assert status == 200, body
        config = body.partition(b'<script id="jupyter-config-data" type="application/json">')[2].partition(
            b"</script>"
        )[0]
        return json.loads(config)["kernelId"]

    async def line(self, kernel, protocol=PROTOCOL, **headers):
        """A raw line to a kernel."""
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.jar)
        url = f"{self.url.replace('http', 'ws')}api/kernels/{kernel}/channels?session_id=test"
        request = HTTPRequest(url, headers={**self.headers, "Cookie": cookies, **headers})
        return await websocket_connect(request, subprotocols=[protocol] if protocol else None)


def run(coroutine):
    """What a coroutine gives; in a thread of its own, since a browser's loop may run in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def message(kind, content, channel="shell"):
    """A message of the protocol that kernels speak, as the page sends it."""
    header = {"msg_id": "m", "msg_type": kind, "session": "test", "username": "", "version": "5.3", "date": ""}
    return serialize_msg_to_ws_v1([json.dumps(one).encode() for one in (header, {}, {}, content)], channel)
