"""The top and the foot of the studio in core widgets."""

from __future__ import annotations

import ipywidgets as widgets

from idgraph_widgets.studio.bar_data import TEXTS, bar_shown, imported, load_preset, presets, steps_shown
from idgraph_widgets.studio.observed import Change
from idgraph_widgets.studio.paths import field_at, step_of
from idgraph_widgets.studio.plain.base import named
from idgraph_widgets.studio.plain.html import hide, paragraph, style
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState


class PlainBar(widgets.VBox):
    """Summary, notice, the steps with their problems, presets, undo, level, import and export.

    Parameters
    ----------
    state : StudioState
    on_focus : callable, optional
        Gets the path of a field that the user wants to see.
    on_shown : callable, optional
        Called with False when the user asks to look again; core widgets do not tell when they appear in a page.
    """

    def __init__(self, state: StudioState, on_focus=None, on_shown=None):
        self.state, self._on_focus, self._showing = state, on_focus, False
        self.summary, self.notice, self.error = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.dismiss = _button("OK", lambda: state.say(""))
        self.jump = _button("First problem", self._jump)
        self.steps = widgets.Dropdown(description="Step")
        self.steps.observe(self._go, "value")
        self.level = widgets.Checkbox(description="All settings", indent=False)
        self.level.observe(lambda change: self._set_level(change["new"]), "value")
        self.preset = named(widgets.Dropdown(options=[(label, name) for name, label in presets()]), "Preset")
        self.load = _button("Load preset", lambda: load_preset(state, self.preset.value))
        self.undo, self.redo = _button("Undo", state.undo), _button("Redo", state.redo)
        self.again = _button("Refresh", lambda: on_shown(False) if on_shown else None)
        self.other = widgets.HTML()
        take = _button("Take the other page's", lambda: state.settle(True))
        keep = _button("Keep this page's", lambda: state.settle(False))
        self.choice = widgets.HBox([self.other, take, keep])
        self.form = widgets.Dropdown(options=list(TEXTS), description="As")
        self.text = widgets.Textarea(
            placeholder="A configuration as YAML or JSON", layout=widgets.Layout(width="100%", height="180px")
        )
        named(self.text, "A configuration as YAML or JSON")
        self.export = _button("Write it here", self._export)
        self.take = _button("Load this text", self._import)
        texts = widgets.VBox([widgets.HBox([self.form, self.export, self.take]), self.text, self.error])
        self.as_text = widgets.Checkbox(description="Configuration as a text", indent=False)
        self.as_text.observe(lambda change: hide(texts, not change["new"]), "value")
        hide(texts, True)
        super().__init__(
            [
                style(),
                widgets.HTML('<div class="idg idg-top" style="padding: 0"><h2>Identity graph studio</h2></div>'),
                self.summary,
                widgets.HBox([self.steps, self.jump, self.level]),
                widgets.HBox([self.preset, self.load, self.undo, self.redo, self.again]),
                self.choice,
                widgets.HBox([self.notice, self.dismiss]),
                self.as_text,
                texts,
            ],
            layout=widgets.Layout(padding="8px 14px"),
        )
        self._refresh()
        self._stop = state.subscribe(self._on_change)

    def close(self) -> None:
        """Leave the state's observers and the page."""
        stop = self.__dict__.pop("_stop", None)
        if stop is not None:
            stop()
        super().close()

    def _on_change(self, _change: Change) -> None:
        self._refresh()

    def _refresh(self) -> None:
        shown = bar_shown(self.state)
        self.summary.value = paragraph(shown["summary"], "idg-summary")
        self.notice.value = paragraph(shown["notice"])
        hide(self.dismiss, not shown["notice"])
        self.other.value = paragraph(shown["other"], "idg-problem")
        hide(self.choice, not shown["other"])
        hide(self.jump, not shown["problems"])
        named = [
            (f"{number}. {title}{_counted(problems)}", name)
            for number, (name, title, problems) in enumerate(shown["tabs"], 1)
        ]
        self._showing = True  # New options choose the first, which nobody asked for.
        if self.steps.options != tuple(named):
            self.steps.options = named
        self.steps.value = shown["step"]
        self._showing = False
        self.level.value = shown["level"] == "advanced"
        self.undo.disabled, self.redo.disabled = not shown["can_undo"], not shown["can_redo"]

    def _go(self, change: dict) -> None:
        if not self._showing:
            self.state.go_to(WizardStep(change["new"]))

    def _set_level(self, all_settings: bool) -> None:
        level = "advanced" if all_settings else "basic"
        if level != self.state.level:
            self.state.set_level(level)

    def _jump(self) -> None:
        if self.state.problems:
            first = self.state.problems[0].path
            self.state.go_to(step_of(first))
            if self._on_focus is not None:
                self._on_focus(field_at(first) or first)

    def _export(self) -> None:
        self.text.value, self.error.value = self.state.peek(TEXTS[self.form.value]), ""

    def _import(self) -> None:
        self.error.value = paragraph(imported(self.state, self.text.value), "idg-problem")


class PlainSteps(widgets.HBox):
    """Back and Next through the steps, and the trial with 1,000 households.

    Parameters
    ----------
    state : StudioState
    on_trial : callable, optional
        Starts the trial.

    Attributes
    ----------
    trial : dict
        ``enabled`` and ``text`` of the trial, ``offered`` (False: it is not shown); assign one to show it.
    """

    def __init__(self, state: StudioState, on_trial=None):
        self.state = state
        self.back = _button("Back", lambda: self._move(state.step.previous))
        self.next = _button("Next", lambda: self._move(state.step.next))
        self.try_first = _button("Try 1,000 households", on_trial or (lambda: None))
        self.place, self.text = widgets.Label(), widgets.Label()
        super().__init__(
            [self.back, self.place, self.next, self.try_first, self.text], layout=widgets.Layout(padding="8px 14px")
        )
        self._refresh()
        self._stop = state.subscribe(self._on_change)

    @property
    def trial(self) -> dict:
        offered = self.try_first.layout.display != "none"
        return {"enabled": not self.try_first.disabled, "text": self.text.value, "offered": offered}

    @trial.setter
    def trial(self, trial: dict) -> None:
        self.try_first.disabled, self.text.value = not trial["enabled"], trial["text"]
        hide(self.try_first, trial.get("offered") is False)

    def close(self) -> None:
        """Leave the state's observers and the page."""
        stop = self.__dict__.pop("_stop", None)
        if stop is not None:
            stop()
        super().close()

    def _on_change(self, change: Change) -> None:
        if "step" in change.topics:
            self._refresh()

    def _refresh(self) -> None:
        shown = steps_shown(self.state)
        for button, name, word in ((self.back, shown["back"], "Back"), (self.next, shown["next"], "Next")):
            button.description = f"{word}: {name}" if name else word
            button.disabled = not name
        self.place.value = shown["place"]

    def _move(self, step: WizardStep | None) -> None:
        if step is not None:
            self.state.go_to(step)


def _button(text: str, act) -> widgets.Button:
    button = widgets.Button(description=text, layout=widgets.Layout(width="auto"))
    button.on_click(lambda _button: act())
    return button


def _counted(problems: int) -> str:
    return f" — {problems} problem{'s' if problems > 1 else ''}" if problems else ""
