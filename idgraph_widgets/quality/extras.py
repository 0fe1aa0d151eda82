"""Columns of one's own: values as the configuration says, recomputed in SQL where they come from other columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from idgraph_widgets.config.expressions import rendered
from idgraph_widgets.config.extra_columns import extra_columns, tables_of
from idgraph_widgets.config.extra_specs import Expression, ExtraColumn, Pool, Range, Template, Values
from idgraph_widgets.quality.checks import Check, Context, Partial, Scan
from idgraph_widgets.quality.sql import one_of
from idgraph_widgets.schema import GENERATED, Table, literal, quoted

WITH_OWN = "__with_own"
"""Behind the name of a table: the table with the columns of one's own, which other checks do not see. A name of theirs
that a user also chose would mean two things there."""


def tables_with_own(config: Any) -> dict[str, Table]:
    """The tables that have columns of one's own, with them, by the name of their rows in a source."""
    return {f"{name}{WITH_OWN}": table for name, table in tables_of(config).items() if table is not GENERATED[name]}


def apart(tables: Mapping[str, Any], config: Any) -> dict[str, Any]:
    """DataFrames by name: those with columns of one's own twice, without and with them."""
    found = dict(tables)
    for name, table in tables_with_own(config).items():
        plain = name.removesuffix(WITH_OWN)
        if plain in tables:
            df = tables[plain]
            own = {column.name for column in table.columns} - set(GENERATED[plain].column_names)
            found[plain] = df.select([quoted(column) for column in df.columns if column not in own])
            found[name] = df
    return found


def queries(context: Context) -> list[Scan | Partial]:
    """A scan per table with columns of one's own, and one per column that is based on others."""
    found: dict[str, list[Check]] = {}
    scans: list[Scan | Partial] = []
    for column in extra_columns(context.config):
        checks = found.setdefault(column.table, [])
        checks += _checks(column)
        scans += _based(column)
        if isinstance(column.made, Pool):
            scans.append(_few(column))
    rows = [Scan(_rows(table), tuple(checks), _over(table)) for table, checks in found.items() if checks]
    return [*rows, *scans]


def _rows(table: str) -> str:
    return f"select * from {{{table}{WITH_OWN}}}"


def _over(table: str) -> str:
    return "slices" if GENERATED[table].range_of(1, 1) else "whole"


def _checks(column: ExtraColumn) -> list[Check]:
    """What a row tells by itself; texts of a list are in the vocabulary of the column."""
    made = column.made
    if isinstance(made, Expression):
        return [_check(column, "expr", "what its expression gives", _as_computed(column, made))]
    if isinstance(made, Range):
        return [
            _check(
                column, "range", "in its range, a whole number of steps from the first value", _in_range(column, made)
            )
        ]
    if isinstance(made, Template):
        return [_check(column, "template", "as its template says", f"{_name(column)} rlike {literal(_pattern(made))}")]
    if isinstance(made, Values) and not column.vocabulary:
        return [_check(column, "values", "one of its values", _one_of(column, made))]
    return []


def _check(column: ExtraColumn, what: str, words: str, holds: str) -> Check:
    """A check of rows that have a value; those of expressions may have none only where the expression has none."""
    computed = isinstance(column.made, Expression)
    some = column.nulls > 0 if computed else column.nullable
    return Check(
        f"extras.{column.table}.{column.name}.{what}",
        f"{column.table}.{column.name} is {words}.",
        GENERATED[column.table].key,
        holds=holds,
        given=f"{_name(column)} is not null" if some else "true",
    )


def _name(column: ExtraColumn) -> str:
    return quoted(column.name)


def _as_computed(column: ExtraColumn, made: Expression) -> str:
    wanted = rendered(made.node)
    return f"{_name(column)} <=> {f'cast({wanted} as int)' if column.type == 'int' else wanted}"


def _number(column: ExtraColumn, units: int, scale: int) -> str:
    """A value of a column, from its units."""
    if column.type == "double":
        return f"cast({units}L as double) / cast({scale} as double)"
    return f"cast({units}L as bigint)"


def _units(column: ExtraColumn) -> str:
    """The units of a column's value, as BIGINT."""
    name = _name(column)
    if column.type.startswith("decimal"):
        scale = int(column.type.rstrip(")").split(",")[1])
        return f"cast({name} * {10**scale} as bigint)"
    if column.type == "date":
        return f"cast(datediff({name}, date '1970-01-01') as bigint)"
    return f"unix_micros({name})" if column.type == "timestamp" else f"cast({name} as bigint)"


def _in_range(column: ExtraColumn, made: Range) -> str:
    if column.type == "double":
        low, high = _number(column, made.low, made.scale), _number(column, made.high, made.scale)
        # The nearest step, divided as it was made.
        step = f"cast(round(({_name(column)} * {made.scale} - {made.low}) / {made.step}) as bigint)"
        nearest = f"cast({made.low}L + {made.step}L * {step} as double) / cast({made.scale} as double)"
        return f"{_name(column)} between {low} and {high} and {_name(column)} = {nearest}"
    if column.type == "string":
        name, start, length = _name(column), len(made.prefix) + 1, len(made.prefix) + len(made.suffix)
        middle = f"substring({name}, {start}, cast(length({name}) as int) - {length})"
        pattern = f"^{re.escape(made.prefix)}-?[0-9]{{1,18}}{re.escape(made.suffix)}$"
        number = f"cast(case when {name} rlike {literal(pattern)} then {middle} end as bigint)"
        return f"{name} rlike {literal(pattern)} and {_on_steps(number, made)}"
    return _on_steps(_units(column), made)


def _on_steps(units: str, made: Range) -> str:
    return f"{units} between {made.low}L and {made.high}L and ({units} - {made.low}L) % {made.step}L = 0"


def _one_of(column: ExtraColumn, made: Values) -> str:
    possible = [value for i, value in enumerate(made.values) if not made.weights or made.weights[i] > 0]
    if column.type == "boolean":
        return one_of(_name(column), possible)
    if column.type == "double":
        return f"{_name(column)} in ({', '.join(_number(column, value, made.scale) for value in possible)})"
    return f"{_units(column)} in ({', '.join(f'{value}L' for value in possible)})"


def _pattern(made: Template) -> str:
    return f"^({'|'.join(''.join(map(_piece, pieces)) for pieces in made.alternatives)})$"


def _piece(piece: str | tuple[str, ...]) -> str:
    if isinstance(piece, str):
        # As classes: engines escape other signs in different ways.
        return "".join(
            sign if sign.isalnum() else f"[{sign}]" if sign not in "\\^[]" else f"\\{sign}" for sign in piece
        )
    if len(piece) > 36:
        return f"[0-9]{{1,{len(piece[-1])}}}"
    return f"[{''.join(piece)}]"


def _based(column: ExtraColumn) -> list[Scan]:
    """Equal values of the columns that a column is based on have equal values of it."""
    if not column.base:
        return []
    base = ", ".join(map(quoted, column.base))
    # A null counts as a value of its own.
    source = (
        f"select {base}, count(distinct coalesce(cast({_name(column)} as string), '')) as different"
        f" from {{{column.table}{WITH_OWN}}} group by {base}"
    )
    check = Check(
        f"extras.{column.table}.{column.name}.base",
        f"Rows of {column.table} with the same {', '.join(column.base)} have the same {column.name}.",
        tuple(map(quoted, column.base)),
        holds="different = 1",
    )
    return [Scan(source, (check,), "whole")]


def _few(column: ExtraColumn) -> Scan:
    """Faker is asked for so many texts, and rows have no others."""
    made = column.made
    name = _name(column)
    source = (
        f"select count(distinct {name}) as different, sum(case when {name} = '' then 1 else 0 end) as empty_ones"
        f" from {{{column.table}{WITH_OWN}}}"
    )
    check = Check(
        f"extras.{column.table}.{column.name}.pool",
        f"{column.table}.{column.name} has at most {made.size:,} different texts, none of them empty.",
        ("different", "empty_ones"),
        holds=f"different <= {made.size} and coalesce(empty_ones, 0) = 0",
    )
    return Scan(source, (check,), "whole")
