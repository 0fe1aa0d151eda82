"""A dataset's folder in Unity Catalog: each Delta table registered as an external one.

The files stay where they are and the folder's manifest stays the truth; the catalog governs who finds
them. Registering again updates: a table that is there as it should be is left alone, one of an earlier
run with other columns is registered anew with the grants it had, and anything else is refused.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from idgraph_widgets.errors import CatalogError, StorageError
from idgraph_widgets.storage.catalog.tables import MARK
from idgraph_widgets.storage.folder import delta
from idgraph_widgets.storage.folder.paths import folder_path
from idgraph_widgets.storage.manifest import MANIFEST, Manifest, TableEntry
from idgraph_widgets.unity.permissions import check_permissions, companion_schemas

_TYPE_NAMES = {
    "long": ("bigint", "LONG"),
    "integer": ("int", "INT"),
    "double": ("double", "DOUBLE"),
    "string": ("string", "STRING"),
    "boolean": ("boolean", "BOOLEAN"),
    "date": ("date", "DATE"),
    "timestamp": ("timestamp", "TIMESTAMP"),
}


@dataclass
class Registration:
    """What registering a dataset did, as full table names.

    Attributes
    ----------
    created, updated, unchanged : list of str
    stale : list of str
        Our tables in these schemas that the dataset does not have; they were left there.
    """

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    @property
    def tables(self) -> list[str]:
        return [*self.created, *self.updated, *self.unchanged]


def register(service, folder, catalog: str, schema: str, replace: bool = False) -> Registration:
    """Register every table of a dataset, making the schemas that are missing.

    Parameters
    ----------
    service : UnityCatalog
    folder : path-like
        The dataset's; the service and all readers must see it under the same path.
    catalog, schema : str
        Companions go to ``<schema>_meta`` and ``<schema>_truth``.
    replace : bool
        Whether tables that are not ours, or of another folder, give way: they are dropped from the
        catalog. Files of external tables stay.

    Raises
    ------
    StorageError
        No dataset there, or the service refuses; the message says how far it came. Doing it again
        goes on from there.
    """
    folder = folder_path(folder)
    manifest = Manifest.read(folder)
    if manifest is None:
        raise StorageError(f"There is no dataset at {folder}: found no {MANIFEST}.")
    definitions = [definition(folder, entry, catalog, schema) for entry in manifest.tables.values()]
    done = Registration()
    try:
        make_schemas(service, catalog, companion_schemas(schema))
        for wanted in definitions:
            _register_table(service, wanted, replace, done)
        done.stale = _stale(service, definitions, catalog, schema)
    except CatalogError as error:
        why = _denied(service, catalog, schema) if error.status == 403 else ""
        far = f"{len(done.tables)} of its {len(definitions)} tables are registered in {catalog}.{schema}"
        again = f"idgraph register {shlex.quote(str(folder))} --catalog {catalog} --schema {schema}"
        raise _interrupted(error, why, f"the dataset is complete in {folder}; {far}", again) from error
    return done


def make_schemas(service, catalog: str, schemas: tuple[str, ...]) -> None:
    """Make the schemas that do not exist."""
    purposes = ("Synthetic identity graph.", "Companions of {0}.", "Truth of {0}: for evaluation only.")
    for name, purpose in zip(schemas, purposes):
        if service.securable("schema", catalog, name) is None:
            service.create_schema(catalog, name, purpose.format(schemas[0]))


def definition(folder: Path, entry: TableEntry, catalog: str, schema: str) -> dict[str, Any]:
    """The body of a request that registers one table: columns, types and comments from its Delta log."""
    path = folder / entry.path
    opened = delta.open_table(path, entry.delta_version)
    if opened is None:
        raise StorageError(f"{path} is not a Delta table any more. Generate the dataset again.")
    kind = entry.path.split("/")[0] if "/" in entry.path else "table"
    fields = json.loads(opened.schema().to_json())["fields"]
    return {
        "name": path.name,
        "catalog_name": catalog,
        "schema_name": schema if kind == "table" else f"{schema}_{kind}",
        "table_type": "EXTERNAL",
        "data_source_format": "DELTA",
        "storage_location": path.as_uri(),
        "comment": opened.metadata().description or "",
        "properties": {MARK: kind},
        "columns": [_column(position, found) for position, found in enumerate(fields)],
    }


def _column(position: int, found: dict[str, Any]) -> dict[str, Any]:
    kind = found["type"]
    decimal = re.match(r"decimal\((\d+),(\d+)\)\Z", kind)
    text, name = (kind, "DECIMAL") if decimal else _TYPE_NAMES[kind]
    column = {
        "name": found["name"],
        "type_text": text,
        "type_name": name,
        "type_json": json.dumps(found),
        "position": position,
        "nullable": found["nullable"],
        "comment": found["metadata"].get("comment", ""),
    }
    if decimal:
        column |= {"type_precision": int(decimal[1]), "type_scale": int(decimal[2])}
    return column


def refusal(service, folder: Path, catalog: str, schema: str, tables) -> str | None:
    """Why registering would be refused for what the catalog already has, or None; looks at names only.

    Parameters
    ----------
    tables : sequence of Table
        What the dataset will have.
    """
    for table in tables:
        parts = (catalog, schema if table.kind == "table" else f"{schema}_{table.kind}", table.name)
        try:
            found = service.securable("table", *parts)
        except CatalogError as error:
            if error.status == 403:
                return f"{'.'.join(parts)} exists, and you may not see it: it is somebody else's"
            raise
        if found and not _ours(found, (folder / table.path).as_uri()):
            return _foreign(found)
    return None


def _register_table(service, wanted: dict[str, Any], replace: bool, done: Registration) -> None:
    parts = (wanted["catalog_name"], wanted["schema_name"], wanted["name"])
    name = ".".join(parts)
    found = service.securable("table", *parts)
    if found is None:
        service.create_table(wanted)
        done.created.append(name)
    elif _same(found, wanted):
        done.unchanged.append(name)
    elif replace or _ours(found, wanted["storage_location"]):
        _register_anew(service, wanted, parts)
        done.updated.append(name)
    else:
        raise CatalogError(f"{_foreign(found)}. --replace (replace=True) drops it from the catalog first")


def _register_anew(service, wanted: dict[str, Any], parts: tuple[str, ...]) -> None:
    """Drop and create, since the service changes no table; grants on it are given back."""
    granted = service.privileges("table", *parts)
    service.drop_table(*parts)
    service.create_table(wanted)
    for principal, privileges in granted.items():
        service.grant("table", parts, principal, privileges)


def _ours(found: dict[str, Any], location: str) -> bool:
    marked = MARK in (found.get("properties") or {})
    return marked and _location(found) == location.rstrip("/")


def _foreign(found: dict[str, Any]) -> str:
    name = ".".join(found[key] for key in ("catalog_name", "schema_name", "name"))
    whose = "of another folder" if MARK in (found.get("properties") or {}) else "not made by this library"
    return f"{name} exists and is {whose} ({_location(found) or 'no location'})"


def _location(found: dict[str, Any]) -> str:
    return (found.get("storage_location") or "").rstrip("/")


def _same(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    keys = ("name", "type_text", "comment")

    def columns(table):
        return [tuple(column.get(key) or "" for key in keys) for column in table.get("columns") or ()]

    return (
        _ours(found, wanted["storage_location"])
        and columns(found) == columns(wanted)
        and (found.get("comment") or "") == wanted["comment"]
        and found["properties"].get(MARK) == wanted["properties"][MARK]
    )


def _stale(service, definitions, catalog: str, schema: str) -> list[str]:
    expected = {(d["schema_name"], d["name"]) for d in definitions}
    return [
        f"{catalog}.{name}.{found['name']}"
        for name in companion_schemas(schema)
        for found in service.tables(catalog, name)
        if MARK in (found.get("properties") or {}) and (name, found["name"]) not in expected
    ]


def _interrupted(error: CatalogError, why: str, safe: str, again: str) -> CatalogError:
    """The error for people: what is missing, what is safe, how far it came, how to go on."""
    lines = [f"{str(error).rstrip('.')}.", why, f"Nothing is lost: {safe}. When the cause is mended: {again}"]
    return CatalogError("\n".join(filter(None, lines)), error.status, error.code)


def _denied(service, catalog: str, schema: str) -> str:
    """Why a service that says no more than "denied" did so."""
    try:
        report = check_permissions(service, catalog, companion_schemas(schema))
    except CatalogError as error:
        return str(error)
    if not report.ok:
        return report.message()
    return (
        "All privileges are there. The service also denies a table whose files another table, perhaps of "
        "another schema, already has, and one in an external location without CREATE EXTERNAL TABLE."
    )


def registered(service, catalog: str, schema: str) -> list[tuple[str, str, str]]:
    """Our tables in a dataset's three schemas, as (catalog, schema, table)."""
    return [
        (catalog, name, found["name"])
        for name in companion_schemas(schema)
        if service.securable("schema", catalog, name) is not None
        for found in service.tables(catalog, name)
        if MARK in (found.get("properties") or {})
    ]


def unregister(service, catalog: str, schema: str) -> list[str]:
    """Drop our tables from a dataset's three schemas; files, schemas and other tables stay.

    Returns
    -------
    list of str
        Full names of what was dropped.
    """
    dropped = []
    for parts in registered(service, catalog, schema):
        service.drop_table(*parts)
        dropped.append(".".join(parts))
    return dropped
