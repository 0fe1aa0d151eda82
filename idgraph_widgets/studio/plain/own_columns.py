"""Columns of one's own in core widgets: one of them is chosen and edited, with its first values below."""

from __future__ import annotations

import ipywidgets as widgets

from idgraph_widgets.studio.own_columns import made_as, new_column
from idgraph_widgets.studio.own_texts import as_texts, from_texts, placed
from idgraph_widgets.studio.own_values import OwnValuesAhead
from idgraph_widgets.studio.plain.base import Control, named, row_label
from idgraph_widgets.studio.plain.html import hide, offer, paragraph


class OwnColumns(Control):
    """Which column is edited, an input for each option of its kind, what is wrong with each, and first values.

    Attributes
    ----------
    chosen : ipywidgets.Dropdown
        The column that is edited.
    inputs : dict of str to ipywidgets.DOMWidget
        By option; those that the chosen column's kind does not ask for are hidden.
    messages : dict of str to ipywidgets.HTML
        By option: what is wrong with it.
    values : ipywidgets.HTML
        First values of the chosen column.
    """

    def build(self) -> None:
        self.columns: list[dict[str, str]] = []
        self.problems: list[dict] = []
        self.previews: list[dict] = []
        self.kinds = {kind["way"]: kind for kind in self.spec["ways"]}
        self.chosen = named(widgets.Dropdown(), "Column to edit")
        self.add = widgets.Button(description="Add a column")
        self.remove = widgets.Button(description="Remove it")
        self.add.on_click(lambda _button: self._add())
        self.remove.on_click(lambda _button: self._remove())
        self.inputs = {option: self._input(option, about) for option, about in self.spec["inputs"].items()}
        self.messages = {option: self.styles.make(widgets.HTML) for option in self.inputs}
        self.inserts = {
            option: self._insert(option) for option, about in self.spec["inputs"].items() if "columns" in about
        }
        self.lines = {option: self._line(option) for option in self.inputs}
        self.rest, self.values = widgets.HTML(), widgets.HTML()
        self.editor = widgets.VBox([*self.lines.values(), self.rest, self.values])
        self.widget = widgets.VBox([widgets.HBox([self.chosen, self.add, self.remove]), self.editor])
        self.listen(self.chosen, lambda _index: self.show_chosen())
        self.own_values = OwnValuesAhead(self._drawn)

    def put(self, value) -> None:
        self.columns = as_texts(value)
        if self.columns:
            self.own_values.ask(self.state.config)
        self._list()
        self.show_chosen()

    def tell(self, problems: list[dict]) -> list[dict]:
        """Show what is wrong beside its option; what is about no column is given back."""
        self.problems = problems
        self.show_chosen()
        return [one for one in problems if all(placed(path)[0] < 0 for path in one["paths"])]

    def show_chosen(self) -> None:
        """Bring the chosen column into the inputs."""
        before, self._showing = self._showing, True
        try:
            self._show(self.chosen.value)
        finally:
            self._showing = before

    def _show(self, index: int | None) -> None:
        hide(self.editor, index is None)
        self.remove.disabled = index is None
        self.add.disabled = len(self.columns) >= self.spec["most"]
        if index is None:
            return
        column = self.columns[index]
        asked = ["name", "table", "way", *self.kinds.get(column["way"], {"options": []})["options"]]
        own = self._messages_of(index)
        for option, line in self.lines.items():
            shape = self.spec["shapes"].get(option)
            hide(line, option not in asked or (shape is not None and shape != column.get("distribution")))
            self._fill(option, column.get(option, ""))
            self.messages[option].value = paragraph(" ".join(own.get(option, ())), "idg-problem")
        earlier = [one["name"] for one in self.columns[:index] if one["table"] == column["table"]]
        for insert in self.inserts.values():
            offer(insert, [*self.spec["tables"].get(column["table"], ()), *earlier])
        rest = [text for option, texts in own.items() if option not in asked for text in texts]
        self.rest.value = paragraph(" ".join(rest), "idg-problem")
        self._show_values(index if not own else None)

    def _messages_of(self, index: int) -> dict[str, list[str]]:
        """Sentences about a column by option."""
        found: dict[str, list[str]] = {}
        for problem in self.problems:
            for path in problem["paths"]:
                place, option = placed(path)
                if place == index:
                    found.setdefault(option, []).append(problem["text"])
        return found

    def _drawn(self, previews: list[dict]) -> None:
        self.previews = previews
        self._show_values(self.chosen.value)

    def _show_values(self, index: int | None) -> None:
        found = self.previews[index] if index is not None and index < len(self.previews) else {}
        texts = ["(no value)" if text is None else text for text in found.get("values", ())]
        line = f"First values ({found['type']}): {' · '.join(texts)}" if texts else ""
        self.values.value = paragraph(
            found.get("reason") or line, "idg-problem" if found.get("reason") else "idg-quiet"
        )

    def _fill(self, option: str, text: str) -> None:
        box = self.inputs[option]
        if isinstance(box, widgets.Checkbox):
            box.value = text == "true"
        elif isinstance(box, widgets.Dropdown):
            known = [value for _, value in box.options]
            box.value = text if text in known else None
        else:
            box.value = text

    def _list(self) -> None:
        """The columns there are, the one that was edited still chosen."""
        place = self.chosen.value
        names = [(f"{one.get('table') or '?'}.{one.get('name') or '?'}", i) for i, one in enumerate(self.columns)]
        if list(self.chosen.options) != names:
            self.chosen.options = names
            self.chosen.value = min(place or 0, len(names) - 1) if names else None

    def _input(self, option: str, about: dict) -> widgets.Widget:
        title, kind = about["title"], about.get("input")
        if kind == "choice":
            tables, ways = self.spec["tables"], self.kinds.values()
            choices = {"table": [(name, name) for name in tables], "way": [(one["title"], one["way"]) for one in ways]}
            offers = choices.get(option) or [(text, value) for value, text in about["offers"]]
            box = named(self.styles.make(widgets.Dropdown, "300px", options=offers), title)
        elif kind == "flag":
            box = self.styles.make(widgets.Checkbox, "auto", description=title, indent=False)
        elif kind == "lines":
            box = named(self.styles.make(widgets.Textarea, "300px", continuous_update=False, rows=3), title)
        elif "offers" in about:
            offers = {"options": about["offers"], "ensure_option": False, "continuous_update": False}
            box = named(self.styles.make(widgets.Combobox, "300px", **offers), title)
        else:
            box = named(self.styles.make(widgets.Text, "300px", continuous_update=False), title)
        self.listen(box, lambda value: self._changed(option, value))
        return box

    def _insert(self, option: str) -> widgets.HBox:
        return named(self.styles.make(widgets.Dropdown, "200px"), f"{self.spec['inputs'][option]['title']}: a column")

    def _line(self, option: str) -> widgets.VBox:
        about = self.spec["inputs"][option]
        parts = [self.inputs[option]]
        if about.get("input") != "flag":
            parts.insert(0, row_label(self.styles, about["title"]))
        if option in self.inserts:
            button = self.styles.make(widgets.Button, "70px", description="Insert")
            button.on_click(lambda _button: self._put_in(option))
            parts += [self.inserts[option], button]
        note = self.styles.make(widgets.HTML, value=paragraph(about.get("note", ""), "idg-quiet"))
        # A layout of its own: lines are hidden one by one.
        return widgets.VBox([self.styles.make(widgets.HBox, children=parts), note, self.messages[option]])

    def _put_in(self, option: str) -> None:
        """One more column at the end of an expression or a list."""
        box, name = self.inputs[option], self.inserts[option].value
        between = ", " if option == "baseColumn" else " "
        box.value = f"{box.value.strip()}{between}{name}" if box.value.strip() else str(name)

    def _changed(self, option: str, value) -> None:
        index = self.chosen.value
        if index is None:
            return
        column = self.columns[index]
        if option == "way":
            column = made_as(column, value)
        else:
            text = ("true" if value else "") if isinstance(value, bool) else str(value or "")
            column = {**column, option: text}
        self._submit([*self.columns[:index], column, *self.columns[index + 1 :]])

    def _add(self) -> None:
        table = self.columns[-1]["table"] if self.columns else "individuals"
        self._submit([*self.columns, new_column(self.columns, table)])
        self.chosen.value = len(self.columns) - 1

    def _remove(self) -> None:
        index = self.chosen.value
        self._submit([one for number, one in enumerate(self.columns) if number != index])

    def _submit(self, columns: list[dict[str, str]]) -> None:
        self.submit(from_texts(columns, self.state.value(self.spec["path"])))
