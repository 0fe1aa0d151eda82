"""Questions to a Spark session: its kind, its workers, its catalogs."""

from __future__ import annotations

_SHOWN = 12
"""Names that are listed before the rest are counted."""


def given():
    """The session that this process was given (None where there is none), and the question what it is."""
    from idgraph_widgets.engines import given_session

    try:
        spark = given_session()
    except Exception as error:
        reason = error

        def refused():
            raise reason

        return None, refused
    if spark is None:
        answer = "none was given to this process; probe(spark) asks one of yours"
        return None, lambda: ("no", answer, None)
    return spark, lambda: described(spark)


def described(spark):
    """What kind of session it is."""
    from idgraph_widgets.engines import describe_session

    module = type(spark).__module__
    name, version = describe_session(spark)
    kind = "Databricks Connect" if module.startswith("databricks.") else name
    return "yes", f"{kind}, Spark {version} ({module})", {"kind": kind, "version": version, "module": module}


def questions(spark) -> dict:
    """Questions about what the session does."""
    return {"sql": lambda: _sql(spark), "mapInArrow": lambda: _workers(spark), "settings": lambda: _settings(spark)}


def _sql(spark):
    row = spark.sql("SELECT current_timezone() AS zone, current_user() AS user").collect()[0]
    return "yes", f"answers; time zone {row['zone']}, user {row['user']}", {"zone": row["zone"], "user": row["user"]}


def _workers(spark):
    from idgraph_widgets.errors import RunError
    from idgraph_widgets.memory import mebibytes
    from idgraph_widgets.pipeline.workers import probe as probe_workers

    try:
        workers = probe_workers(spark)
    except RunError as error:
        return "no", str(error), None
    memory = {host: {"limit": known.limit, "left": known.left} for host, known in workers.memory.items()}
    least = min((known["left"] for known in memory.values()), default=None)
    machines = max(1, len(workers.slots))
    answer = f"works; {workers.at_once} tasks at once on {machines} machine{'' if machines == 1 else 's'}"
    answer += " in this process" if workers.in_process else ""
    answer += (
        f"; the least memory left there: {mebibytes(least)}" if least is not None else "; memory is not known there"
    )
    value = {"at_once": workers.at_once, "in_process": workers.in_process, "memory": memory}
    return "yes", answer, value


def _settings(spark):
    """What a session reports of settings that rows must not depend on; read, never set."""
    from idgraph_widgets.storage.places import setting

    names = ("spark.sql.ansi.enabled", "spark.sql.session.timeZone", "spark.sql.shuffle.partitions")
    found = {name: setting(spark, name) for name in names}
    return "fact", ", ".join(f"{name.removeprefix('spark.sql.')} {value}" for name, value in found.items()), found


def catalog_questions(spark, catalog: str | None, schema: str | None) -> dict:
    """Questions about its catalogs."""
    return {
        "place": lambda: _place(spark),
        "catalogs": lambda: _catalogs(spark),
        "tables may be made": lambda: _trial(spark, catalog, schema),
        "dataset there": lambda: _dataset(spark, catalog, schema),
    }


def _place(spark):
    from idgraph_widgets.storage.places import capabilities, place_of

    place = place_of(spark)
    can = capabilities(place)
    features = {name: bool(can[name]) for name in ("append", "liquid_clustering", "optimize", "keys", "tags")}
    answer = ", ".join(name for name, able in features.items() if able) or "plain tables only"
    return "fact", f"{can.title}: {answer}", {"place": place, **features}


def _catalogs(spark):
    names = sorted(row[0] for row in spark.sql("SHOW CATALOGS").collect())
    row = spark.sql("SELECT current_catalog() AS c, current_schema() AS s").collect()[0]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    answer = f"{', '.join(names[:_SHOWN])}{more}; current: {row['c']}.{row['s']}"
    return "fact", answer, {"names": names, "current": f"{row['c']}.{row['s']}"}


def _trial(spark, catalog: str | None, schema: str | None):
    from idgraph_widgets.errors import StorageError
    from idgraph_widgets.storage.catalog.tables import SparkTables
    from idgraph_widgets.unity.permissions import probe_name

    if not schema:
        return "unknown", "not tried: name a schema, probe(catalog=…, schema=…), --catalog … --schema …", None
    tables, place = SparkTables(spark), ".".join(filter(None, (catalog, schema)))
    if not tables.knows_schema(*filter(None, (catalog, schema))):
        return "unknown", f"the schema {place} is not there or not shown; a run would make it", None
    try:
        tables.probe(catalog, schema, probe_name())
    except StorageError as error:
        return "no", str(error), False
    return "yes", f"a table was made in {place} and dropped again", True


def _dataset(spark, catalog: str | None, schema: str | None):
    from idgraph_widgets.storage import CatalogNames, published_run
    from idgraph_widgets.storage.catalog.tables import SparkTables

    if not schema:
        return "unknown", "not looked for: name a schema", None
    manifest = published_run(SparkTables(spark), CatalogNames(catalog, schema))
    if manifest is None:
        return "fact", "none", None
    rows = sum(entry.rows for entry in manifest.tables.values())
    return "fact", f"run {manifest.run_id}, {rows:,} rows", {"run_id": manifest.run_id, "rows": rows}
