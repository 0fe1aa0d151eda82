"""PySpark builds either classic or Connect columns in a process; this keeps track of which.

`pyspark.sql.functions` looks at one environment variable. Our Connect engines set it while they
run and take it back with the last of them, so that a classic session can be started afterwards.
"""

from __future__ import annotations

import os
import threading

from idgraph_widgets.errors import EngineError

_VARIABLE = "SPARK_CONNECT_MODE_ENABLED"
# An engine may be collected, and leave, while this thread holds the lock.
_lock = threading.RLock()
_holders = 0
_set_by_us = False


def classic_is_running() -> bool:
    """Whether a classic SparkContext lives in this process."""
    try:
        from pyspark import SparkContext
    except ImportError:  # the client-only distribution has no classic mode at all
        return False
    return SparkContext._active_spark_context is not None  # noqa: SLF001 - nothing public tells


def enter_connect_mode(server_is_ours: bool = False) -> None:
    """Switch the process to Connect columns; pair with `leave_connect_mode`.

    Raises
    ------
    EngineError
        A classic session of the user's is running here and would lose its columns.
    """
    global _holders, _set_by_us  # noqa: PLW0603 - the mode is the process's
    with _lock:
        if _VARIABLE not in os.environ:
            if classic_is_running() and not server_is_ours:
                raise EngineError(
                    "A classic Spark session is running in this process, and PySpark cannot mix it with "
                    "another engine. Pass that session (spark=...), or stop it first, "
                    "or use a new process."
                )
            os.environ[_VARIABLE] = "1"
            _set_by_us = True
        _holders += 1


def leave_connect_mode() -> None:
    """Undo one `enter_connect_mode`."""
    global _holders, _set_by_us  # noqa: PLW0603 - the mode is the process's
    with _lock:
        _holders -= 1
        if _holders == 0 and _set_by_us:
            os.environ.pop(_VARIABLE, None)
            _set_by_us = False
