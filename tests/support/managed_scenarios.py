"""What the test of managed tables does in one process; prints what was found as one JSON document.

Arguments: a folder to work in, the server's address, a catalog's name, a user's token, Unity Catalog's
connector for Spark as one or more jars (with commas between).
"""

from __future__ import annotations

import json
import sys

from idgraph_widgets.errors import StorageError
from idgraph_widgets.storage import CatalogWriter, Layouts, content_hash
from idgraph_widgets.storage.catalog.tables import SparkTables
from idgraph_widgets.unity.connection import Connection
from idgraph_widgets.unity.unity_catalog import UnityCatalog
from support import delta_session
from support.delta_scenarios import KNOWN, committed, detail, hashes
from support.storage_tables import EVERY_TYPE, rows


def refusal(action) -> str:
    try:
        action()
    except StorageError as error:
        return str(error)
    return ""


def published(spark, salt: int) -> dict:
    run, _ = committed(spark, salt)
    run.publish(None)
    return hashes(spark, "runs")


def main(folder: str, url: str, catalog: str, token: str, jars: str) -> None:
    spark = delta_session.start(
        folder,
        **{
            "spark.jars": jars,
            f"spark.sql.catalog.{catalog}": "io.unitycatalog.spark.UCSingleCatalog",
            f"spark.sql.catalog.{catalog}.uri": url,
            f"spark.sql.catalog.{catalog}.token": token,
        },
    )
    spark.catalog.setCurrentCatalog(catalog)
    first, second = published(spark, 0), published(spark, 1)
    failing, _ = committed(spark, 2)
    meanwhile = hashes(spark, "runs")
    failing.rollback()
    writer = CatalogWriter(spark, layouts=Layouts({"every_type": {"cluster_by": ["id"]}}, KNOWN))
    name = (catalog, "runs", "every_type")
    found = {
        "registered": UnityCatalog(Connection(url, token)).securable("table", *name),
        "first": [first["every_type"], content_hash(rows(spark, 1, 50, 0), EVERY_TYPE)],
        "second": second,
        "meanwhile": meanwhile,
        "restored": hashes(spark, "runs"),
        "left": sorted(SparkTables(spark).names_in(catalog, "runs_meta")),
        "layout": detail(spark, ".".join(name))["clusteringColumns"],
        "stats": writer.get_table_stats(*name).num_rows,
        "optimize": refusal(lambda: writer.optimize(*name)),
        "vacuum": refusal(lambda: writer.vacuum(*name)),
    }
    writer.write(rows(spark, 1, 7, 3), catalog, "runs", EVERY_TYPE)
    found["redefined"] = [detail(spark, ".".join(name))["clusteringColumns"], writer.get_table_stats(*name).num_rows]
    print(json.dumps(found, default=str))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
