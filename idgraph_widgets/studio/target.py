"""Where a run writes, what can be done there, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from idgraph_widgets.config import GenerationConfig, Problem
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.storage.places import Capabilities, capabilities
from idgraph_widgets.workspaces import Workspace


@dataclass(frozen=True)
class Target:
    """Where a run writes: a folder, or the catalog and schema in the configuration."""

    kind: str = "folder"
    folder: str = "data/studio"


def supported(target: Target, catalog: str | None) -> Capabilities:
    """What the target supports; a catalog that there is no session for, as one without Delta."""
    return capabilities("folder" if target.kind == "folder" else catalog or "session")


def target_problems(
    target: Target, config: GenerationConfig, catalog: str | None, workspace: Workspace | None = None
) -> Iterable[Problem]:
    """What stands between a configuration and the place it is to be written to."""
    if target.kind == "folder":
        if not target.folder.strip():
            yield Problem("target.folder", "nothing", "the path of a folder", "Name a folder, such as data/demo.")
        elif workspace is not None:
            try:
                workspace.place(target.folder)
            except ConfigError as error:
                yield Problem("target.folder", target.folder, "a folder of your workspace", str(error))
        return
    if catalog is None:
        suggestion = "Write to a folder, or open the studio with your session: Studio(spark=spark)."
        yield Problem("target.kind", "a catalog, but no Spark session", "a folder", suggestion)
    if not config.schema_name:
        yield Problem("schema_name", "nothing", "the name of a schema", "Name the schema to write to.")
    append = supported(target, catalog)["append"]
    if config.incremental and not append:
        suggestion = f"Write to a folder, or switch this off. {append.note}"
        yield Problem("incremental", "on, with a catalog as target", "a folder as target", suggestion)
