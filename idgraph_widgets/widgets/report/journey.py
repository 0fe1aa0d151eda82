"""Pick a person and see the journey: a lane per identifier, and the ads before each purchase."""

from __future__ import annotations

from typing import Any

from idgraph_widgets.errors import StorageError
from idgraph_widgets.notation import understood
from idgraph_widgets.report import measures
from idgraph_widgets.report.blocks import TableBlock, table_of
from idgraph_widgets.report.figures.journey import credit_cards, journey_card
from idgraph_widgets.widgets.report.part import Part, as_dict, text, with_buttons


class JourneyExplorer(Part):
    """One person's engagements, ads, responses, and which ads came before purchases.

    Parameters
    ----------
    dataset : Dataset
    person : int, optional
        Whose journey is shown first; default somebody with much to see.
    """

    def __init__(self, dataset, person: int | None = None, opened: bool = True):
        self._dataset, self._person = dataset, person
        super().__init__("A person's journey", "A lane per identifier; responses above them.")
        self._describe()
        if opened:
            self.begin()

    def first(self) -> None:
        self.start("Looking for somebody with much to see…", self._blocks)

    def show(self, person: int) -> None:
        """Show the journey of this person."""
        self._opened, self._person = True, person
        self._describe()
        self.start(f"Reading person {person}…", self._blocks)

    def changed(self, values: dict[str, Any]) -> None:
        wanted = str(values.get("person", "")).strip()
        number = understood(wanted, whole=True)
        if isinstance(number, int) and number >= 0:
            self.show(number)
        elif "person" in values:
            self.start("Searching…", lambda: self._no_number(wanted))

    def pressed(self, name: str, value: Any) -> None:
        if name == "show" and isinstance(value, int):
            self.show(value)

    def _describe(self) -> None:
        shown = "" if self._person is None else str(self._person)
        self.controls = [[text("person", "Person", shown, "household number x 16 + 1, 2, …")]]

    def _no_number(self, wanted: str):
        raise StorageError(f"A person is named by a number, not {wanted!r}; the list below names some.")

    def _blocks(self) -> list:
        people = measures.notable_people(self._dataset)
        if self._person is None:
            if people.empty:
                note = "Nobody responded to an ad. Enter the number of a person."
                return [TableBlock("nobody", "Nobody to suggest", (), (), (), note)]
            self._person = int(people.individual_id[0])
            self._describe()
        found = measures.person_journey(self._dataset, self._person)
        cards = [journey_card(found), *credit_cards(found)]
        return [*map(as_dict, cards), self._suggestions(people)]

    def _suggestions(self, people) -> dict:
        columns = (
            ("individual_id", "person", "d"),
            ("name", "name", ""),
            ("age", "age", "d"),
            ("ads", "ads before a purchase", ",d"),
            ("purchases", "purchases", ",d"),
            ("responses", "responses", ",d"),
        )
        table = table_of("people", "People with much to see", people, columns)
        return with_buttons(table, "show", "Show", [int(key) for key in people.individual_id])
