"""Sail in this process: a Spark-Connect-compatible engine from a wheel, no Java."""

from __future__ import annotations

from importlib.metadata import version

from idgraph_widgets.engines.engine import Engine
from idgraph_widgets.engines.environment import environment
from idgraph_widgets.engines.process_mode import enter_connect_mode, leave_connect_mode
from idgraph_widgets.errors import EngineError


def start() -> Engine:
    """Start a server of its own on a free loopback port and open one session on it."""
    try:
        # Its allocator gives freed memory back after a second by default. Many passes in a row then pile up
        # to twice of what one needs; after 10 ms they do not, at no cost that could be measured.
        with environment(MIMALLOC_PURGE_DELAY="10"):
            from pysail.spark import SparkConnectServer
    except ImportError as error:
        raise EngineError(
            "The embedded engine needs pysail, which is not installed. "
            'Install it with: python -m pip install "idgraph-widgets[local]", '
            "or choose --engine spark where Java is available."
        ) from error

    from idgraph_widgets.engines.own_server import connect, held

    enter_connect_mode()
    server = None

    def stop_server() -> None:
        try:
            if server is not None:
                server.stop()
        finally:
            leave_connect_mode()

    try:
        server = _start_server(SparkConnectServer)
        spark = connect(*server.listening_address)
    except BaseException as error:
        stop_server()
        if isinstance(error, Exception):
            raise EngineError(f"The embedded engine did not start: {error}") from error
        raise
    return Engine(spark, "embedded", version("pysail"), held(spark, stop_server))


def _start_server(server_class):
    """Start the server; it reads its log level once, from the environment."""
    with environment(RUST_LOG="off"):
        server = server_class(ip="127.0.0.1", port=0)
        server.start(background=True)
        return server
