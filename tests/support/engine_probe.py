"""Run with an engine's name, a time zone and ANSI on or off: prints as JSON what that engine makes of it.

A program of its own, because PySpark is either classic or Connect in a process.
"""

import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from idgraph_widgets.engines import start_engine
from idgraph_widgets.errors import EngineError
from idgraph_widgets.pipeline.cancel import JobTag
from idgraph_widgets.storage import FolderStore, Manifest, content_hash
from support.storage_tables import EVERY_TYPE, rows


def main(name: str, time_zone: str, ansi: str) -> dict:
    with start_engine(name) as engine, tempfile.TemporaryDirectory() as folder:
        spark = engine.spark
        # The session is this program's own, and so it may be set up as a user might have done.
        spark.conf.set("spark.sql.session.timeZone", time_zone)
        spark.conf.set("spark.sql.ansi.enabled", ansi)
        if name != "embedded":
            spark.conf.set("spark.sql.parquet.outputTimestampType", "INT96")
        digests = [content_hash(rows(spark, 1, 3000).repartition(n), EVERY_TYPE) for n in (1, 3, 8)]
        store = FolderStore(spark, Path(folder, "d"), "r1")
        store.begin([EVERY_TYPE])
        store.write(EVERY_TYPE, rows(spark, 1, 3000))
        entry = store.commit(EVERY_TYPE)
        store.publish(Manifest("r1", "overwrite", {}, "f", 1, {}, "a", "b", {"every_type": entry}))
        by_deltalake = read_with_deltalake(Path(folder, "d", "every_type"))
        other = "second engine started"
        try:
            with start_engine("embedded") as second:
                assert second.spark.range(3).count() == 3
        except EngineError as error:
            other = str(error)
        return {
            "digests": [*digests, (entry.rows, entry.content_hash)],
            "by_deltalake": by_deltalake,
            "second": other,
            "active": active_in_a_thread(spark) if name == "spark" else None,
            "left": sorted(k for k in os.environ if k.startswith("SPARK_CONNECT_MODE")),
        }


def active_in_a_thread(spark) -> list[bool]:
    """Whether a classic session is active in another thread, before and while that thread's jobs are marked."""

    def look() -> bool:
        return spark._get_j_spark_session_class(spark._jvm).getActiveSession().isDefined()

    def before_and_after() -> list[bool]:
        before = look()
        with JobTag(spark, "probe"):
            return [before, look()]

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(before_and_after).result()


def read_with_deltalake(folder: Path) -> list:
    from deltalake import DeltaTable

    table = DeltaTable(folder).to_pyarrow_table().sort_by("id").slice(0, 3)
    return [[str(value) for value in row.values()] for row in table.to_pylist()]


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
