"""The top of the studio: summary, tools and tabs; and the walk through the tabs at its foot."""

from __future__ import annotations

import traitlets

from idgraph_widgets.studio.bar_data import TEXTS, bar_shown, imported, load_preset, presets, steps_shown
from idgraph_widgets.studio.observed import Change
from idgraph_widgets.studio.paths import field_at, step_of
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.widgets.view import View


class StudioBar(View):
    """Summary, presets, import and export, undo, level, theme, and the tabs with their problems.

    Parameters
    ----------
    state : StudioState
    on_focus : callable, optional
        Gets the path of a field that the user wants to see.
    on_shown : callable, optional
        Called with False whenever the bar appears in a page, and with True when the person comes back to that page.
    """

    kind = traitlets.Unicode("bar").tag(sync=True)
    presets = traitlets.List().tag(sync=True)
    tabs = traitlets.List().tag(sync=True)
    step = traitlets.Unicode().tag(sync=True)
    summary = traitlets.Unicode().tag(sync=True)
    problems = traitlets.Int(0).tag(sync=True)
    level = traitlets.Unicode("basic").tag(sync=True)
    notice = traitlets.Unicode().tag(sync=True)
    other = traitlets.Unicode().tag(sync=True)
    can_undo = traitlets.Bool(False).tag(sync=True)
    can_redo = traitlets.Bool(False).tag(sync=True)
    ready = traitlets.List().tag(sync=True)

    def __init__(self, state: StudioState, on_focus=None, on_shown=None):
        self.state, self._on_focus, self._on_shown = state, on_focus, on_shown
        super().__init__(presets=presets(), **self._shown())
        self._stop = state.subscribe(self._on_change)

    def _shown(self) -> dict:
        return bar_shown(self.state)

    def _on_change(self, _change: Change) -> None:
        with self.hold_sync():
            for name, value in self._shown().items():
                setattr(self, name, value)

    def on_hello(self, content: dict) -> None:
        """The bar appeared in a page, or somebody came back to it."""
        if self._on_shown is not None:
            self._on_shown(content.get("again") is True)

    def on_settle(self, content: dict) -> None:
        """Another page's version, or this one."""
        self.state.settle(content.get("take") is True)

    def on_go(self, content: dict) -> None:
        """Another tab."""
        self.state.go_to(WizardStep(content["step"]))

    def on_jump(self, _content: dict) -> None:
        """To the first problem."""
        if self.state.problems:
            first = self.state.problems[0].path
            self.state.go_to(step_of(first))
            if self._on_focus is not None:
                self._on_focus(field_at(first) or first)

    def on_preset(self, content: dict) -> None:
        """A preset in the place of the configuration."""
        load_preset(self.state, content.get("name"))

    def on_level(self, content: dict) -> None:
        """Basic or all fields."""
        self.state.set_level("advanced" if content.get("level") == "advanced" else "basic")

    def on_undo(self, _content: dict) -> None:
        """Take the last change back."""
        self.state.undo()

    def on_redo(self, _content: dict) -> None:
        """Make it again."""
        self.state.redo()

    def on_dismiss(self, _content: dict) -> None:
        """The notice was read."""
        self.state.say("")

    def on_text(self, content: dict) -> None:
        """The configuration as a text, for a file or the clipboard."""
        form = content.get("form")
        if form in TEXTS:
            self.send({"form": form, "text": self.state.peek(TEXTS[form])})

    def on_import(self, content: dict) -> None:
        """A configuration from a text; what is wrong with it is said, and nothing changes."""
        error = imported(self.state, str(content.get("text", "")), content.get("name"))
        self.send({"form": "import", "error": error})


class StudioSteps(View):
    """Back and Next through the tabs, and the trial with 1,000 households."""

    kind = traitlets.Unicode("steps").tag(sync=True)
    back = traitlets.Unicode().tag(sync=True)
    next = traitlets.Unicode().tag(sync=True)
    place = traitlets.Unicode().tag(sync=True)
    trial = traitlets.Dict().tag(sync=True)

    def __init__(self, state: StudioState, on_trial=None):
        self.state, self._on_trial = state, on_trial
        super().__init__(**self._shown())
        self._stop = state.subscribe(self._on_change)

    def _shown(self) -> dict:
        return steps_shown(self.state)

    def _on_change(self, change: Change) -> None:
        if "step" in change.topics:
            with self.hold_sync():
                for name, value in self._shown().items():
                    setattr(self, name, value)

    def on_move(self, content: dict) -> None:
        """One tab back or on."""
        step = self.state.step
        target = step.previous if content.get("way") == "back" else step.next
        if target is not None:
            self.state.go_to(target)

    def on_try(self, _content: dict) -> None:
        """The first 1,000 households, now."""
        if self._on_trial is not None:
            self._on_trial()
