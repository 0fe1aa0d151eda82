"""How a kernel learns whose it is: the server writes a file, for which the kernel waits.

A kernel is started, and has loaded all it needs, before anybody asks for a page. Its seat is a file in a folder that
only the server's user may read, named in its environment. When somebody comes, the server writes their workspace
there, once; nothing that a browser sends has a part in it.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from pathlib import Path

from idgraph_widgets.storage.replacing import write_atomically
from idgraph_widgets.workspaces.limits import Limits
from idgraph_widgets.workspaces.workspace import Workspace

SEAT = "IDGRAPH_SEAT"
"""The variable of a kernel's environment that names its file."""
_LOOK = 0.05
_PATHS, _PLAIN = ("home", "root", "queue"), ("who", "address", "catalog")
_LISTS = ("engines", "places")


def give(seat: Path, workspace: Workspace) -> None:
    """Put a workspace on a kernel's seat."""
    paths = {name: path and str(path) for name, path in ((name, getattr(workspace, name)) for name in _PATHS)}
    plain = {name: getattr(workspace, name) for name in (*_PLAIN, *_LISTS)}
    write_atomically(seat, json.dumps({**paths, **plain, "limits": asdict(workspace.limits)}))


def taken() -> Workspace | None:
    """The workspace of this kernel, waited for; None where no server gives one."""
    name = os.environ.pop(SEAT, None)
    if name is None:
        return None
    seat = Path(name)
    while not seat.exists():
        if not seat.parent.is_dir():
            os._exit(0)  # the server has ended, and nobody has sat here
        time.sleep(_LOOK)
    document = json.loads(seat.read_text(encoding="utf-8"))
    paths = {name: document[name] and Path(document[name]) for name in _PATHS}
    plain = {name: document[name] for name in _PLAIN} | {name: tuple(document[name]) for name in _LISTS}
    workspace = Workspace(**paths, **plain, limits=Limits(**document["limits"]))
    workspace.make()
    if workspace.root is not None:
        os.chdir(workspace.root)
    return workspace
