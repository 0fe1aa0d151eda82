"""Something that is observed: all observers are notified of changes, one at a time, in order, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Change:
    """What observers are notified of.

    Attributes
    ----------
    topics : frozenset of str
        Any of "config", "step", "level", "target", "notice", "preview", "other" (there is another version, or there
        is none any more), "settled" (a person chose between the two).
    paths : frozenset of str
        Fields of the configuration that changed; all of them after a whole configuration was loaded.
    """

    topics: frozenset
    paths: frozenset = frozenset()


@dataclass
class _Pending:
    topics: set = field(default_factory=set)
    paths: set = field(default_factory=set)


class Observed:
    """Keeps its observers and what they are to be notified of.

    Who changes something holds ``_lock``, notes it with ``_changed``, lets go and calls ``_tell``.
    """

    def __init__(self):
        self._lock = threading.RLock()
        self._telling = threading.RLock()
        self._observers: list[Callable[[Change], None]] = []
        self._pending: _Pending | None = None
        self._depth = 0

    def subscribe(self, observer: Callable[[Change], None], first: bool = False) -> Callable[[], None]:
        """Call `observer` after every change, in the thread that made it; returns how to stop that.

        With `first`, before those that are there: what moves with a slider should not wait for sums.
        """
        with self._lock:
            self._observers.insert(0 if first else len(self._observers), observer)

        def unsubscribe() -> None:
            with self._lock:
                if observer in self._observers:
                    self._observers.remove(observer)

        return unsubscribe

    @contextmanager
    def batch(self):
        """Observers are notified of changes made inside as one; other threads wait until it ends."""
        with self._telling:
            with self._lock:
                self._depth += 1
                try:
                    yield self
                finally:
                    self._depth -= 1
            self._tell()

    def _changed(self, topics: Iterable[str], paths: Iterable[str] = ()) -> None:
        self._pending = self._pending or _Pending()
        self._pending.topics |= set(topics)
        self._pending.paths |= set(paths)

    def _tell(self) -> None:
        """Hand what is pending to the observers, one change at a time and in order."""
        with self._telling:
            while True:
                with self._lock:
                    if self._pending is None or self._depth:
                        return
                    pending, self._pending = self._pending, None
                    observers = list(self._observers)
                change = Change(frozenset(pending.topics), frozenset(pending.paths))
                for observer in observers:
                    observer(change)
