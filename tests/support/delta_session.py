"""A classic Spark session with open-source Delta, from Maven, for tests in a process of their own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

DELTA = "io.delta:delta-spark_4.1_2.13:4.3.1"


def start(folder: str, **more: str):
    """The session; where Delta cannot be fetched, tell so as JSON and end the process."""
    # Workers run what the variable names, else the first python3 of the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    home = Path(folder, "home")
    settings = {
        "spark.jars.packages": DELTA,
        # Kept between runs; apart from any ~/.m2, where a pom without its jar would stop the download.
        "spark.jars.ivy": str(Path(tempfile.gettempdir(), "idgraph-test-ivy")),
        "spark.driver.extraJavaOptions": f"-Duser.home={home} -Dderby.system.home={folder} "
        # Short runs: do not spend the cores on the best machine code.
        "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC",
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.warehouse.dir": Path(folder, "warehouse").as_uri(),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "America/New_York",
        # Small tables: the defaults of 50 and 200 tasks are for large ones.
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
        # Nearly every query runs once: what is interpreted is done sooner than what is compiled first.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        **more,
    }
    # A task that fails is tried once more.
    builder = SparkSession.builder.master("local[2, 2]").appName("idgraph-delta-tests")
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("OFF")
        return spark
    except Exception as error:
        print(json.dumps({"unavailable": f"{DELTA} could not be had from Maven ({type(error).__name__})"}))
        sys.exit(0)
