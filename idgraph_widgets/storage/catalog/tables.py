"""Tables of a Spark session's catalogs, one at a time: defined, described, sized, kept fit.

The same statements run on Databricks and in a session with open-source Delta; in a session without
Delta only what plain Spark knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Table, literal, quoted
from idgraph_widgets.storage.layout import TableLayout
from idgraph_widgets.storage.places import capabilities, place_of, setting
from idgraph_widgets.storage.table_stats import KEEP_HOURS, TableStats

MARK = "idgraph.kind"
"""Table property that marks our tables; its value is table, meta or truth."""

AT_ONCE = 4
"""How many tables are worked on at the same time: planning one goes well with writing another."""

T = TypeVar("T")

_AUTOMATIC = {"delta.autoOptimize.optimizeWrite": "true", "delta.autoOptimize.autoCompact": "true"}
"""Properties for Databricks. Open-source Delta would shuffle all rows for the first, and write a clustered table twice
for the second; there compaction is asked for."""


@dataclass(frozen=True)
class TableState:
    """A version of a table (None where it has none) and its rows, bytes and files; or what a write added to them."""

    version: int | None
    rows: int
    bytes: int
    files: int


class SparkTables:
    """What can be done to tables through one session.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
        Its configuration is not changed.
    place : {"databricks", "delta", "session"}, optional
        Default: what the session reports.
    """

    def __init__(self, spark: Any, place: str | None = None):
        self.spark = spark
        self.place = place or place_of(spark)
        self.can = capabilities(self.place)
        self.has_delta = bool(self.can["statistics"])

    def each(self, work: Callable[[str], T], names: Iterable[str]) -> dict[str, T]:
        """What `work` returns for each table, some at the same time; all have ended, also where one fails."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            names = list(names)
            return dict(zip(names, pool.map(work, names), strict=True))

    def sql(self, statement: str) -> list[Any]:
        """Run a statement to its end; its rows."""
        return self.spark.sql(statement).collect()

    def make_schema(self, *name: str | None) -> None:
        """Create a schema that is missing.

        Raises
        ------
        StorageError
            The catalog does not exist or refuses.
        """
        try:
            self.sql(f"CREATE SCHEMA IF NOT EXISTS {quoted(*name)}")
        except Exception as error:
            # One who may write in a schema need not be allowed to create it.
            if self.knows_schema(*name):
                return
            raise StorageError(
                f"The schema {quoted(*name)} could not be created in the session's catalog: "
                f"{first_line(error)} Give a catalog_name and schema_name that you may write, "
                "or write to a folder with out=."
            ) from error

    def knows_schema(self, *name: str | None) -> bool:
        """Whether a schema is there for this user."""
        try:
            self.sql(f"DESCRIBE SCHEMA {quoted(*name)}")
            return True
        except Exception:
            return False

    def probe(self, catalog: str | None, schema: str, table: str) -> None:
        """Make a small table and drop it again.

        Raises
        ------
        StorageError
            Either is refused.
        """
        name = quoted(catalog, schema, table)
        try:
            self.sql(f"CREATE TABLE {name} (x INT){' USING delta' if self.has_delta else ''}")
            self.sql(f"DROP TABLE {name}")
        except Exception as error:
            raise StorageError(f"no table can be made in {quoted(catalog, schema)}: {first_line(error)}") from error

    def exists(self, *name: str | None) -> bool:
        """Whether a table can be seen."""
        return name[-1] in self.names_in(*name[:-1])

    def names_in(self, *schema: str | None) -> set[str]:
        """Names of the tables of a schema, views left out."""
        rows = self.sql(f"SHOW TABLES IN {quoted(*schema)}")
        return {row["tableName"] for row in rows if not row["isTemporary"]}

    def detail(self, name: str) -> dict[str, Any]:
        """``DESCRIBE DETAIL`` of a Delta table as a dict."""
        return self.sql(f"DESCRIBE DETAIL {name}")[0].asDict()

    def version(self, name: str) -> int:
        """The latest version of a Delta table."""
        return self.sql(f"DESCRIBE HISTORY {name} LIMIT 1")[0]["version"]

    def last_write(self, name: str) -> TableState | None:
        """The latest version of a Delta table and what it wrote; None where it is something else than a write."""
        row = self.sql(f"DESCRIBE HISTORY {name} LIMIT 1")[0]
        metrics = row["operationMetrics"] or {}
        if not {"numOutputRows", "numOutputBytes", "numFiles"} <= set(metrics):
            return None
        sizes = (int(metrics[key]) for key in ("numOutputRows", "numOutputBytes", "numFiles"))
        return TableState(row["version"], *sizes)

    def state(self, name: str) -> TableState:
        """A Delta table as it is now, from its log."""
        stats = self.stats(name)
        return TableState(self.version(name), stats.num_rows, stats.size_bytes, stats.num_files)

    def is_ours(self, name: str) -> bool:
        """Whether this library made a table; without Delta that cannot be known."""
        if not self.has_delta:
            return False
        try:
            return MARK in (self.detail(name).get("properties") or {})
        except Exception:
            return False  # not a Delta table

    def define(self, name: str, table: Table, layout: TableLayout) -> None:
        """Create an empty Delta table, or replace one: columns, comments, layout, properties."""
        statement = self._definition(name, table, layout)
        try:
            self.sql(statement)
        except Exception as error:
            if not self._is_half_made(error):
                raise
            # Its folder is there, but not its name: a run was killed in between. This gives it the name.
            empty = self.spark.createDataFrame([], table.struct_type()).write.mode("overwrite").format("delta")
            empty.option("overwriteSchema", "true").saveAsTable(name)
            self.sql(statement)

    def _is_half_made(self, error: Exception) -> bool:
        """Whether a table could not be created because one of ours is in its place without a name."""
        place = re.search(r"NON_EMPTY_LOCATION.*?location \('(.*?)'\)", str(error), re.DOTALL)
        return place is not None and self.is_ours(f"delta.{quoted(place[1])}")

    def _definition(self, name: str, table: Table, layout: TableLayout) -> str:
        columns = ", ".join(
            f"{quoted(c.name)} {c.type}{' NOT NULL' if c.name in table.key else ''} COMMENT {literal(c.comment)}"
            for c in table.columns
        )
        clauses = [f"CREATE OR REPLACE TABLE {name} ({columns}) USING delta"]
        if layout.partition_by:
            clauses.append(f"PARTITIONED BY ({_list(layout.partition_by)})")
        elif layout.cluster_by:
            clauses.append(f"CLUSTER BY ({_list(layout.cluster_by)})")
        clauses.append(f"COMMENT {literal(table.comment)}")
        clauses.append(_properties_clause({**self._properties(table), **self._managed(name)}))
        return " ".join(clauses)

    def keep_text(self, name: str, text: str) -> None:
        """Make a Delta table with one row and one column, `text`."""
        properties = _properties_clause({MARK: "passing", **self._managed(name)})
        self.sql(f"CREATE TABLE {name} USING delta {properties} AS SELECT {literal(text)} AS text")

    def define_staging(self, name: str) -> None:
        """Make an empty table for rows that carry others: ``kind``, by which it is partitioned, and ``payload``.

        It has its name before it has rows: whatever becomes of the run, dropping it leaves no files.
        """
        self.drop(name)
        columns, clauses = "(kind STRING, payload BINARY)", "PARTITIONED BY (kind)"
        if self.has_delta:
            clauses = f"{clauses} {_properties_clause({MARK: 'passing', **self._managed(name)})}"
        self.sql(f"CREATE TABLE {name} {columns} USING {'delta' if self.has_delta else 'parquet'} {clauses}")

    def add_rows(self, df: Any, name: str) -> None:
        """Add a frame's rows to a Delta table as it is, in one commit."""
        df.writeTo(name).append()

    def replace_rows(self, df: Any, name: str) -> None:
        """Put a frame's rows in the place of all others, in one commit; the definition stays."""
        # Other ways to overwrite forget the clustering (seen with Delta 4.3), and one of them keeps
        # partitions without new rows where the session says "dynamic".
        df.write.format("delta").mode("overwrite").option("replaceWhere", "true").saveAsTable(name)

    def is_defined(self, name: str, table: Table, layout: TableLayout) -> bool:
        """Whether a Delta table has the definition that `define` would give it."""
        detail = self.detail(name)
        clustered = () if layout.partition_by else layout.cluster_by
        fields = self.spark.table(name).schema.fields
        wanted = self._properties(table).items()
        return (
            tuple(detail["partitionColumns"]) == layout.partition_by
            and tuple(detail.get("clusteringColumns") or ()) == clustered
            and detail["description"] == table.comment
            and wanted <= dict(detail["properties"]).items()
            and [(f.name, f.dataType.simpleString(), f.metadata.get("comment")) for f in fields]
            == [(c.name, c.type, c.comment) for c in table.columns]
        )

    def stats(self, name: str) -> TableStats:
        """Rows, bytes and files of a Delta table, from its log."""
        detail = self.detail(name)
        return TableStats(self.count(name), detail["sizeInBytes"], detail["numFiles"])

    def optimize(self, name: str, layout: TableLayout) -> None:
        """Compact a table, in its clustering or in the Z-order of the layout's columns."""
        self._need("optimize")
        detail = self.detail(name)
        self._refuse_managed(name, detail, "OPTIMIZE")
        clustered = detail.get("clusteringColumns")
        columns = tuple(c for c in layout.cluster_by if c not in detail["partitionColumns"])
        order = f" ZORDER BY ({_list(columns)})" if columns and not clustered else ""
        self.sql(f"OPTIMIZE {name}{order}")

    def vacuum(self, name: str, retention_hours: int = KEEP_HOURS) -> None:
        """Remove files that no version of the last hours needs."""
        self._need("vacuum")
        self._refuse_managed(name, self.detail(name), "VACUUM")
        self.sql(f"VACUUM {name} RETAIN {int(retention_hours)} HOURS")

    def restore(self, name: str, version: int) -> None:
        """Make a table's latest version equal to an earlier one."""
        self.sql(f"RESTORE TABLE {name} TO VERSION AS OF {int(version)}")

    def drop(self, name: str) -> None:
        self.sql(f"DROP TABLE IF EXISTS {name}")

    def _properties(self, table: Table) -> dict[str, str]:
        automatic = _AUTOMATIC if self.place == "databricks" else {}
        return {**automatic, MARK: table.kind}

    def _managed(self, name: str) -> dict[str, str]:
        """What the Unity Catalog connector asks of the tables it manages."""
        parts = re.findall(r"`((?:[^`]|``)*)`", name)
        catalog = parts[0] if len(parts) == 3 else self.spark.catalog.currentCatalog()
        kind = setting(self.spark, f"spark.sql.catalog.{catalog}") or ""
        managed = kind.startswith("io.unitycatalog.") and self.place == "delta"
        return {"delta.feature.catalogManaged": "supported"} if managed else {}

    def count(self, name: str) -> int:
        """Rows of a table; of a Delta table, from its log."""
        return self.sql(f"SELECT count(*) AS n FROM {name}")[0]["n"]

    def _refuse_managed(self, name: str, detail: dict[str, Any], command: str) -> None:
        """Delta leaves the upkeep of tables whose commits a catalog keeps to that catalog."""
        if self.place == "delta" and "catalogManaged" in (detail.get("tableFeatures") or ()):
            raise StorageError(
                f"{name} is managed by Unity Catalog, which does not let a session {command} it. "
                "The catalog's own maintenance does that; tables of a folder (out=...) can be kept fit by hand."
            )

    def _need(self, feature: str) -> None:
        if not self.can[feature]:
            raise StorageError(f"{self.can.title} has no {feature}. {self.can[feature].note}")


def first_line(error: Exception) -> str:
    """What an engine's error says, without its stack and plan."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip(": ")]
    return next((line for line in lines if not line.startswith("An error occurred")), type(error).__name__)


def _properties_clause(properties: dict[str, str]) -> str:
    return f"TBLPROPERTIES ({', '.join(f'{literal(k)} = {literal(v)}' for k, v in properties.items())})"


def _list(columns: Sequence[str]) -> str:
    return ", ".join(map(quoted, columns))
