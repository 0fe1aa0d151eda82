"""Sail in this process: a Spark-Connect-compatible engine from a wheel, no Java."""

from __future__ import annotations

from importlib.metadata import version

from idgraph_widgets.engines.engine import Engine
from idgraph_widgets.engines.environment import environment
from idgraph_widgets.engines.process_mode import enter_connect_mode, leave_connect_mode
from idgraph_widgets.errors import EngineError
from idgraph_widgets.memory import Memory, available_memory, mebibytes
from idgraph_widgets.processes import cores

POOL_SHARE = 0.6
"""Share of the memory that queries may fill. The rest is for what the engine does not count (decoded files, rows on
their way to Python) and for Python itself."""

OWN_BYTES = 256 << 20
"""What the process holds beside its pool: Python, the engine's code, the libraries."""

LEAST_POOL = 768 << 20
"""Generation needs less, but checks that follow it were measured to need about that, however small their slices."""

PLENTY_BYTES = 4 << 30
"""Where so much memory is left, what queries have freed may stay for the next ones."""

KEEPS_FREED_MS = 10_000
"""How long it stays. Passes in a row that each get fresh memory spend a twentieth of their processor time in page
faults; what stays adds less than a tenth to the peak."""

IDLE_SECONDS = 10 * 365 * 24 * 3600
"""Time after which a session ends that nobody asks anything: never, while its process lives."""


def start(queries_at_once: int = 1) -> Engine:
    """Start a server of its own on a free loopback port and open one session on it.

    Parameters
    ----------
    queries_at_once : int
        The server cuts a query for its share of the cores; it reads that once, at its start.

    Raises
    ------
    EngineError
        It is not installed, there is not enough memory for it, or it did not start.
    """
    memory = available_memory()
    pool = pool_bytes(memory)
    # The allocator's own default is a second; it reads this when it is loaded.
    kept = {"MIMALLOC_PURGE_DELAY": str(KEEPS_FREED_MS)} if memory.left >= PLENTY_BYTES else {}
    try:
        with environment(**kept):
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
        server = _start_server(SparkConnectServer, pool, -(-cores() // queries_at_once))
        spark = connect(*server.listening_address)
    except BaseException as error:
        stop_server()
        if isinstance(error, Exception):
            raise EngineError(f"The embedded engine did not start: {error}") from error
        raise
    return Engine(spark, "embedded", version("pysail"), held(spark, stop_server))


def pool_bytes(memory: Memory) -> int:
    """Bytes that queries may fill.

    Raises
    ------
    EngineError
        There is too little memory for any.
    """
    pool = int(min(POOL_SHARE * memory.limit, memory.left - OWN_BYTES))
    if pool < LEAST_POOL:
        raise EngineError(
            f"The embedded engine needs {mebibytes(OWN_BYTES + LEAST_POOL)} of memory, but {memory}. Give more memory "
            "(in a container its memory limit), or end other programs."
        )
    return pool


def _start_server(server_class, pool: int, parallelism: int):
    """Start the server; it reads its settings once, from the environment."""
    settings = {
        "RUST_LOG": "off",
        "SAIL_RUNTIME__MEMORY_POOL__TYPE": "greedy",
        "SAIL_RUNTIME__MEMORY_POOL__GREEDY__MAX_SIZE": str(pool),
        # Operators that go to the disk when the pool is full may wait for each other for ever (DataFusion, 24883).
        # Without a disk they fail at once, and the error says what was too much.
        "SAIL_RUNTIME__TEMPORARY_FILES__MAX_SIZE": "0",
        "SAIL_EXECUTION__DEFAULT_PARALLELISM": str(parallelism),
        # It would end a session that nobody asked anything for a quarter of an hour, as while a report is read.
        "SAIL_SPARK__SESSION_TIMEOUT_SECS": str(IDLE_SECONDS),
    }
    with environment(**settings):
        server = server_class(ip="127.0.0.1", port=0)
        server.start(background=True)
        return server
