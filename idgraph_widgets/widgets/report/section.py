"""A section of the report as a widget, measured when it is opened."""

from __future__ import annotations

from collections.abc import Callable

from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report.sections import SECTIONS
from idgraph_widgets.report.subject import ReportSection, Subject
from idgraph_widgets.widgets.report.part import Part, button


def section_of(key: str) -> ReportSection:
    """The section of that key; ValueError names all keys."""
    for section in SECTIONS:
        if section.key == key:
            return section
    raise ValueError(f"sections are {', '.join(section.key for section in SECTIONS)}, not {key!r}")


class SectionPart(Part):
    """One section of the report.

    Parameters
    ----------
    dataset : Dataset
    key : str
        ``overview``, ``fidelity``, ``places``, ``identity``, ``engagement``, ``campaigns`` or
        ``configuration``.
    found : callable, optional
        Gives what checks found by then, if they were run.

    Examples
    --------
    >>> SectionPart(dataset, "campaigns")  # doctest: +SKIP
    """

    def __init__(self, dataset, key: str, opened: bool = True, found: Callable[[], CheckReport | None] = lambda: None):
        self._section = section_of(key)
        self._dataset, self._found = dataset, found
        super().__init__(self._section.title, self._section.intro)
        if opened:
            self.begin()

    def first(self) -> None:
        self._measure()

    def _measure(self) -> None:
        self.controls = []
        # A section shows its example of a household where there is no explorer beside it.
        self.start(f"Measuring: {self._section.title.lower()}…", self._make)

    def _make(self):
        try:
            return self._section.make(Subject(self._dataset, self._found()))
        except Exception:
            self.controls = [[button("again", "Try again")]]
            raise

    def pressed(self, name: str, _value) -> None:
        if name == "again":
            self._measure()
