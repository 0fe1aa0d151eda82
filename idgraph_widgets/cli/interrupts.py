"""Ctrl-C and polite kills on the command line, turned into a cancelled run."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from idgraph_widgets.pipeline.cancel import CancelToken


class Interrupts:
    """Handles SIGINT and SIGTERM.

    While a run is on, the first signal cancels it by its token: an exception thrown into
    the middle of an engine's call would leave that call's work behind. A second one, or one at any
    other time, raises KeyboardInterrupt.

    Attributes
    ----------
    received : int
        Signals so far.
    """

    def __init__(self):
        self.received = 0
        self._token: CancelToken | None = None

    def install(self) -> None:
        """Take over the handlers, from the main thread only; a signal ignored on entry stays so."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._handle)

    @contextmanager
    def cancelling(self) -> Iterator[CancelToken]:
        """A token that the first signal cancels while the block runs."""
        self._token = CancelToken()
        try:
            yield self._token
        finally:
            self._token = None

    def _handle(self, *_) -> None:
        self.received += 1
        token = self._token
        if token is None or token.cancelled:
            raise KeyboardInterrupt
        token.cancel()
