"""Databricks Apps on loopback, as far as their documentation tells: how an app is started and stopped, and the proxy.

An app's command is a list that no shell sees, in the folder of its code, with variables that are listed there and
nothing else. All requests come from the platform's proxy, by another address than one's own, with the host and the
person in headers; what a browser sends under these names is dropped. Who somebody is, a cookie of the platform says.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import yaml

GRACE = 15
"""Seconds after SIGTERM until an app is killed."""

PROXY = "127.0.0.2"
"""Where the proxy's connections come from."""

LOGIN = "platform-session"
"""The cookie of the platform's login."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class App:
    """A running app.

    Parameters
    ----------
    folder : Path
        Its code, with ``app.yaml``.
    variables : dict of str to str
        What the platform sets.
    resources : dict of str to str
        What ``valueFrom`` means.
    lacking : sequence of str
        Packages that are installed here and not there.
    """

    def __init__(self, folder: Path, variables: dict[str, str], resources: dict[str, str], lacking: Sequence[str] = ()):
        asked = yaml.safe_load((folder / "app.yaml").read_text(encoding="utf-8"))
        self.port = free_port()
        env = {name: os.environ[name] for name in ("HOME", "LANG", "PYTHONPATH", "TMPDIR") if name in os.environ}
        env |= {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "DATABRICKS_APP_PORT": str(self.port)}
        env |= {"DATABRICKS_APP_NAME": "studio", **variables}
        for one in asked["env"]:
            env[one["name"]] = one["value"] if "value" in one else resources[one["valueFrom"]]
        own = folder / "environment"
        own.mkdir(exist_ok=True)
        hidden = f"import sys\nsys.modules.update(dict.fromkeys({list(lacking)!r}))\n"
        (own / "sitecustomize.py").write_text(hidden, encoding="utf-8")
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(own), env.get("PYTHONPATH")]))
        self.log = folder / "log.txt"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                asked["command"], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.pid = self._process.pid

    def __enter__(self):
        deadline = time.monotonic() + 90
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.__exit__()
                raise AssertionError(self.log.read_text(encoding="utf-8"))
            time.sleep(0.1)
        return self

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> float:
        """Stop it as the platform does; the seconds that it took, which are less than the grace or an error."""
        begun, inside = time.monotonic(), psutil.Process(self.pid).children(recursive=True)
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(GRACE)
        took = time.monotonic() - begun
        # Its container goes, and whatever else is at work there.
        for process in inside:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        return took

    def __exit__(self, *_exc):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Proxy:
    """The platform's proxy in front of whatever listens at ``target``; a context manager with ``url``.

    A connection carries one request, or a websocket.
    """

    def __init__(self):
        self.target = 0
        self.port = free_port()
        self.url = f"http://localhost:{self.port}/"

    def __enter__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", self.port), self._loop).result()
        return self

    def __exit__(self, *_exc):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            there, back = await asyncio.open_connection("127.0.0.1", self.target, local_addr=(PROXY, 0))
        except (OSError, asyncio.IncompleteReadError):
            writer.close()
            return
        back.write(self._rewritten(head.decode("latin-1")).encode("latin-1"))
        await asyncio.gather(_pipe(reader, back), _pipe(there, writer))

    def _rewritten(self, head: str) -> str:
        """A request's head as the app gets it."""
        first, *lines = head.rstrip("\r\n").split("\r\n")
        given = dict(line.split(": ", 1) for line in lines)
        kept = {name: value for name, value in given.items() if not re.match(r"(?i)x-forwarded-|x-real-ip|host$", name)}
        upgrade = any(name.lower() == "upgrade" for name in given)
        kept = {name: value for name, value in kept.items() if upgrade or name.lower() != "connection"}
        host = next(value for name, value in given.items() if name.lower() == "host")
        cookies = next((value for name, value in given.items() if name.lower() == "cookie"), "")
        who = re.search(rf"{LOGIN}=([\w-]+)", cookies)
        added = {"Host": f"127.0.0.1:{self.target}", "X-Forwarded-Host": host, "X-Real-Ip": "203.0.113.7"}
        if who:
            added |= {"X-Forwarded-User": f"{who[1]}-1234@5678", "X-Forwarded-Email": f"{who[1]}@example.org"}
        if not upgrade:
            added["Connection"] = "close"
        return "\r\n".join([first, *(f"{name}: {value}" for name, value in {**kept, **added}.items()), "", ""])


async def _pipe(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
