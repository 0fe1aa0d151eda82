"""Small tables on their way between this process and a session."""

from __future__ import annotations

from typing import Any

from idgraph_widgets.arrays import arrow_schema
from idgraph_widgets.schema import Table, quoted


def frame_of(spark: Any, table: Table, batch: Any) -> Any:
    """A frame of rows (`pyarrow.RecordBatch`) that this process made: some thousands at most."""
    return spark.createDataFrame([tuple(row.values()) for row in batch.to_pylist()], table.struct_type())


def rows_of(df: Any, table: Table) -> Any:
    """The rows of a frame as `pyarrow.Table`, with the declared columns and types: some thousands at most."""
    import pyarrow as pa
    from pyspark.sql import functions as F

    # Collected times are in the time zone of this process.
    times = [c.name for c in table.columns if c.type == "timestamp"]
    micros = {name: F.unix_micros(F.col(quoted(name))).alias(name) for name in times}
    chosen = [micros.get(name, F.col(quoted(name))) for name in table.column_names]
    found = [row.asDict() for row in df.select(*chosen).collect()]
    schema = arrow_schema(table)
    plain = pa.schema([pa.field(f.name, pa.int64()) if f.name in times else f for f in schema])
    return pa.Table.from_pylist(found, schema=plain).cast(schema)
