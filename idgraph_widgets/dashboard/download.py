"""Datasets on their way to browsers: a process reads and packs them, and waits while the browser does not keep up."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import defaultdict
from pathlib import Path

from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from tornado.iostream import StreamClosedError

from idgraph_widgets.dataset.export.source import Source
from idgraph_widgets.dataset.export.stream import FORMS
from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.studio.launch import written

_CHUNK = 1 << 18
_AT_ONCE = 2
_turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_AT_ONCE))
"""Of each person: whose browser is slow keeps nobody else waiting."""


class Download(JupyterHandler):
    """One of a person's own datasets, or some tables of it, as a file."""

    @web.authenticated
    async def get(self, run: str):
        """Send it; nothing in the request is a path."""
        workspace = self.settings["workspace_of"](self.current_user.username)
        form, tables = self.get_query_argument("format", "parquet"), self.get_query_arguments("table")
        folder = written(workspace.home / "runs" / run)
        try:
            if not folder or form not in FORMS:
                raise web.HTTPError(404)
            place = Path(workspace.place(folder))
            Source(place, tables or None)
        except IdgraphError:
            raise web.HTTPError(404) from None
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", place.name).strip(".-") or "dataset"
        part = f"-{tables[0]}" if len(tables) == 1 else ""
        self.set_header("Content-Type", "application/zip" if FORMS[form] == "zip" else "application/octet-stream")
        self.set_attachment_header(f"{name}{part}-{form}.{FORMS[form]}" if FORMS[form] == "zip" else f"{name}.{form}")
        async with _turns[self.current_user.username]:
            await self._send(place, form, workspace.home, tables)

    async def _send(self, place: Path, form: str, scratch: Path, tables: list[str]) -> None:
        command = ["-m", "idgraph_widgets.dataset.export.stream", str(place), form, str(scratch), *tables]
        process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
        try:
            while chunk := await process.stdout.read(_CHUNK):
                self.write(chunk)
                await self.flush()
            if await process.wait() != 0:
                # A file that is cut short must not look like a whole one.
                self.request.connection.stream.close()
        except StreamClosedError:
            return  # the browser has gone
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
