"""One export: what to write, to a place that nobody sees until it is complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from idgraph_widgets.dataset.export import database, datapackage, files, graph_files
from idgraph_widgets.dataset.export.graph_files import GRAPHS
from idgraph_widgets.dataset.export.source import Source
from idgraph_widgets.errors import ConfigError, StorageError
from idgraph_widgets.storage.folder.lock import CONTROL, DatasetLock
from idgraph_widgets.storage.folder.paths import check_above, folder_path
from idgraph_widgets.storage.manifest import Manifest

FORMATS = ("parquet", "csv", "jsonl", "duckdb")
"""One file per table in a folder, or one database file (duckdb)."""


@dataclass(frozen=True)
class ExportResult:
    """What an export wrote.

    Attributes
    ----------
    path : Path
        A folder with a file per table, companions in ``meta/`` and ``truth/``; or the database file; or the folder of
        a graph.
    format : str
    rows : dict of str to int
        By table; of a graph, by set of nodes and of edges.
    bytes : int
    """

    path: Path
    format: str
    rows: dict[str, int]
    bytes: int

    @property
    def datapackage(self) -> Path | None:
        """The file that states types, keys and references of CSV and JSON lines; None where the format does itself."""
        return self.path / datapackage.NAME if self.format in ("csv", "jsonl") else None

    @property
    def reading(self) -> str:
        """A line of Python that reads a table with its types; nothing where every reader does so."""
        if self.datapackage is None or not self.rows:
            return ""
        return datapackage.reading(self.path, "households" if "households" in self.rows else next(iter(self.rows)))


def default_target(dataset, format: str) -> Path:
    """Where an export goes if nobody says: beside the dataset, named after it."""
    folder = folder_path(dataset)
    return folder.with_name(f"{folder.name}.duckdb" if format == "duckdb" else f"{folder.name}-{format}")


def export_dataset(
    dataset,
    format: str = "parquet",
    out=None,
    tables: Sequence[str] | None = None,
    on_table: Callable[[str], None] | None = None,
) -> ExportResult:
    """Copy a dataset's tables into another format, or its identity graph into one of graphs.

    Rows stream through in small batches, so that memory does not grow with the dataset, and no Spark is
    started. What is written appears at its place in one step when it is complete.

    Parameters
    ----------
    dataset : path-like
        Folder of a dataset.
    format : {"parquet", "csv", "jsonl", "duckdb", "graphml", "neo4j", "graphframes"}
        CSV and JSON lines are UTF-8; times are UTC in ISO 8601, decimals have all their digits, null is an
        empty CSV field (an empty text is ``""``) and JSON's null. Beside them, ``datapackage.json`` states types, keys
        and references (a Tabular Data Package). The last three are of graphs: households, people, devices and
        identifiers as nodes, what is asserted as edges (`idgraph_widgets.dataset.export.graph`), the truth apart.
    out : path-like, optional
        Must not exist. Default: `default_target`.
    tables : sequence of str, optional
        Default: all, companions included. Not for graphs.
    on_table : callable, optional
        Called with the name of each table that begins.

    Returns
    -------
    ExportResult

    Raises
    ------
    ConfigError
        An unknown format or table, or `out` exists.
    StorageError
        There is no dataset, or writing failed; nothing is left behind.
    """
    if format not in (*FORMATS, *GRAPHS):
        raise ConfigError(f"format: found {format!r}; allowed is one of {', '.join((*FORMATS, *GRAPHS))}.")
    if format in GRAPHS and tables is not None:
        raise ConfigError(f"tables: a graph ({format}) is made of the tables it needs. Leave them out.")
    source = Source(dataset, tables)
    target = folder_path(out) if out is not None else default_target(dataset, format)
    _refuse(target, source.folder, format)
    with _unseen(target) as partial:
        if format == "duckdb":
            made = partial / target.name
            rows = database.write(source, made, on_table)
        elif format in GRAPHS:
            made = partial / "files"
            rows = graph_files.write(source, made, format, on_table)
        else:
            made = partial / "files"
            rows = files.write(source, made, format, on_table)
        size = sum(path.stat().st_size for path in [made, *made.rglob("*")] if path.is_file())
        _appear(made, target)
    return ExportResult(target, format, rows, size)


def _refuse(target: Path, folder: Path, format: str) -> None:
    if format == "duckdb" and "?" in str(target):
        # DuckDB takes what follows for settings, and looks for its log elsewhere.
        raise ConfigError(f"{target}: found ? in the path, which DuckDB cannot write to. Choose a path without it.")
    if target.exists() or target.is_symlink():
        raise ConfigError(f"{target} exists. An export replaces nothing: choose another path with --out (out=).")
    if folder == target or folder in target.parents:
        raise ConfigError(f"{target} lies inside the dataset. Choose a path outside of {folder}.")
    check_above(target)
    parent = next(path for path in target.parents if path.exists())
    if Manifest.read(parent) is not None:
        raise ConfigError(f"{target} lies inside another dataset. Choose a path outside of {parent}.")


@contextmanager
def _unseen(target: Path) -> Iterator[Path]:
    """A folder beside `target` to write into; gone afterwards, whatever happens.

    One that an export left which was killed is cleared; one that is in use is refused.
    """
    partial = target.with_name(f".{target.name}.unfinished")
    lock = DatasetLock(partial)
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror or error}.") from error
    try:
        for left in partial.iterdir():
            if left.name != CONTROL:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield partial
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        lock.release()


def _appear(made: Path, target: Path) -> None:
    """Move the finished export to its place; never over something that came there meanwhile."""
    if made.is_file():
        try:
            os.link(made, target)
            return
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not target.exists():
                made.rename(target)
                return
        raise ConfigError(f"{target} has come into being meanwhile. Choose another path.")
    try:
        made.rename(target)
    except OSError as error:
        if target.exists():
            raise ConfigError(f"{target} has come into being meanwhile. Choose another path.") from error
        raise
