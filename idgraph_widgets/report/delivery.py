"""How a report's dataset reaches a browser, where paths of the machine that runs Python are no use to anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from idgraph_widgets import schema
from idgraph_widgets.dataset.export.source import Source
from idgraph_widgets.dataset.export.stream import FORMS, expected_bytes
from idgraph_widgets.notation import in_bytes
from idgraph_widgets.report.copy import ALL, TEN


@dataclass(frozen=True)
class Delivery:
    """Where a browser gets a dataset.

    Attributes
    ----------
    address : str
        Of the dataset on the server that the page comes from.
    show : callable
        Shows the report to others; returns the address at which they see it.
    """

    address: str
    show: Callable[[], str]

    def link(self, form: str, tables: str = ALL) -> str:
        """The address of a file with these tables."""
        names = [("table", name) for name in _names(tables) or ()]
        return f"{self.address}?{urlencode([('format', form), *names])}"


def size_text(dataset, form: str, tables: str = ALL) -> str:
    """How large the file will be, for people."""
    return f"about {in_bytes(expected_bytes(Source(dataset.path, _names(tables)), form))}"


def _names(tables: str) -> list[str] | None:
    return None if tables == ALL else list(schema.TABLES) if tables == TEN else [tables]


__all__ = ["FORMS", "Delivery", "size_text"]
