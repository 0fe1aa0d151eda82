"""Controls of fields that hold a value for each of several names: shares, numbers, caps, segments, bounds."""

from __future__ import annotations

import math
import threading

import ipywidgets as widgets

from idgraph_widgets.config.kinds import SUM_TOLERANCE
from idgraph_widgets.config.shares import round_shares
from idgraph_widgets.notation import exact, understood
from idgraph_widgets.studio.form_data import segment_options
from idgraph_widgets.studio.plain.base import Control, as_number, named, number_box, row_label, rows_box
from idgraph_widgets.studio.plain.html import hide, offer, paragraph

_SHARE = {"percent": True, "low": 0, "top": 1}


class Shares(Control):
    """A percentage for each name, and their sum; names can be added and removed, but not points of a curve."""

    def build(self) -> None:
        spec = self.spec
        self.listed = spec["control"] == "curve"
        self.labels = dict(map(tuple, spec["names"]))
        self.value: dict = {}
        self.boxes: dict = {}
        self.rows = rows_box(many=len(self.labels) > 12)
        self.sum = widgets.HTML()
        self.even = widgets.Button(description="Make it 100 %")
        self.even.on_click(lambda _button: self.change(scaled(self.value)))
        what = spec.get("what", "name")
        self.adder = named(widgets.Text() if spec.get("open") else widgets.Dropdown(), f"{spec['title']}: new {what}")
        self.add = widgets.Button(description=f"Add {what}")
        self.add.on_click(lambda _button: self._add())
        self.refused = widgets.HTML()
        self.foot = widgets.HBox([self.adder, self.add, self.refused])
        hide(self.foot, self.listed)
        self.widget = widgets.VBox([self.rows, widgets.HBox([self.sum, self.even]), self.foot])

    def put(self, value) -> None:
        if self.listed and isinstance(value, list):
            value = dict(zip(self.labels, value))
        if not isinstance(value, dict):
            return
        self.value = dict(value)
        if list(self.boxes) != list(value):
            self._rebuild()
        for name, share in value.items():
            self.boxes[name].number = share
        self._show_sum()

    def change(self, value: dict) -> None:
        """Give other shares."""
        self.submit([*value.values()] if self.listed else value)

    def _rebuild(self) -> None:
        self.boxes = {}
        lines = []
        for name in self.value:
            box = self.boxes[name] = number_box(self.styles, f"{self.labels.get(name, name)}, percent", _SHARE)
            self.listen(box, lambda _text, name=name, box=box: self.change({**self.value, name: box.number}))
            parts = [
                row_label(self.styles, str(self.labels.get(name, name))),
                box,
                self.styles.make(widgets.Label, value="%"),
            ]
            if not self.listed:
                remove = self.styles.make(widgets.Button, "80px", description="Remove")
                remove.on_click(lambda _button, name=name: self.change(without(self.value, name)))
                remove.disabled = len(self.value) < 2
                parts.append(remove)
            lines.append(self.styles.make(widgets.HBox, children=parts))
        before, self.rows.children = self.rows.children, tuple(lines)
        for line in before:
            line.close()
        missing = [(label, name) for name, label in self.labels.items() if name not in self.value]
        if isinstance(self.adder, widgets.Dropdown):
            offer(self.adder, missing)
            hide(self.foot, self.listed or not missing)

    def _add(self) -> None:
        name = self.adder.value.strip() if isinstance(self.adder, widgets.Text) else self.adder.value
        what = self.spec.get("what", "name")
        problem = ""
        if name in ("", None):
            problem = f"Write the name of the new {what} first."
        elif name in self.value:
            problem = f"There is a {what} {name} already."
        self.refused.value = paragraph(problem, "idg-problem")
        if not problem:
            self.change({**self.value, name: 0.0})

    def _show_sum(self) -> None:
        total = math.fsum(share for share in self.value.values() if as_number(share, False) is not None)
        fine = abs(total - 1) <= SUM_TOLERANCE
        text = f"{'✓' if fine else '✗'} Sum {total * 100:.7g} %"
        self.sum.value = paragraph(text, "idg-ok" if fine else "idg-bad")
        hide(self.even, fine)


class Points(Control):
    """A curve of many points, such as hours, as one text of percentages in their order."""

    def build(self) -> None:
        first, last = self.spec["names"][0][1], self.spec["names"][-1][1]
        what = f"{self.spec['title']}: {len(self.spec['names'])} percentages, {first} to {last}"
        self.box = named(widgets.Textarea(continuous_update=False, rows=3), what)
        self.listen(self.box, lambda text: self.submit(_percentages(text)))
        self.widget = widgets.VBox([self.box])

    def put(self, value) -> None:
        # What a person wrote stays as long as it means these numbers.
        if isinstance(value, list) and _percentages(self.box.value) != value:
            self.box.value = " ".join(exact(share, True) for share in value)


def _percentages(text: str) -> list:
    """The numbers written, each in the units of the configuration; a text where it is no number."""
    return [understood(word, **_SHARE) for word in text.replace("%", " ").split()]


class Numbers(Control):
    """A number for each name."""

    def build(self) -> None:
        spec = self.spec
        self.value: dict = {}
        self.boxes = {name: number_box(self.styles, str(label), spec) for name, label in spec["names"]}
        for name, box in self.boxes.items():
            self.listen(box, lambda _text, name=name, box=box: self.submit({**self.value, name: box.number}))
        lines = [
            self.styles.make(widgets.HBox, children=[row_label(self.styles, str(label)), self.boxes[name]])
            for name, label in spec["names"]
        ]
        self.widget = rows_box(lines, many=len(lines) > 12)

    def put(self, value) -> None:
        if isinstance(value, dict):
            self.value = dict(value)
            for name, box in self.boxes.items():
                box.number = value.get(name)


class Caps(Control):
    """Per channel how often a day and a week, and whose contacts are counted."""

    def build(self) -> None:
        self.value: dict = {}
        self.cells: dict = {}
        lines = []
        for name, label in self.spec["names"]:
            tops = {"day": self.spec["daily_max"], "week": self.spec["weekly_max"]}
            daily, weekly = (
                number_box(self.styles, f"{label}: most a {span}", {"whole": True, "low": 1, "top": top})
                for span, top in tops.items()
            )
            scope = self.styles.make(widgets.Dropdown, "130px", options=self.spec["scopes"])
            named(scope, f"{label}: counted by")
            self.cells[name] = {"daily": daily, "weekly": weekly, "scope": scope}
            self.listen(daily, lambda _text, name=name, box=daily: self._set(name, "daily", box.number))
            self.listen(weekly, lambda _text, name=name, box=weekly: self._set(name, "weekly", box.number))
            self.listen(scope, lambda value, name=name: self._set(name, "scope", value))
            words = [self.styles.make(widgets.Label, value=text) for text in ("a day", "a week, by")]
            lines.append(widgets.HBox([row_label(self.styles, label), daily, words[0], weekly, words[1], scope]))
        self.widget = rows_box(lines)

    def put(self, value) -> None:
        if not isinstance(value, dict):
            return
        self.value = value
        for name, cells in self.cells.items():
            cap = value.get(name)
            if not isinstance(cap, dict):
                continue
            for key in ("daily", "weekly"):
                cells[key].number = cap.get(key)
            if cap.get("scope") in self.spec["scopes"]:
                cells["scope"].value = cap["scope"]

    def _set(self, name: str, key: str, value) -> None:
        cap = self.value.get(name)
        self.submit({**self.value, name: {**(cap if isinstance(cap, dict) else {}), key: value}})


class Choices(Control):
    """A check box for each name of a list."""

    def build(self) -> None:
        self.boxes = {
            name: widgets.Checkbox(description=str(label), indent=False) for name, label in self.spec["names"]
        }
        for box in self.boxes.values():
            self.listen(box, lambda _value: self.submit([name for name, one in self.boxes.items() if one.value]))
        self.widget = rows_box(self.boxes.values())

    def put(self, value) -> None:
        for name, box in self.boxes.items():
            box.value = isinstance(value, list) and name in value


class Segments(Control):
    """A check box for each segment; one that the configuration does not name is on."""

    def build(self) -> None:
        self.value: dict = {}
        self.boxes: dict = {}
        self.widget = rows_box([widgets.HTML(paragraph("The list of segments is being read…"))], many=True)
        # The rules live beside the generators, whose libraries take a while: the form does not wait.
        self.listed = threading.Thread(target=self._list, daemon=True)
        self.listed.start()

    def _list(self) -> None:
        for id, name, _kind in segment_options(self.state):
            text = f"{name} ({id})"
            self.boxes[id] = self.styles.make(widgets.Checkbox, "auto", description=text, indent=False)
            self.listen(self.boxes[id], lambda on, id=id: self._set(id, on))
        self.show(self.value)
        reason = "Segments are listed where PySpark is installed."
        self.widget.children = tuple(self.boxes.values()) or (widgets.HTML(paragraph(reason)),)

    def put(self, value) -> None:
        self.value = value if isinstance(value, dict) else {}
        for id, box in list(self.boxes.items()):
            box.value = self.value.get(id) is not False

    def _set(self, id: str, on: bool) -> None:
        rest = without(self.value, id)
        self.submit(rest if on else {**rest, id: False})


class Bounds(Control):
    """Lower and upper bound in USD for each income bracket; empty where the bracket's label says it."""

    def build(self) -> None:
        self.value: dict = {}
        self.boxes: dict = {}
        self.widget = rows_box()

    def put(self, value) -> None:
        self.value = value if isinstance(value, dict) else {}
        brackets = self.state.value("household_config.income_brackets")
        names = list({**(brackets if isinstance(brackets, dict) else {}), **self.value})
        if list(self.boxes) != names:
            self._rebuild(names)
        for name, pair in self.boxes.items():
            known = self.value.get(name)
            known = known if isinstance(known, list) and len(known) == 2 else (None, None)
            for box, bound in zip(pair, known):
                box.number = bound

    def _rebuild(self, names: list) -> None:
        self.boxes, lines = {}, []
        for name in names:
            pair = [
                number_box(self.styles, f"{name}: {end}, USD", {"whole": True, "low": 0}, placeholder="from label")
                for end in ("from", "below")
            ]
            self.boxes[name] = pair
            for box in pair:
                self.listen(box, lambda _text, name=name: self._set(name))
            lines.append(widgets.HBox([row_label(self.styles, str(name)), *pair, widgets.Label("USD")]))
        before, self.widget.children = self.widget.children, tuple(lines)
        for line in before:
            line.close()

    def _set(self, name) -> None:
        pair = [box.number for box in self.boxes[name]]
        rest = without(self.value, name)
        self.submit(rest if pair == [None, None] else {**rest, name: pair})


def scaled(shares: dict) -> dict:
    """Shares in the same proportions that sum to one; equal ones where there is nothing to go by."""
    known = {name: max(0.0, as_number(share, False) or 0.0) for name, share in shares.items()}
    return round_shares(known if any(known.values()) else dict.fromkeys(known, 1.0), digits=6)


def without(mapping: dict, name) -> dict:
    """The mapping without one of its names."""
    return {key: value for key, value in mapping.items() if key != name}
