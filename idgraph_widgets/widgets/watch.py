"""Whether a page shows custom widgets: their front end answers, or does not.

A host may have every package and still load no custom widget: a policy blocks its module, or the page's server lacks
anywidget. Nothing notifies the kernel. So it waits for the answer of what it displayed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import ipywidgets as widgets

from idgraph_widgets.widgets.host import detect

PATIENCE = 10.0
"""Seconds in which a page has to answer; those in which the kernel was busy do not count."""
_BEAT = 0.5


class WatchedBox(widgets.VBox):
    """A box of custom widgets that notices when the page does not show them.

    Subclasses call `expect` once, and `answered` when the front end has spoken.
    """

    def expect(self, absent: Callable[[], None], returned: Callable[[], None]) -> None:
        """Say what to do when no answer has come, and when one comes after that."""
        self.__dict__["_watch"] = _Watch(absent, returned)

    def answered(self) -> None:
        """The front end has painted the custom widgets."""
        if watch := self.__dict__.get("_watch"):
            watch.answered()

    def _repr_mimebundle_(self, **options):
        # Voilà executes a notebook long before there is a page.
        if (watch := self.__dict__.get("_watch")) and detect().name != "voila":
            watch.begin()
        return super()._repr_mimebundle_(**options)

    def get_state(self, key=None, drop_defaults=False):
        # A page that was opened, or opened again, asks for everything.
        if (watch := self.__dict__.get("_watch")) and key is None:
            watch.begin()
        return super().get_state(key, drop_defaults)


class _Watch:
    def __init__(self, absent: Callable[[], None], returned: Callable[[], None]):
        self._absent, self._returned = absent, returned
        self._spoke = self._gave_up = False
        self._task: asyncio.Task | None = None

    def begin(self) -> None:
        """Wait for the answer from now on; where no event loop runs, none could arrive."""
        if self._spoke or self._gave_up or (self._task is not None and not self._task.done()):
            return
        try:
            self._task = asyncio.get_running_loop().create_task(self._wait())
        except RuntimeError:
            return

    def answered(self) -> None:
        self._spoke = True
        if self._gave_up:
            self._gave_up = False
            self._returned()

    async def _wait(self) -> None:
        waited, last = 0.0, time.monotonic()
        while waited < PATIENCE:
            await asyncio.sleep(_BEAT)
            step, last = time.monotonic() - last, time.monotonic()
            if self._spoke:
                return
            # While a cell runs, answers wait as this does.
            if step < 2 * _BEAT:
                waited += step
        self._gave_up = True
        self._absent()
