"""What the Delta tests do in one process with one session; prints what was found as one JSON document.

Argument: a folder to work in.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deltalake import DeltaTable

from idgraph_widgets import schema
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.dataset import CatalogDataset
from idgraph_widgets.errors import RunCancelled, RunError, StorageError
from idgraph_widgets.pipeline import CancelToken, run_pipeline, session_sink
from idgraph_widgets.quality.report import CheckReport, CheckResult
from idgraph_widgets.schema import Column
from idgraph_widgets.storage import CatalogNames, CatalogStore, CatalogWriter, Layouts, content_hash, place_of
from idgraph_widgets.storage.catalog.keys import add_keys, drop_keys
from idgraph_widgets.storage.catalog.tables import SparkTables
from support import delta_killed, delta_session
from support.golden import CASES, config_of, hashes_of
from support.storage_tables import COMPANION, EVERY_TYPE, rows, stage

LOG = replace(COMPANION, name="log", kind="meta")
TABLES = [EVERY_TYPE, COMPANION, LOG]
KNOWN = {table.name: table for table in TABLES}
LAYOUTS = Layouts({"every_type": {"cluster_by": ["day_date", "id"]}}, KNOWN)


def detail(spark, name):
    found = SparkTables(spark).detail(name)
    return {
        key: found[key] for key in ("description", "partitionColumns", "clusteringColumns", "properties", "numFiles")
    }


def hashes(spark, schema):
    names = {"every_type": f"{schema}.every_type", "companion": f"{schema}_truth.companion"}
    return {name: content_hash(spark.table(full), KNOWN[name]) for name, full in names.items()}


def store(spark, salt, schema="runs", **options):
    """A run that has all of its rows and has committed none."""
    made = CatalogStore(spark, None, schema, layouts=LAYOUTS, **options)
    made.begin(TABLES)
    stage(made, EVERY_TYPE, rows(made.spark, 1, 50, salt))
    stage(made, COMPANION, made.spark.range(5))
    return made


def committed(spark, salt, schema="runs"):
    """A run that has committed, and what it tells of its tables."""
    made = store(spark, salt, schema)
    return made, [made.commit(table) for table in TABLES[:2]]


def runs(spark):
    """Two runs that are published, one that fails in between, after its commits."""
    first, entries = committed(spark, 0)
    first.publish(None)
    kept = hashes(spark, "runs")
    expected = content_hash(rows(spark, 1, 50, 0), EVERY_TYPE)
    failing = store(spark, 1)
    before_commit = hashes(spark, "runs")
    for table in TABLES[:2]:
        failing.commit(table)
    meanwhile = hashes(spark, "runs")
    failing.rollback()
    after_failure = hashes(spark, "runs")
    layout = detail(spark, "runs.every_type")
    second, _ = committed(spark, 1)
    second.publish(None)
    comments = {f.name: f.metadata.get("comment") for f in spark.table("runs.every_type").schema.fields}
    return {
        "rows": [entry.rows for entry in entries],
        "versions": [entry.delta_version for entry in entries],
        "bytes": [entry.bytes for entry in entries],
        "as_expected": kept["every_type"] == expected and entries[0].content_hash == expected[1],
        "unseen": before_commit == kept,
        "changed_meanwhile": meanwhile["every_type"] != kept["every_type"],
        "restored": after_failure == kept,
        "layout_after_restore": layout,
        "second_run": hashes(spark, "runs") == meanwhile,
        "layout": detail(spark, "runs.every_type"),
        "comments": comments,
        "left": [t.tableName for t in spark.sql("SHOW TABLES IN runs_meta").collect()],
    }


def first_run_fails(spark):
    """Nothing was there before, so nothing is there after."""
    failing, _ = committed(spark, 0, "fresh")
    failing.rollback()
    return [t.tableName for s in ("fresh", "fresh_truth") for t in spark.sql(f"SHOW TABLES IN {s}").collect()]


def foreign(spark):
    """A table of somebody else, with one of our names."""
    spark.sql("CREATE SCHEMA taken")
    spark.sql("CREATE TABLE taken.every_type (thesis STRING) USING delta")
    try:
        CatalogStore(spark, None, "taken", layouts=LAYOUTS).begin(TABLES)
    except StorageError as error:
        return str(error), spark.table("taken.every_type").columns
    return "accepted", []


def grown(spark):
    """A golden dataset, generated and grown; a task of the first run fails once, when it has given rows."""
    found, failures, names = [], [], CatalogNames(None, "grown")
    for number, step in enumerate(CASES["homes_appended_inside"]["steps"]):
        config = config_of(step)
        config.schema_name, config.incremental = names.schema, number > 0
        with failing(times=1 - number) as failed:
            result = run_pipeline(spark, config)
        found.append(hashes_of(result.manifest))
        failures += failed
    commits = {
        name: [row.operation for row in spark.sql(f"DESCRIBE HISTORY {names.of(table)}").collect()]
        for name, table in schema.GENERATED.items()
    }
    with CatalogDataset(spark, None, names.schema) as opened:
        read = {name: list(content_hash(opened.table(name), table)) for name, table in schema.GENERATED.items()}
        # A table of that name in the current schema, and a comment before WITH.
        spark.sql("CREATE TABLE households (thesis STRING) USING delta")
        joined = opened.sql(
            "-- people\nWITH p AS (FROM individuals SELECT household_id)\n"
            "SELECT count(*) AS n FROM p JOIN households USING (household_id)"
        )
        return {
            "hashes": found,
            "failed": failures,
            "read": read,
            "commits": commits,
            "run_id": [opened.manifest["run_id"], result.manifest.run_id],
            "described": [opened.sql("DESCRIBE households").collect()[0][0], spark.table("households").columns],
            "joined": [joined.collect()[0].n, result.manifest.tables["individuals"].rows],
            "left": [t.tableName for t in spark.sql("SHOW TABLES IN grown_meta").collect() if "idgraph" in t.tableName],
        }


@contextmanager
def failing(times: int):
    """Let the first task fail that many times in the middle of its rows; tells how often it did."""
    marks = Path(tempfile.mkdtemp(dir=".")).absolute()
    real, failures = session_sink.run_rows, []

    def run_rows(job, task):
        for number, row in enumerate(real(job, task)):
            if number == 3 and len(list(marks.iterdir())) < times:
                tempfile.mkdtemp(dir=marks)
                raise ValueError("a task that fails")
            yield row

    session_sink.run_rows = run_rows
    try:
        yield failures
    finally:
        session_sink.run_rows = real
        failures.append(len(list(marks.iterdir())))


def stopped(spark):
    """Runs that fail or are cancelled while they stage: what is reported, how soon, and what is left."""
    config = GenerationConfig(household_config=HouseholdConfig(num_households=40_000))
    config.schema_name = "stopped"
    found = {}
    try:
        with failing(times=9):
            run_pipeline(spark, config)
    except RunError as error:
        found["fails"] = str(error)
    token, since = CancelToken(), []

    def listen(event):
        if event.table == "households" and not since:
            since.append(time.monotonic())
            token.cancel()

    try:
        run_pipeline(spark, config, on_progress=listen, cancel=token)
    except RunCancelled as error:
        found["cancelled"] = [str(error), time.monotonic() - since[0]]
    schemas = ("stopped", "stopped_meta", "stopped_truth")
    found["left"] = [t.tableName for s in schemas for t in spark.sql(f"SHOW TABLES IN {s}").collect()]
    found["files"] = [str(path) for path in Path("warehouse").glob("stopped*.db/*")]
    return found


def writer(spark):
    """`CatalogWriter` on one table: written, measured, optimized, vacuumed; partitioned; hostile columns."""
    name = 'it\'s"the"`x`ünï'
    hostile = replace(
        EVERY_TYPE,
        comment="a 'b' \"c\" \\ `d`; ünï",
        columns=(*EVERY_TYPE.columns, Column(name, "string", "'\\\"`;", True)),
    )
    layouts = Layouts({"every_type": {"partition_by": ["is_even"], "cluster_by": ["score"]}}, KNOWN)
    made = CatalogWriter(spark, layouts=layouts)
    df = rows(spark, 1, 40).selectExpr("*", "'v' AS `it's\"the\"``x``ünï`")
    made.write(df, None, "single", hostile)
    stats = made.write(df, None, "single", hostile, "append")
    location = SparkTables(spark).detail("single.every_type")["location"].removeprefix("file:")
    table = DeltaTable(location)
    adds = table.get_add_actions(flatten=True)
    plan = spark.sql("SELECT count(*) FROM single.every_type")._jdf.queryExecution().executedPlan().toString()
    before = content_hash(spark.table("single.every_type"), hostile)
    optimized = made.optimize(None, "single", "every_type")
    made.vacuum(None, "single", "every_type")
    field = spark.table("single.every_type").schema[name]
    return {
        "stats": [stats.num_rows, stats.size_bytes, stats.num_files],
        "log": [table.count(), sum(adds.column("size_bytes").to_pylist()), adds.num_rows],
        "plan": plan,
        "optimized": [optimized.num_rows, optimized.num_files],
        "same_rows": content_hash(spark.table("single.every_type"), hostile) == before,
        "layout": detail(spark, "single.every_type"),
        "field": [field.name, field.metadata["comment"]],
        "comment": hostile.comment,
        "operations": [r.operation for r in spark.sql("DESCRIBE HISTORY single.every_type").collect()],
    }


class OnDatabricks:
    """The session, with the statements that only Databricks can run kept instead."""

    def __init__(self, spark):
        self._spark = spark
        self.kept = []

    def __getattr__(self, name):
        return getattr(self._spark, name)

    def sql(self, statement, *args):
        if re.search(r" CONSTRAINT | SET TAGS ", statement):
            self.kept.append(statement)
            return self._spark.createDataFrame([], "x int")
        return self._spark.sql(statement, *args)


def databricks(spark):
    """The same store, as on Databricks: keys go before rows change; every statement can be parsed."""
    session = OnDatabricks(spark)
    before = hashes(spark, "runs")
    made = CatalogStore(session, None, "runs", layouts=LAYOUTS, place="databricks")
    made.begin(TABLES)
    made.rollback()
    tables = schema.GENERATED
    passed = CheckReport([CheckResult("a", "b", "c", 0)])
    statements = [*add_keys(tables, lambda t: f"`s`.`{t.name}`", passed), *drop_keys({"t": "`s`.`it's``t`"})]
    parser = spark._jsparkSession.sessionState().sqlParser()
    for statement in statements:
        parser.parsePlan(statement)  # Spark 4.1 knows keys, if not in open-source Delta
    return {"kept": session.kept, "untouched": hashes(spark, "runs") == before, "parsed": len(statements)}


def main(folder: str) -> None:
    os.chdir(folder)
    spark = delta_session.start(folder)
    settings = dict(spark.sparkContext.getConf().getAll())
    conf = {key: spark.conf.get(key, None) for key in settings if key.startswith("spark.sql")}
    found = {
        "place": place_of(spark),
        "runs": runs(spark),
        "first_run_fails": first_run_fails(spark),
        "foreign": foreign(spark),
        "writer": writer(spark),
        "databricks": databricks(spark),
        "grown": grown(spark),
        "stopped": stopped(spark),
        "unfinished": delta_killed.unfinished(spark),
    }
    found["conf_is_as_it_was"] = conf == {key: spark.conf.get(key, None) for key in conf}
    print(json.dumps(found, default=str))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
