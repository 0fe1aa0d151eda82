"""The form of a tab in core widgets."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.studio.fields import form_spec
from idgraph_widgets.studio.form_data import INTRO, SIZE, as_state, messages, place_shown, set_size_mode
from idgraph_widgets.studio.observed import Change
from idgraph_widgets.studio.plain.base import SharedStyles
from idgraph_widgets.studio.plain.controls import control_for
from idgraph_widgets.studio.plain.html import hide, paragraph
from idgraph_widgets.studio.plain.target import PlainTarget
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState


class PlainField(widgets.VBox):
    """A field: its title, its control, a reset, and below them what is wrong, in words.

    Parameters
    ----------
    spec : dict
        As `form_spec` describes it.
    state : StudioState
    styles : SharedStyles
        Of the form.
    """

    def __init__(self, spec: dict, state: StudioState, styles: SharedStyles):
        self.spec, self._state = spec, state
        self.control = control_for(spec, lambda value: state.set(spec["path"], value), state, styles)
        self.message = styles.make(widgets.HTML)
        about = f"Reset {spec['title']} to its default"
        self.reset = styles.make(widgets.Button, "70px", description="Reset", tooltip=about)
        self.reset.on_click(lambda _button: state.reset(spec["path"]))
        head = styles.make(widgets.HBox, children=[styles.make(widgets.HTML, value=_head(spec)), self.reset])
        super().__init__([head, self.control.widget, self.message])

    def refresh(self, problems: list[dict], denied: str = "") -> None:
        """Show the state's value, and what is wrong with it or why it cannot be changed."""
        value = self._state.value(self.spec["path"])
        self.control.show(value)
        self.reset.disabled = value == self.spec["default"]
        off = bool(denied) and not value
        self.control.disable(off)
        text = " ".join(problem["text"] for problem in self.control.tell(problems))
        self.message.value = paragraph(text, "idg-problem") if text else paragraph(denied if off else "", "idg-quiet")


class PlainForm(widgets.VBox):
    """The fields of one tab; the counterpart of `SectionForm`.

    Parameters
    ----------
    step : WizardStep
    config : GenerationConfig or StudioState, optional
        A configuration is copied; a state is shared with other views.

    Attributes
    ----------
    state : StudioState
    fields : dict of str to PlainField
        By path, in order.
    groups : dict of str to VBox
        By the groups' names.

    Examples
    --------
    >>> form = PlainForm(WizardStep.HOUSEHOLDS)
    >>> form.fields["household_config.num_households"].control.box.value = "5"
    >>> [problem.path for problem in form.state.problems]
    ['household_config.num_households']
    """

    def __init__(self, step: WizardStep, config=None):
        self.state, self.step = as_state(config), step
        styles = SharedStyles()
        self.fields = {spec["path"]: PlainField(spec, self.state, styles) for spec in form_spec(step)}
        self._target = PlainTarget(self.state) if step is WizardStep.OUTPUT else None
        self._mode = self._size_mode() if f"{SIZE}.mean" in self.fields else None
        self._more = widgets.HTML()
        names = dict.fromkeys(field.spec["group"] for field in self.fields.values())
        self.groups = {name: self._group(name) for name in names}
        intro = widgets.HTML(paragraph(INTRO[step], "idg-intro"))
        super().__init__([intro, *self.groups.values(), self._more])
        self._refresh()
        self._stop = self.state.subscribe(self._on_change, first=True)

    @property
    def config(self) -> GenerationConfig:
        """A copy of the configuration as it stands."""
        return self.state.config

    def focus(self, path: str = "") -> None:
        """Put the cursor into the field at `path`."""
        if path in self.fields:
            self.fields[path].control.widget.focus()

    def close(self) -> None:
        """Leave the state's observers and the page."""
        stop = self.__dict__.pop("_stop", None)
        if stop is not None:
            stop()
        super().close()

    def _group(self, name: str) -> widgets.VBox:
        """The fields of a group below its head, with the choice that some of them depend on before them."""
        fields = [field for field in self.fields.values() if field.spec["group"] == name]
        head = [widgets.HTML(f'<div class="idg"><h3>{escape(name)}</h3></div>')]
        if self._mode is not None and fields[0].spec["path"].startswith(SIZE):
            head.append(self._mode)
        if self._target is not None and name == "Run":
            head.append(self._target)
        return widgets.VBox([*head, *fields])

    def _size_mode(self) -> widgets.ToggleButtons:
        options = [("Shares by size", "shares"), ("Mean and deviation", "mean")]
        mode = widgets.ToggleButtons(options=options, tooltips=["How household sizes are given"] * 2)
        mode.observe(lambda change: self._set_size_mode(change["new"]), "value")
        return mode

    def _set_size_mode(self, mode: str) -> None:
        if mode != self._sizes_by():
            set_size_mode(self.state, mode)

    def _sizes_by(self) -> str:
        given = [self.state.value(f"{SIZE}.{name}") for name in ("mean", "std_dev")]
        return "shares" if given == [None, None] else "mean"

    def _on_change(self, change: Change) -> None:
        if change.topics & {"config", "level", "target"}:
            self._refresh()

    def _refresh(self) -> None:
        problems, place = messages(self.state.problems_at(self.step)), place_shown(self.state)
        away = self._away(place["kind"])
        hidden = 0
        for path, field in self.fields.items():
            found = problems.get(path, [])
            field.refresh(found, place["off"].get(path, ""))
            advanced = self.state.level == "basic" and not field.spec["basic"]
            hide(field, not found and (advanced or path in away))
            hidden += advanced and not found and path not in away
        for group in self.groups.values():
            hide(group, all(child.layout.display == "none" for child in group.children[1:]))
        if self._target is not None:
            self._target.refresh(place, problems)
        if self._mode is not None:
            self._mode.value = self._sizes_by()
        more = f"{hidden} more {'setting' if hidden == 1 else 'settings'} with all settings shown."
        self._more.value = paragraph(more if hidden else "", "idg-quiet")

    def _away(self, target: str) -> set[str]:
        """Fields that say nothing as things are: sizes given the other way, names of a catalog for a folder."""
        away = {"catalog_name", "schema_name"} if target != "catalog" else set()
        if self._mode is not None:
            other = ("mean", "std_dev") if self._sizes_by() == "shares" else ("shares",)
            away |= {f"{SIZE}.{name}" for name in other}
        return away


def _head(spec: dict) -> str:
    needless = spec["title"].lower().startswith(spec["unit"].lower())
    unit = "" if needless else f' <span class="idg-unit">{escape(spec["unit"])}</span>'
    about = f"{spec['help']} Allowed: {spec['allowed']}. Source: {spec['source']}."
    return (
        f'<div class="idg"><details><summary><b>{escape(spec["title"])}</b>{unit}</summary>'
        f'<p class="idg-quiet">{escape(about)}</p></details></div>'
    )
