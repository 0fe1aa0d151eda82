"""The Spark session that this process was given, by a notebook, a job or spark-submit. None is ever started here."""

from __future__ import annotations

import os
from collections.abc import Mapping

from idgraph_widgets.engines.process_mode import classic_is_running
from idgraph_widgets.errors import EngineError


def given_session():
    """The session that is there for this process, or None where there is none.

    Examples
    --------
    >>> given_session() is None  # doctest: +SKIP
    True
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        return None
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    if classic_is_running() or is_attached():
        return SparkSession.builder.getOrCreate()
    return _databricks_connect()


def require_session():
    """As `given_session`.

    Raises
    ------
    EngineError
        There is none, or it cannot be reached; says what to do.
    """
    try:
        found = given_session()
    except Exception as error:
        reasons = str(error).strip().splitlines() or [type(error).__name__]
        raise EngineError(f"The Spark session of this process cannot be reached: {reasons[0]}") from error
    if found is None:
        raise EngineError(
            "There is no Spark session here. The engine 'session' takes the one that a notebook, a task of a job, "
            "spark-submit or SPARK_REMOTE (sc://host:port) gives this process, and starts none. Start one first, or "
            "choose --engine embedded, which brings its own and writes into a folder."
        )
    return found


def is_attached(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the process was started beside a Spark that waits for it.

    Parameters
    ----------
    environment : mapping, optional
        Instead of ``os.environ``.

    Examples
    --------
    >>> is_attached({"SPARK_REMOTE": "sc://127.0.0.1:15002"}), is_attached({"SPARK_REMOTE": "local[2]"})
    (True, False)
    """
    env = os.environ if environment is None else environment
    remote = env.get("SPARK_REMOTE", "")
    if remote:
        return not remote.startswith("local")  # a local one would be started
    # spark-submit's port to its JVM; on Databricks, the documented way to the session is `getOrCreate`.
    return "PYSPARK_GATEWAY_PORT" in env or "DATABRICKS_RUNTIME_VERSION" in env


def _databricks_connect():
    """A session through Databricks Connect, where it is installed and told which compute to use."""
    if not any(name in os.environ for name in ("DATABRICKS_CLUSTER_ID", "DATABRICKS_SERVERLESS_COMPUTE_ID")):
        return None
    try:
        from databricks.connect import DatabricksSession
    except ImportError:
        return None
    return DatabricksSession.builder.getOrCreate()
