"""The web application: Voilà with our people, our handlers, and without what the page does not need."""

from __future__ import annotations

import errno
import os
import secrets
import webbrowser
from pathlib import Path

import tornado.ioloop
from tornado.httpserver import HTTPServer
from traitlets import Any, Bool
from voila.app import Voila
from voila.request_info_handler import RequestInfoSocketHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import AllowListFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from idgraph_widgets.charts.plotly_js import plotly_file
from idgraph_widgets.dashboard import download, gallery, handlers, kernels, who
from idgraph_widgets.dashboard.dispatch import Dispatcher, resume, tidy
from idgraph_widgets.dashboard.forwarded import BehindProxies
from idgraph_widgets.dashboard.hub import of_hub
from idgraph_widgets.dashboard.people import People
from idgraph_widgets.dashboard.settings import Settings
from idgraph_widgets.errors import EngineError
from idgraph_widgets.workspaces import Workspace
from idgraph_widgets.workspaces.queue import Queue

_TRIES = 20
_MESSAGE = 4_000_000
"""Bytes that a page may send at once; an imported configuration is the largest thing that one sends."""

_MAY = {
    "default-src": "'self'",
    # Widgets bring their code over the line to the kernel, and run it from a blob.
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{what} {where}" for what, where in _MAY.items()),
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_OURS = {
    TornadoVoilaHandler: handlers.Page,
    VoilaShutdownKernelHandler: handlers.Leave,
    VoilaKernelWebsocketHandler: handlers.Channel,
}
_UNUSED = (RequestInfoSocketHandler, AllowListFileHandler)


class Dashboard(Voila):
    """Voilà that knows people, serves plotly.js to the page, and says one line: where it is.

    Attributes
    ----------
    operator : Settings
    home : Path
        Folder of sessions and runs; with a login, of everything that people have here.
    copies : VolumeCopies or None
        Where sessions and runs are kept, if not on this machine.
    announce : callable
        Gets the line with the URL.
    advice, show, try_others : bool
        Announce also how to stop it; open the browser; where the port is taken, look for another.
    """

    operator = Any(Settings())
    home = Any()
    copies = Any()
    announce = Any(print)
    advice, show, try_others = Bool(True), Bool(False), Bool(False)

    def workspace_of(self, name: str) -> Workspace:
        """What belongs to a person."""
        if not self.operator.shared:
            return Workspace(self.home, address=self.base_url)
        chosen = self.operator
        more = {"limits": chosen.limits, "queue": self._queue.path, "engines": chosen.engines}
        more |= {"places": chosen.places, "catalog": chosen.jobs_catalog}
        return Workspace.of(name, self._people, address=self.base_url, **more)

    @property
    def _people(self) -> Path:
        return self.home / "people"

    @property
    def _queue(self) -> Queue:
        return Queue(self.home / "queue.sqlite")

    def _work_off(self) -> None:
        """Begin to start what waits, and to tidy up."""
        slots = dict.fromkeys(("run", "trial"), self.operator.runs_at_once)
        dispatcher, queue = Dispatcher(self._queue, slots, self.operator.jobs), self._queue
        if self.operator.jobs:
            resume(self._people, queue)
        tornado.ioloop.PeriodicCallback(dispatcher.tick, 500).start()

        async def tidying() -> None:
            work = (tidy, self._people, queue, self.operator.keep_days)
            await tornado.ioloop.IOLoop.current().run_in_executor(None, *work)

        tornado.ioloop.IOLoop.current().add_callback(tidying)
        tornado.ioloop.PeriodicCallback(tidying, 60_000).start()
        if self.copies is not None:
            self.copies.begin()

    def setup_template_dirs(self):
        """Voilà's folders, and the one of the installed plotly.js."""
        super().setup_template_dirs()
        self.static_paths = [*self.static_paths, str(plotly_file().parent)]

    def init_settings(self):
        """Voilà's settings, with our people and what may be said to their kernels."""
        found, shared, origin = super().init_settings(), self.operator.shared, self.operator.origin
        self.identity_provider = _identity(self.operator, self.home, parent=self, log=self.log)
        self.authorizer = kernels.Owners(parent=self, log=self.log, identity_provider=self.identity_provider)
        self.kernel_manager.allowed_message_types = list(kernels.MESSAGES)
        return {
            **found,
            "identity_provider": self.identity_provider,
            "authorizer": self.authorizer,
            "kernel_websocket_connection_class": kernels.WidgetsOnly,
            "cookie_secret": _secret(self.home) if shared else secrets.token_bytes(32),
            "workspace_of": self.workspace_of,
            "queue": self._queue if shared else None,
            "pages": self.operator.pages_per_person if shared else None,
            "headers": _HEADERS,
            "allow_origin": origin,
            # A name that was made to point to this machine is none of its own.
            "allow_remote_access": shared,
            "local_hostnames": ["localhost"],
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {"path": self.base_url, "samesite": "Lax", "secure": origin.startswith("https:")},
            "websocket_max_message_size": _MESSAGE,
        }

    def init_handlers(self):
        """Voilà's handlers, with ours in the place of some; what this page does not need is not there."""
        at = self.server_url.rstrip("/")
        own = [
            (f"{at}/health", handlers.Health),
            (f"{at}/me", handlers.Me),
            (rf"{at}/take/([\w-]+)", download.Download),
            (f"{at}/shown/", gallery.Index),
            (rf"{at}/shown/([\w-]+)/", gallery.Shown),
            (rf"{at}/shown/([\w-]+)/report", gallery.Document),
            (rf"{at}/shown/([\w-]+)/(adopt|withdraw)", gallery.Deed),
        ]
        return own + [
            (rule[0] if rule[0].startswith(at) else at + rule[0], _OURS.get(rule[1], rule[1]), *rule[2:])
            for rule in super().init_handlers()
            if rule[1] not in _UNUSED
        ]

    def listen(self):
        """Listen, tell the URL, open the browser, and work until stopped."""
        self._take_port()
        url = self.operator.address or self.display_url
        listens = f" and listens at {self.display_url}" if self.operator.address else ""
        self.announce(f"The studio is at {url}{listens}", flush=True)
        if self.advice:
            self.announce("Stop it with Ctrl-C. Runs that are going on continue.", flush=True)
        if self.show:
            webbrowser.open(url)
        self.ioloop = tornado.ioloop.IOLoop.current()
        if self.operator.shared:
            self._work_off()
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            pass
        finally:
            if self.copies is not None:
                self.copies.send_last()
            self.stop()

    def _take_port(self) -> None:
        app, chosen = self.app, self.operator
        if chosen.login == "proxy" and not chosen.address:
            app = BehindProxies(app, who.networks(chosen.proxies))
        for port in range(self.port, self.port + (_TRIES if self.try_others else 1)):
            if _listens(app, port, self.ip):
                self.port = port
                return
        self.stop()
        raise EngineError(f"Port {port} is taken. Choose another one with --port, or stop what uses it.")


def _listens(app, port: int, ip: str) -> bool:
    """Begin to listen; whether the port was free."""
    try:
        HTTPServer(app, max_body_size=_MESSAGE).listen(port, ip)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise EngineError(f"{ip}, port {port}, cannot be listened on: {error.strerror}.") from error
        return False
    return True


def _identity(settings: Settings, home: Path, **common):
    """Jupyter Server's provider of identities for the operator's kind of login."""
    common["cookie_options"] = {"samesite": "Lax"}
    common["secure_cookie"] = settings.origin.startswith("https:") or None
    if settings.login == "token":
        return who.Invited(
            people=People(home), login_handler_class=handlers.Login, logout_handler_class=handlers.Logout, **common
        )
    if settings.login == "hub":
        return of_hub(**common)
    if settings.login == "proxy":
        return who.Forwarded(header=settings.header, proxies=who.networks(settings.proxies), **common)
    return who.OneUser(**common)


def _secret(home: Path) -> bytes:
    """What cookies are signed with; kept, so that people stay logged in when the server begins anew."""
    path = home / "cookie-secret"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()
