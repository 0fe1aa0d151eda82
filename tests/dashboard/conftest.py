"""What the dashboard's tests share: a server for several people, and their pages and tokens."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.error import HTTPError

import pytest
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from needs import lacking
from support.pages import WAIT
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from benchmarks.studio import Server, Traffic, chromium
from idgraph_widgets.dashboard.kernels import PROTOCOL
from idgraph_widgets.dashboard.people import People


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
