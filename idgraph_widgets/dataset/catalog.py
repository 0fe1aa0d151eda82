"""A finished dataset in a session's catalog, opened for reading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from idgraph_widgets.dataset.folder import Dataset
from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import RUNS, quoted
from idgraph_widgets.storage.catalog.names import KINDS, CatalogNames
from idgraph_widgets.storage.catalog.recovery import published_run
from idgraph_widgets.storage.catalog.tables import SparkTables, first_line
from idgraph_widgets.storage.manifest import TableEntry


class CatalogDataset(Dataset):
    """The tables of a dataset in ``catalog.schema``, as they stand now; used as a `Dataset` is.

    The manifest is the last row of ``generation_runs``: what was asked for and how many rows were written.
    Whether the tables still hold that is found by `run_checks`.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
        The session whose catalog it is.
    catalog : str or None
        None means the session's current catalog.
    schema : str

    Raises
    ------
    StorageError
        There is no dataset, or this user may not see it.

    Examples
    --------
    >>> demo = CatalogDataset(spark, "main", "demo")  # doctest: +SKIP
    >>> run_checks(spark, demo.tables(), demo.config, demo.manifest).verdict  # doctest: +SKIP
    """

    def __init__(self, spark, catalog: str | None, schema: str):
        names = CatalogNames(catalog, schema)
        try:
            manifest = published_run(SparkTables(spark), names)
        except Exception as error:
            raise StorageError(f"The dataset in {names.place} cannot be read: {first_line(error)}") from error
        if manifest is None:
            raise StorageError(
                f"There is no dataset in {names.place}: found no table {RUNS.name} in "
                f"{quoted(catalog, names.schema_of('meta'))}. Generate one with: "
                "execute_full_pipeline(spark, config), with these names in the configuration."
            )
        log = names.of(RUNS)
        runs = TableEntry(RUNS.path, spark.table(log).count(), 0, 0, None, None)
        self._names = names
        super()._open(replace(manifest, tables={**manifest.tables, RUNS.name: runs}), spark)

    @property
    def place(self) -> str:
        """Catalog and schema."""
        return self._names.place

    def files(self, table: str) -> list[str]:
        """A catalog keeps its files to itself.

        Raises
        ------
        StorageError
            Always.
        """
        raise StorageError(f"{self.place}.{table} is in a catalog; its files are not this library's to name.")

    def table(self, name: str):
        """A table or companion as a DataFrame."""
        above = self._entry(name).path.rpartition("/")[0]
        schema = self._names.schema_of(above if above in KINDS else "table")
        return self.spark.table(quoted(self._names.catalog, schema, name))

    def _newest(self, name: str) -> tuple[Any, str]:
        """A catalog has the newest version and no other."""
        df = self.table(name)
        df.schema  # noqa: B018 - a session may look for the table only now
        return df, ""

    def export(self, format: str = "parquet", out=None, tables=None, on_table=None):  # noqa: ARG002 - as `Dataset`
        """Files are copied from a folder only.

        Raises
        ------
        StorageError
            Always; the message says what to do instead.
        """
        raise StorageError(
            f"{self.place} is in a catalog; export copies the files of a folder. Write a table with "
            "dataset.households.write, or generate the same configuration into a folder: its rows are the same."
        )
