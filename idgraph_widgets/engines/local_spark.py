"""Classic PySpark in this process, `local[N]`."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

from idgraph_widgets.engines.engine import Engine
from idgraph_widgets.engines.environment import environment
from idgraph_widgets.engines.java import require_java
from idgraph_widgets.engines.process_mode import classic_is_running
from idgraph_widgets.errors import EngineError
from idgraph_widgets.memory import available_memory
from idgraph_widgets.processes import cores


def start() -> Engine:
    """Start a local Spark with settings of our own."""
    spark, stop = start_classic({})
    return Engine(spark, "spark", spark.version, stop)


def start_classic(extra: dict[str, str]):
    """Start a classic session; returns it and what stops it.

    Raises
    ------
    EngineError
        No Java, or this process already runs a Spark.
    """
    require_java()
    if classic_is_running() or "SPARK_CONNECT_MODE_ENABLED" in os.environ:
        raise EngineError(
            "A Spark session is already running in this process, and PySpark allows one kind at a time. "
            "Pass that session (spark=...), or stop it first, or use a new process."
        )
    try:
        from py4j.protocol import Py4JError
    except ImportError as error:
        raise EngineError(
            "Classic Spark is not installed, only PySpark's client (the extra light). Use the embedded engine, or "
            'install it in an environment of its own: python -m pip install "idgraph-widgets[local]".'
        ) from error
    from pyspark.sql import SparkSession

    scratch = _scratch_folder()
    builder = SparkSession.builder.master(f"local[{cores()}]").appName("idgraph")
    for key, value in {**_settings(scratch, cores()), **extra}.items():
        builder = builder.config(key, value)
    try:
        # Workers run this very Python, which has this package, and not the first one on the path.
        with environment(PYSPARK_PYTHON=sys.executable):
            spark = builder.getOrCreate()
    except Exception as error:
        shutil.rmtree(scratch, ignore_errors=True)
        raise EngineError(f"Spark did not start: {error}") from error

    def stop() -> None:
        try:
            spark.stop()
        except (OSError, Py4JError):
            pass  # Java has ended before
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    return spark, stop


@cache
def _scratch_folder() -> str:
    """One for the process, gone when a session is stopped, and with the process.

    Java outlives a stopped session and puts the files of the next one where those of the first were.
    """
    scratch = tempfile.mkdtemp(prefix="idgraph-spark-")
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    return scratch


_JAVA_OPTIONS = (
    # Spark makes code for every query, and many queries run once: more than a third of the time went into optimizing
    # what was not run again. One quick compiler is ahead up to 100,000 households, and rows are made in Python.
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=256m",
    # Methods over 8 KB of bytecode are interpreted otherwise, and checks of wide tables make such.
    "-XX:-DontCompileHugeMethods",
    "-XX:+UseSerialGC",
)
"""What Java is started with, besides its paths."""


def _settings(scratch: str, cores: int) -> dict[str, str]:
    log_settings = Path(__file__).with_name("log4j2.properties").as_uri()
    return {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": f"{_driver_gib()}g",
        "spark.driver.extraJavaOptions": " ".join(
            [f"-Dlog4j2.configurationFile={log_settings}", f"-Dderby.system.home={scratch}", *_JAVA_OPTIONS]
        ),
        "spark.local.dir": scratch,
        "spark.sql.warehouse.dir": Path(scratch, "warehouse").as_uri(),
        "spark.sql.shuffle.partitions": str(cores),
        # Queries here are many and small: planning each anew after every stage takes longer than it saves, and so does
        # packing what never leaves the process. Code that is the same for two queries is compiled once.
        "spark.sql.adaptive.enabled": "false",
        "spark.broadcast.compress": "false",
        "spark.shuffle.compress": "false",
        "spark.sql.codegen.useIdInClassName": "false",
        "spark.sql.session.timeZone": "UTC",
        # Spark's default is INT96, which has no statistics in the file's footer.
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    }


def _driver_gib() -> int:
    """A quarter of the memory, between 1 and 8 GiB; the rest is for its Python workers."""
    return int(min(8, max(1, available_memory().limit / 2**30 // 4)))
