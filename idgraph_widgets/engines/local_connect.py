"""A Spark Connect server on local Spark, spoken to through the Connect client.

`SparkSession.builder.remote("local[*]")` does the same, but always on port 15002, so two at once
collide; and it registers its session as the process's default.
"""

from __future__ import annotations

import socket

from idgraph_widgets.engines.engine import Engine
from idgraph_widgets.engines.local_spark import start_classic
from idgraph_widgets.engines.process_mode import enter_connect_mode, leave_connect_mode
from idgraph_widgets.errors import EngineError


def start() -> Engine:
    """Start local Spark with the Connect plugin on a free loopback port and open a session on it."""
    from idgraph_widgets.engines.own_server import connect, held

    port = _free_port()
    _, stop_classic = start_classic(
        {
            "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": str(port),
        }
    )
    enter_connect_mode(server_is_ours=True)

    def stop_server() -> None:
        leave_connect_mode()
        stop_classic()

    try:
        spark = connect("127.0.0.1", port)
        version = spark.version
    except Exception as error:
        stop_server()
        raise EngineError(f"Spark Connect did not start: {error}") from error
    return Engine(spark, "connect", version, held(spark, stop_server))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
