"""A dataset in the session's catalog, written with `saveAsTable`.

The tables are in `catalog.schema`, the companions in `<schema>_meta` and `<schema>_truth`. The
catalog decides the tables' format and where they are kept.
"""

from __future__ import annotations

from idgraph_widgets.errors import StorageError
from idgraph_widgets.storage.content_hash import HashParts, hash_parts
from idgraph_widgets.storage.manifest import Manifest, TableEntry
from idgraph_widgets.tables import Table


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

    Notes
    -----
    A catalog has no commit over many tables: the first chunk of a table replaces it at once, so a
    run that fails leaves the tables it had begun in a mixed state. `generation_runs` gets its row
    last; a dataset without it is not finished.
    """

    def __init__(self, spark, catalog: str | None, schema: str, chunks):
        self.spark = spark
        self.catalog = catalog
        self.schema = schema
        self.chunks = list(chunks)
        self._hashes: dict[str, HashParts] = {}
        self._staged: set[str] = set()

    @property
    def place(self) -> str:
        """Where the dataset is, for people."""
        return ".".join(part for part in (self.catalog, self.schema) if part)

    def begin(self, tables: list[Table]) -> None:
        """Create the schemas that are missing.

        Raises
        ------
        StorageError
            The catalog does not exist or refuses.
        """
        for kind in dict.fromkeys(table.kind for table in tables):
            schema = self._schema(kind)
            try:
                self.spark.sql(f"CREATE SCHEMA IF NOT EXISTS {schema}").collect()
            except Exception as error:
                raise StorageError(
                    f"The schema {schema} could not be created in the session's catalog: "
                    f"{str(error).splitlines()[0]} Give a catalog_name and schema_name that you may write, "
                    "or write to a folder with out=."
                ) from error

    def write(self, table: Table, df, chunk: int = 0) -> int:
        """Write one chunk of a table, the first one replacing what was there; returns its rows."""
        mode = "append" if table.name in self._hashes else "overwrite"
        self._described(table, df).write.mode(mode).saveAsTable(self._name(table))
        parts = hash_parts(self.frame(table, chunk), table)
        self._hashes[table.name] = self._hashes.get(table.name, HashParts()) + parts
        return parts.rows

    def frame(self, table: Table, chunk: int = 0):
        """A chunk that this run wrote."""
        from pyspark.sql import functions as F

        df = table.select(self.spark.table(self._name(table)))
        first, last = self.chunks[chunk] if self.chunks else (0, 0)
        if len(self.chunks) < 2:
            return df
        for column, low, high in (
            ("household_id", first, last),
            ("individual_id", first * 16, last * 16 + 15),
            # A false link's true person lives in the same block as the asserted one.
            ("true_individual_id", first * 16, last * 16 + 15),
        ):
            if column in table.column_names:
                return df.where((F.col(column) >= F.lit(low)) & (F.col(column) <= F.lit(high)))
        return df

    def stage(self, name: str, df, chunk: int) -> None:
        """Keep an intermediate frame of a chunk until the run ends."""
        df.write.mode("overwrite").saveAsTable(self._stage_name(name, chunk))
        self._staged.add(self._stage_name(name, chunk))

    def unstage(self, name: str, chunk: int) -> None:
        """Forget what ``stage`` kept."""
        self.spark.sql(f"DROP TABLE IF EXISTS {self._stage_name(name, chunk)}").collect()
        self._staged.discard(self._stage_name(name, chunk))

    def staged(self, name: str, chunk: int):
        """What ``stage`` kept."""
        return self.spark.table(self._stage_name(name, chunk))

    def commit(self, table: Table, _mode: str = "overwrite") -> TableEntry:
        """The entry of a table for the manifest; a catalog knows no files and no version here."""
        parts = self._hashes[table.name]
        return TableEntry(table.path, parts.rows, 0, 0, parts.digest(table), None)

    def append_row(self, table: Table, row: dict) -> TableEntry:
        """Add one row to ``generation_runs``."""
        df = self.spark.createDataFrame([tuple(row[c] for c in table.column_names)], table.struct_type())
        self._described(table, df).write.mode("append").saveAsTable(self._name(table))
        return TableEntry(table.path, self.spark.table(self._name(table)).count(), 0, 0, None, None)

    def publish(self, _manifest: Manifest) -> None:
        """Nothing to switch: the last row of `generation_runs` is the manifest."""
        self._drop_staged()

    def rollback(self) -> None:
        """Drop the intermediate tables; replaced tables cannot be brought back."""
        self._drop_staged()

    def _drop_staged(self) -> None:
        for name in sorted(self._staged):
            self.spark.sql(f"DROP TABLE IF EXISTS {name}").collect()
        self._staged.clear()

    def _described(self, table: Table, df):
        """The declared columns with their comments in the metadata, where engines look for them."""
        from pyspark.sql import functions as F

        selected = table.select(df)
        return selected.select(
            [F.col(c.name).alias(c.name, metadata={"comment": c.comment}) for c in table.columns]
        )

    def _schema(self, kind: str) -> str:
        schema = self.schema if kind == "table" else f"{self.schema}_{kind}"
        return ".".join(_quoted(part) for part in (self.catalog, schema) if part)

    def _name(self, table: Table) -> str:
        return f"{self._schema(table.kind)}.{_quoted(table.name)}"

    def _stage_name(self, name: str, chunk: int) -> str:
        return f"{self._schema('meta')}.{_quoted(f'idgraph_staging_{name}_{chunk}')}"


def _quoted(identifier: str) -> str:
    return "`" + identifier.replace("`", "``") + "`"
