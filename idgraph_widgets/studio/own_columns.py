"""Columns of one's own as a form: what each kind asks for and begins with. Nothing here knows a widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from idgraph_widgets.config.extra_columns import MOST_COLUMNS
from idgraph_widgets.config.extra_options import OPTIONS, WAYS
from idgraph_widgets.schema import GENERATED

PATH = "extra_columns"
"""Where a configuration has them."""

_TITLES = {
    "values": "Values with weights",
    "minValue": "Range of numbers",
    "begin": "Range of days or times",
    "template": "Texts by a template",
    "faker": "Texts of Faker",
    "expr": "SQL expression",
}

_FIRST = {
    "values": {"values": "yes, no"},
    "minValue": {"minValue": "1", "maxValue": "100"},
    "begin": {"begin": "2024-01-01", "end": "2024-12-31"},
    "template": {"template": "AA-dddd"},
    "faker": {"faker": "company"},
    "expr": {"expr": "{column} is not null"},
}
"""What a column of each kind begins with; it can be generated as it is."""

SHAPES = {"shape": "gamma", "alpha": "beta", "beta": "beta"}
"""Parameters, and the distribution that has them."""

INPUTS: dict[str, dict[str, Any]] = {
    "name": {"title": "Name"},
    "table": {"title": "Table", "input": "choice"},
    "way": {"title": "Kind", "input": "choice"},
    "values": {"title": "Values", "input": "lines", "note": "parted by commas or lines; in quotes what has a comma"},
    "weights": {"title": "Weights", "note": "one for each value; none means all alike"},
    "distribution": {
        "title": "Distribution",
        "input": "choice",
        "offers": [["", "even"], *([name, name] for name in ("normal", "exponential", "gamma", "beta"))],
    },
    "shape": {"title": "Shape", "note": "0.5 to 100"},
    "alpha": {"title": "Alpha", "note": "0.5 to 100"},
    "beta": {"title": "Beta", "note": "0.5 to 100"},
    "minValue": {"title": "From", "note": "0 if empty"},
    "maxValue": {"title": "To"},
    "step": {"title": "Step", "note": "1 if empty"},
    "prefix": {"title": "Text before"},
    "suffix": {"title": "Text after"},
    "textSeparator": {"title": "Between text and number", "note": '_ if empty, "" for nothing'},
    "begin": {"title": "From", "note": "2025-01-31, or with a time in UTC"},
    "end": {"title": "To"},
    "interval": {"title": "Step", "note": "such as 7 days or 1 hour, 30 minutes; 1 day if empty"},
    "template": {
        "title": "Template",
        "note": "d, D: a digit (D from 1); a, A: a letter; k, K: letter or digit; x, X: hexadecimal; | between several",
    },
    "escapeSpecialChars": {"title": "Only after a backslash are these letters placeholders", "input": "flag"},
    "faker": {
        "title": "Provider",
        "note": "any provider of Faker that needs nothing more",
        "offers": [
            "company", "job", "catch_phrase", "city", "street_address", "postcode", "name", "first_name", "last_name",
            "word", "sentence", "color_name", "license_plate", "iban", "ean13", "user_agent", "file_name",
        ],
    },
    "locale": {
        "title": "Locale",
        "note": "en_US if empty",
        "offers": ["en_US", "en_GB", "de_DE", "es_ES", "fr_FR", "it_IT", "ja_JP", "nl_NL", "pl_PL", "pt_BR", "zh_CN"],
    },
    "uniqueValues": {"title": "Texts to draw from", "note": "1,000 if empty"},
    "expr": {
        "title": "Expression",
        "input": "lines",
        "note": "SQL over columns of the table and yours before it",
        "columns": True,
    },
    "type": {
        "title": "Type",
        "note": "follows from the kind if empty",
        "offers": ["string", "bigint", "int", "double", "decimal(10,2)", "boolean", "date", "timestamp"],
    },
    "percentNulls": {"title": "Without a value", "note": "% of rows"},
    "baseColumn": {
        "title": "Same for rows that agree in",
        "note": "columns of the table; none means each row by itself",
        "columns": True,
    },
    "description": {"title": "Description"},
}  # fmt: skip
"""Per option its title, what it is written into (a text if not said), a note, and what is offered."""


def columns_control() -> dict:
    """What a form needs to know of columns of one's own.

    Returns
    -------
    dict
        ``control``; ``most`` of them; ``tables``: name to names of columns; ``ways``: for each kind ``way``, ``title``,
        ``options`` in order and ``first``, what it begins with; ``inputs``: see `INPUTS`; ``shapes``: parameter to
        the distribution that has it.
    """
    ways = [
        {"way": way, "title": title, "words": WAYS[way], "options": options_of(way), "first": _FIRST[way]}
        for way, title in _TITLES.items()
    ]
    return {
        "control": "columns",
        "most": MOST_COLUMNS,
        "tables": {name: [column.name for column in table.columns] for name, table in GENERATED.items()},
        "ways": ways,
        "inputs": INPUTS,
        "shapes": SHAPES,
    }


def options_of(way: str) -> list[str]:
    """The options of a kind, in order; those of every column are the last."""
    found: list[str] = []
    for option in (way, *OPTIONS[way]):
        found += [option, *SHAPES] if option == "distribution" else [option]
    return [*found, "type", "percentNulls", *([] if way == "expr" else ["baseColumn"]), "description"]


def new_column(columns: Sequence[Mapping[str, str]], table: str = "individuals") -> dict[str, str]:
    """A column to begin with, as texts, beside those there are.

    Examples
    --------
    >>> new_column([])
    {'name': 'column_1', 'table': 'individuals', 'way': 'values', 'values': 'yes, no'}
    """
    taken = {one.get("name", "").lower() for one in columns}
    number = next(n for n in range(1, len(columns) + 2) if f"column_{n}" not in taken)
    return made_as({"name": f"column_{number}", "table": table}, "values")


def made_as(column: Mapping[str, str], way: str) -> dict[str, str]:
    """The column as one of another kind, which begins with what that kind begins with."""
    kept = ("name", "table", "percentNulls", "description", *(() if way == "expr" else ("baseColumn",)))
    table = GENERATED.get(column.get("table", ""))
    first = {name: text.format(column=table.columns[0].name if table else "id") for name, text in _FIRST[way].items()}
    return {**{name: text for name, text in column.items() if name in kept}, "way": way, **first}
