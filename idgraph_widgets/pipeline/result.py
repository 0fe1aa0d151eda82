"""What a run gives back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from idgraph_widgets.storage.manifest import Manifest


@dataclass(frozen=True)
class RunResult:
    """A published run: its manifest, where it is, and how long it took.

    ``unchanged`` says that an append found everything there and wrote nothing; ``folder`` is where the files
    are, None where the session's catalog keeps them.
    """

    manifest: Manifest
    place: str
    seconds: float
    unchanged: bool = False
    folder: Path | None = None

    def _repr_html_(self) -> str:
        """What notebooks show, with a kernel and without."""
        from idgraph_widgets.pipeline.shown import run_html

        return run_html(self)
