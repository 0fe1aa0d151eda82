"""Pick or search a household and see its identity graph."""

from __future__ import annotations

from typing import Any

from idgraph_widgets.report import measures
from idgraph_widgets.report.blocks import TableBlock, cell, table_of
from idgraph_widgets.report.figures.network import network_card
from idgraph_widgets.schema.truth_identity import TRUE_RELATIONS
from idgraph_widgets.widgets.report.part import Part, as_dict, button, text, with_buttons

HINT = "number, surname, city or identifier"
MOST_FOUND = 10


class HouseholdExplorer(Part):
    """A household's people, devices and identifiers, and what connects them.

    Parameters
    ----------
    dataset : Dataset
    household : int, optional
        Which to show first; default one with much to see.
    on_person : callable, optional
        Called with the number of a person whose journey is asked for.
    """

    def __init__(self, dataset, household: int | None = None, on_person=None, opened: bool = True):
        self._dataset, self._household, self._on_person = dataset, household, on_person
        self._search = ""
        intro = "Pick or search a household. False links are dotted and red, shared ones dashed."
        super().__init__("A household's identity graph", intro)
        self._describe()
        if opened:
            self.begin()

    def first(self) -> None:
        self.start("Looking for a household with much to see…", self._first)

    def show(self, household: int) -> None:
        """Show the graph of this household."""
        self._opened, self._household = True, household
        self.start(f"Reading household {household}…", self._blocks)

    def changed(self, values: dict[str, Any]) -> None:
        if "search" in values:
            self._search = str(values["search"])
            self.start("Searching…", self._found)

    def pressed(self, name: str, value: Any) -> None:
        if name == "show" and isinstance(value, int):
            self.show(value)
        elif name == "next":
            last = self._dataset.manifest["tables"]["households"]["rows"]
            self.show((self._household or 0) % last + 1)
        elif name == "journey" and isinstance(value, int) and self._on_person is not None:
            self._on_person(value)

    def _describe(self) -> None:
        self.controls = [[text("search", "Find", self._search, HINT), button("next", "Next household")]]

    def _first(self) -> list:
        if self._household is None:
            notable = measures.notable_households(self._dataset)
            self._household = int(notable.household_id[0]) if len(notable) else 1
        return self._blocks()

    def _found(self) -> list:
        found = measures.find_households(self._dataset, self._search, MOST_FOUND)
        if len(found) == 1:
            self._household = int(found.household_id[0])
            return self._blocks()
        return [self._list(found), *self._blocks()]

    def _list(self, found) -> dict:
        columns = (
            ("household_id", "household", "d"),
            ("family", "family", ""),
            ("city", "city", ""),
            ("state", "state", ""),
            ("household_size", "people", "d"),
        )
        if found.empty:
            title = f"No household has {self._search!r} as its {HINT}"
        elif self._search.strip():
            title = f"{'The first ' if len(found) == MOST_FOUND else ''}{len(found)} households found"
        else:
            title = "Households with much to see"
        table = table_of("found", title, found, columns)
        return with_buttons(table, "show", "Show", [int(key) for key in found.household_id])

    def _blocks(self) -> list:
        graph = measures.household_graph(self._dataset, self._household)
        people = [node for node in graph.nodes if node.kind == "person"]
        table = TableBlock("people", "People", ("person",), tuple((node.about,) for node in people))
        ids = [int(node.id[1:]) for node in people]
        shown = with_buttons(table, "journey", "Journey", ids) if self._on_person else as_dict(table)
        return [as_dict(network_card(graph)), shown, as_dict(_links(graph))]


def _links(graph) -> TableBlock:
    """The graph's rows, for those who would rather read them."""
    names = ("identifier", "value", "person", "device", "match", "confidence", "shared", "truth")
    rows = tuple(
        (
            row.identifier_type,
            row.identifier_value,
            str(row.individual_id),
            "" if row.device_type is None else f"{row.platform} {row.device_type}",
            row.match_type,
            cell(float(row.confidence), ".4f"),
            cell(bool(row.is_shared)),
            "✓ true" if row.relation in TRUE_RELATIONS else f"✗ {row.relation.replace('_', ' ')}",
        )
        for row in graph.mappings.itertuples()
    )
    return TableBlock("links", "Links", names, rows, (5,), folded=True)
