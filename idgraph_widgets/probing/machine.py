"""Questions about the process and its machine: versions, memory, folders, what can show widgets."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    *("pyspark", "databricks-connect", "pysail", "delta-spark", "deltalake"),
    *("numpy", "pandas", "pyarrow", "databricks-sdk", "ipywidgets", "anywidget", "plotly"),
)
"""Packages whose versions tell most about a place."""

MARKS = ("DATABRICKS_RUNTIME_VERSION", "IS_SERVERLESS", "DB_IS_DRIVER", "SPARK_REMOTE", "PYSPARK_GATEWAY_PORT")
"""Variables of the environment by which a platform shows itself."""

VOLUMES = Path("/Volumes")
"""Where Databricks shows the volumes of Unity Catalog as folders."""


def questions() -> dict:
    """The questions, by name."""
    return {
        "idgraph_widgets": _package,
        "python": lambda: ("fact", f"{platform.python_version()} on {platform.platform()}", platform.python_version()),
        "packages": _packages,
        "platform": _platform,
        "memory": _memory,
        "java": _java,
        "widgets": _widgets,
        "staging": _staging,
        "volumes": _volumes,
    }


def _package():
    import idgraph_widgets

    return (
        "fact",
        f"{idgraph_widgets.__version__} in {Path(idgraph_widgets.__file__).parent}",
        idgraph_widgets.__version__,
    )


def _packages():
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # noqa: PERF203
            found[name] = None
    answer = ", ".join(f"{name} {there}" for name, there in found.items() if there)
    lacking = [name for name, there in found.items() if there is None]
    return "fact", answer + (f"; not installed: {', '.join(lacking)}" if lacking else ""), found


def _platform():
    # An address of Connect may have a token behind its first semicolon.
    found = {name: os.environ[name].partition(";")[0] for name in MARKS if name in os.environ}
    runtime = found.get("DATABRICKS_RUNTIME_VERSION", "")
    if runtime:
        serverless = runtime.startswith("client.") or found.get("IS_SERVERLESS", "").lower() in ("true", "1")
        answer = f"Databricks, {'serverless environment' if serverless else 'runtime'} {runtime}"
        return "fact", answer, {**found, "databricks": True, "serverless": serverless}
    marks = ", ".join(found) or "no mark of a platform"
    return "fact", f"not Databricks ({marks})", {**found, "databricks": False, "serverless": False}


def _memory():
    from idgraph_widgets.memory import available_memory
    from idgraph_widgets.processes import cores

    memory = available_memory()
    return "fact", f"{cores()} cores; {memory}", {"cores": cores(), "limit": memory.limit, "left": memory.left}


def _java():
    from idgraph_widgets.engines.java import require_java
    from idgraph_widgets.errors import EngineError

    try:
        found = require_java()
    except EngineError as error:
        return "no", f"none that local Spark could use; the embedded engine needs none ({error})", None
    return "yes", found, found


def _widgets():
    from idgraph_widgets.widgets.host import detect, why_no_widgets

    host, reason = detect(), why_no_widgets()
    value = {"host": host.name, "custom_widgets": host.custom_widgets, "ipykernel": "ipykernel" in sys.modules}
    if reason:
        return "no", f"host {host.name}; no custom widgets: {reason}. The plain studio needs only ipywidgets", value
    return "yes", f"host {host.name}; custom widgets are installed, and the page is asked when one is shown", value


def _staging():
    answer, value = [], {}
    for name, folder in (
        ("working folder", Path.cwd()),
        ("home", Path.home()),
        ("temporary", Path(tempfile.gettempdir())),
    ):
        value[name] = {"path": str(folder), "writable": _takes_a_file(folder)}
        answer.append(f"{name} {folder} ({'writable' if value[name]['writable'] else 'not writable'})")
    return "yes" if value["working folder"]["writable"] else "no", ", ".join(answer), value


def _takes_a_file(folder: Path) -> bool:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".idgraph_probe_"):
            return True
    except OSError:
        return False


def _volumes():
    if not VOLUMES.is_dir():
        return "no", f"{VOLUMES} is not here", False
    return "yes", f"{VOLUMES} is here; which of them can be written is found with a table or file in one", True
