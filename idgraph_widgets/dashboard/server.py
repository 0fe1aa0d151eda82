"""Starts Voilà on the studio's notebook with the settings that make it a product.

No code and no traceback reaches the page, query strings choose neither template nor theme, kernels that
nobody watches are culled, and one kernel is always warm.
"""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from idgraph_widgets.charts.plotly_js import plotly_file
from idgraph_widgets.dashboard.settings import Settings
from idgraph_widgets.errors import EngineError
from idgraph_widgets.studio.as_job import STAGING

PORT = 8866
_PATIENCE = 20
"""Seconds for which a volume is asked again, where the workspace does not answer."""


def serve(
    port: int | None,
    ip: str,
    home: Path,
    settings: Settings | None = None,
    *,
    open_browser: bool = True,
    announce=print,
    advice: bool = True,
) -> None:
    """Serve the studio until interrupted.

    Parameters
    ----------
    port : int, optional
        Exactly this port; without one, 8866 or the next that is free.
    ip : str
        Address to listen on; other than loopback only with a login.
    home : Path
        Folder of sessions and runs; with a login, of everything that people have here.
    settings : Settings, optional
    open_browser : bool
    announce : callable
        Gets the line with the URL.
    advice : bool
        Announce also how to stop it.

    Raises
    ------
    ConfigError
        Others could reach it, and there is no login.
    EngineError
        Voilà is not installed, the port is taken, or what is kept in a volume cannot be read.
    """
    settings = settings or Settings()
    settings.check(ip)
    copies = _copies(settings, home)
    folder = Path(str(resources.files(__package__)))
    # Voilà finds templates by Jupyter's search path.
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        filter(None, [str(folder / "jupyter"), os.environ.get("JUPYTER_PATH")])
    )
    os.environ["IDGRAPH_CWD"] = str(Path.cwd())
    # The page loads plotly.js itself, while the kernel is still on its way; no need to send it twice.
    os.environ["IDGRAPH_PLOTLY"] = "served"
    try:
        plotly_file()
        from idgraph_widgets.dashboard.app import Dashboard
    except ImportError as error:
        raise EngineError(
            f"The dashboard needs Voilà and Plotly ({error}). Install them with: "
            'python -m pip install "idgraph-widgets[local,dashboard]"'
        ) from error
    arguments = [
        str(folder / "studio.ipynb"),
        f"--Voila.ip={ip}",
        f"--port={PORT if port is None else port}",
        f"--base_url={settings.base_url}",
        "--no-browser",
        "--Voila.log_level=ERROR",
        "--VoilaConfiguration.template=idgraph",
        "--VoilaConfiguration.allow_template_override=NO",
        "--VoilaConfiguration.allow_theme_override=NO",
        "--VoilaConfiguration.show_tracebacks=False",
        "--VoilaConfiguration.strip_sources=True",
        f"--VoilaConfiguration.preheat_kernel={settings.warm > 0}",
        f"--VoilaConfiguration.default_pool_size={max(1, settings.warm)}",
        "--VoilaConfiguration.extension_allowlist=anywidget",
        "--VoilaConfiguration.extension_allowlist=@jupyter-widgets/jupyterlab-manager",
        "--VoilaConfiguration.extension_allowlist=@voila-dashboards/widgets-manager8",
        "--VoilaConfiguration.resources=plotly_served=True",
        *(["--VoilaConfiguration.resources=shared=True"] if settings.shared else []),
        "--VoilaConfiguration.multi_kernel_manager_class=idgraph_widgets.dashboard.kernels.PeoplesKernels",
        # A warm kernel is busy waiting for its person.
        "--VoilaExecutor.timeout=-1",
        # The kernel is our own: nothing of what it sends is to be dropped.
        "--ZMQChannelsWebsocketConnection.limit_rate=False",
        f"--MappingKernelManager.cull_idle_timeout={60 * settings.idle_minutes}",
        f"--MappingKernelManager.cull_interval={min(60, 15 * settings.idle_minutes)}",
        f"--MappingKernelManager.cull_connected={settings.shared}",
    ]
    if _encrypts():
        # What the server and a kernel say to each other is not for the machine's other users.
        arguments.append("--KernelManager.transport_encryption=auto")
    Dashboard.launch_instance(
        arguments,
        operator=settings,
        home=home,
        copies=copies,
        announce=announce,
        advice=advice,
        show=open_browser,
        try_others=port is None,
    )


def _copies(settings: Settings, home: Path):
    """Where sessions and runs are kept, after those that are there were brought here; None where they stay here."""
    if not settings.volume:
        return None
    from idgraph_widgets.dashboard.volume import VolumeCopies
    from idgraph_widgets.jobs import open_workspace

    os.environ[STAGING] = f"{settings.volume}/jobs"
    found = VolumeCopies(open_workspace(patience=_PATIENCE), settings.volume, home / "people")
    found.fetch()
    return found


def _encrypts() -> bool:
    """Whether this Jupyter can encrypt what goes between a server and its kernels."""
    import zmq
    from jupyter_client.manager import KernelManager

    return KernelManager.class_traits().get("transport_encryption") is not None and zmq.has("curve")
