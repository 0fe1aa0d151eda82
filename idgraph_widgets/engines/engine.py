"""A running engine as one object, whatever is behind it."""

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import Self


class Engine:
    """A SparkSession of our own and the way to stop it. A context manager.

    Attributes
    ----------
    spark : pyspark.sql.SparkSession
    name : str
        One of `idgraph_widgets.engines.start.ENGINES`.
    version : str
        Version of the engine itself (of Sail for ``"embedded"``, of Spark for the others).
    """

    def __init__(self, spark, name: str, version: str, stop: Callable[[], None]):
        self.spark = spark
        self.name = name
        self.version = version
        self._stop: Callable[[], None] | None = stop

    def stop(self) -> None:
        """Stop the engine; a second call does nothing."""
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "running" if self._stop is not None else "stopped"
        return f"<Engine {self.name} {self.version}, {state}>"


def describe_session(spark) -> tuple[str, str]:
    """Name and version, for the record, of a session that the user passed in."""
    kind = "connect" if type(spark).__module__.startswith("pyspark.sql.connect") else "classic"
    return f"session ({kind})", str(spark.version)
