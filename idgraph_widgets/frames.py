"""Tables of any library that narwhals reads: opened, or refused in words, and brought to one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from idgraph_widgets.errors import ConfigError

KNOWN = "pandas, polars, PyArrow, DuckDB, Spark or another library that narwhals reads"


def opened(frame: Any, name: str, columns: Sequence[str]) -> nw.LazyFrame:
    """The columns of a table of any library, to be worked with where it is.

    Parameters
    ----------
    frame : Any
        A table, eager or lazy.
    name : str
        What the caller calls it, for messages.
    columns : sequence of str
        Those that are needed.

    Raises
    ------
    ConfigError
        It is no table, cannot be read, or lacks a column.
    """
    try:
        table = nw.from_native(frame).lazy()
        there = table.collect_schema().names()
    except TypeError as error:
        raise ConfigError(
            f"{name}: found {_kind(frame)}; allowed is a table of {KNOWN}. Make one of it, for example with "
            "pandas.DataFrame(...)."
        ) from error
    except Exception as error:
        raise ConfigError(f"{name}: cannot be read as a table ({_first_line(error)}).") from error
    missing = [column for column in columns if column not in there]
    if missing:
        index = [column for column in missing if column in getattr(getattr(frame, "index", None), "names", ())]
        advice = "Rename a column, or name it in the call."
        if index:
            advice = f"{', '.join(index)} is its index: give it with reset_index()."
        raise ConfigError(
            f"{name}: found no column {', '.join(missing)}; it has {', '.join(map(str, there)) or 'none'}. {advice}"
        )
    return table.select(*dict.fromkeys(columns))


def matched_by(table: nw.LazyFrame, name: str, column: str) -> nw.Expr:
    """A column that rows are matched by: whole numbers as such, whatever their width, all else as text.

    Raises
    ------
    ConfigError
        It holds fractions, or what has no text, such as lists; or, among floats, an empty cell.
    """
    dtype = table.collect_schema()[column]
    if dtype.is_integer():
        return nw.col(column).cast(nw.Int64)
    if dtype.is_float():
        # Where a cell is empty, pandas keeps whole numbers as floats.
        values = nw.col(column)
        empty = values.is_null() | values.is_nan()
        wrong = read(table.filter(empty | (values != values.round(0))).head(1), name)
        if wrong and (wrong[0][column] is None or wrong[0][column] != wrong[0][column]):
            raise ConfigError(
                f"{name}: found a row without a {column}; allowed is one in every row. Leave such rows out."
            )
        if wrong:
            raise ConfigError(
                f"{name}.{column}: found {wrong[0][column]}; allowed are whole numbers or texts. Give it as one."
            )
        return values.cast(nw.Int64)
    return as_text(table, name, column)


def as_text(table: nw.LazyFrame, name: str, column: str) -> nw.Expr:
    """A column as text; what is no number is empty.

    Raises
    ------
    ConfigError
        It holds what has no text, such as lists.
    """
    dtype = table.collect_schema()[column]
    if dtype.is_nested() or dtype == nw.Binary:
        raise ConfigError(f"{name}.{column}: found values of type {dtype}; allowed are numbers or texts.")
    values = nw.col(column)
    return (nw.when(~values.is_nan()).then(values) if dtype.is_float() else values).cast(nw.String)


def read(table: nw.LazyFrame, name: str) -> list[dict[str, Any]]:
    """The rows of a table.

    Raises
    ------
    ConfigError
        Its library cannot give them.
    """
    return in_arrow(table, name).to_pylist()


def in_arrow(table: nw.LazyFrame, name: str):
    """A table as a `pyarrow.Table`.

    Raises
    ------
    ConfigError
        Its library cannot give it.
    """
    import pyarrow as pa

    try:
        rows = table.collect(backend="pyarrow").to_arrow()
        # A column of nothing has no type of its own, which joins do not take.
        return rows.cast(
            pa.schema([(f.name, pa.string() if pa.types.is_null(f.type) else f.type) for f in rows.schema])
        )
    except Exception as error:
        raise ConfigError(f"{name}: cannot be read ({_first_line(error)}).") from error


def session_of(table: nw.LazyFrame):
    """The Spark session of a table; None where it is of another library."""
    if table.implementation in (nw.Implementation.PYSPARK, nw.Implementation.PYSPARK_CONNECT):
        return table.to_native().sparkSession
    return None


def beside(table: nw.LazyFrame, other: nw.LazyFrame, name: str) -> nw.LazyFrame:
    """A small table where it can be joined to `other`: in its Spark session, or in memory."""
    session = session_of(other)
    if session is None:
        return nw.from_native(in_arrow(table, name)).lazy()
    if session_of(table) is session:
        return table
    import pyspark

    rows = in_arrow(table, name)
    if not rows.num_rows:
        kinds = {nw.Int64: "bigint", nw.String: "string"}
        columns = ", ".join(f"{column} {kinds[type(dtype)]}" for column, dtype in table.collect_schema().items())
        return nw.from_native(session.createDataFrame([], columns))
    # PySpark 4 takes Arrow whatever the session's options; from pandas it goes row by row through Python.
    takes_arrow = int(pyspark.__version__.split(".")[0]) >= 4
    return nw.from_native(session.createDataFrame(rows if takes_arrow else rows.to_pandas()))


def _kind(frame: Any) -> str:
    if frame is None:
        return "nothing"
    kind = type(frame)
    return f"a {kind.__name__}" if kind.__module__ == "builtins" else f"a {kind.__module__}.{kind.__qualname__}"


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
