"""Small relations as data of the session: engines plan and join them faster than files, and than rows in a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from idgraph_widgets.schema import GENERATED

SMALL = 5_000
"""Rows up to which a table that belongs to no household is fetched once, instead of read in every pass."""


def local_frame(spark, rows: Sequence[Sequence[object]], columns: Sequence[str]):
    """A DataFrame of rows that are here, at least one."""
    import pyarrow as pa

    if not _takes_arrow():
        return spark.createDataFrame([tuple(row) for row in rows], list(columns))
    return spark.createDataFrame(pa.table([list(column) for column in zip(*rows, strict=True)], names=list(columns)))


def rows_of(df):
    """What a query finds, to be stacked: few rows."""
    return df.toArrow() if _takes_arrow() else [tuple(row) for row in df.collect()]


def tuples_of(df) -> tuple[Sequence[str], list[tuple]]:
    """The names of a query's columns, and its rows, which may be thousands: made of columns, which is faster."""
    if not _takes_arrow():
        rows = df.collect()
        return (rows[0].__fields__ if rows else ()), rows
    found = df.toArrow()
    columns = [column.to_pylist() for column in found.columns]
    return found.column_names, list(zip(*columns, strict=True))


def stacked_frame(spark, found: Sequence[Any], schema):
    """A DataFrame of what `rows_of` gave of one query over several slices; `schema` is that of the query."""
    if _takes_arrow():
        import pyarrow as pa

        whole = pa.concat_tables(found)
        # An engine may make no DataFrame of an Arrow table without rows.
        return spark.createDataFrame(whole if whole.num_rows else [], None if whole.num_rows else _plain(schema))
    return spark.createDataFrame([row for rows in found for row in rows], _plain(schema))


def _plain(schema):
    """A schema without comments: an engine may refuse to unite columns whose comments differ."""
    from pyspark.sql.types import StructField, StructType

    return StructType([StructField(field.name, field.dataType, True) for field in schema.fields])


def fetched_once(df, name: str, rows_in_manifest: int):
    """A table that belongs to no household and has few rows, as data of the session; any other as it is.

    Parameters
    ----------
    df : DataFrame
    name : str
    rows_in_manifest : int
        Its rows, as the manifest states them; that may be out of date, or 0 where nothing is stated.
    """
    table = GENERATED.get(name)
    if table is None or table.cut is not None or rows_in_manifest > SMALL or not _takes_arrow():
        return df
    rows = df.limit(SMALL + 1).toArrow()
    return df.sparkSession.createDataFrame(rows) if 0 < rows.num_rows <= SMALL else df


def undivided(df):
    """A table of a small dataset as one partition where Spark itself plans it: joins and counts then exchange nothing.

    Engines behind Connect get it as it is: the embedded one plans each query for its share of the cores anyway.
    """
    return df if type(df).__module__.startswith("pyspark.sql.connect") else df.coalesce(1)


def _takes_arrow() -> bool:
    """Whether this PySpark makes DataFrames of Arrow tables, and those of it: from 4 on."""
    import pyspark

    return int(pyspark.__version__.split(".")[0]) >= 4
