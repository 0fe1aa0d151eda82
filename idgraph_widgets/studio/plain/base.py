"""What the controls of the plain studio have in common."""

from __future__ import annotations

import math
from collections.abc import Callable

import ipywidgets as widgets

from idgraph_widgets.notation import exact, understood


class SharedStyles:
    """Layouts and styles that the widgets of one form have in common.

    Each is a model in the page; with one for every number, a few forms are so many messages at once that a
    Jupyter server drops some.
    """

    def __init__(self):
        self._made: dict[tuple, widgets.Widget] = {}

    def make(self, widget: type[widgets.Widget], width: str | None = None, **values) -> widgets.Widget:
        """A widget of this class and width."""
        common = {"layout": self._one(widgets.Layout, width=width)}
        style = getattr(widget, "style", None)
        if style is not None:
            common["style"] = self._one(style.klass)
        return widget(**values, **common)

    def _one(self, kind, **values) -> widgets.Widget:
        key = (kind, *values.items())
        if key not in self._made:
            self._made[key] = kind(**values)
        return self._made[key]


class Control:
    """Base of all controls.

    Attributes
    ----------
    widget : ipywidgets.DOMWidget
        To be put into the form.
    """

    widget: widgets.DOMWidget

    def __init__(self, spec: dict, submit: Callable, state, styles: SharedStyles):
        self.spec, self.submit, self.state, self.styles = spec, submit, state, styles
        self._showing = False
        self.build()

    def build(self) -> None:
        """Make the widgets."""
        raise NotImplementedError

    def put(self, value) -> None:
        """Bring a plain value into the widgets."""
        raise NotImplementedError

    def show(self, value) -> None:
        """`put` without giving anything back."""
        before, self._showing = self._showing, True
        try:
            self.put(value)
        finally:
            self._showing = before

    def listen(self, widget: widgets.Widget, act: Callable) -> None:
        """Call `act` with each new value that the user gives a widget."""
        widget.observe(lambda change: None if self._showing else act(change["new"]), "value")

    def tell(self, problems: list[dict]) -> list[dict]:
        """What is wrong with the value; what a control of several parts shows by itself is not given back."""
        return problems

    def disable(self, disabled: bool) -> None:
        """Let it be changed, or not; only what a target can forbid needs this."""


class NumberBox(widgets.Text):
    """A number of any size as a text: a browser's own number input drops a decimal comma without a word.

    Parameters
    ----------
    field : dict
        ``whole``, ``percent``, ``low`` and ``top``, as `idgraph_widgets.notation.understood` takes them.

    Attributes
    ----------
    number : int, float, str or None
        What is written, in the units of the field; a text where it is no number. Assign one to show it.
    """

    def __init__(self, field: dict, **values):
        self._field = field
        super().__init__(continuous_update=False, **values)

    @property
    def number(self) -> int | float | str | None:
        return understood(self.value, **self._field)

    @number.setter
    def number(self, number) -> None:
        # What a person wrote stays as long as it means this number.
        if self.number != number or isinstance(number, bool):
            self.value = exact(number, self._field.get("percent", False))


def number_box(styles: SharedStyles, label: str, spec: dict, **values) -> NumberBox:
    """A box for one number of the field `spec`; `label` tells what it is."""
    field = {name: spec[name] for name in ("whole", "percent", "low", "top") if name in spec}
    return named(styles.make(NumberBox, "110px", field=field, **values), label)


def named(widget: widgets.Widget, label: str) -> widgets.Widget:
    """The widget with a label for those who do not see what stands around it.

    A description is the only name that every core widget passes on to its input; the style sheet takes it out
    of sight.
    """
    widget.description = label
    widget.add_class("idg-named")
    return widget


def as_number(value, whole: bool):
    """The value if a slider can show it, else None."""
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return None
    return value if math.isfinite(value) else None


def row_label(styles: SharedStyles, text: str) -> widgets.Label:
    """The name before a row's numbers."""
    return styles.make(widgets.Label, "190px", value=text)


def rows_box(children=(), many: bool = False) -> widgets.VBox:
    """Rows below each other, in a box of their own to scroll where there are many."""
    layout = widgets.Layout(max_height="340px", overflow="auto") if many else widgets.Layout()
    return widgets.VBox(list(children), layout=layout)
