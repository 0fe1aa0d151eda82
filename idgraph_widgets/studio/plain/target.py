"""Where runs write, in core widgets."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from idgraph_widgets.studio.plain.html import hide, offer, paragraph
from idgraph_widgets.studio.state import StudioState

_CHOICES = (("a folder", "folder"), ("catalog.schema", "catalog"))


class PlainTarget(widgets.VBox):
    """A folder, or a catalog and schema, and what that place can do."""

    def __init__(self, state: StudioState):
        self.kind = widgets.Dropdown(options=list(_CHOICES), description="Write to")
        self.folder = widgets.Text(description="Folder", continuous_update=False)
        self.engine = widgets.Dropdown(options=[("", "")], description="Generate with")
        self.message, self._place = widgets.HTML(), widgets.HTML()
        super().__init__([self.kind, self.folder, self.engine, self.message, self._place])
        self.kind.observe(lambda change: self._give(state, kind=change["new"]), "value")
        self.folder.observe(lambda change: self._give(state, folder=change["new"]), "value")
        self.engine.observe(lambda change: self._choose(state, change["new"]), "value")

    def refresh(self, place: dict, problems: dict) -> None:
        """Show the target as `place_shown` describes it, and what is wrong with it."""
        offer(self.kind, [(text, kind) for text, kind in _CHOICES if kind in (*place["kinds"], place["kind"])])
        self.kind.value, self.folder.value = place["kind"], place["folder"]
        hide(self.folder, place["kind"] != "folder")
        offer(self.engine, [(words, name) for name, words in place["engines"]] or [("", "")])
        self.engine.value = place["engine"] if place["engines"] else ""
        hide(self.engine, not place["engines"])
        found = [
            one["text"] for path in ("target.folder", "target.kind", "target.engine") for one in problems.get(path, [])
        ]
        closed = [f"catalog.schema: {reason}" for kind, reason in place["closed"].items()]
        self.message.value = (
            paragraph(" ".join(found), "idg-problem") if found else paragraph(" ".join(closed), "idg-quiet")
        )
        lines = "".join(
            f"<li>{'✓' if able else '✗'} {escape(name)}{'' if able else ' (not here)'} {escape(note)}</li>"
            for name, able, note in place["can"]
        )
        self._place.value = (
            f'<div class="idg"><details class="idg-place"><summary>What this place can do: '
            f'{escape(place["title"])}</summary><ul class="idg-can">{lines}</ul></details></div>'
        )

    @staticmethod
    def _give(state: StudioState, **given) -> None:
        if any(getattr(state.target, name) != value for name, value in given.items()):
            state.set_target(**given)

    @classmethod
    def _choose(cls, state: StudioState, engine: str) -> None:
        # Nobody has chosen what is shown because it is the first.
        if engine and engine != (state.target.engine or state.engines[0]):
            cls._give(state, engine=engine)
