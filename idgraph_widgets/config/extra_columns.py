"""Columns of one's own: what they are called, which table has them, and how they are made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from idgraph_widgets.config.extra_options import OPTIONS, WAYS, made_by
from idgraph_widgets.config.extra_outside import OUTSIDE
from idgraph_widgets.config.extra_specs import Expression, ExtraColumn
from idgraph_widgets.config.extra_values import OptionError, plain_option
from idgraph_widgets.config.kinds import Kind
from idgraph_widgets.config.problems import Problem, config_error, did_you_mean, shown
from idgraph_widgets.schema import GENERATED, Column, Table

if TYPE_CHECKING:
    from idgraph_widgets.config.generation import GenerationConfig

MOST_COLUMNS = 100

GENERAL = ("name", "table", "type", "description", "percentNulls", "baseColumn")
"""Options of every column; the others are in `OPTIONS`."""

ALL_OPTIONS = (*GENERAL, *WAYS, *dict.fromkeys(name for names in OPTIONS.values() for name in names))

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}\Z")


@dataclass(frozen=True)
class ExtraColumns(Kind):
    """A list of columns of one's own, each a mapping of its options."""

    def read(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [plain_option(one) for one in value]
        return [] if value is None else value

    def plain(self, value: Any) -> Any:
        return self.read(value)

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list) or len(value) > MOST_COLUMNS:
            yield self.wrong(value, path, "Give a list; each entry starts with - name: in YAML.")
            return
        _, problems = _read(value, path)
        yield from problems

    def bounds(self) -> str:
        return (
            f"a list of up to {MOST_COLUMNS} columns, each with a name, a table, and one of {', '.join(WAYS)} with its "
            "options"
        )


def extra_columns(config: GenerationConfig) -> tuple[ExtraColumn, ...]:
    """The columns that a configuration adds, in order.

    Raises
    ------
    ConfigError
        With everything that is wrong with them.
    """
    if not config.extra_columns:
        return ()
    found, problems = _read(config.extra_columns, "extra_columns")
    if problems:
        raise config_error(problems)
    return tuple(found)


def tables_of(config: GenerationConfig) -> dict[str, Table]:
    """Every table that generators make, with the columns that a configuration adds, in the order of `GENERATED`."""
    added = extra_columns(config)
    return {
        name: table if all(one.table != name for one in added) else _with(table, added)
        for name, table in GENERATED.items()
    }


def _with(table: Table, added: tuple[ExtraColumn, ...]) -> Table:
    own = [
        Column(one.name, one.type, one.description or description_of(one), one.nullable, one.vocabulary)
        for one in added
        if one.table == table.name
    ]
    return replace(table, columns=(*table.columns, *own))


def description_of(column: ExtraColumn) -> str:
    """A column of one's own in words."""
    kinds = {
        "Values": "one of a list",
        "Range": "from a range",
        "Template": "by a template",
        "Pool": "from Faker",
        "Expression": "by an SQL expression",
    }
    return f"Column of your own, {kinds[type(column.made).__name__]}"


def _read(value: list[Any], path: str) -> tuple[list[ExtraColumn], list[Problem]]:
    found: list[ExtraColumn] = []
    problems: list[Problem] = []
    for number, given in enumerate(value):
        where = f"{path}[{number}]"
        try:
            found.append(_column(given, found))
        except OptionError as error:
            at = f"{where}.{error.option}" if error.option else where
            problems.append(Problem(at, error.found, error.allowed, error.suggestion))
    return found, problems


def _column(given: Any, before: list[ExtraColumn]) -> ExtraColumn:
    if not isinstance(given, Mapping):
        raise OptionError("", shown(given), "a mapping of options", "Write name, table and how it is made.")
    for option in given:
        if option not in ALL_OPTIONS:
            allowed = f"one of {', '.join(ALL_OPTIONS)}"
            hint = OUTSIDE.get(str(option)) or did_you_mean(option, ALL_OPTIONS)
            raise OptionError(str(option), f"the option {shown(option)}", allowed, hint)
    table = given.get("table")
    if not isinstance(table, str) or table not in GENERATED:
        hint = did_you_mean(table, GENERATED, "Choose one of these")
        raise OptionError("table", shown(table), f"one of {', '.join(GENERATED)}", hint)
    declared = GENERATED[table]
    columns = {column.name: column.type for column in declared.columns}
    columns |= {one.name: one.type for one in before if one.table == table}
    name = _name(given, columns, table)
    way = _way(given)
    made, type_ = made_by(way, given, columns)
    nulls = given.get("percentNulls", 0)
    if isinstance(nulls, bool) or not isinstance(nulls, (int, float)) or not 0 <= nulls < 1:
        raise OptionError("percentNulls", shown(nulls), "a share from 0 to less than 1", "Write such a number.")
    description = given.get("description", "")
    if not isinstance(description, str) or len(description) > 1_000:
        raise OptionError("description", shown(description), "a text of up to 1,000 characters", "Shorten it.")
    base = _base(given, columns, isinstance(made, Expression))
    return ExtraColumn(name, declared.name, type_, made, float(nulls), base, description)


def _name(given: Mapping[str, Any], columns: Mapping[str, str], table: str) -> str:
    name = given.get("name")
    if not isinstance(name, str) or not _NAME.match(name):
        allowed = "1 to 100 letters, digits and underscores, a letter first"
        raise OptionError("name", shown(name), allowed, "Write such a name.")
    taken = next((column for column in columns if column.lower() == name.lower()), None)
    if taken is not None:
        raise OptionError("name", f"{taken}, which {table} has already", "another name", "Choose another.")
    return name


def _way(given: Mapping[str, Any]) -> str:
    """The option that says how a column is made."""
    asked = ["minValue" if option == "maxValue" else option for option in given if option in (*WAYS, "maxValue")]
    ways = list(dict.fromkeys(asked))
    every = "; ".join(f"{way} ({what})" for way, what in WAYS.items())
    if len(ways) != 1:
        found = "no way to make it" if not ways else f"{' and '.join(ways)} beside one another"
        raise OptionError("", found, f"one of {every}", "Write one of these." if not ways else "Keep one.")
    (way,) = ways
    for option in given:
        if option not in (*GENERAL, way, *OPTIONS[way]):
            owners = " or ".join(owner for owner, names in OPTIONS.items() if option in names)
            hint = f"It belongs to {owners}. Remove it." if owners else "Remove it."
            raise OptionError(
                str(option), f"it beside {way}", f"{', '.join(OPTIONS[way]) or 'nothing more'} there", hint
            )
    return way


def _base(given: Mapping[str, Any], columns: Mapping[str, str], computed: bool) -> tuple[str, ...]:
    base = given.get("baseColumn")
    if base is None:
        return ()
    names = [base] if isinstance(base, str) else base
    if not isinstance(names, list) or not names or len(set(map(str, names))) < len(names):
        raise OptionError("baseColumn", shown(base), "a column, or a list of different ones", "Write one.")
    if computed:
        raise OptionError("baseColumn", "it beside expr", "columns named in the expression", "Remove it.")
    for name in names:
        if name not in columns:
            raise OptionError("baseColumn", shown(name), f"one of {', '.join(columns)}", did_you_mean(name, columns))
    return tuple(names)
