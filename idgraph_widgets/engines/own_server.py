"""A Connect session on a server of ours: as long as somebody holds it, the server runs; a lost server is reported.

A frame holds its session, so the session is what has to hold the server. PySpark's client would retry a
server that is gone for ten minutes and more, as befits a cluster that is being restarted; ours is on this machine.
"""

from __future__ import annotations

import atexit
import weakref
from contextlib import suppress
from inspect import signature
from typing import TYPE_CHECKING

import grpc
from pyspark.sql.connect.client.retries import DefaultPolicy, RetryPolicyState
from pyspark.sql.connect.session import SparkSession

from idgraph_widgets.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

if "exception" not in signature(RetryPolicyState.next_attempt).parameters:
    raise ImportError("its retries do not tell what they are for")

_RETRIES = 5
"""With PySpark's pauses of 50 ms, four times as long each time and at most `_PAUSE`: eight seconds."""

_PAUSE = 4_000


def connect(host: str, port: int) -> SparkSession:
    """A Connect session that does not become the process's default session.

    `SparkSession.builder...create()` would register it, and the user's next `getOrCreate()`
    would silently get our engine.
    """
    spark = SparkSession(f"sc://{host}:{port}")
    spark.client.set_retry_policies([_OwnServer(f"{host}:{port}")])
    _living.add(spark)
    return spark


_living: weakref.WeakSet[SparkSession] = weakref.WeakSet()
"""Sessions nobody has let go of."""


@atexit.register
def _close_channels() -> None:
    """Close what is still open while gRPC's threads run.

    A session is closed when it is collected; at the end of the process that is after these threads were stopped,
    and waits for good for what one of them held.
    """
    for spark in list(_living):
        with suppress(Exception):
            spark.client.close()
        spark.client.close = _nothing


def _nothing() -> None:
    """What is closed is not closed again."""


def held(spark: SparkSession, stop_server: Callable[[], None]) -> Callable[[], None]:
    """Stop a session's server when the last holder of the session lets go; returns what stops both at once.

    Parameters
    ----------
    spark : SparkSession
        As `connect` made it.
    stop_server : callable
        Called once, when the session is collected or the returned function is called; not at the end of the
        process, which takes the server with it.
    """
    ended = weakref.finalize(spark, stop_server)
    ended.atexit = False
    _clones_hold(spark)

    def stop() -> None:
        try:
            spark.stop()
        finally:
            ended()

    return stop


def _clones_hold(spark: SparkSession) -> None:
    """A cloned session is another one on the same server and has to hold it, too."""
    original = weakref.ref(spark)

    def clone(new_session_id: str | None = None) -> SparkSession:
        source = original()
        new = type(source).cloneSession(source, new_session_id)
        new.client.set_retry_policies(source.client.get_retry_policies())
        new.cloned_from = source
        _living.add(new)
        return new

    spark.cloneSession = clone


class _OwnServer(DefaultPolicy):
    """PySpark's rules of what to try again, for seconds only, and with words at the end.

    A server of ours never comes back at its address: once it is gone, nothing is tried again.
    """

    def __init__(self, address: str):
        super().__init__(max_retries=_RETRIES, max_backoff=_PAUSE)
        self.address = address
        self.gone = False

    def to_state(self) -> RetryPolicyState:
        return _Attempts(self)


class _Attempts(RetryPolicyState):
    def next_attempt(self, exception: BaseException | None = None) -> int | None:
        wait = super().next_attempt(exception)
        lost = isinstance(exception, grpc.RpcError) and exception.code() == grpc.StatusCode.UNAVAILABLE
        if lost and (wait is None or self.policy.gone):
            self.policy.gone = True
            raise EngineError(
                f"The engine's server at {self.policy.address} is gone: it was stopped, or it ended by itself, "
                "perhaps for lack of memory. Start another one (start_engine) and open the dataset again."
            ) from exception
        return wait
