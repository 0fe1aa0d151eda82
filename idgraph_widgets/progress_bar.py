"""A run's progress where a person looks on: percent and time left, in a notebook or on a terminal; none in a pipe."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idgraph_widgets.forecast.run_time import RunTime
    from idgraph_widgets.pipeline.progress import ProgressEvent

_TICK = 1.0
"""Seconds between two looks at the clock while nothing else happens."""

_PAINTED_BY_ITSELF = 0.08
"""From this share on a run's own pace tells the time left better than the estimate."""

_FORMAT = "{desc} {percentage:3.0f}%|{bar}| {elapsed}{postfix}"


def is_watched() -> bool:
    """Whether a person looks on: in a notebook, or on a terminal."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None or sys.stderr.isatty()


@contextmanager
def shown(
    listener: Callable | None, progress: bool | None, expected: Callable[[], RunTime | None] | None = None
) -> Iterator[ProgressBar | None]:
    """A bar while the block runs; None where it is not wanted.

    Parameters
    ----------
    listener : callable or None
        What else shows the progress.
    progress : bool or None
        Whether to show a bar; None: where a person looks on, unless there is a `listener`.
    expected : callable, optional
        Gives what `ProgressBar` takes; called only for a bar.
    """
    if not (listener is None and is_watched() if progress is None else progress):
        yield None
        return
    bar = ProgressBar(expected and expected())
    try:
        yield bar
        bar.finish()
    finally:
        bar.close()


def together(*listeners: Callable | None) -> Callable | None:
    """What calls each of them in turn; None where there is none."""
    given = [listener for listener in listeners if listener is not None]

    def call(*event) -> None:
        for listener in given:
            listener(*event)

    return call if given else None


class ProgressBar:
    """A bar that follows a run's `ProgressEvent` s, and its checks after that.

    Parameters
    ----------
    expected : RunTime, optional
        What to expect of the run, its checks included where they follow; without it, every step counts alike.
    leave : bool
        Leave the bar where it is when it is closed.
    """

    def __init__(self, expected: RunTime | None = None, leave: bool = True):
        from tqdm.auto import tqdm

        self._expected = expected if expected is not None and expected.total else None
        self._tables: dict[str, tuple[str, int]] = {}
        self._fraction = 0.0
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._bar = tqdm(total=100, bar_format=_FORMAT, leave=leave, desc="starting", dynamic_ncols=True)
        threading.Thread(target=self._tick, daemon=True, name="idgraph-progress").start()

    def __call__(self, event: ProgressEvent) -> None:
        """Show an event of the run."""
        finished = event.state == "finished"
        self._tables[event.table] = ("done" if finished else "running", event.table_rows)
        if self._expected is None:
            fraction = event.step / event.steps
        else:
            fraction = self._expected.done(self._tables) / self._expected.total
        self._show(f"{event.table}, {event.rows:,} rows", min(0.99, fraction))

    def checks(self, done: int, total: int, what: str) -> None:
        """Show how far the checks are."""
        share = done / total if total else 0.0
        weight = 1.0 if self._expected is None else self._expected.checks / self._expected.total
        self._show(f"check {done} of {total}: {what}", min(0.99, 1 - weight * (1 - share)))

    def finish(self) -> None:
        """All is done."""
        self._show("done", 1.0)

    def close(self) -> None:
        """Let go of the line; a second call does nothing."""
        self._closed.set()
        with self._lock:
            self._bar.close()

    @property
    def left(self) -> float | None:
        """Seconds to go; None where nothing tells."""
        elapsed = time.monotonic() - self._began
        if self._fraction >= _PAINTED_BY_ITSELF:
            return elapsed * (1 - self._fraction) / self._fraction
        return None if self._expected is None else max(0.0, self._expected.total - elapsed)

    def _show(self, what: str, fraction: float) -> None:
        with self._lock:
            self._fraction = max(self._fraction, fraction)
            self._bar.set_description_str(what, refresh=False)
            self._bar.n = round(100 * self._fraction)
            self._draw()

    def _draw(self) -> None:
        left = self.left
        is_known = left is not None and self._fraction < 1
        self._bar.set_postfix_str(f"about {self._bar.format_interval(left)} left" if is_known else "", refresh=False)
        self._bar.refresh()

    def _tick(self) -> None:
        while not self._closed.wait(_TICK):
            with self._lock:
                if not self._closed.is_set():
                    self._draw()
