"""Delta commits, versions and restores, through the `deltalake` package: no JVM."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Table
from idgraph_widgets.storage.folder.parquet_files import DataFile
from idgraph_widgets.storage.folder.paths import check_path

RUN_ID = "idgraph.runId"
"""Key of the run id in the commit's metadata."""


def package() -> Any:
    """The package `deltalake`, which only datasets in folders need.

    Raises
    ------
    StorageError
        It is not installed.
    """
    try:
        import deltalake
    except ImportError as error:
        raise StorageError(
            "A dataset in a folder needs the package deltalake, which is not installed. Install it with: "
            'python -m pip install "idgraph-widgets[folder]". A catalog needs no such package: leave out= away.'
        ) from error
    return deltalake


def open_table(folder: Path, version: int | None = None) -> Any:
    """The `deltalake.DeltaTable` at `folder`, or None where there is none.

    Raises
    ------
    StorageError
        No Delta reader finds its way to a folder of this name.
    """
    table = package().DeltaTable
    check_path(folder)
    if not table.is_deltatable(str(folder)):
        return None
    return table(str(folder), version=version)


def commit(folder: Path, table: Table, files: list[DataFile], run_id: str, mode: str) -> int:
    """Make `files` visible in one commit; returns the new version.

    Parameters
    ----------
    folder : Path
        The table's folder; the files lie below it.
    table : Table
    files : list of DataFile
    run_id : str
        Recorded in the commit.
    mode : {"overwrite", "append"}
        Replace all rows, or add to them.

    Raises
    ------
    StorageError
        An append meets a table with other columns.
    """
    deltalake = package()
    from deltalake.transaction import AddAction, create_table_with_add_actions

    schema_json = table.struct_type().json()
    schema = deltalake.Schema.from_json(schema_json)
    adds = [AddAction(f.path, f.bytes, {}, f.modified_ms, True, f.stats) for f in files]
    properties = deltalake.CommitProperties(custom_metadata={RUN_ID: run_id})
    existing = open_table(folder)
    if mode == "append" and existing is not None:
        _check_same_columns(table, existing, schema_json)
        existing.create_write_transaction(adds, "append", schema, commit_properties=properties)
    else:
        create_table_with_add_actions(
            str(folder),
            schema,
            adds,
            mode="overwrite",
            name=table.name,
            description=table.comment,
            commit_properties=properties,
        )
    return _opened(folder).version()


def has_columns(folder: Path, table: Table) -> bool:
    """Whether the latest version at `folder` has exactly the declared columns."""
    return _columns(_opened(folder).schema().to_json()) == _columns(table.struct_type().json())


def _columns(schema_json: str) -> list[tuple[str, str]]:
    return [(f["name"], json.dumps(f["type"])) for f in json.loads(schema_json)["fields"]]


def _check_same_columns(table: Table, existing: Any, schema_json: str) -> None:
    """Deltalake lets an append with other columns through, so compare here."""
    found, wanted = _columns(existing.schema().to_json()), _columns(schema_json)
    if found != wanted:
        differing = sorted({name for name, _ in set(found) ^ set(wanted)})
        raise StorageError(
            f"{table.name}: the table on disk has other columns than this version writes "
            f"(differing: {', '.join(differing) or 'the order'}). Generate the dataset anew "
            "without append."
        )


def schema_and_files(folder: Path, version: int | None) -> tuple[Any, list[str]]:
    """The Spark schema of one version, comments included, and the absolute paths of its files."""
    from pyspark.sql.types import StructType

    schema = StructType.fromJson(json.loads(_opened(folder, version).schema().to_json()))
    return schema, file_paths(folder, version)


def file_paths(folder: Path, version: int | None) -> list[str]:
    """Absolute paths of the files of one version.

    Raises
    ------
    StorageError
        One of them is gone. Some engines would read a missing file as no rows.
    """
    # DeltaTable.file_uris() escapes the folder's own name, which no Parquet reader undoes.
    relative = _opened(folder, version).get_add_actions().column("path").to_pylist()
    paths = sorted(str(folder / path) for path in relative)
    missing = [path for path in paths if not Path(path).is_file()]
    if missing:
        raise StorageError(
            f"{folder}: {len(missing)} of {len(paths)} files of version {version} are gone, for example "
            f"{missing[0]}. Generate the dataset again."
        )
    return paths


def latest_version(folder: Path) -> int:
    """The version that any Delta reader finds.

    Raises
    ------
    StorageError
        There is no Delta table.
    """
    return _opened(folder).version()


def restore(folder: Path, version: int) -> int:
    """Make the latest version equal to `version`; returns the number of the latest version."""
    opened = _opened(folder)
    if opened.version() == version:
        return version
    opened.restore(version)
    return _opened(folder).version()


def _opened(folder: Path, version: int | None = None) -> Any:
    opened = open_table(folder, version)
    if opened is None:
        raise StorageError(f"{folder} is not a Delta table any more. Generate the dataset again.")
    return opened
