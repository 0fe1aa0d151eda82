"""An expression as SQL that gives the same on every engine, ANSI mode and time zone."""

from __future__ import annotations

from collections.abc import Callable

from idgraph_widgets.config.expressions.nodes import KINDS, Node
from idgraph_widgets.schema import literal, quoted

_DAY, _HOUR = 86_400_000_000, 3_600_000_000


def rendered(node: Node) -> str:
    """The SQL of an expression; divisions by zero are null, whole numbers BIGINT, dates and hours those of UTC.

    Examples
    --------
    >>> from idgraph_widgets.config.expressions.parser import parse
    >>> rendered(parse("age % 10", {"age": "int"}))
    '(cast(`age` as bigint) % nullif(10L, 0L))'
    """
    parts = [rendered(part) for part in node.args]
    if node.op in _SPECIAL:
        return _SPECIAL[node.op](node, parts)
    if node.op in ("=", "<>", "<", "<=", ">", ">=", "and", "or", "+", "-", "*"):
        return f"({f' {node.op} '.join(parts)})"
    if node.op in ("year", "month", "day", "length", "datediff", "ceil", "floor"):
        return f"cast({node.op}({', '.join(parts)}) as bigint)"
    return f"{node.op}({', '.join(parts)})"


def _column(node: Node, _parts: list[str]) -> str:
    name = quoted(str(node.value))
    if node.type == "int":
        return f"cast({name} as bigint)"
    return f"cast({name} as double)" if node.type.startswith("decimal") else name


def _literal(node: Node, _parts: list[str]) -> str:
    value = node.value
    if value is None:
        return f"cast(null as {KINDS[node.kind]})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if node.kind == "date":
        return f"date '{value}'"
    if isinstance(value, int):
        return f"{value}L"
    return f"cast({value!r} as double)" if isinstance(value, float) else literal(str(value))


def _divided(node: Node, parts: list[str]) -> str:
    zero = "cast(0 as double)" if node.kind == "real" else "0L"
    return f"({parts[0]} {node.op} nullif({parts[1]}, {zero}))"


def _case(_node: Node, parts: list[str]) -> str:
    pairs = " ".join(f"when {when} then {then}" for when, then in zip(parts[:-1:2], parts[1::2]))
    return f"case {pairs} else {parts[-1]} end"


def _days(node: Node, parts: list[str]) -> str:
    return f"{node.op}({parts[0]}, cast({parts[1]} as int))"


def _substring(node: Node, parts: list[str]) -> str:
    # Engines take INTs here, in ANSI mode no BIGINTs.
    return f"substring({', '.join([parts[0], *(str(part.value) for part in node.args[1:])])})"


def _weekday(_node: Node, parts: list[str]) -> str:
    # Engines count days of the week from 0 or 1; the fourth of January 1970 was a Sunday.
    return f"((cast(datediff({parts[0]}, date '1970-01-04') as bigint) % 7L + 7L) % 7L + 1L)"


_SPECIAL: dict[str, Callable[[Node, list[str]], str]] = {
    "column": _column,
    "literal": _literal,
    "/": _divided,
    "%": _divided,
    "div": _divided,
    "case": _case,
    "substring": _substring,
    "dayofweek": _weekday,
    "date_add": _days,
    "date_sub": _days,
    "negative": lambda _, parts: f"(- {parts[0]})",
    "not": lambda _, parts: f"(not {parts[0]})",
    "real": lambda _, parts: f"cast({parts[0]} as double)",
    "string": lambda _, parts: f"cast({parts[0]} as string)",
    "is null": lambda _, parts: f"({parts[0]} is null)",
    "like": lambda _, parts: f"({parts[0]} like {parts[1]})",
    "in": lambda _, parts: f"({parts[0]} in ({', '.join(parts[1:])}))",
    "to_date": lambda _, parts: f"date_add(date '1970-01-01', cast(unix_micros({parts[0]}) div {_DAY}L as int))",
    "hour": lambda _, parts: f"((unix_micros({parts[0]}) div {_HOUR}L) % 24L)",
}
