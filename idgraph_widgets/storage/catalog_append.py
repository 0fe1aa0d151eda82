"""An append to a dataset in the session's catalog: new rows wait in tables of their own, then one commit each."""

from __future__ import annotations

from functools import reduce

from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Table
from idgraph_widgets.storage.catalog import CatalogStore
from idgraph_widgets.storage.catalog_recovery import published_run
from idgraph_widgets.storage.content_hash import HashParts, content_hash, hash_parts
from idgraph_widgets.storage.manifest import Manifest, TableEntry


class CatalogAppendStore(CatalogStore):
    """One append's writes into a catalog with Delta; the same steps as `FolderStore`.

    Notes
    -----
    Readers see nothing of it before ``commit``; from there on, what is said of `CatalogStore` holds.
    """

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.previous: Manifest | None = None
        self._added: dict[str, list[int]] = {}

    def begin(self, tables: list[Table]) -> None:
        """As for a run that replaces; and see that the tables are as the last run left them.

        Raises
        ------
        StorageError
            A table is missing or was changed since.
        """
        super().begin(tables)
        try:
            self.previous = published_run(self.tables, self.names)
            for table in tables:
                if self.previous is not None and table.name in self.previous.tables:
                    self._refuse_changed(table, self.previous.tables[table.name])
        except BaseException:
            self.rollback()
            raise

    def _refuse_changed(self, table: Table, entry: TableEntry) -> None:
        name = self.names.of(table)
        version = self._versions[name]
        told = None
        if version is None:
            told = f"{name} is not there any more"
        elif version != entry.delta_version:
            # Compaction and a restore leave the rows as they were.
            found = content_hash(table.select(self.spark.table(name)), table)
            if found != (entry.rows, entry.content_hash):
                told = (
                    f"{name} was changed since the run {self.previous.run_id} (version {entry.delta_version}, "
                    f"{entry.rows:,} rows; now version {version}, {found[0]:,} rows)"
                )
        if told:
            raise StorageError(
                f"{told}, so what would be added may not fit. Nothing was published. Bring it back with RESTORE "
                "TABLE … TO VERSION AS OF …, or generate the dataset anew without append."
            )

    def write(self, table: Table, df, chunk: int = 0) -> int:
        """Keep one chunk of a table's new rows until ``commit``; returns their number."""
        self.stage(_new(table), table.select(df), chunk)
        self._added.setdefault(table.name, []).append(chunk)
        parts = hash_parts(self.frame(table, chunk), table)
        self._hashes[table.name] = self._hashes.get(table.name, HashParts()) + parts
        return parts.rows

    def frame(self, table: Table, chunk: int = 0):
        """A chunk of new rows that this run wrote."""
        return table.select(self.staged(_new(table), chunk))

    def published(self, table: Table):
        """The table as it was published before this run."""
        return table.select(self.spark.table(self.names.of(table)))

    def commit(self, table: Table, mode: str = "overwrite") -> TableEntry:
        """Make what was written visible, in one Delta commit; adding nothing is no commit."""
        name, layout = self.names.of(table), self.layouts[table.name]
        parts, before = self._hashes.get(table.name, HashParts()), self.previous.tables.get(table.name)
        if mode == "append" and parts.rows == 0:
            return before
        frames = [self.frame(table, chunk) for chunk in self._added[table.name]]
        df = reduce(lambda a, b: a.unionByName(b), frames)
        self._begun.add(name)
        if mode == "append":
            parts += HashParts.from_text(before.rows, before.hash_sums)
            self.tables.add_rows(df, name)
        elif self.tables.is_defined(name, table, layout):
            self.tables.replace_rows(df, name)
        else:
            self.tables.define(name, table, layout)
            self.tables.append_rows(df, name, layout)
        rows = self.tables.count(name)
        if rows != parts.rows:
            raise StorageError(f"{name}: {rows:,} rows in the table, but {parts.rows:,} were written.")
        size, files, version = self._measured(name)
        return TableEntry(table.path, parts.rows, size, files, parts.digest(table), version, parts.to_text())


def _new(table: Table) -> str:
    return f"new_{table.name}"
