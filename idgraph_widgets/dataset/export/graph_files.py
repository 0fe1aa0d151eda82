"""The identity graph in files that graph tools read: GraphML, CSV for Neo4j's import, Parquet for GraphFrames.

DuckDB does the work: what is distinct is found within its memory, or on disk, so that memory has a bound. The graph of
400,000 households (19 million nodes and edges) was written with a peak below 700 MiB of the whole process.
"""

from __future__ import annotations

import xml.sax.saxutils
from collections.abc import Callable
from pathlib import Path

from idgraph_widgets.dataset.export.database import MEMORY
from idgraph_widgets.dataset.export.graph import GRAPH_SETS, NEEDED, GraphSet
from idgraph_widgets.dataset.export.source import BATCH, Source
from idgraph_widgets.errors import ConfigError, StorageError

GRAPHS = ("graphml", "neo4j", "graphframes")
"""Formats of graphs; each is a folder, the truth in ``truth/``."""


def write(source: Source, folder: Path, form: str, on_set: Callable[[str], None] | None) -> dict[str, int]:
    """Write the graph of `source` into a new folder; returns nodes and edges by their set.

    Raises
    ------
    ConfigError
        DuckDB is not installed.
    StorageError
        The dataset lacks a table of the graph, or DuckDB could not write.
    """
    try:
        import duckdb
    except ImportError as error:
        raise ConfigError(
            f"format: found {form!r}, which needs the package duckdb. Install it (pip install duckdb), or choose "
            "parquet, csv or jsonl."
        ) from error
    lacking = [name for name in NEEDED if name not in source.entries]
    if lacking:
        raise StorageError(f"A graph needs the table {lacking[0]}, which the dataset does not have.")
    (folder / "truth").mkdir(parents=True)
    try:
        with duckdb.connect() as connection:
            spill = str(folder.parent / "spill").replace("'", "''")
            connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{spill}'; SET TimeZone = 'UTC';")
            connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false;")
            for name in NEEDED:
                _view(connection, source, name)
            return _WRITERS[form](connection, folder, on_set or (lambda _name: None))
    except duckdb.Error as error:
        raise StorageError(f"{folder.name} cannot be written: {str(error).splitlines()[0]}") from error


def _view(connection, source: Source, name: str) -> None:
    paths = ", ".join("'" + path.replace("'", "''") + "'" for path in source.paths(name))
    if paths:
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{paths}])")
    else:
        empty = source.schema(name).empty_table()  # noqa: F841 - DuckDB looks for it by its name
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM empty")


def _place(folder: Path, each: GraphSet) -> Path:
    return folder / "truth" if each.truth else folder


# --- Neo4j ----------------------------------------------------------------------------------------------------


_NEO4J = {"time": "datetime"}
"""Names of types there, where they differ."""


def _write_neo4j(connection, folder: Path, on_set) -> dict[str, int]:
    """A file for each set, with the header that ``neo4j-admin database import`` reads."""
    rows = {}
    for each in GRAPH_SETS:
        on_set(each.name)
        heads = (":START_ID", ":END_ID") if each.is_edge else (":ID",)
        columns = [f'{key} AS "{head}"' for key, head in zip(each.keys, heads)]
        columns.append(f"'{each.label}' AS \"{':TYPE' if each.is_edge else ':LABEL'}\"")
        columns += [f'{_iso(name, kind)} AS "{name}:{_NEO4J.get(kind, kind)}"' for name, kind in each.fields]
        path = _place(folder, each) / f"{each.name}.csv"
        rows[each.name] = _copy(connection, columns, each, path, "FORMAT csv, HEADER, QUOTE '\"', ESCAPE '\"'")
    return rows


def _iso(name: str, kind: str) -> str:
    return f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ')" if kind == "time" else name


# --- GraphFrames ----------------------------------------------------------------------------------------------


def _write_graphframes(connection, folder: Path, on_set) -> dict[str, int]:
    """``vertices`` with ``id`` and ``kind``, ``edges`` with ``src``, ``dst`` and ``relationship``: a file per set.

    The files of a folder have the same columns, so that a folder reads as one table.
    """
    rows = {}
    for each in GRAPH_SETS:
        on_set(each.name)
        alike = [one for one in GRAPH_SETS if (one.is_edge, one.truth) == (each.is_edge, each.truth)]
        heads = ("src", "dst") if each.is_edge else ("id",)
        columns = [f"{key} AS {head}" for key, head in zip(each.keys, heads)]
        columns.append(f"'{each.label}' AS {'relationship' if each.is_edge else 'kind'}")
        own = dict(each.fields)
        every = dict(field for one in alike for field in one.fields)
        columns += [f"{name if name in own else 'NULL'}::{_SQL[kind]} AS {name}" for name, kind in every.items()]
        place = _place(folder, each) / ("edges" if each.is_edge else "vertices")
        place.mkdir(exist_ok=True)
        rows[each.name] = _copy(connection, columns, each, place / f"{each.name}.parquet", "FORMAT parquet, CODEC zstd")
    return rows


_SQL = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "int": "INTEGER",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMPTZ",
}


def _copy(connection, columns: list[str], each: GraphSet, path: Path, options: str) -> int:
    target = str(path).replace("'", "''")
    query = f"COPY (SELECT {', '.join(columns)} FROM ({each.source})) TO '{target}' ({options})"
    return connection.execute(query).fetchone()[0]


# --- GraphML --------------------------------------------------------------------------------------------------


_GRAPHML = {"date": "string", "time": "string"}
"""Names of types there, where they differ."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)


def _write_graphml(connection, folder: Path, on_set) -> dict[str, int]:
    """``graph.graphml``, and ``truth/graph.graphml`` with the nodes' ids and the true edges."""
    asserted = [each for each in GRAPH_SETS if not each.truth]
    rows = _write_document(connection, folder / "graph.graphml", asserted, on_set)
    # Edges need their nodes in the same document; there they have an id and nothing more.
    ends = [
        GraphSet(each.name, each.label, each.keys, (), each.source)
        for each in GRAPH_SETS
        if each.name in ("people", "identifiers")
    ]
    true = [each for each in GRAPH_SETS if each.truth]
    found = _write_document(connection, folder / "truth" / "graph.graphml", [*ends, *true], on_set)
    return rows | {each.name: found[each.name] for each in true}


def _write_document(connection, path: Path, sets: list[GraphSet], on_set) -> dict[str, int]:
    rows = {}
    with path.open("wb") as file:
        file.write(_HEAD.encode())
        for kind, edge in (("node", False), ("edge", True)):
            fields = {"label": "string"} | {name: t for each in sets if each.is_edge is edge for name, t in each.fields}
            for name, value_type in fields.items():
                declared = f'attr.name="{name}" attr.type="{_GRAPHML.get(value_type, value_type)}"'
                file.write(f'<key id="{kind}_{name}" for="{kind}" {declared}/>\n'.encode())
        file.write(b'<graph id="idgraph" edgedefault="directed">\n')
        for each in sets:
            on_set(each.name)
            rows[each.name] = _write_elements(connection, file, each)
        file.write(b"</graph>\n</graphml>\n")
    return rows


def _write_elements(connection, file, each: GraphSet) -> int:
    kind = "edge" if each.is_edge else "node"
    ends = ("source", "target") if each.is_edge else ("id",)
    opened = " || ".join(f"' {name}=\"' || {key} || '\"'" for name, key in zip(ends, each.keys))
    label = xml.sax.saxutils.escape(each.label)
    pieces = [f"'<{kind}' || {opened} || '><data key=\"{kind}_label\">{label}</data>'"]
    for name, value_type in each.fields:
        value = _escaped(name) if value_type == "string" else f"({_iso(name, value_type)})::VARCHAR"
        pieces.append(f"coalesce('<data key=\"{kind}_{name}\">' || {value} || '</data>', '')")
    element = " || ".join([*pieces, f"'</{kind}>'"])
    rows, found = 0, connection.execute(f"SELECT {element} FROM ({each.source})")
    while some := found.fetchmany(BATCH):
        rows += len(some)
        file.write("".join(f"{one}\n" for (one,) in some).encode())
    return rows


def _escaped(name: str) -> str:
    """SQL for a text as it may stand in XML, which has no place for control characters."""
    plain = f"regexp_replace({name}, '[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]', '', 'g')"
    return f"replace(replace(replace({plain}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


_WRITERS = {"graphml": _write_graphml, "neo4j": _write_neo4j, "graphframes": _write_graphframes}
