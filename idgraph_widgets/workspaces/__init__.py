"""Where a person's studio keeps its things, and what may be done there. No widgets, no server.

A studio gets a `Workspace`: in a notebook the user's own, which allows everything; in a kernel of a shared dashboard
the one that its server put on the kernel's seat (`idgraph_widgets.workspaces.seat`).
"""

from idgraph_widgets.workspaces.workspace import Workspace

__all__ = ["Workspace"]
