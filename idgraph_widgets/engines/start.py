"""The engines that this library can start itself."""

from __future__ import annotations

from idgraph_widgets.engines.engine import Engine
from idgraph_widgets.errors import EngineError

ENGINES = ("embedded", "spark", "connect")
"""The engines this library can start itself; any other SparkSession is passed in."""


def start_engine(name: str = "embedded", queries_at_once: int = 1) -> Engine:
    """Start an engine in this process.

    Parameters
    ----------
    name : {"embedded", "spark", "connect"}
        Sail in this process, classic local PySpark, or Spark Connect on a local Spark server.
        The last two need Java 17 or newer.
    queries_at_once : int
        How many queries will be at work at the same time. The embedded engine cuts each for its share of the cores
        only: pieces that wait for each other cost time. Spark shares its cores by itself.

    Returns
    -------
    Engine

    Raises
    ------
    EngineError
        The engine is unknown, something it needs is missing, or this process already runs a
        Spark of the other kind; the message says what to do.

    Examples
    --------
    >>> with start_engine() as engine:
    ...     engine.spark.range(3).count()
    3
    """
    if name not in ENGINES:
        raise EngineError(f"engine: found {name!r}, allowed is one of {', '.join(ENGINES)}.")
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise EngineError(
            f"The engine {name!r} needs PySpark, which is not installed. "
            'Install it with: python -m pip install "idgraph-widgets[local]" '
            '(in a clone: python -m pip install -e ".[local]").'
        ) from error
    if name == "spark":
        from idgraph_widgets.engines.local_spark import start

        return start()
    _require_client(name)
    if name == "embedded":
        from idgraph_widgets.engines.embedded import start

        return start(queries_at_once)
    from idgraph_widgets.engines.local_connect import start

    return start()


def _require_client(name: str) -> None:
    """Refuse where PySpark's Connect client, or something it needs, is not there or too old for `own_server`."""
    try:
        import idgraph_widgets.engines.own_server  # noqa: F401
    except ImportError as error:
        from pyspark import __version__

        raise EngineError(
            f"The engine {name!r} needs the Connect client of PySpark 4.1; PySpark {__version__} is installed, without "
            f"all of it ({error}). Pass the session you have (spark=...), or install the engine in an environment of "
            'its own with: python -m pip install "idgraph-widgets[local]".'
        ) from error
