"""Sail in this process: a Spark-Connect-compatible engine from a wheel, no Java."""

from __future__ import annotations

import os
from importlib.metadata import version

from idgraph_widgets.engines.engine import Engine
from idgraph_widgets.engines.process_mode import enter_connect_mode, leave_connect_mode
from idgraph_widgets.errors import EngineError


def start() -> Engine:
    """Start a server of its own on a free loopback port and open one session on it."""
    try:
        from pysail.spark import SparkConnectServer
    except ImportError as error:
        raise EngineError(
            "The embedded engine needs pysail, which is not installed. "
            'Install it with: python -m pip install "idgraph-widgets[local]", '
            "or choose --engine spark where Java is available."
        ) from error

    enter_connect_mode()
    server = None
    try:
        server = _start_server(SparkConnectServer)
        spark = connect(*server.listening_address)
    except BaseException as error:
        if server is not None:
            server.stop()
        leave_connect_mode()
        if isinstance(error, Exception):
            raise EngineError(f"The embedded engine did not start: {error}") from error
        raise

    def stop() -> None:
        try:
            spark.stop()
            server.stop()
        finally:
            leave_connect_mode()

    return Engine(spark, "embedded", version("pysail"), stop)


def _start_server(server_class):
    """Start the server; it reads its log level once, from the environment."""
    quiet = "RUST_LOG" not in os.environ
    if quiet:
        os.environ["RUST_LOG"] = "off"
    try:
        server = server_class(ip="127.0.0.1", port=0)
        server.start(background=True)
        return server
    finally:
        if quiet:
            os.environ.pop("RUST_LOG", None)


def connect(host: str, port: int):
    """A Connect session that does not become the process's default session.

    `SparkSession.builder...create()` would register it, and the user's next `getOrCreate()`
    would silently get our engine.
    """
    from pyspark.sql.connect.session import SparkSession

    return SparkSession(f"sc://{host}:{port}")
