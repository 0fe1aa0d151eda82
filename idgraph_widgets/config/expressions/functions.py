"""The functions that expressions may call: what each takes and gives."""

from __future__ import annotations

from collections.abc import Callable

from idgraph_widgets.config.expressions.nodes import WORDS, ExpressionError, Kind, Node, alike, real

Make = Callable[[str, list[Node]], Node]
"""From the name and the arguments to the call."""


def _of(kind: Kind, *takes: Kind) -> Make:
    """A function of fixed arguments."""

    def make(name: str, given: list[Node]) -> Node:
        _count(name, given, len(takes), len(takes))
        return Node(name, kind, tuple(_as(name, part, wanted) for part, wanted in zip(given, takes, strict=True)))

    return make


def _as(name: str, part: Node, wanted: Kind) -> Node:
    if part.kind == "null":
        return Node("literal", wanted)
    if wanted == "real" and part.kind in ("whole", "real"):
        return real(part)
    if part.kind != wanted:
        hint = "Convert it with cast(… as string)." if wanted == "text" else f"Give {name} what it takes."
        if wanted == "date" and part.kind == "time":
            hint = "Take the UTC date of a time with to_date(…)."
        raise ExpressionError(f"{WORDS[part.kind]} in {name}(…)", f"{WORDS[wanted]} there", hint)
    return part


def _count(name: str, given: list[Node], least: int, most: int | None) -> None:
    if len(given) < least or (most is not None and len(given) > most):
        wanted = str(least) if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        raise ExpressionError(f"{len(given)} arguments in {name}(…)", f"{wanted} of them", "Add or remove some.")


def _number(name: str, given: list[Node]) -> Node:
    _count(name, given, 1, 1)
    if given[0].kind not in ("whole", "real"):
        raise ExpressionError(f"{WORDS[given[0].kind]} in {name}(…)", "a number there", "Give it a number.")
    return Node(name, given[0].kind, (given[0],))


def _rounded(name: str, given: list[Node]) -> Node:
    found = _number(name, given)
    return Node(name, "whole", (real(found.args[0]),))


def _first_of(name: str, given: list[Node]) -> Node:
    _count(name, given, 1, None)
    parts = alike(given, f"{name}(…)")
    return Node(name, parts[0].kind, tuple(parts))


def _extreme(name: str, given: list[Node]) -> Node:
    _count(name, given, 2, None)
    found = _first_of(name, given)
    if found.kind in ("text", "flag"):
        raise ExpressionError(f"{WORDS[found.kind]} in {name}(…)", "numbers, dates or times there", "Use case instead.")
    return found


def _nullif(name: str, given: list[Node]) -> Node:
    _count(name, given, 2, 2)
    return _first_of(name, given)


def _texts(name: str, given: list[Node]) -> Node:
    _count(name, given, 1, None)
    return Node(name, "text", tuple(_as(name, part, "text") for part in given))


def _if(name: str, given: list[Node]) -> Node:
    _count(name, given, 3, 3)
    then, otherwise = alike(given[1:], f"{name}(…)")
    return Node("case", then.kind, (_as(name, given[0], "flag"), then, otherwise))


def _literal(name: str, part: Node, low: int, what: str) -> Node:
    if part.op != "literal" or not isinstance(part.value, int) or isinstance(part.value, bool) or part.value < low:
        raise ExpressionError(f"{what} of {name}(…) that is no such number", f"{low} or more, written out", "Write it.")
    return part


def _substring(name: str, given: list[Node]) -> Node:
    _count(name, given, 2, 3)
    parts = [_as(name, given[0], "text"), _literal(name, given[1], 1, "a position")]
    return Node("substring", "text", (*parts, *(_literal(name, part, 0, "a length") for part in given[2:])))


def _left(name: str, given: list[Node]) -> Node:
    _count(name, given, 2, 2)
    length = _literal(name, given[1], 0, "a length")
    return Node("substring", "text", (_as(name, given[0], "text"), Node("literal", "whole", value=1), length))


def _replace(name: str, given: list[Node]) -> Node:
    _count(name, given, 3, 3)
    for part in given[1:]:
        if part.op != "literal" or part.kind != "text" or (part is given[1] and not part.value):
            raise ExpressionError(f"texts of {name}(…) that are not written out", "texts in quotes", "Write them out.")
    return Node(name, "text", (_as(name, given[0], "text"), *given[1:]))


FUNCTIONS: dict[str, Make] = {
    "abs": _number,
    "ceil": _rounded,
    "coalesce": _first_of,
    "concat": _texts,
    "date_add": _of("date", "date", "whole"),
    "date_sub": _of("date", "date", "whole"),
    "datediff": _of("whole", "date", "date"),
    "day": _of("whole", "date"),
    "dayofweek": _of("whole", "date"),
    "floor": _rounded,
    "greatest": _extreme,
    "hour": _of("whole", "time"),
    "if": _if,
    "least": _extreme,
    "left": _left,
    "length": _of("whole", "text"),
    "lower": _of("text", "text"),
    "month": _of("whole", "date"),
    "nullif": _nullif,
    "replace": _replace,
    "substring": _substring,
    "to_date": _of("date", "time"),
    "trim": _of("text", "text"),
    "unix_micros": _of("whole", "time"),
    "upper": _of("text", "text"),
    "year": _of("whole", "date"),
}
"""Every function that may be called, by name."""

ALIASES = {"ceiling": "ceil", "substr": "substring", "dayofmonth": "day", "char_length": "length"}
"""Other names of some."""

CHANGING = frozenset((
    "rand", "randn", "random", "uuid", "now", "current_timestamp", "current_date", "curdate", "current_time",
    "localtimestamp", "unix_timestamp", "monotonically_increasing_id", "spark_partition_id", "input_file_name",
    "shuffle", "uniform", "randstr", "current_user", "user", "session_user", "current_database", "current_catalog",
    "current_timezone", "version",
))  # fmt: skip
"""Functions whose result is another with each call, day or place."""

OF_MANY_ROWS = frozenset((
    "sum", "avg", "mean", "count", "min", "max", "first", "last", "any_value", "stddev", "variance", "median",
    "percentile", "collect_list", "collect_set", "row_number", "rank", "dense_rank", "percent_rank", "ntile", "lag",
    "lead", "first_value", "last_value", "nth_value", "explode",
))  # fmt: skip
"""Functions that look at more rows than one."""
