"""Conditions on a table's columns, from parts that people pick; never SQL that people type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.notation import exact, readings, understood
from idgraph_widgets.report.measures.query import literal, quoted
from idgraph_widgets.schema import GENERATED, Column, Table

OPERATORS = ("=", "≠", "<", "≤", ">", "≥", "contains", "is empty", "is not empty")

_SQL = {"=": "=", "≠": "<>", "<": "<", "≤": "<=", ">": ">", "≥": ">="}


class MeasureError(IdgraphError):
    """A measure was asked for something that is not there or makes no sense; says what is allowed."""

    exit_code = 2


@dataclass(frozen=True)
class Filter:
    """One condition: a column, an operator of `OPERATORS`, and a value where the operator needs one.

    Examples
    --------
    >>> Filter("age", "≥", "18")
    Filter(column='age', operator='≥', value='18')
    """

    column: str
    operator: str
    value: Any = None


def table_names(dataset) -> list[str]:
    """The tables of a dataset that are declared, the ten first, then the companions."""
    there = set(dataset.table_names())
    return [name for name in GENERATED if name in there]


def declared(dataset, table: str) -> Table:
    """The declaration of a table of the dataset.

    Raises
    ------
    MeasureError
    """
    names = table_names(dataset)
    if table not in names:
        raise MeasureError(f"There is no table {table!r}; choose one of {', '.join(names)}.")
    return GENERATED[table]


def column_of(table: Table, name: str) -> Column:
    """A column of a table.

    Raises
    ------
    MeasureError
    """
    for column in table.columns:
        if column.name == name:
            return column
    raise MeasureError(f"{table.name} has no column {name!r}; choose one of {', '.join(table.column_names)}.")


def condition(table: Table, filters: Sequence[Filter]) -> str:
    """SQL that is true where all filters hold.

    Raises
    ------
    MeasureError
        A column, operator or value does not fit.
    """
    return " and ".join(_one(column_of(table, f.column), f) for f in filters) or "true"


def _one(column: Column, wanted: Filter) -> str:
    name = quoted(column.name)
    if wanted.operator == "is empty":
        return f"{name} is null"
    if wanted.operator == "is not empty":
        return f"{name} is not null"
    if wanted.operator == "contains":
        if column.type != "string":
            raise MeasureError(f"{column.name} is no text, so it cannot contain one; use =, < or >.")
        return f"position({literal(str(wanted.value).lower())} in lower({name})) > 0"
    if wanted.operator not in _SQL:
        raise MeasureError(f"There is no operator {wanted.operator!r}; choose one of {', '.join(OPERATORS)}.")
    left, value = _comparable(column, wanted.value)
    return f"{left} {_SQL[wanted.operator]} {value}"


def _comparable(column: Column, value: Any) -> tuple[str, str]:
    """Column and value as SQL that compares alike on every engine."""
    name, text = quoted(column.name), str(value).strip()
    try:
        if column.type in ("bigint", "int"):
            return name, literal(_number(text, whole=True))
        if column.type == "double" or column.type.startswith("decimal"):
            return f"cast({name} as double)", literal(_number(text, whole=False))
        if column.type == "boolean":
            return name, literal({"true": True, "yes": True, "false": False, "no": False}[text.lower()])
        if column.type == "date":
            return f"unix_date({name})", literal((date.fromisoformat(text[:10]) - date(1970, 1, 1)).days)
        if column.type == "timestamp":
            moment = datetime.fromisoformat(text).replace(tzinfo=None) - datetime(1970, 1, 1)  # noqa: DTZ001 - UTC
            return f"unix_micros({name})", literal(round(moment.total_seconds() * 1_000_000))
    except (ValueError, KeyError):
        wanted = {
            "boolean": "true or false",
            "date": "a date such as 2025-01-31",
            "timestamp": "a time such as 2025-01-31 18:30 (UTC)",
        }.get(column.type, "a number")
        raise MeasureError(f"{column.name} is compared with {wanted}; {text!r} is none.") from None
    return name, literal(text)


def _number(text: str, whole: bool) -> int | float:
    """The one number that a text means.

    Raises
    ------
    ValueError
        It means none.
    MeasureError
        It can mean two.
    """
    if whole and text.isdecimal():
        return int(text)
    number = understood(text, whole=whole)
    if isinstance(number, int if whole else (int, float)):
        return number
    if len(found := readings(text, whole=whole)) > 1:
        first, second = map(exact, found)
        raise MeasureError(f"{text!r} can mean {first} or {second}: write one of these.")
    raise ValueError(text)
