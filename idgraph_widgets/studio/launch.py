"""Worker processes of runs: how one is started, and whether it is at work."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from idgraph_widgets.processes import ProcessMark
from idgraph_widgets.storage.replacing import write_atomically

REQUEST, EVENTS, CANCEL, PROCESS = "request.json", "events.jsonl", "cancel", "process"
"""Files of a run, in its folder: what is asked for, what has happened, the wish to stop, and which process works."""

AGAIN = "again"
"""The mark of a run that was begun a second time; there is no third."""

OUTPUT = "output.txt"
"""What a worker says on standard output and error."""

SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|CREDENTIAL|API_KEY|COOKIE", re.IGNORECASE)
"""Names in an environment that are none of a visitor's."""


def launched(folder: Path, secrets: bool = True, jobs: bool = False) -> subprocess.Popen:
    """Start the worker of a run, which outlives us.

    Parameters
    ----------
    folder : Path
        The run's.
    secrets : bool
        Whether it gets those of our environment.
    jobs : bool
        Whether it may speak to a workspace in our name.
    """
    with (folder / OUTPUT).open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "idgraph_widgets.studio.worker", str(folder), *(["--jobs"] if jobs else [])],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in _environment().items() if secrets or not SECRET.search(name)},
            start_new_session=True,
        )
    with suppress(ProcessLookupError):  # it may have ended already
        write_atomically(folder / PROCESS, ProcessMark.of(process.pid).to_text())
    return process


def is_alive(folder: Path) -> bool:
    """Whether the process of the run in `folder` is at work."""
    try:
        mark = ProcessMark.from_text((folder / PROCESS).read_text(encoding="utf-8"))
    except OSError:
        return False
    return mark is not None and mark.is_running


def written(folder: Path) -> str:
    """The folder of the dataset that the run in `folder` has published; "" where there is none."""
    found = ""
    with suppress(OSError, ValueError):
        for line in (folder / EVENTS).read_text(encoding="utf-8").splitlines():
            found = json.loads(line).get("folder") or found
    return found


def _environment() -> dict[str, str]:
    """Our environment without PySpark's marks of this process, and with this package found first."""
    import idgraph_widgets

    root = str(Path(idgraph_widgets.__file__).parent.parent)
    known = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_CONNECT_MODE", "SPARK_REMOTE"))}
    paths = [root, *filter(None, known.get("PYTHONPATH", "").split(os.pathsep))]
    return {**known, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), "IDGRAPH_WORKER": "1"}
