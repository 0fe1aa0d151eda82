"""A dataset in the session's catalog, written with `saveAsTable`.

The tables are in `catalog.schema`, the companions in `<schema>_meta` and `<schema>_truth`. With Delta
(Databricks, or open-source Delta in the session) they are clustered, described and can be undone;
without it, the catalog decides the tables' format and where they are kept.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Table, quoted
from idgraph_widgets.storage.catalog.claim import look_at, make_room, refuse_changed
from idgraph_widgets.storage.catalog.names import STAGING, CatalogNames
from idgraph_widgets.storage.catalog.recovery import CatalogJournal, published_run, put_back, recover_catalog
from idgraph_widgets.storage.catalog.rows import frame_of, rows_of
from idgraph_widgets.storage.catalog.tables import AT_ONCE, SparkTables, TableState
from idgraph_widgets.storage.content_hash import HashParts, batch_parts
from idgraph_widgets.storage.layout import Layouts
from idgraph_widgets.storage.manifest import Manifest, TableEntry


class CatalogStore:
    """One run's writes into a catalog; the same steps as `FolderStore`.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    catalog : str or None
        None means the session's current catalog.
    schema : str
    mode : {"overwrite", "append"}
        Whether the run makes or replaces the dataset, or adds to it.
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
    Rows wait in a table of their own until all are made; then each table takes its rows in one commit. A catalog has
    no commit over many tables: with Delta, a run that fails restores the versions it found, and the next run does so
    for one that was killed; `generation_runs` gets its row last and names the versions that belong together. Without
    Delta, a run that fails while it commits drops the tables that it made, but those that it replaced stay replaced.
    """

    def __init__(
        self,
        spark: Any,
        catalog: str | None,
        schema: str,
        *,
        mode: str = "overwrite",
        force: bool = False,
        layouts: Layouts | None = None,
        place: str | None = None,
        run_id: str | None = None,
    ):
        self.spark = spark
        self.names = CatalogNames(catalog, schema)
        self.mode = mode
        self.previous: Manifest | None = None
        self.force = force
        self.layouts = layouts or Layouts()
        self.tables = SparkTables(spark, place)
        self.run_id = run_id or f"run-{uuid.uuid4().hex[:12]}"
        self._journal: CatalogJournal | None = None
        self._hashes: dict[str, HashParts] = {}
        self._carried: dict[str, Any] = {}
        self._staged = False
        self._versions: dict[str, int | None] = {}
        self._begun: set[str] = set()
        self._control: Path | None = None

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
            with our names; for an append, a table is missing or was changed since the last run.
        """
        # The journal is kept with the companions, and they are made in any case.
        kinds = list(dict.fromkeys([*(table.kind for table in tables), "meta"]))
        for kind in kinds:
            self.tables.make_schema(self.names.catalog, self.names.schema_of(kind))
        if not self.tables.has_delta:
            found = {k: self.tables.names_in(self.names.catalog, self.names.schema_of(k)) for k in kinds}
            self._versions = {self.names.of(table): None for table in tables if table.name not in found[table.kind]}
            return
        recover_catalog(self.tables, self.names, take_over=self.force)
        self._versions, replaced = look_at(self.tables, self.names, tables, self.force)
        begun = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._journal = journal = CatalogJournal(self.run_id, dict(self._versions), begun)
        journal.write(self.tables, self.names)
        try:
            journal.refuse_others(self.tables, self.names)
            make_room(self.tables, self.names, tables, self._versions, replaced)
            if self.mode == "append":
                self.previous = published_run(self.tables, self.names)
                refuse_changed(self.tables, self.names, tables, self._versions, self.previous)
        except BaseException:
            self.rollback()
            raise

    # --- what a run writes ---------------------------------------------------------------------------------

    @property
    def stage_name(self) -> str:
        """The table that carries the rows of all tables until they are committed: kind, payload."""
        return self.names.passing(f"{STAGING}rows")

    folder = None
    """The catalog keeps it."""

    takes_files = False
    """Rows come through the session."""

    @property
    def commits_at_once(self) -> int:
        """How many tables can be committed at the same time: planning one goes well with writing another."""
        return AT_ONCE if self.tables.has_delta else 1

    @property
    def control(self) -> Path:
        """A folder of this machine, in which tasks that see it report progress; gone with the run."""
        if self._control is None:
            self._control = Path(tempfile.mkdtemp(prefix="idgraph-run-"))
        return self._control

    def make_folders(self, _tables: list[Table]) -> None:
        """Nothing to make."""

    def stage(self, df: Any) -> None:
        """Keep rows that carry others until the run ends; each call adds to the one before."""
        if not self._staged:
            self._staged = True
            self.tables.define_staging(self.stage_name)
        if self.tables.has_delta:
            self.tables.add_rows(df, self.stage_name)
        else:
            df.write.format("parquet").mode("append").partitionBy("kind").saveAsTable(self.stage_name)

    def staged(self) -> Any:
        """What ``stage`` kept."""
        return self.spark.table(self.stage_name)

    def take(self, name: str, carried: Any, parts: HashParts) -> None:
        """Rows of a table (a DataFrame that reads them back) that ``commit`` will write, and their hash parts."""
        self._carried[name] = carried
        self._hashes[name] = parts

    def write_batch(self, table: Table, batch: Any) -> None:
        """Rows that this process made (`pyarrow.RecordBatch`), for ``commit``."""
        self.take(table.name, frame_of(self.spark, table, batch), batch_parts(batch, table))

    def published(self, table: Table) -> Any:
        """The rows (`pyarrow.Table`) as they were published before this run; for small tables."""
        return rows_of(self.spark.table(self.names.of(table)), table)

    def commit(self, table: Table, mode: str = "overwrite") -> TableEntry:
        """Make what was taken visible, in one commit where the catalog knows commits; adding nothing is none.

        Raises
        ------
        StorageError
            The table has another number of rows afterwards than were made for it.
        """
        name, parts = self.names.of(table), self._hashes.get(table.name, HashParts())
        before = self.previous.tables[table.name] if self.previous and mode == "append" else None
        if before is not None and parts.rows == 0:
            return before
        df = self._carried.get(table.name)
        if df is None:
            df = self.spark.createDataFrame([], table.struct_type())
        if not self.tables.has_delta:
            self._begun.add(name)
            self._described(table, df).write.mode("overwrite").saveAsTable(name)
        elif before is not None:
            self._begun.add(name)
            self.tables.add_rows(table.select(df), name)
            parts += HashParts.from_text(before.rows, before.hash_sums)
        else:
            self._write_delta(table, df, name)
        found = self._found(name, before)
        if found.rows != parts.rows:
            raise StorageError(
                f"{name}: {found.rows:,} rows in the table, but {parts.rows:,} were made for it. Nothing was "
                "published; run it again."
            )
        return TableEntry(
            table.path, parts.rows, found.bytes, found.files, parts.digest(table), found.version, parts.to_text()
        )

    def _found(self, name: str, before: TableEntry | None) -> TableState:
        """A table as it is after its commit; `before` as it was published, where rows were added."""
        if not self.tables.has_delta:
            return TableState(None, self.tables.count(name), 0, 0)
        written = self.tables.last_write(name)
        if written is not None and before is None:
            return written
        if written is not None and before is not None and written.version is not None:
            is_next = before.delta_version == self._versions[name] == written.version - 1
            sizes = before.rows + written.rows, before.bytes + written.bytes, before.files + written.files
            # Else somebody, or the place by itself, made a version in between.
            return TableState(written.version, *sizes) if is_next else self.tables.state(name)
        return self.tables.state(name)

    def _write_delta(self, table: Table, df: Any, name: str, replace: bool = True) -> None:
        """Put rows in the place of a Delta table's, or add them."""
        layout, selected = self.layouts[table.name], table.select(df)
        self._begun.add(name)
        there = self._versions.get(name) is not None and self.tables.is_defined(name, table, layout)
        if there and replace:
            self.tables.replace_rows(selected, name)
            return
        if not there:
            self.tables.define(name, table, layout)
        self.tables.add_rows(selected, name)

    def append_row(self, table: Table, row: dict[str, Any]) -> TableEntry:
        """Add one row to ``generation_runs``."""
        df = self.spark.createDataFrame([tuple(row[c] for c in table.column_names)], table.struct_type())
        name = self.names.of(table)
        if self.tables.has_delta:
            # A log that another version of this library kept has other columns; a new one begins.
            self._write_delta(table, df, name, replace=False)
        else:
            self._begun.add(name)
            self._described(table, df).write.mode("append").saveAsTable(name)
        found = self.tables.state(name) if self.tables.has_delta else TableState(None, self.tables.count(name), 0, 0)
        return TableEntry(table.path, found.rows, found.bytes, found.files, None, found.version)

    def publish(self, _manifest: Manifest) -> None:
        """Nothing to switch: the last row of `generation_runs` is the manifest."""
        try:
            self._clear_up()
        except Exception:
            self._abandon()  # published all the same; the next run clears up

    def rollback(self) -> None:
        """Drop what is new and, with Delta, restore what was there before.

        Raises
        ------
        StorageError
            Some table could not be restored; the message names it and its version. The next run tries again.
        """
        try:
            # Without Delta only what is new can be undone.
            put_back(self.tables, {name: self._versions[name] for name in self._begun & set(self._versions)})
            self._begun.clear()
            self._clear_up()
        except BaseException:
            self._abandon()
            raise

    def _clear_up(self) -> None:
        if self._control is not None:
            shutil.rmtree(self._control, ignore_errors=True)
            self._control = None
        if self._staged:
            self.tables.drop(self.stage_name)
        self._staged = False
        if self._journal is not None:
            self._journal.end(self.tables, self.names)
            self._journal = None

    def _abandon(self) -> None:
        if self._journal is not None:
            self._journal.abandon()

    def _described(self, table: Table, df: Any) -> Any:
        """The declared columns with their comments in the metadata, where engines look for them."""
        from pyspark.sql import functions as F

        selected = table.select(df)
        return selected.select(
            [F.col(quoted(c.name)).alias(c.name, metadata={"comment": c.comment}) for c in table.columns]
        )
