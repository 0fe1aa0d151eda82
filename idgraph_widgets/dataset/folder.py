"""A finished dataset, opened for reading."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from typing_extensions import Self

from idgraph_widgets.dataset.named_query import drop_view, named_query
from idgraph_widgets.errors import StorageError
from idgraph_widgets.storage.folder import delta
from idgraph_widgets.storage.folder.paths import check_path, folder_path
from idgraph_widgets.storage.folder.recovery import recover
from idgraph_widgets.storage.manifest import MANIFEST, Manifest


class Dataset:
    """The tables of a dataset's folder, each at the version its manifest names.

    Every table and companion is an attribute: ``households``, ``individuals``,
    ``identity_mappings``, ``content_engagements``, ``viewership_patterns``,
    ``audience_attributes``, ``campaigns``, ``campaign_exposures``, ``response_events``,
    ``outcome_metrics``, and ``truth_identity``, ``campaign_daily`` and so on.

    Parameters
    ----------
    path : path-like
    spark : pyspark.sql.SparkSession, optional
        Without one, the embedded engine is started when the first table is asked for.

    Raises
    ------
    StorageError
        There is no dataset at `path`, or no Delta reader finds its way to a folder of that name.

    Examples
    --------
    >>> with Dataset("data/demo") as demo:  # doctest: +SKIP
    ...     demo.sql("SELECT state, count(*) AS n FROM households GROUP BY state").show()
    """

    def __init__(self, path, spark=None):
        self.path = folder_path(path)
        check_path(self.path)
        recover(self.path)
        manifest = Manifest.read(self.path)
        if manifest is None:
            raise StorageError(
                f"There is no dataset at {self.path}: found no {MANIFEST}. "
                "Generate one with: idgraph generate --out PATH"
            )
        self._open(manifest, spark)

    def _open(self, manifest: Manifest, spark) -> None:
        self._manifest = manifest
        self._spark = spark
        self._engine = None
        self._frames: dict[str, Any] = {}
        self._views: list[str] = []

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return str(self.path)

    @property
    def manifest(self) -> dict[str, Any]:
        """The content of ``manifest.json``."""
        return self._manifest.to_dict()

    @property
    def config(self):
        """The `GenerationConfig` the dataset was made with."""
        from idgraph_widgets.config import GenerationConfig

        return GenerationConfig.from_dict(self._manifest.config, check=False)

    @property
    def config_as_known(self):
        """The `GenerationConfig`, without what only another version of the library knows."""
        from idgraph_widgets.config import GenerationConfig

        return GenerationConfig.as_far_as_known(self._manifest.config)[0]

    @property
    def spark(self):
        """The session that reads the tables."""
        if self._spark is None:
            from idgraph_widgets.engines import start_engine

            self._engine = start_engine("embedded")
            self._spark = self._engine.spark
        return self._spark

    def table_names(self) -> list[str]:
        """All tables and companions, as the manifest lists them."""
        return list(self._manifest.tables)

    def files(self, table: str) -> list[str]:
        """Absolute paths of a table's Parquet files."""
        entry = self._entry(table)
        return delta.file_paths(self.path / entry.path, entry.delta_version)

    def table(self, name: str):
        """A table or companion as a DataFrame."""
        entry = self._entry(name)
        schema, files = delta.schema_and_files(self.path / entry.path, entry.delta_version)
        if not files:
            return self.spark.createDataFrame([], schema)
        return self.spark.read.schema(schema).parquet(*files)

    def tables(self) -> Mapping[str, Any]:
        """All tables and companions as DataFrames, by name."""
        return {name: self.table(name) for name in self.table_names()}

    def as_found(self) -> tuple[dict[str, Any], Any, list[str]]:
        """What is there to be checked, whatever happened to it since it was published.

        Returns
        -------
        dict of str to DataFrame
            The tables that can be read; what somebody wrote into one since is part of it.
        GenerationConfig
            As far as this version of the library knows its settings.
        list of str
            What is not as it was published, a sentence each.
        """
        from idgraph_widgets.config import GenerationConfig

        tables, notes = {}, []
        for name in self.table_names():
            df, note = self._if_readable(name)
            tables |= {name: df} if df is not None else {}
            notes += [note] if note else []
        config, unknown = GenerationConfig.as_far_as_known(self._manifest.config)
        if unknown:
            notes.append(
                f"The configuration has settings that this version does not know, and leaves out: {', '.join(unknown)}."
                f" The dataset was written by version {self._manifest.versions.get('idgraph_widgets', 'unknown')}."
            )
        return tables, config, notes

    def _if_readable(self, name: str) -> tuple[Any, str]:
        """As `_newest`; None, and why, where there is nothing to read."""
        try:
            return self._newest(name)
        except Exception as error:
            return None, f"{name} cannot be read: {str(error).splitlines()[0]}"

    def _newest(self, name: str) -> tuple[Any, str]:
        """A table as any Delta reader finds it, and a sentence if that is not what was published."""
        entry = self._entry(name)
        latest = delta.latest_version(self.path / entry.path)
        if latest == entry.delta_version:
            return self.table(name), ""
        schema, files = delta.schema_and_files(self.path / entry.path, latest)
        df = self.spark.read.schema(schema).parquet(*files) if files else self.spark.createDataFrame([], schema)
        return df, (
            f"{name} was written to outside of this library: version {latest} is checked,"
            f" version {entry.delta_version} was published."
        )

    def sql(self, query: str):
        """The result of a statement in which every table and companion is known by its name.

        The engine gets the text as it is: comments, ``WITH``, ``DESCRIBE``, ``EXPLAIN`` and ``SHOW COLUMNS`` work
        as far as it knows them (the embedded one has no ``FROM … SELECT``). The names are given to this statement
        alone; views of the session are neither replaced nor hidden from other statements. What keeps its own text,
        such as ``CREATE VIEW``, keeps names that nobody knows afterwards.
        """
        made = {name: partial(self._frame, name) for name in self._manifest.tables}
        df, view = named_query(self.spark, query, made)
        if view is not None:
            self._views.append(view)
        return df

    def to_pandas(self, table: str, limit: int | None = None):
        """A table, or its first `limit` rows in the order of the files, as a pandas DataFrame."""
        df = self.table(table)
        return (df if limit is None else df.limit(limit)).toPandas()

    def export(self, format: str = "parquet", out=None, tables=None, on_table=None):
        """Copy tables to Parquet, CSV, JSON lines or a DuckDB database; no engine is needed.

        Parameters are those of `idgraph_widgets.dataset.export.export_dataset`, which says more.

        Examples
        --------
        >>> Dataset("data/demo").export("csv", out="demo-csv", tables=["households"])  # doctest: +SKIP
        """
        from idgraph_widgets.dataset.export import export_dataset

        return export_dataset(self.path, format, out, tables, on_table)

    def close(self) -> None:
        """Drop the views and stop the engine, if this object started it."""
        if sys.is_finalizing():
            return  # the session ends with the process
        for view in self._views:
            drop_view(self._spark, view)
        self._views.clear()
        self._frames.clear()
        if self._engine is not None:
            self._engine.stop()
            self._engine = self._spark = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc) -> None:
        self.close()

    def __getattr__(self, name: str):
        manifest = self.__dict__.get("_manifest")
        if manifest is None or name not in manifest.tables:
            raise AttributeError(f"{type(self).__name__} has no attribute or table {name!r}")
        return self.table(name)

    def __dir__(self):
        return [*super().__dir__(), *self.table_names()]

    def __repr__(self) -> str:
        rows = sum(entry.rows for entry in self._manifest.tables.values())
        return f"<{type(self).__name__} {self.place}, {len(self._manifest.tables)} tables, {rows:,} rows>"

    def _entry(self, name: str):
        try:
            return self._manifest.tables[name]
        except KeyError:
            raise StorageError(f"{self.place} has no table {name!r}; it has {', '.join(self.table_names())}.") from None

    def _frame(self, name: str):
        """As `table`, made once."""
        if name not in self._frames:
            self._frames[name] = self.table(name)
        return self._frames[name]
