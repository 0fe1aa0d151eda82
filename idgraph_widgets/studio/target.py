"""Where a run writes, what can be done there, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from idgraph_widgets.config import GenerationConfig, Problem
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.storage.places import Capabilities, capabilities
from idgraph_widgets.workspaces import Workspace


@dataclass(frozen=True)
class Target:
    """Where a run writes: a folder, or the catalog and schema in the configuration; and what it works on here.

    Without an engine it is the first that is offered.
    """

    kind: str = "folder"
    folder: str = "data/studio"
    engine: str = ""


KINDS = {"folder": "a folder", "catalog": "a schema of a catalog"}
"""Where runs can write, in words."""


_ENGINES = {"embedded": "the embedded engine", "spark": "Spark", "connect": "Spark Connect"}


def engine_words(name: str) -> str:
    """What people call an engine."""
    return _ENGINES.get(name, name)


def offered(target: Target, workspace: Workspace | None) -> Target:
    """A target that is offered: the given one, with the first that is in the place of what is not."""
    if workspace is None:
        return target
    kind = target.kind if target.kind in workspace.places else workspace.places[0]
    return replace(target, kind=kind, engine=target.engine if target.engine in workspace.engines else "")


def supported(target: Target, catalog: str | None) -> Capabilities:
    """What the target supports; a catalog that there is no session for, as one without Delta."""
    return capabilities("folder" if target.kind == "folder" else catalog or "session")


def target_problems(
    target: Target, config: GenerationConfig, catalog: str | None, workspace: Workspace | None = None
) -> Iterable[Problem]:
    """What stands between a configuration and the place it is to be written to."""
    if workspace is not None and target.kind not in workspace.places:
        allowed = " or ".join(KINDS[place] for place in workspace.places)
        suggestion = f"Choose {allowed} on the Output tab: nothing else is offered here."
        yield Problem("target.kind", KINDS[target.kind], allowed, suggestion)
    elif target.kind == "folder":
        yield from _folder_problems(target, workspace)
    else:
        yield from _catalog_problems(target, config, catalog, "" if workspace is None else workspace.catalog)


def _folder_problems(target: Target, workspace: Workspace | None) -> Iterable[Problem]:
    if not target.folder.strip():
        yield Problem("target.folder", "nothing", "the path of a folder", "Name a folder, such as data/demo.")
    elif workspace is not None:
        try:
            workspace.place(target.folder)
        except ConfigError as error:
            yield Problem("target.folder", target.folder, "a folder of your workspace", str(error))
    if workspace is not None and target.engine and target.engine not in workspace.engines:
        allowed = " or ".join(engine_words(engine) for engine in workspace.engines)
        suggestion = f"Choose {allowed} on the Output tab: nothing else is offered here."
        yield Problem("target.engine", engine_words(target.engine), allowed, suggestion)


def _catalog_problems(target: Target, config: GenerationConfig, catalog: str | None, shared: str) -> Iterable[Problem]:
    """`shared` is the catalog that jobs of many people write to; a schema is then found for who names none."""
    if catalog is None:
        suggestion = "Write to a folder, or open the studio with your session: Studio(spark=spark)."
        yield Problem("target.kind", "a catalog, but no Spark session", "a folder", suggestion)
    if shared and config.catalog_name not in (None, "", shared):
        yield Problem("catalog_name", config.catalog_name, shared, "Leave it empty: runs here write to that one.")
    if not shared and not config.schema_name:
        yield Problem("schema_name", "nothing", "the name of a schema", "Name the schema to write to.")
    append = supported(target, catalog)["append"]
    if config.incremental and not append:
        suggestion = f"Write to a folder, or switch this off. {append.note}"
        yield Problem("incremental", "on, with a catalog as target", "a folder as target", suggestion)
