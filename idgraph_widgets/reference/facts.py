"""Reads the CSV files of this package into lists of dicts with typed values."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources
from typing import Any

# Codes that look like numbers but are names; leading zeros and letters must survive.
_TEXT_COLUMNS = frozenset({"state_fips", "unique_id", "parent_id", "content_3_1_id", "zip3", "zip3s"})

_INTEGER = re.compile(r"-?(0|[1-9]\d*)\Z")
_DECIMAL = re.compile(r"-?\d+\.\d+\Z")


@cache
def _rows(folder: str, name: str) -> tuple[dict[str, Any], ...]:
    path = resources.files(__package__)
    for part in (*([folder] if folder else []), f"{name}.csv"):
        path = path.joinpath(part)
    with resources.as_file(path) as csv_file, csv_file.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        columns = tuple(next(rows))
        typed = _Typed()
        texts = [place for place, column in enumerate(columns) if column in _TEXT_COLUMNS]
        found = []
        for row in rows:
            cells = [typed[text] for text in row]
            for place in texts:
                cells[place] = row[place] or None
            found.append(dict(zip(columns, cells, strict=True)))
        return tuple(found)


class _Typed(dict[str, Any]):
    """What texts of cells stand for, each looked at once: most of them stand in many rows."""

    def __missing__(self, text: str) -> Any:
        self[text] = value = _typed(text)
        return value


def facts(name: str) -> list[dict[str, Any]]:
    """The rows of one file of published facts.

    Parameters
    ----------
    name : str
        The file's name without ``.csv``, for example ``"household_size"``; see `fact_names`.

    Returns
    -------
    list of dict
        One dict per row. Numbers are ``int`` or ``float``, empty cells ``None``, all else ``str``.
        The list and its dicts are copies: changing them changes nothing for others.

    Raises
    ------
    KeyError
        If there is no such file; the message lists the names.

    Examples
    --------
    >>> facts("household_size")[0]["household_share"]
    0.28986
    """
    if name not in fact_names():
        raise KeyError(f"no facts named {name!r}; there are {', '.join(fact_names())}")
    return [dict(row) for row in _rows("facts", name)]


@cache
def fact_names() -> tuple[str, ...]:
    """The names `facts` accepts, in alphabetical order."""
    folder = resources.files(__package__).joinpath("facts")
    return tuple(sorted(path.name[:-4] for path in folder.iterdir() if path.name.endswith(".csv")))


def package_rows(name: str) -> list[dict[str, Any]]:
    """The rows of a CSV file that belongs to this package itself, typed like `facts`."""
    return [dict(row) for row in _rows("", name)]


def _typed(text: str) -> Any:
    if not text:
        return None
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text
