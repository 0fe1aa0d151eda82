"""Configurations that can be had back."""

from __future__ import annotations

import copy

from idgraph_widgets.config import GenerationConfig

UNDO_LIMIT = 100


class History:
    """What was there before each change, and what was taken back."""

    def __init__(self):
        self._undo: list[tuple[str, GenerationConfig]] = []
        self._redo: list[GenerationConfig] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo)

    def remember(self, what: str, config: GenerationConfig) -> None:
        """Keep the configuration for `undo`; a run of changes of one field, named by `what`, counts as one."""
        self._redo.clear()
        if not self._undo or self._undo[-1][0] != what or what == "*":
            self._undo.append((what, copy.deepcopy(config)))
            del self._undo[:-UNDO_LIMIT]

    def undo(self, config: GenerationConfig) -> GenerationConfig:
        """The configuration before the last change, in the place of this one."""
        self._redo.append(config)
        return self._undo.pop()[1]

    def redo(self, config: GenerationConfig) -> GenerationConfig:
        """The configuration that `undo` took back, in the place of this one."""
        self._undo.append(("*", config))
        return self._redo.pop()
