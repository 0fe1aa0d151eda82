"""SQL expressions evaluated on arrays: what engines give for the same text, by construction the same on each."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets.arrays import Coded, Column, Columns, Nullable, text
from idgraph_widgets.config.expressions import Node
from idgraph_widgets.config.extra_specs import MICROS_OF_DAY, ExtraColumn
from idgraph_widgets.errors import RunError

_HOUR = 3_600_000_000
_TYPES = {
    "whole": pa.int64(),
    "real": pa.float64(),
    "text": pa.string(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "time": pa.int64(),
}
"""Of arrays while they are worked with; times are microseconds."""

_MOST_INT = 2**31 - 1

Operation = Callable[[Node, list[Any], int], Any]
"""Makes an Arrow array or scalar of a node, of what its parts made, and of the number of rows."""


def evaluated(node: Node, columns: Columns, column: ExtraColumn) -> Column:
    """The values of a column of one's own that SQL makes.

    Raises
    ------
    RunError
        A number does not fit.
    """
    try:
        found = _of(node, columns)
    except pa.ArrowInvalid as error:
        raise _too_large(column, str(error)) from None
    if isinstance(found, pa.Scalar):
        found = pa.repeat(found, len(columns))
    return _column(found, column)


def _too_large(column: ExtraColumn, what: str) -> RunError:
    return RunError(
        f"extra_columns, {column.table}.{column.name}: a number of its expr does not fit ({what}). Keep numbers "
        "smaller, for example by dividing earlier."
    )


def _column(found: pa.Array, column: ExtraColumn) -> Column:
    if pa.types.is_string(found.type):
        return found
    plain = found.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date32(found.type) else found
    valid = plain.is_valid().to_numpy(zero_copy_only=False)
    values = plain.fill_null(False if pa.types.is_boolean(plain.type) else 0).to_numpy(zero_copy_only=False)
    if column.type == "int" and len(values) and np.abs(values).max() > _MOST_INT:
        raise _too_large(column, "beyond INT")
    return values if valid.all() else Nullable(values, valid)


def _of(node: Node, columns: Columns) -> Any:
    if node.op == "column":
        return _read(columns[str(node.value)], node)
    if node.op == "literal":
        value = np.datetime64(str(node.value)).astype(object) if node.kind == "date" and node.value else node.value
        return pa.scalar(value, _TYPES[node.kind])
    parts = [_of(part, columns) for part in node.args]
    return _finite(_OPERATIONS[node.op](node, parts, len(columns)))


def _read(column: Column, node: Node) -> pa.Array:
    if isinstance(column, (Coded, pa.Array)):
        return text(column)
    values, valid = (column.values, column.valid) if isinstance(column, Nullable) else (column, None)
    mask = None if valid is None else ~valid
    if node.type.startswith("decimal"):
        scale = int(node.type.rstrip(")").split(",")[1])
        return pa.array(values / float(10**scale), pa.float64(), mask=mask)
    if node.kind == "date":
        return pa.array(values.astype(np.int32), pa.int32(), mask=mask).view(pa.date32())
    return pa.array(values, _TYPES[node.kind], mask=mask)


def _finite(found: Any) -> Any:
    """A DOUBLE beyond all bounds is an error: engines compare such values in different ways."""
    if not pa.types.is_floating(found.type):
        return found
    odd = pc.invert(pc.is_finite(found))
    if (odd.as_py() if isinstance(odd, pa.Scalar) else pc.any(odd).as_py()) is True:
        raise pa.ArrowInvalid("beyond DOUBLE")
    return found


def _fold(function: Callable[..., Any]) -> Operation:
    return lambda _, parts, __: reduce(function, parts)


def _one(function: Callable[..., Any]) -> Operation:
    return lambda _, parts, __: function(*parts)


def _whole(function: Callable[..., Any]) -> Operation:
    return lambda _, parts, __: function(*parts).cast(pa.int64())


def _not_zero(divisor: Any) -> Any:
    """The divisor, null where it is zero."""
    zero = pc.equal(divisor, pa.scalar(0, divisor.type))
    return pc.if_else(zero, pa.scalar(None, divisor.type), divisor)


def _quotient(_node: Node, parts: list[Any], _rows: int) -> Any:
    return pc.divide_checked(parts[0], _not_zero(parts[1]))


def _remainder(_node: Node, parts: list[Any], _rows: int) -> Any:
    left, right = parts[0], _not_zero(parts[1])
    return pc.subtract_checked(left, pc.multiply_checked(pc.divide_checked(left, right), right))


def _case(_node: Node, parts: list[Any], rows: int) -> Any:
    found = parts[-1]
    for condition, value in reversed(list(zip(parts[:-1:2], parts[1::2]))):
        found = pc.if_else(pc.fill_null(condition, False), value, found)
    return pa.repeat(found, rows) if isinstance(found, pa.Scalar) else found


def _among(_node: Node, parts: list[Any], _rows: int) -> Any:
    found, *values = parts
    among = pc.is_in(found, pa.array([value.as_py() for value in values], found.type))
    return pc.if_else(pc.is_valid(found), among, pa.scalar(None, pa.bool_()))


def _like(_node: Node, parts: list[Any], _rows: int) -> Any:
    return pc.match_like(parts[0], parts[1].as_py())


def _substring(_node: Node, parts: list[Any], _rows: int) -> Any:
    start = parts[1].as_py() - 1
    stop = start + parts[2].as_py() if len(parts) > 2 else None
    return pc.utf8_slice_codeunits(parts[0], start, stop)


def _cased(function: Callable[[str], str], ascii_function: Callable[..., Any]) -> Operation:
    def cased(_node: Node, parts: list[Any], _rows: int) -> Any:
        found = parts[0]
        if isinstance(found, pa.Scalar):
            return pa.scalar(None if found.as_py() is None else function(found.as_py()), pa.string())
        if pc.all(pc.string_is_ascii(found), min_count=0).as_py():
            return ascii_function(found)
        # Letters such as ß become several: few different texts, each looked at once.
        coded = found.dictionary_encode()
        words = pa.array([function(word) for word in coded.dictionary.to_pylist()], pa.string())
        return words.take(coded.indices)

    return cased


def _nullif(_node: Node, parts: list[Any], _rows: int) -> Any:
    left, right = parts
    return pc.if_else(pc.fill_null(pc.equal(left, right), False), pa.scalar(None, left.type), left)


def _rounded(function: Callable[..., Any]) -> Operation:
    return lambda _, parts, __: function(parts[0]).cast(pa.int64())


def _moved(sign: int) -> Operation:
    def moved(_node: Node, parts: list[Any], _rows: int) -> Any:
        days = pc.add_checked(_number_of(parts[0]), pc.multiply_checked(parts[1], sign))
        return days.cast(pa.int32()).view(pa.date32()) if isinstance(days, pa.Array) else _day(days)

    return moved


def _number_of(day: Any) -> Any:
    """Days since 1970, as int64."""
    if isinstance(day, pa.Array):
        return day.view(pa.int32()).cast(pa.int64())
    return day.cast(pa.int32()).cast(pa.int64())


def _day(number: pa.Scalar) -> pa.Scalar:
    return number.cast(pa.int32()).cast(pa.date32())


def _utc_day(_node: Node, parts: list[Any], _rows: int) -> Any:
    days = pc.divide_checked(parts[0], MICROS_OF_DAY)
    return days.cast(pa.int32()).view(pa.date32()) if isinstance(days, pa.Array) else _day(days)


def _utc_hour(node: Node, parts: list[Any], rows: int) -> Any:
    hours = pc.divide_checked(parts[0], _HOUR)
    return _remainder(node, [hours, pa.scalar(24, pa.int64())], rows)


def _weekday(_node: Node, parts: list[Any], _rows: int) -> Any:
    """1 is Sunday."""
    return pc.day_of_week(parts[0], count_from_zero=False, week_start=7)


_OPERATIONS: dict[str, Operation] = {
    "=": _one(pc.equal),
    "<>": _one(pc.not_equal),
    "<": _one(pc.less),
    "<=": _one(pc.less_equal),
    ">": _one(pc.greater),
    ">=": _one(pc.greater_equal),
    "and": _fold(pc.and_kleene),
    "or": _fold(pc.or_kleene),
    "not": _one(pc.invert),
    "is null": _one(pc.is_null),
    "in": _among,
    "like": _like,
    "+": _one(pc.add_checked),
    "-": _one(pc.subtract_checked),
    "*": _one(pc.multiply_checked),
    "/": _quotient,
    "div": _quotient,
    "%": _remainder,
    "negative": _one(pc.negate_checked),
    "real": lambda _, parts, __: pc.cast(parts[0], pa.float64(), safe=False),
    "string": lambda _, parts, __: pc.cast(parts[0], pa.string()),
    "case": _case,
    "abs": _one(pc.abs_checked),
    "ceil": _rounded(pc.ceil),
    "floor": _rounded(pc.floor),
    "coalesce": _one(pc.coalesce),
    "concat": lambda _, parts, __: pc.binary_join_element_wise(*parts, ""),
    "date_add": _moved(1),
    "date_sub": _moved(-1),
    "datediff": lambda _, parts, __: pc.subtract(_number_of(parts[0]), _number_of(parts[1])),
    "day": _whole(pc.day),
    "dayofweek": _weekday,
    "greatest": _one(pc.max_element_wise),
    "least": _one(pc.min_element_wise),
    "hour": _utc_hour,
    "length": _whole(pc.utf8_length),
    "lower": _cased(str.lower, pc.ascii_lower),
    "upper": _cased(str.upper, pc.ascii_upper),
    "month": _whole(pc.month),
    "year": _whole(pc.year),
    "nullif": _nullif,
    "replace": lambda _, parts, __: pc.replace_substring(parts[0], parts[1].as_py(), parts[2].as_py()),
    "substring": _substring,
    "to_date": _utc_day,
    "trim": lambda _, parts, __: pc.utf8_trim(parts[0], " "),
    "unix_micros": lambda _, parts, __: parts[0],
}
"""What each part of an expression does."""
