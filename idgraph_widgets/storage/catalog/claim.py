"""What stands in the way of a run into a catalog: looked at, refused, or put out of the way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Table
from idgraph_widgets.storage.catalog.keys import drop_keys
from idgraph_widgets.storage.catalog.names import PROBE, CatalogNames
from idgraph_widgets.storage.catalog.tables import SparkTables
from idgraph_widgets.storage.content_hash import content_hash
from idgraph_widgets.storage.manifest import Manifest


def look_at(
    there: SparkTables, names: CatalogNames, tables: Sequence[Table], force: bool
) -> tuple[dict[str, int | None], list[str]]:
    """The versions to go back to, None where there is no table of ours, and the tables of others that shall give way.

    Raises
    ------
    StorageError
        Tables of others have our names, and `force` is not given.
    """
    kinds = {table.kind for table in tables}
    seen = {kind: there.names_in(names.catalog, names.schema_of(kind)) for kind in kinds}
    found = [names.of(table) for table in tables if table.name in seen[table.kind]]
    ours = there.each(there.is_ours, found)
    foreign = [name for name in found if not ours[name]]
    if foreign and not force:
        raise StorageError(
            f"{foreign[0]} exists, and this library did not make it. Choose another schema, or use "
            "force=True to replace it."
        )
    versions: dict[str, int | None] = dict.fromkeys(map(names.of, tables))
    return versions | there.each(there.version, [name for name in found if ours[name]]), foreign


def make_room(
    there: SparkTables,
    names: CatalogNames,
    tables: Sequence[Table],
    versions: Mapping[str, int | None],
    replaced: Sequence[str],
) -> None:
    """Try every schema that a run writes to, and take away what would be wrong once it has written.

    Raises
    ------
    StorageError
        No table can be made in one of them.
    """
    for kind in dict.fromkeys([*(table.kind for table in tables), "meta"]):
        there.probe(names.catalog, names.schema_of(kind), f"{PROBE}{uuid.uuid4().hex[:12]}")
    for name in replaced:
        there.drop(name)  # forced, and perhaps of another format
    if there.can["keys"]:
        # Rows are about to change: what was checked about the old ones must not be relied on.
        kept = {table.name: names.of(table) for table in tables}
        for statement in drop_keys({n: q for n, q in kept.items() if versions[q] is not None}):
            there.sql(statement)


def refuse_changed(
    there: SparkTables,
    names: CatalogNames,
    tables: Sequence[Table],
    versions: Mapping[str, int | None],
    previous: Manifest | None,
) -> None:
    """An append fits the tables as the last run left them only.

    Raises
    ------
    StorageError
        A table is gone, or has other rows.
    """
    for table in tables:
        if previous is not None and table.name in previous.tables:
            _refuse_changed(there, names.of(table), table, versions[names.of(table)], previous)


def _refuse_changed(there: SparkTables, name: str, table: Table, version: int | None, previous: Manifest) -> None:
    entry = previous.tables[table.name]
    change = None
    if version is None:
        change = f"{name} is not there any more"
    elif version != entry.delta_version and entry.content_hash is not None:
        # Compaction and a restore leave the rows as they were.
        found = content_hash(table.select(there.spark.table(name)), table)
        if found != (entry.rows, entry.content_hash):
            change = (
                f"{name} was changed since the run {previous.run_id} (version {entry.delta_version}, "
                f"{entry.rows:,} rows; now version {version}, {found[0]:,} rows)"
            )
    if change:
        raise StorageError(
            f"{change}, so what would be added may not fit. Nothing was published. Bring it back with RESTORE "
            "TABLE … TO VERSION AS OF …, or generate the dataset anew without append."
        )
