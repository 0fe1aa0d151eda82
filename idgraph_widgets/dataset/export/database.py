"""A DuckDB database with every table, described."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from idgraph_widgets.dataset.export.source import Source
from idgraph_widgets.errors import ConfigError, StorageError

MEMORY = "1GB"
"""What DuckDB may keep in memory; it needs far less to copy."""


def write(source: Source, path: Path, on_table: Callable[[str], None] | None) -> dict[str, int]:
    """Write every table of `source` into a new database at `path`; returns rows by table.

    The ten tables are in the schema ``main``, companions in ``meta`` and ``truth``.

    Raises
    ------
    ConfigError
        DuckDB is not installed.
    StorageError
        DuckDB could not write.
    """
    try:
        import duckdb
    except ImportError as error:
        raise ConfigError(
            "format: found 'duckdb', which needs the package duckdb. Install it (pip install duckdb), or "
            "choose parquet, csv or jsonl."
        ) from error
    try:
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = false;")
            connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false;")
            return {name: _copy(connection, source, name, on_table) for name in source.entries}
    except duckdb.Error as error:
        raise StorageError(f"{path.name} cannot be written: {str(error).splitlines()[0]}") from error


def _copy(connection, source: Source, name: str, on_table) -> int:
    if on_table is not None:
        on_table(name)
    schema, _, _ = source.entries[name].path.rpartition("/")
    schema, fields = schema or "main", source.schema(name)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}")
    table = f"{_quoted(schema)}.{_quoted(name)}"
    typed = ", ".join(f"{_quoted(field.name)} {_type(field.type)}" for field in fields)
    connection.execute(f"CREATE TABLE {table} ({typed})")
    paths = source.paths(name)
    if paths:
        columns = ", ".join(_quoted(field.name) for field in fields)
        connection.execute(f"INSERT INTO {table} SELECT {columns} FROM read_parquet(?)", [paths])
    connection.execute(f"COMMENT ON TABLE {table} IS {_text(source.comment(name))}")
    for field in fields:
        comment = (field.metadata or {}).get(b"comment")
        if comment:
            column = f"{table}.{_quoted(field.name)}"
            connection.execute(f"COMMENT ON COLUMN {column} IS {_text(comment.decode())}")
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def _type(found) -> str:
    """DuckDB's name of an Arrow type of ours."""
    import pyarrow as pa

    if pa.types.is_decimal(found):
        return f"DECIMAL({found.precision},{found.scale})"
    if pa.types.is_timestamp(found):
        return "TIMESTAMPTZ"
    names = {"int64": "BIGINT", "int32": "INTEGER", "double": "DOUBLE", "bool": "BOOLEAN", "date32[day]": "DATE"}
    return names.get(str(found), "VARCHAR")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
