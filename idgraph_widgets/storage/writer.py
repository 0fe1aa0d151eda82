"""Tables of one place, written, published, sized and kept fit by name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from idgraph_widgets.errors import ConfigError, StorageError
from idgraph_widgets.schema import GENERATED, Column, Table, quoted
from idgraph_widgets.storage.catalog import keys
from idgraph_widgets.storage.catalog.names import CatalogNames
from idgraph_widgets.storage.catalog.recovery import recover_for_reading
from idgraph_widgets.storage.catalog.tables import SparkTables
from idgraph_widgets.storage.folder import maintenance
from idgraph_widgets.storage.folder.paths import folder_path
from idgraph_widgets.storage.layout import Layouts
from idgraph_widgets.storage.manifest import Manifest, TableEntry
from idgraph_widgets.storage.places import Capabilities, capabilities
from idgraph_widgets.storage.table_stats import KEEP_HOURS, TableStats


class CatalogWriter:
    """One place that tables live in: a session's catalogs (Databricks among them), or a folder.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession, optional
        Whose catalogs to write to. Without `folder`, needed.
    folder : path-like, optional
        A dataset's. Names of catalog and schema are then ignored.
    layouts : Layouts or mapping, optional
        How tables are clustered or partitioned, by table; see `Layouts`.
    place : str, optional
        See `SparkTables`.

    Examples
    --------
    >>> writer = CatalogWriter(spark)  # doctest: +SKIP
    >>> writer.write(df, "main", "idgraph", "households")  # doctest: +SKIP
    >>> writer.get_table_stats("main", "idgraph", "households").num_rows  # doctest: +SKIP
    10000
    """

    def __init__(
        self,
        spark: Any = None,
        *,
        folder: str | os.PathLike[str] | None = None,
        layouts: Layouts | Mapping[str, Any] | None = None,
        place: str | None = None,
    ):
        if spark is None and folder is None:
            raise ConfigError("CatalogWriter needs a session (spark) or a dataset's folder (folder=...).")
        self._folder = None if folder is None else folder_path(folder)
        self._layouts = layouts if isinstance(layouts, Layouts) else Layouts(layouts)
        self._tables = None if self._folder else SparkTables(spark, place)

    @property
    def capabilities(self) -> Capabilities:
        """What the place supports."""
        return capabilities("folder") if self._tables is None else self._tables.can

    def write(
        self, df: Any, catalog: str | None, schema: str, table: str | Table, mode: str = "overwrite"
    ) -> TableStats:
        """Write a frame as a table, in one commit where the place has Delta.

        Parameters
        ----------
        df : pyspark.sql.DataFrame
        catalog : str or None
            None means the session's current one.
        schema : str
            Is created if it is missing.
        table : str or Table
            A name; one of the dataset's tables gets its declared columns, comments and layout.
        mode : {"overwrite", "append"}

        Returns
        -------
        TableStats
            Of the table afterwards.

        Raises
        ------
        StorageError
            The catalog refuses, or the place is a folder: a run writes there (`run_pipeline`).
        """
        tables = self._session("write")
        if mode not in ("overwrite", "append"):
            raise ConfigError(f"mode: found {mode!r}, allowed is overwrite or append.")
        declared, selected = _declared(table, df)
        name, layout = quoted(catalog, schema, declared.name), self._layouts[declared.name]
        tables.make_schema(catalog, schema)
        if not tables.has_delta:
            selected.write.mode(mode).saveAsTable(name)
            return TableStats(tables.spark.table(name).count(), 0, 0)
        there = tables.exists(catalog, schema, declared.name)
        if mode == "overwrite" and there and tables.is_ours(name) and tables.is_defined(name, declared, layout):
            tables.replace_rows(selected, name)
            return tables.stats(name)
        if mode == "overwrite" or not there:
            tables.define(name, declared, layout)
        tables.add_rows(selected, name)
        return tables.stats(name)

    def tables(self, catalog: str | None, schema: str) -> dict[str, Any]:
        """A dataset's tables and companions as DataFrames, by name; `run_checks` takes them."""
        tables = self._session("write")
        names = self._recovered(tables, catalog, schema)
        return {name: tables.spark.table(names.of(table)) for name, table in GENERATED.items()}

    def publish(self, catalog: str | None, schema: str, report: Any) -> list[str]:
        """Declare a finished dataset's keys and tags, where the place has them.

        Parameters
        ----------
        catalog, schema : str
        report : CheckReport
            Of the checks of this dataset: keys are declared with RELY, so all must have passed.

        Returns
        -------
        list of str
            The statements that were run; empty where the place has neither keys nor tags.

        Raises
        ------
        StorageError
            Checks failed or were left out.
        """
        if self._tables is None:
            return []
        declared, names = GENERATED, self._recovered(self._tables, catalog, schema)
        statements: list[str] = []
        if self._tables.can["keys"]:
            added = list(keys.add_keys(declared, names.of, report))
            statements += [*keys.drop_keys({n: names.of(t) for n, t in declared.items()}), *added]
        if self._tables.can["tags"]:
            statements += keys.set_tags(declared, names.of)
        for statement in statements:
            self._tables.sql(statement)
        return statements

    def get_table_stats(self, catalog: str | None, schema: str | None, table: str) -> TableStats:
        """Rows, bytes and files of a table, from its log: no data is read.

        Returns
        -------
        TableStats
            ``num_rows``, ``size_bytes``, ``num_files``.

        Raises
        ------
        StorageError
            There is no such table, or the place keeps no statistics.
        """
        if self._folder is not None:
            entry = self._entry(table)
            return maintenance.delta_stats(self._folder / entry.path, entry.delta_version)
        tables, name = self._session("statistics"), quoted(catalog, schema, table)
        if not tables.exists(catalog, schema, table):
            raise StorageError(f"There is no table {name}.")
        return tables.stats(name)

    def optimize(self, catalog: str | None, schema: str | None, table: str) -> TableStats:
        """Rewrite a table into few files in the order of its layout; the statistics afterwards."""
        if self._folder is not None:
            return maintenance.optimize(self._folder, [table], self._layouts)[table][1]
        tables, name = self._session("optimize"), quoted(catalog, schema, table)
        self._recovered(tables, catalog, schema)
        tables.optimize(name, self._layouts[table])
        return tables.stats(name)

    def vacuum(self, catalog: str | None, schema: str | None, table: str, retention_hours: int = KEEP_HOURS) -> None:
        """Remove files of a table that no version of the last `retention_hours` needs.

        In a folder, every table of the dataset is cleaned.
        """
        if self._folder is not None:
            self._entry(table)
            maintenance.vacuum(self._folder, retention_hours)
            return
        tables = self._session("vacuum")
        self._recovered(tables, catalog, schema)
        tables.vacuum(quoted(catalog, schema, table), retention_hours)

    def _recovered(self, tables: SparkTables, catalog: str | None, schema: str | None) -> CatalogNames:
        """The names of the dataset that a schema belongs to, once a dead run into it is undone."""
        if schema is None:
            raise ConfigError("schema: found nothing, but a table of a catalog is in one. Name it.")
        names = CatalogNames(catalog, schema.removesuffix("_meta").removesuffix("_truth"))
        recover_for_reading(tables, names)
        return CatalogNames(catalog, schema)

    def _session(self, feature: str) -> SparkTables:
        if self._tables is None:
            raise StorageError(
                "A folder's tables belong together and are written by a run: run_pipeline(spark, config, out)."
            )
        if not self._tables.can[feature]:
            can = self._tables.can
            raise StorageError(f"{can.title} has no {feature}. {can[feature].note}")
        return self._tables

    def _entry(self, table: str) -> TableEntry:
        manifest = None if self._folder is None else Manifest.read(self._folder)
        if manifest is None or table not in manifest.tables:
            found = ", ".join(manifest.tables) if manifest else "no dataset"
            raise StorageError(f"{self._folder} has no table {table!r}; found: {found}.")
        return manifest.tables[table]


def _declared(table: str | Table, df: Any) -> tuple[Table, Any]:
    """The declaration of a table, the dataset's or one made from the frame, and the frame's columns for it."""
    if isinstance(table, str):
        table = GENERATED.get(table, table)
    if isinstance(table, Table):
        return table, table.select(df)
    columns = tuple(
        Column(f.name, f.dataType.simpleString(), f.metadata.get("comment", ""), nullable=True)
        for f in df.schema.fields
    )
    return Table(table, "", (), columns), df
