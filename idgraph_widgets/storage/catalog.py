"""A dataset in the session's catalog, written with `saveAsTable`.

The tables are in `catalog.schema`, the companions in `<schema>_meta` and `<schema>_truth`. With Delta
(Databricks, or open-source Delta in the session) they are clustered, described and can be undone;
without it, the catalog decides the tables' format and where they are kept.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timezone

from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Table
from idgraph_widgets.storage.catalog_names import PROBE, STAGING, CatalogNames
from idgraph_widgets.storage.catalog_recovery import CatalogJournal, put_back, recover_catalog
from idgraph_widgets.storage.content_hash import HashParts, hash_parts
from idgraph_widgets.storage.keys import drop_keys
from idgraph_widgets.storage.layout import Layouts
from idgraph_widgets.storage.manifest import Manifest, TableEntry
from idgraph_widgets.storage.spark_tables import SparkTables
from idgraph_widgets.storage.sql_names import quoted


class CatalogStore:
    """One run's writes into a catalog; the same steps as `FolderStore`.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    catalog : str or None
        None means the session's current catalog.
    schema : str
    chunks : sequence of (int, int)
        First and last household of each chunk, to read one back.
    force : bool
        Replace tables of others that have our names; take over from a run of another machine that may be dead.
    layouts : Layouts, optional
        How tables are clustered or partitioned, where the place can.
    place : str, optional
        See `SparkTables`.
    run_id : str, optional
        Default: one of its own.

    Notes
    -----
    A catalog has no commit over many tables: the first chunk of a table replaces it at once. With
    Delta, a run that fails restores the versions it found, and the next run does so for one that was
    killed; `generation_runs` gets its row last and names the versions that belong together. Without
    Delta, a run that fails leaves the tables it had begun in a mixed state.
    """

    def __init__(
        self, spark, catalog: str | None, schema: str, chunks, *, force=False, layouts=None, place=None, run_id=None
    ):
        self.spark = spark
        self.names = CatalogNames(catalog, schema)
        self.chunks = list(chunks)
        self.force = force
        self.layouts = layouts or Layouts()
        self.tables = SparkTables(spark, place)
        self.run_id = run_id or f"run-{uuid.uuid4().hex[:12]}"
        self._journal: CatalogJournal | None = None
        self._hashes: dict[str, HashParts] = {}
        self._staged: set[str] = set()
        self._versions: dict[str, int | None] = {}
        self._begun: set[str] = set()

    @property
    def place(self) -> str:
        """Where the dataset is, for people."""
        return self.names.place

    def begin(self, tables: list[Table]) -> None:
        """Make missing schemas, undo a dead run, look at what is there, write the journal, try to write.

        Raises
        ------
        StorageError
            The catalog does not exist or refuses, another run is at work there, or it has tables of others
            with our names.
        """
        # The journal is kept with the companions, and they are made in any case.
        kinds = list(dict.fromkeys([*(table.kind for table in tables), "meta"]))
        for kind in kinds:
            self.tables.make_schema(self.names.catalog, self.names.schema_of(kind))
        if not self.tables.has_delta:
            return
        recover_catalog(self.tables, self.names, take_over=self.force)
        replaced = self._look_at(tables)
        begun = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._journal = CatalogJournal(self.run_id, dict(self._versions), begun)
        self._journal.write(self.tables, self.names)
        try:
            self._claim(tables, kinds, replaced)
        except BaseException:
            self.rollback()
            raise

    def _look_at(self, tables: list[Table]) -> list[str]:
        """Remember versions to go back to; refuse tables that are not ours, or tell which shall give way."""
        kinds = {table.kind for table in tables}
        found = {k: self.tables.names_in(self.names.catalog, self.names.schema_of(k)) for k in kinds}
        foreign = []
        for table in tables:
            name = self.names.of(table)
            there = table.name in found[table.kind]
            ours = there and self.tables.is_ours(name)
            if there and not ours and not self.force:
                raise StorageError(
                    f"{name} exists, and this library did not make it. Choose another schema, or use "
                    "force=True to replace it."
                )
            self._versions[name] = self.tables.version(name) if ours else None
            if there and not ours:
                foreign.append(name)
        return foreign

    def _claim(self, tables: list[Table], kinds: list[str], replaced: list[str]) -> None:
        """Refuse where two runs begin at once; try every schema; make room."""
        self._journal.refuse_others(self.tables, self.names)
        for kind in kinds:
            self.tables.probe(self.names.catalog, self.names.schema_of(kind), f"{PROBE}{uuid.uuid4().hex[:12]}")
        for name in replaced:
            self.tables.drop(name)  # forced, and perhaps of another format
        if self.tables.can["keys"]:
            # Rows are about to change: what was checked about the old ones must not be relied on.
            kept = {table.name: self.names.of(table) for table in tables}
            for statement in drop_keys({n: q for n, q in kept.items() if self._versions[q] is not None}):
                self.tables.sql(statement)

    def write(self, table: Table, df, chunk: int = 0) -> int:
        """Write one chunk of a table, the first one replacing what was there; returns its rows."""
        name, first = self.names.of(table), table.name not in self._hashes
        if not self.tables.has_delta:
            self._described(table, df).write.mode("overwrite" if first else "append").saveAsTable(name)
        else:
            self._write_delta(table, df, name, first)
        before = self._hashes.get(table.name, HashParts())
        parts = hash_parts(self.frame(table, chunk), table)
        if self._range(table, chunk) is None:
            parts = parts - before  # all chunks so far were read
        self._hashes[table.name] = before + parts
        return parts.rows

    def _write_delta(self, table: Table, df, name: str, first: bool) -> None:
        layout, selected = self.layouts[table.name], table.select(df)
        self._begun.add(name)
        if first and self._versions.get(name) is not None and self.tables.is_defined(name, table, layout):
            self.tables.replace_rows(selected, name)
            return
        if first:
            self.tables.define(name, table, layout)
        self.tables.append_rows(selected, name, layout)

    def frame(self, table: Table, chunk: int = 0):
        """A chunk that this run wrote; all of a table whose rows name no home and no person."""
        from pyspark.sql import functions as F

        df, limits = table.select(self.spark.table(self.names.of(table))), self._range(table, chunk)
        if limits is None:
            return df
        column, low, high = limits
        return df.where((F.col(column) >= F.lit(low)) & (F.col(column) <= F.lit(high)))

    def _range(self, table: Table, chunk: int) -> tuple[str, int, int] | None:
        """The column and the values that a chunk's rows have; None where rows cannot be told apart."""
        if len(self.chunks) < 2:
            return None
        return table.range_of(*self.chunks[chunk])

    def stage(self, name: str, df, chunk: int) -> None:
        """Keep an intermediate frame of a chunk until the run ends."""
        writer = df.write.mode("overwrite")
        if self.tables.has_delta:
            writer = writer.format("delta").option("overwriteSchema", "true")
        writer.saveAsTable(self._stage_name(name, chunk))
        self._staged.add(self._stage_name(name, chunk))

    def unstage(self, name: str, chunk: int) -> None:
        """Forget what ``stage`` kept."""
        self.tables.drop(self._stage_name(name, chunk))
        self._staged.discard(self._stage_name(name, chunk))

    def staged(self, name: str, chunk: int):
        """What ``stage`` kept."""
        return self.spark.table(self._stage_name(name, chunk))

    def commit(self, table: Table, _mode: str = "overwrite") -> TableEntry:
        """The entry of a table for the manifest; files and version only where there is Delta."""
        parts = self._hashes[table.name]
        size, files, version = self._measured(self.names.of(table))
        return TableEntry(table.path, parts.rows, size, files, parts.digest(table), version, parts.to_text())

    def _measured(self, name: str) -> tuple[int, int, int | None]:
        if not self.tables.has_delta:
            return 0, 0, None
        detail = self.tables.detail(name)
        return detail["sizeInBytes"], detail["numFiles"], self.tables.version(name)

    def append_row(self, table: Table, row: dict) -> TableEntry:
        """Add one row to ``generation_runs``."""
        df = self.spark.createDataFrame([tuple(row[c] for c in table.column_names)], table.struct_type())
        name = self.names.of(table)
        if self.tables.has_delta:
            # A log that another version of this library kept has other columns; a new one begins.
            layout = self.layouts[table.name]
            kept = self._versions.get(name) is not None and self.tables.is_defined(name, table, layout)
            self._write_delta(table, df, name, first=not kept)
        else:
            self._described(table, df).write.mode("append").saveAsTable(name)
        size, files, version = self._measured(name)
        return TableEntry(table.path, self.spark.table(name).count(), size, files, None, version)

    def publish(self, _manifest: Manifest) -> None:
        """Nothing to switch: the last row of `generation_runs` is the manifest."""
        try:
            self._clear_up()
        except Exception:
            self._abandon()  # published all the same; the next run clears up

    def rollback(self) -> None:
        """With Delta, restore what was there before; always, drop the intermediate tables.

        Raises
        ------
        StorageError
            Some table could not be restored; the message names it and its version. The next run tries again.
        """
        try:
            if self.tables.has_delta:
                put_back(self.tables, {name: self._versions[name] for name in self._begun})
            self._begun.clear()
            self._clear_up()
        except BaseException:
            self._abandon()
            raise

    def _clear_up(self) -> None:
        for name in sorted(self._staged):
            self.tables.drop(name)
        self._staged.clear()
        if self._journal is not None:
            self._journal.end(self.tables, self.names)
            self._journal = None

    def _abandon(self) -> None:
        if self._journal is not None:
            self._journal.abandon()

    def _described(self, table: Table, df):
        """The declared columns with their comments in the metadata, where engines look for them."""
        from pyspark.sql import functions as F

        selected = table.select(df)
        return selected.select(
            [F.col(quoted(c.name)).alias(c.name, metadata={"comment": c.comment}) for c in table.columns]
        )

    def _stage_name(self, name: str, chunk: int) -> str:
        return self.names.passing(f"{STAGING}{name}_{chunk}")
