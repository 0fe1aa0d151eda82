"""Catalog runs that end without a word, and what the next command makes of what they left.

`unfinished` tells it in one session: the process of the unfinished runs is one that has ended. As a program, this is
one turn of it on a Hive metastore that outlives the process, which is killed. Arguments: a folder to work in, and the
turn. Prints what was found as one JSON document a line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.errors import StorageError
from idgraph_widgets.pipeline.publish import RunRecord, now, publish
from idgraph_widgets.schema import RUNS
from idgraph_widgets.storage import CatalogNames, CatalogStore, CatalogWriter, Layouts, content_hash, published_run
from idgraph_widgets.storage.catalog.recovery import CatalogJournal, journals
from idgraph_widgets.storage.catalog.tables import SparkTables
from support import delta_session
from support.storage_tables import COMPANION, EVERY_TYPE, rows, stage

TABLES = [EVERY_TYPE, COMPANION]
NAMES = {"every_type": "d.every_type", "companion": "d_truth.companion"}
LAYOUTS = Layouts({"every_type": {"cluster_by": ["id"]}}, {table.name: table for table in TABLES})


def tell(**found) -> None:
    print(json.dumps(found), flush=True)


def hashes(spark):
    return {t.name: list(content_hash(spark.table(NAMES[t.name]), t)) for t in TABLES}


def passing(spark):
    found = [row.tableName for s in ("d", "d_meta", "d_truth") for row in spark.sql(f"SHOW TABLES IN {s}").collect()]
    return sorted(name for name in found if name.startswith("idgraph_"))


def began(spark, run_id, **options):
    store = CatalogStore(spark, None, "d", run_id=run_id, layouts=LAYOUTS, **options)
    store.begin([*TABLES, RUNS])
    return store


def staged(store, first, last, salt):
    stage(store, EVERY_TYPE, rows(store.spark, first, last, salt))
    stage(store, COMPANION, store.spark.range(first, last))


def published(store, mode):
    record = RunRecord(store.run_id, "spark", "4", now(), mode)
    publish(store, dict.fromkeys(TABLES, mode), GenerationConfig(), record)


def half_way(spark):
    """A run that ends; a second one is between its commits."""
    first = began(spark, "run-1")
    staged(first, 1, 50, 0)
    published(first, "overwrite")
    found = {"published": {"hashes": hashes(spark), "passing": passing(spark)}}
    second = began(spark, "run-2")
    staged(second, 1, 30, 1)
    unseen = hashes(spark)
    second.commit(EVERY_TYPE)
    found["half"] = {"unseen": unseen, "hashes": hashes(spark), "passing": passing(spark)}
    return found


def overwrite_killed(spark):
    """It is killed there, and so is a run into another schema while it stages."""
    found = half_way(spark)
    tell(step="published", **found["published"])
    is_staging(spark)
    tell(step="half", **found["half"])
    time.sleep(600)


def unfinished(spark):
    """What the turns find, without a kill: the unfinished runs are those of a process that has ended."""
    found = {"overwrite": half_way(spark)}
    staging = CatalogStore(spark, None, "s", run_id="run-s", layouts=LAYOUTS)
    staging.begin([*TABLES, RUNS])
    staged(staging, 1, 5, 0)
    ended_process = subprocess.Popen([sys.executable, "-c", ""])
    ended_process.wait()
    tables = SparkTables(spark)
    for names in (CatalogNames(None, "d"), CatalogNames(None, "s")):
        for journal in journals(tables, names):
            tables.drop(journal.table(names))
            its = replace(journal, pid=ended_process.pid)
            its.write(tables, names)
            its.abandon()
    found["end"] = dict(ended(spark))
    return found


def is_staging(spark):
    """Return while a run into another schema writes its first rows; that never ends."""
    store = CatalogStore(spark, None, "s", run_id="run-s", layouts=LAYOUTS)
    store.begin([*TABLES, RUNS])
    mark = Path("has_begun").absolute()

    def slow(batches):
        import pyarrow as pa

        for _ in batches:
            yield pa.RecordBatch.from_arrays(
                [pa.array(["a"]), pa.array([b"0"], pa.binary())], names=["kind", "payload"]
            )
            mark.touch()
            time.sleep(600)

    # One task: the other core is left to what follows.
    rows_that_carry = spark.range(0, 2, 1, 1).mapInArrow(slow, "kind string, payload binary")
    threading.Thread(target=store.stage, args=(rows_that_carry,), daemon=True).start()
    while not mark.exists():
        time.sleep(0.1)


def left_of_staging(spark):
    """Tables and files of the other schema, once the next run into it has begun and ended."""
    store = CatalogStore(spark, None, "s", run_id="run-t", layouts=LAYOUTS)
    store.begin([*TABLES, RUNS])
    staged(store, 1, 5, 0)
    store.rollback()
    schemas = ("s", "s_meta", "s_truth")
    tables = [row.tableName for s in schemas for row in spark.sql(f"SHOW TABLES IN {s}").collect()]
    return [*tables, *(path.name for s in schemas for path in Path("warehouse").glob(f"{s}.db/*"))]


def append_killed(spark):
    """An append finds the killed run undone; it is killed itself between its commits."""
    store = began(spark, "run-3", mode="append")
    tell(step="undone", hashes=hashes(spark), previous=store.previous.run_id, passing=passing(spark))
    staged(store, 51, 80, 0)
    unseen = hashes(spark)
    store.commit(EVERY_TYPE, "append")
    tell(step="half", unseen=unseen, hashes=hashes(spark), passing=passing(spark))
    time.sleep(600)


def ended(spark):
    """Any command undoes the dead run; the next one ends well; runs at work are told from dead ones. Yields steps."""
    names, tables = CatalogNames(None, "d"), SparkTables(spark)
    CatalogWriter(spark).optimize(None, "d", "every_type")
    undone = {"hashes": hashes(spark), "passing": passing(spark)}
    yield "undone", {**undone, "left": left_of_staging(spark)}
    store = began(spark, "run-4", mode="append")
    refused = {}
    try:
        began(spark, "run-5")
    except StorageError as error:
        refused["here"] = str(error)
    staged(store, 51, 80, 0)
    before = {name: tables.version(name) for name in NAMES.values()}
    published(store, "append")
    manifest = published_run(tables, names)
    commits = {
        name: [
            row.operationParameters.get("mode")
            for row in spark.sql(f"DESCRIBE HISTORY {name}").collect()
            if row.version > before[name] and row.operation == "WRITE"
        ]
        for name in NAMES.values()
    }
    expected = {
        "every_type": content_hash(rows(spark, 1, 80, 0), EVERY_TYPE),
        "companion": content_hash(spark.range(1, 50).union(spark.range(51, 80)), COMPANION),
    }
    yield (
        "ended",
        {
            "hashes": hashes(spark),
            "passing": passing(spark),
            "expected": expected,
            "commits": commits,
            "run": [manifest.run_id, manifest.mode],
            "recorded": {n: [e.rows, e.content_hash] for n, e in manifest.tables.items()},
        },
    )
    CatalogJournal("elsewhere", {"d.every_type": 0}, now(), machine="m", host="far").write(tables, names)
    try:
        began(spark, "run-6")
    except StorageError as error:
        refused["elsewhere"] = str(error)
    taken = began(spark, "run-7", force=True)
    taken.rollback()
    spark.sql("DELETE FROM d.every_type WHERE id = 1")
    try:
        began(spark, "run-8", mode="append")
    except StorageError as error:
        refused["changed"] = str(error)
    yield "refused", {"refused": refused, "passing": passing(spark)}


def main(folder: str, turn: str) -> None:
    os.chdir(folder)
    spark = delta_session.start(
        folder,
        **{
            "spark.sql.catalogImplementation": "hive",
            "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder}/metastore;create=true",
        },
    )
    if turn == "end":
        for step, found in ended(spark):
            tell(step=step, **found)
    else:
        {"overwrite": overwrite_killed, "append": append_killed}[turn](spark)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
