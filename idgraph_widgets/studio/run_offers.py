"""What a workspace offers to its runs; what it does not is refused in words, whatever a page has sent."""

from __future__ import annotations

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.studio.target import engine_words
from idgraph_widgets.workspaces import Workspace

_TOLD = {"folder": "folders of your workspace", "catalog": "schemas of a catalog, as jobs"}


def refuse(workspace: Workspace, out: str | None, kind: str, as_job: bool) -> None:
    """Refuse a run that a shared workspace does not offer.

    Parameters
    ----------
    workspace : Workspace
    out : str or None
        The folder that it is to write to; None: a catalog.
    kind : {"run", "trial"}
    as_job : bool

    Raises
    ------
    ConfigError
    """
    if not workspace.shared:
        return
    if kind == "trial":
        if "folder" not in workspace.places:
            raise ConfigError("Nothing is generated on this machine: runs are jobs of a workspace.")
        return
    if ("catalog" if as_job or out is None else "folder") not in workspace.places:
        allowed = " or to ".join(_TOLD[place] for place in workspace.places)
        raise ConfigError(f"Here runs write to {allowed}. Choose that on the Output tab.")
    if out is None and not as_job:
        raise ConfigError("There is no Spark session here to write to a catalog: run it as a job.")


def engine_of(workspace: Workspace, engine: str) -> str:
    """The engine that was chosen, or the first that is offered.

    Raises
    ------
    ConfigError
        It is none of those that are offered.
    """
    offered = workspace.engines
    if engine and engine not in offered:
        allowed = " or ".join(map(engine_words, offered))
        raise ConfigError(f"Here runs work on {allowed}; found {engine_words(engine)}. Choose on the Output tab.")
    return engine or offered[0]
