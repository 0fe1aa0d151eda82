"""Unity Catalog as the target of a run: checked before the first row, registered after the last."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from idgraph_widgets.errors import ConfigError, StorageError
from idgraph_widgets.pipeline import RunOptions, generate
from idgraph_widgets.pipeline.options import AS_BY_DEFAULT
from idgraph_widgets.schema import GENERATED, RUNS
from idgraph_widgets.storage.folder.paths import folder_path
from idgraph_widgets.storage.places import place_of, setting
from idgraph_widgets.unity.permissions import PermissionReport, companion_schemas
from idgraph_widgets.unity.registration import Registration, make_schemas, refusal, register
from idgraph_widgets.unity.verify import permission_report


class CatalogTarget:
    """A folder's dataset as external tables of ``catalog.schema``.

    Parameters
    ----------
    catalog, schema : str
    service : UnityCatalog, optional
        Default: what the environment names.
    replace : bool
        Whether tables of others with our names give way in the catalog.

    Raises
    ------
    ConfigError
        A name is missing, no service is known, or it is one that cannot see this machine's files.

    Examples
    --------
    >>> target = CatalogTarget("main", "idgraph")  # doctest: +SKIP
    >>> target.prepare("data/demo")  # doctest: +SKIP
    >>> run_pipeline(spark, config, "data/demo")
    ... target.register("data/demo")  # doctest: +SKIP
    """

    def __init__(self, catalog: str | None, schema: str | None, service=None, replace: bool = False):
        if not (catalog and schema):
            given = f"the catalog {catalog!r}" if catalog else f"the schema {schema!r}"
            raise ConfigError(f"A catalog needs both names, catalog and schema: found only {given}.")
        if service is None:
            from idgraph_widgets.unity.service import connect

            service = connect()
        if service.place != "unity":
            raise ConfigError(
                "Databricks cannot register tables in a folder of this machine. Run the same configuration "
                "in a Databricks notebook or job, or with Databricks Connect: the tables are then managed "
                "ones of the catalog."
            )
        self.catalog = catalog
        self.schema = schema
        self.service = service
        self.replace = replace

    @property
    def place(self) -> str:
        """Where the tables are, for people."""
        return f"{self.catalog}.{self.schema} at {self.service.uri}"

    def permissions(self, folder) -> PermissionReport:
        """What this user may do there, tried with a table that is dropped again."""
        control = folder_path(folder) / ".idgraph"
        return permission_report(self.catalog, self.schema, service=self.service, location=control.as_uri())

    def prepare(self, folder, tables=None) -> PermissionReport:
        """Find what would stop `register`, and make the schemas: to be called before a run.

        Parameters
        ----------
        folder : path-like
            Where the dataset will be.
        tables : sequence of Table, optional
            What it will have; default: everything a run publishes.

        Raises
        ------
        StorageError
            Privileges are missing (the message has the GRANT statements), or tables of others are in
            the way.
        """
        folder = folder_path(folder)
        report = self.permissions(folder)
        if not report.ok:
            raise StorageError(f"{report.message()}\nNothing was generated.")
        make_schemas(self.service, self.catalog, companion_schemas(self.schema))
        taken = None
        if not self.replace:
            taken = refusal(self.service, folder, self.catalog, self.schema, tables or [*GENERATED.values(), RUNS])
        if taken:
            raise StorageError(
                f"{taken}. Choose another schema, or give --replace (replace=True) to drop such tables from "
                "the catalog. Nothing was generated."
            )
        return report

    def register(self, folder) -> Registration:
        """Register the finished dataset; see `idgraph_widgets.unity.registration.register`."""
        return register(self.service, folder, self.catalog, self.schema, self.replace)


def run_to_catalog(spark, config, out=None, options: RunOptions = AS_BY_DEFAULT, *, service=None, replace=False):
    """Generate into ``config.catalog_name.config.schema_name``, by the way this session allows.

    A session that knows the catalog (Databricks, a Unity Catalog connector) writes its tables there. For
    any other, the embedded engine among them, the dataset goes to a folder and is registered as external
    tables; that this is allowed is found before the run.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    config : GenerationConfig
    out : path-like, optional
        The folder, where one is needed; default ``data/<catalog>.<schema>``.
    options : RunOptions
    service : UnityCatalog, optional
        Default: what the environment names.
    replace : bool
        See `CatalogTarget`.

    Returns
    -------
    RunResult
        Its ``place`` names the catalog.

    Raises
    ------
    ConfigError, StorageError, RunError, RunCancelled
    """
    # What the embedded engine keeps in a catalog of its own ends with it.
    embedded = options.engine is not None and options.engine[0] == "embedded"
    if not embedded and knows_catalog(spark, config.catalog_name):
        return generate(spark, config, None, options)
    target = CatalogTarget(config.catalog_name, config.schema_name, service, replace)
    folder = folder_path(out or Path("data", f"{target.catalog}.{target.schema}"))
    target.prepare(folder)
    result = generate(spark, config, folder, options)
    target.register(folder)
    return dataclasses.replace(result, place=f"{target.place}, files in {folder}")


def knows_catalog(spark, catalog: str | None) -> bool:
    """Whether a session itself can write to a catalog; None means its current one."""
    return (
        catalog in (None, "", "spark_catalog")
        or place_of(spark) == "databricks"
        or setting(spark, f"spark.sql.catalog.{catalog}") is not None
    )
