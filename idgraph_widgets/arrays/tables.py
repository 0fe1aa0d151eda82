"""Between columns and Arrow tables of a declared table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays.columns import Coded, Column, Columns, Nullable, code_in

if TYPE_CHECKING:
    from idgraph_widgets.schema import Table
    from idgraph_widgets.schema.table import Column as TableColumn

_SIMPLE = {
    "bigint": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "string": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
}


def arrow_type(name: str) -> pa.DataType:
    """The Arrow type of a declared type, such as ``"bigint"`` or ``"decimal(18,2)"``."""
    if name.startswith("decimal("):
        precision, scale = name[len("decimal(") : -1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return _SIMPLE[name]


def arrow_schema(table: Table) -> pa.Schema:
    """The declared columns of `table` and their Arrow types."""
    return pa.schema([(column.name, arrow_type(column.type)) for column in table.columns])


def record_batch(table: Table, columns: Columns) -> pa.RecordBatch:
    """The declared columns of `table`, in order and of the declared types; coded texts as dictionaries."""
    arrays = [_array(columns[column.name], column.type) for column in table.columns]
    return pa.RecordBatch.from_arrays(arrays, names=list(table.column_names))


def _array(column: Column, type_name: str) -> pa.Array:
    if isinstance(column, Coded):
        return column.to_arrow()
    if isinstance(column, pa.Array):
        return column
    values, mask = (column.values, ~column.valid) if isinstance(column, Nullable) else (column, None)
    kind = arrow_type(type_name)
    if pa.types.is_decimal(kind):
        return _decimals(values, mask, kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64(), mask=mask).view(kind)
    if pa.types.is_date32(kind) or pa.types.is_int32(kind):
        return pa.array(values.astype(np.int32), pa.int32(), mask=mask).view(kind)
    return pa.array(values, kind, mask=mask)


def _decimals(units: np.ndarray, mask: np.ndarray | None, kind: pa.DataType) -> pa.Array:
    """Decimals of whole units of the last decimal: 16 bytes each, low word first."""
    words = np.empty((len(units), 2), np.int64)
    words[:, 0] = units
    words[:, 1] = units >> 63
    valid = None if mask is None else pa.array(~mask).buffers()[1]
    return pa.Array.from_buffers(kind, len(units), [valid, pa.py_buffer(words)])


def columns_of(table: Table, rows: pa.Table) -> Columns:
    """The declared columns of an Arrow table, as kernels take them; the inverse of `record_batch`.

    Texts with a vocabulary come coded by it, other texts as Arrow arrays.
    """
    found = {}
    for column in table.columns:
        values = rows[column.name]
        values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        found[column.name] = _column(values, column)
    return Columns(**found)


def _column(values: pa.Array, column: TableColumn) -> Column:
    kind = arrow_type(column.type)
    if pa.types.is_string(kind):
        values = values.cast(pa.string())
        return Coded(code_in(values, column.vocabulary), tuple(column.vocabulary)) if column.vocabulary else values
    if pa.types.is_decimal(kind):
        values = values.cast(kind)
        words = (
            np.frombuffer(values.buffers()[1], np.int64).reshape(-1, 2) if len(values) else np.zeros((0, 2), np.int64)
        )
        numbers = words[values.offset : values.offset + len(values), 0]
    else:
        plain = values.cast(kind)
        if pa.types.is_timestamp(kind):
            plain = plain.view(pa.int64())
        elif pa.types.is_date32(kind):
            plain = plain.view(pa.int32())
        numbers = plain.fill_null(False if pa.types.is_boolean(kind) else 0).to_numpy(zero_copy_only=False)
        if numbers.dtype == np.int32:
            numbers = numbers.astype(np.int64)
    if values.null_count == 0:
        return numbers
    return Nullable(numbers, values.is_valid().to_numpy(zero_copy_only=False))
