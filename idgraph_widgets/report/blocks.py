"""What a section of the report is made of besides figures: tables and lists of facts, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class TableBlock:
    """A table of texts.

    Parameters
    ----------
    key, title : str
    columns : tuple of str
    rows : tuple of tuple of str
    right : tuple of int
        Columns of figures, flush right.
    note : str
    folded : bool
        Whether it is closed at first.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    note: str = ""
    folded: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Facts:
    """Labelled figures.

    Parameters
    ----------
    key, title : str
    facts : tuple of (label, value)
    note : str
    state : {"", "good", "bad"}
        Colours the block; its words say the same.
    """

    key: str
    title: str
    facts: tuple[tuple[str, str], ...]
    note: str = ""
    state: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def table_of(key: str, title: str, frame: pd.DataFrame, columns: Sequence[tuple[str, str, str]], **given) -> TableBlock:
    """A table from a frame.

    Parameters
    ----------
    key, title : str
    frame : DataFrame
    columns : sequence of (name in the frame, heading, format)
        An empty format shows the value as text; any other is applied to numbers, which are flush right.
    """
    rows = tuple(
        tuple(cell(getattr(row, name), form) for name, _, form in columns)
        for row in frame[[name for name, *_ in columns]].itertuples(index=False)
    )
    right = tuple(i for i, (_, _, form) in enumerate(columns) if form)
    return TableBlock(key, title, tuple(heading for _, heading, _ in columns), rows, right, **given)


def cell(value, form: str = "") -> str:
    """A value as people read it; nothing for what is missing."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format(value, form) if form else str(value)
