"""One file per table: Parquet, CSV or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from idgraph_widgets.dataset.export import datapackage
from idgraph_widgets.dataset.export.source import Source

ROW_GROUP = 4
"""Batches in a row group of a Parquet file."""


def write(source: Source, folder: Path, form: str, on_table: Callable[[str], None] | None) -> dict[str, int]:
    """Write every table of `source` to ``folder/<its path>.<form>``, and what text is not; returns rows by table."""
    rows = {}
    folder.mkdir()
    for name, entry in source.entries.items():
        if on_table is not None:
            on_table(name)
        path = folder / f"{entry.path}.{form}"
        path.parent.mkdir(exist_ok=True)
        rows[name] = _WRITERS[form](path, source.schema(name), source.batches(name))
    if form != "parquet":
        datapackage.write(source, folder, form, rows)
    return rows


def _write_parquet(path: Path, schema, batches: Iterable) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, group = 0, []
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            group.append(batch)
            rows += batch.num_rows
            if len(group) == ROW_GROUP:
                writer.write_table(pa.Table.from_batches(group, schema))
                group = []
        if group or not rows:
            writer.write_table(pa.Table.from_batches(group, schema))
    return rows


def write_csv(sink, schema, batches: Iterable) -> int:
    """Write rows as CSV to a path or an open file; returns how many."""
    import pyarrow as pa
    import pyarrow.csv

    texts = pa.schema([(field.name, _csv_type(field.type)) for field in schema])
    rows = 0
    with pa.csv.CSVWriter(sink, texts) as writer:
        for batch in batches:
            columns = [_csv_column(column).cast(text.type) for column, text in zip(batch, texts)]
            writer.write_batch(pa.record_batch(columns, schema=texts))
            rows += batch.num_rows
    return rows


def _csv_type(found):
    """Times and decimals go as text, the way `_times` and Arrow spell them."""
    import pyarrow as pa

    return pa.string() if pa.types.is_timestamp(found) or pa.types.is_decimal(found) else found


def _csv_column(column):
    import pyarrow as pa

    return _times(column) if pa.types.is_timestamp(column.type) else column


def _write_jsonl(path: Path, _schema, batches: Iterable) -> int:
    rows = 0
    with path.open("wb") as file:
        for batch in batches:
            file.write(_json_lines(batch))
            rows += batch.num_rows
    return rows


def _json_lines(batch):
    """One line of JSON per row, put together column by column; the bytes."""
    import numpy as np
    import pyarrow.compute as pc

    pieces = []
    for place, (name, column) in enumerate(zip(batch.schema.names, batch.columns)):
        pieces += [("{" if place == 0 else ",") + json.dumps(name) + ":", _json_values(column)]
    lines = pc.binary_join_element_wise(*pieces, "}\n", "")
    # The texts of an Arrow array lie one behind the other.
    _, ends, texts = lines.buffers()
    return texts[: int(np.frombuffer(ends, np.int32)[len(lines)])] if len(lines) else b""


def _json_values(column):
    """Each value as JSON text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_timestamp(kind):
        column = _times(column)
    elif pa.types.is_date(kind):
        column = column.cast(pa.string())
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = _json_texts(column)
    else:
        text = column.cast(pa.string())
    return pc.fill_null(text, "null")


def _json_texts(column):
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pc.any(pc.match_substring_regex(column, '["\\\\\\x00-\\x1f]')).as_py():
        return pc.binary_join_element_wise('"', column, '"', "")
    # Each value is escaped once a batch; many repeat.
    coded = column.dictionary_encode()
    escaped = [json.dumps(value, ensure_ascii=False) for value in coded.dictionary.to_pylist()]
    return pa.array(escaped, pa.string()).take(coded.indices)


def _times(column):
    """Timestamps as 2025-01-31T12:00:00.000000Z."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = column.cast(pa.timestamp("us"))  # without a zone, Arrow needs no zone database
    return pc.strftime(plain, format="%Y-%m-%dT%H:%M:%SZ")


_WRITERS = {"parquet": _write_parquet, "csv": write_csv, "jsonl": _write_jsonl}
