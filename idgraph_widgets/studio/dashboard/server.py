"""Starts Voilà on the studio's notebook with the settings that make it a product.

No code and no traceback reaches the page, query strings choose neither template nor theme, kernels that
nobody watches are culled, and one kernel is always warm.
"""

from __future__ import annotations

import errno
import os
import webbrowser
from importlib import resources
from pathlib import Path

from idgraph_widgets.errors import EngineError
from idgraph_widgets.studio.plotly_js import plotly_file

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORT = 8866
_TRIES = 20
_IDLE_SECONDS = 1800


def serve(
    port: int | None, ip: str, open_browser: bool, home: Path, warm: int = 1, announce=print, advice: bool = True
) -> None:
    """Serve the studio until interrupted.

    Parameters
    ----------
    port : int, optional
        Exactly this port; without one, 8866 or the next that is free.
    ip : str
        Address to listen on; other than loopback, the page asks for a token.
    open_browser : bool
    home : Path
        Folder of sessions and runs; datasets go below its parent.
    warm : int
        Kernels kept ready.
    announce : callable
        Gets the line with the URL.
    advice : bool
        Announce also how to stop it.

    Raises
    ------
    EngineError
        Voilà is not installed, or the port is taken.
    """
    folder = Path(str(resources.files(__package__)))
    # Voilà finds templates by Jupyter's search path.
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        filter(None, [str(folder / "jupyter"), os.environ.get("JUPYTER_PATH")])
    )
    os.environ["IDGRAPH_HOME"] = str(home)
    os.environ["IDGRAPH_CWD"] = str(Path.cwd())
    # The page loads plotly.js itself, while the kernel is still on its way; no need to send it twice.
    os.environ["IDGRAPH_PLOTLY"] = "served"
    try:
        plotly_file()
        server_class = _server_class(announce, port is None, open_browser, advice)
    except ImportError as error:
        raise EngineError(
            f"The dashboard needs Voilà and Plotly ({error}). Install them with: "
            'python -m pip install "idgraph-widgets[local,dashboard]"'
        ) from error
    arguments = [
        str(folder / "studio.ipynb"),
        f"--Voila.ip={ip}",
        f"--port={PORT if port is None else port}",
        "--no-browser",
        "--Voila.log_level=ERROR",
        "--VoilaConfiguration.template=idgraph",
        "--VoilaConfiguration.allow_template_override=NO",
        "--VoilaConfiguration.allow_theme_override=NO",
        "--VoilaConfiguration.show_tracebacks=False",
        "--VoilaConfiguration.strip_sources=True",
        f"--VoilaConfiguration.preheat_kernel={warm > 0}",
        f"--VoilaConfiguration.default_pool_size={max(1, warm)}",
        "--VoilaConfiguration.extension_allowlist=anywidget",
        "--VoilaConfiguration.extension_allowlist=@jupyter-widgets/jupyterlab-manager",
        "--VoilaConfiguration.extension_allowlist=@voila-dashboards/widgets-manager8",
        "--VoilaConfiguration.resources=plotly_served=True",
        "--VoilaExecutor.timeout=120",
        # The kernel is our own: nothing of what it sends is to be dropped.
        "--ZMQChannelsWebsocketConnection.limit_rate=False",
        f"--MappingKernelManager.cull_idle_timeout={_IDLE_SECONDS}",
        "--MappingKernelManager.cull_interval=60",
    ]
    if _encrypts():
        # What the server and a kernel say to each other is not for the machine's other users.
        arguments.append("--KernelManager.transport_encryption=auto")
    if ip not in LOOPBACK:
        arguments.append("--token")
    server_class.launch_instance(arguments)


def _encrypts() -> bool:
    """Whether this Jupyter can encrypt what goes between a server and its kernels."""
    import zmq
    from jupyter_client.manager import KernelManager

    return KernelManager.class_traits().get("transport_encryption") is not None and zmq.has("curve")


def _server_class(announce, try_others: bool, open_browser: bool, advice: bool):  # noqa: C901 - handlers inside
    from tornado.web import HTTPError
    from voila.app import Voila
    from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
    from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

    class Leave(VoilaShutdownKernelHandler):
        """Ends the kernel of a page that is left.

        The kernel's id is the page's secret and its origin is checked. The cookie that is asked for otherwise
        is one for all servers of a host, whatever their port: another Jupyter may have replaced it.
        """

        def check_xsrf_cookie(self):
            if not self.check_origin():
                raise HTTPError(403)

    class Channel(VoilaKernelWebsocketHandler):
        """The page's line to its kernel, on which small messages do not wait for one another."""

        async def open(self, kernel_id):
            # A plot comes right after the kernel's "busy": without this, TCP holds it back for up to 40 ms
            # until the browser has acknowledged that.
            self.set_nodelay(True)
            await super().open(kernel_id)

    ours = {VoilaShutdownKernelHandler: Leave, VoilaKernelWebsocketHandler: Channel}

    class Dashboard(Voila):
        """Voilà that serves plotly.js to the page and says one line: where it is."""

        def setup_template_dirs(self):
            """Voilà's folders, and the one of the installed plotly.js."""
            super().setup_template_dirs()
            self.static_paths = [*self.static_paths, str(plotly_file().parent)]

        def init_handlers(self):
            """Voilà's handlers, with our line to the kernel and our way to end it."""
            return [(rule[0], ours.get(rule[1], rule[1]), *rule[2:]) for rule in super().init_handlers()]

        def listen(self):
            """Listen, tell the URL, open the browser, and work until stopped."""
            import tornado.ioloop

            for _ in range(_TRIES if try_others else 1):
                try:
                    self.app.listen(self.port, self.ip)
                    break
                except OSError as error:
                    if error.errno != errno.EADDRINUSE:
                        raise EngineError(
                            f"{self.ip}, port {self.port}, cannot be listened on: {error.strerror}."
                        ) from error
                    taken = self.port
                    self.port += 1
            else:
                self.stop()
                raise EngineError(f"Port {taken} is taken. Choose another one with --port, or stop what uses it.")
            announce(f"The studio is at {self.display_url}", flush=True)
            if advice:
                announce("Stop it with Ctrl-C. Runs that are going on continue.", flush=True)
            if open_browser:
                webbrowser.open(self.display_url)
            self.ioloop = tornado.ioloop.IOLoop.current()
            try:
                self.ioloop.start()
            except KeyboardInterrupt:
                pass
            finally:
                self.stop()

    return Dashboard
