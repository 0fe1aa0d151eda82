"""Whether this user may write a dataset, asked of the service that the environment names."""

from __future__ import annotations

from idgraph_widgets.unity.permissions import PermissionReport, check_permissions, companion_schemas, probe_name
from idgraph_widgets.unity.service import connect


def verify_catalog_permissions(
    catalog_name: str, schema_name: str, *, service=None, spark=None
) -> tuple[bool, list[str]]:
    """Whether this user may write a dataset to ``catalog_name.schema_name``, and what is missing.

    Parameters
    ----------
    catalog_name, schema_name : str
    service : UnityCatalog or DatabricksCatalog, optional
        Default: what the environment names.
    spark : pyspark.sql.SparkSession, optional
        A session that knows the catalog, to try it with; the open-source service needs none.

    Returns
    -------
    ok : bool
    missing : list of str
        Empty when ok; else privileges and other reasons in words.

    Raises
    ------
    ConfigError
        No service is known, or a name is impossible.
    CatalogError
        The service does not answer.

    Examples
    --------
    >>> verify_catalog_permissions("main", "idgraph")  # doctest: +SKIP
    (False, ['CREATE TABLE on schema main.idgraph'])
    """
    report = permission_report(catalog_name, schema_name, service=service, spark=spark)
    return report.ok, report.missing


def permission_report(catalog: str, schema: str, *, service=None, spark=None, location=None) -> PermissionReport:
    """As `verify_catalog_permissions`, with everything that was found.

    Parameters
    ----------
    location : str, optional
        URI below which a trial table may be registered; needed where the service itself is to be tried.

    Returns
    -------
    PermissionReport
    """
    service = connect() if service is None else service
    schemas = companion_schemas(schema)
    if spark is not None:
        from idgraph_widgets.storage.catalog.tables import SparkTables

        tables = SparkTables(spark)
        return check_permissions(service, catalog, schemas, lambda s: tables.probe(catalog, s, probe_name()))
    if service.place == "unity":
        return check_permissions(service, catalog, schemas, lambda s: service.probe(catalog, s, probe_name(), location))
    return check_permissions(service, catalog, schemas)
