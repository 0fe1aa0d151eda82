"""One field as core widgets: `control_for` makes what its metadata asks for.

A control shows plain values and gives plain values; what it cannot show it leaves, for the message under the
field names it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import ipywidgets as widgets

from idgraph_widgets.studio.plain.base import Control, SharedStyles, as_number, named, number_box
from idgraph_widgets.studio.plain.names import Bounds, Caps, Choices, Numbers, Points, Segments, Shares
from idgraph_widgets.studio.plain.own_columns import OwnColumns


class Number(Control):
    """A slider and a number beside it, which may lie beyond the slider's ends."""

    def build(self) -> None:
        spec = self.spec
        self.factor = 100 if spec["percent"] else 1
        self.box = number_box(self.styles, spec["title"], spec)
        low, high = spec["low"] * self.factor, spec["high"] * self.factor
        ends = {"min": low, "max": high, "readout": False}
        if spec["log"]:
            ends |= {"min": math.log10(low), "max": math.log10(high), "step": 0.01}
            self.slider = self.styles.make(widgets.FloatLogSlider, "60%", value=low, **ends)
        elif spec["whole"]:
            self.slider = self.styles.make(widgets.IntSlider, "60%", value=low, **ends)
        else:
            step = spec["step"] * self.factor
            self.slider = self.styles.make(widgets.FloatSlider, "60%", value=low, step=step, **ends)
        self.widget = self.styles.make(widgets.HBox, children=[self.slider, self.box])
        self.shown = low
        self.listen(self.slider, self._slid)
        self.listen(self.box, lambda _text: self.submit(self.box.number))

    def _slid(self, value) -> None:
        """A browser snaps what it is shown to the slider's steps and sends that back: only a move is a change."""
        scale = math.log10 if self.spec["log"] else float
        if abs(scale(value) - scale(self.shown)) > self.slider.step * 0.5000001:
            self.submit(self._plain(value))

    def _plain(self, value):
        if self.spec["whole"]:
            return round(value)
        # Without the dust of the division.
        return round(value / 100, 12) if self.factor == 100 else value

    def put(self, value) -> None:
        self.box.number = value
        number = as_number(value, self.spec["whole"])
        if number is None:
            return
        number *= self.factor
        low, high = self.spec["low"] * self.factor, self.spec["high"] * self.factor
        self.shown = self.slider.value = min(max(number, low), high)


class Span(Control):
    """Two whole numbers: a slider with two ends and a number for each."""

    def build(self) -> None:
        low, high = self.spec["low"], self.spec["high"]
        self.slider = widgets.IntRangeSlider(
            min=low, max=high, value=(low, high), readout=False, layout=widgets.Layout(width="50%")
        )
        self.boxes = [
            number_box(self.styles, f"{self.spec['title']}: {end}", self.spec) for end in ("lowest", "highest")
        ]
        self.widget = widgets.HBox([self.slider, *self.boxes])
        self.listen(self.slider, lambda value: self.submit(list(value)))
        for box in self.boxes:
            self.listen(box, lambda _text: self.submit([box.number for box in self.boxes]))

    def put(self, value) -> None:
        if not isinstance(value, list) or len(value) != 2:
            return
        for box, number in zip(self.boxes, value):
            box.number = number
        if None in [as_number(number, True) for number in value]:
            return
        low, high = (min(max(number, self.spec["low"]), self.spec["high"]) for number in value)
        if low <= high:
            self.slider.value = (low, high)


class Switch(Control):
    """On or off."""

    def build(self) -> None:
        self.widget = widgets.Checkbox(indent=False, description=self.spec["title"])
        self.listen(self.widget, self.submit)

    def put(self, value) -> None:
        if isinstance(value, bool):
            self.widget.value = value

    def disable(self, disabled: bool) -> None:
        self.widget.disabled = disabled


class Text(Control):
    """A text; an empty one is none."""

    def build(self) -> None:
        self.widget = named(widgets.Text(continuous_update=False), self.spec["title"])
        self.listen(self.widget, lambda value: self.submit(value.strip() or None))

    def put(self, value) -> None:
        self.widget.value = "" if value is None else str(value)


class Day(Control):
    """A calendar day."""

    def build(self) -> None:
        self.widget = named(widgets.DatePicker(), self.spec["title"])
        self.listen(self.widget, self.submit)

    def put(self, value) -> None:
        if value is None or isinstance(value, date):
            self.widget.value = value


_FEW_POINTS = 7
"""Points of a curve that have an input each."""

_KINDS = {
    "number": Number,
    "span": Span,
    "switch": Switch,
    "text": Text,
    "day": Day,
    "shares": Shares,
    "curve": Shares,
    "numbers": Numbers,
    "caps": Caps,
    "choices": Choices,
    "switches": Segments,
    "bounds": Bounds,
    "columns": OwnColumns,
}


def control_for(spec: dict, submit: Callable, state, styles: SharedStyles) -> Control:
    """The control of a field.

    Parameters
    ----------
    spec : dict
        As `idgraph_widgets.studio.fields.field_spec` describes it.
    submit : callable
        Gets the field's new plain value whenever the user changes it.
    state : StudioState
        For fields whose rows depend on others.
    styles : SharedStyles
        Of the form.
    """
    # Every input is messages to the page, of which a server lets only so many through at a time.
    if spec["control"] == "curve" and len(spec["names"]) > _FEW_POINTS:
        return Points(spec, submit, state, styles)
    return _KINDS[spec["control"]](spec, submit, state, styles)
