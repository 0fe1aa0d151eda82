"""The base of all parts: controls, a busy line, an error line, and the blocks that a piece of work made."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

import traitlets
from ipywidgets import Widget, widget_serialization

from idgraph_widgets.errors import IdgraphError
from idgraph_widgets.report.blocks import TableBlock
from idgraph_widgets.report.data import plain_values
from idgraph_widgets.report.document import block_dict
from idgraph_widgets.widgets.view import View, plotly_source

_one_at_a_time = threading.RLock()
"""Measures of all parts take turns: an engine gains nothing from several at once, and tabs open in order."""


class Part(View):
    """A heading, controls, and figures and tables below.

    Work is done in a thread; of several pieces that wait, only the latest is done. Threads change traits and
    nothing else, so a part may be shown, closed and shown again while it works.

    Parameters
    ----------
    heading, intro : str
    """

    kind = traitlets.Unicode("report").tag(sync=True)
    source = traitlets.Instance(Widget).tag(sync=True, **widget_serialization)
    heading = traitlets.Unicode().tag(sync=True)
    intro = traitlets.Unicode().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    blocks = traitlets.List().tag(sync=True)
    busy = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, heading: str = "", intro: str = "", **traits):
        self._lock = threading.RLock()
        self._number, self._opened = 0, False
        self._thread: threading.Thread | None = None
        super().__init__(source=plotly_source(), heading=heading, intro=intro, **traits)

    def begin(self) -> None:
        """Begin to measure, when the part is first looked at; later calls do nothing."""
        if not self._opened:
            self._opened = True
            self.first()

    def first(self) -> None:
        """What to do when the part is first looked at."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the present work has ended; whether it has."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
            return not thread.is_alive()
        return True

    def start(self, busy: str, work: Callable[[], Sequence], done: Callable[[], None] | None = None) -> None:
        """Do `work` in a thread and show its blocks; what was started before and still waits is dropped.

        Parameters
        ----------
        busy : str
            What is being done, in words.
        work : callable
            Returns the blocks: cards, tables and facts, or dicts of them.
        done : callable, optional
            Called after the blocks are shown.
        """
        with self._lock:
            self._number += 1
            number, self.busy = self._number, busy
            self._thread = threading.Thread(target=self._work, args=(number, work, done), daemon=True)
            self._thread.start()

    def _work(self, number: int, work, done) -> None:
        blocks, error = None, ""
        with _one_at_a_time:
            if number != self._number:
                return
            try:
                blocks = [as_dict(block) for block in work()]
            except IdgraphError as problem:
                error = str(problem)
            except Exception as problem:
                # The engine's own words; who wants more finds it in the log.
                logging.getLogger(__name__).exception("a part of the report failed")
                error = f"This could not be measured. {type(problem).__name__}: {str(problem).splitlines()[0]}"
        with self._lock:
            if number != self._number:
                return
            with self.hold_sync():
                self.error, self.busy = error, ""
                if blocks is not None:
                    self.blocks = blocks
            if done is not None and not error:
                done()

    def on_set(self, content: dict) -> None:
        """A control was changed in the page."""
        values = content.get("values")
        if isinstance(values, dict):
            self.changed({str(name): value for name, value in values.items()})

    def on_press(self, content: dict) -> None:
        """A button was pressed in the page."""
        self.pressed(str(content.get("name")), content.get("value"))

    def changed(self, values: dict[str, Any]) -> None:
        """Take over the values of changed controls."""

    def pressed(self, name: str, value: Any) -> None:
        """Do what the button of that name is there for."""


def as_dict(block) -> dict[str, Any]:
    """A block as the page knows it."""
    if isinstance(block, dict):
        return block
    return block_dict(block)


def with_buttons(table: TableBlock, name: str, label: str, values: Sequence) -> dict[str, Any]:
    """A table with a button in each row whose value is not None."""
    return {**as_dict(table), "press": {"name": name, "label": label, "values": plain_values(list(values))}}


def select(name: str, label: str, value, options: Sequence) -> dict[str, Any]:
    """A control: one of several values, or of pairs of value and text."""
    pairs = [list(option) if isinstance(option, (tuple, list)) else [option, option] for option in options]
    return {"kind": "select", "name": name, "label": label, "value": value, "options": pairs}


def text(name: str, label: str, value: str, hint: str = "") -> dict[str, Any]:
    """A control: a text, sent when the reader is done with it."""
    return {"kind": "text", "name": name, "label": label, "value": value, "hint": hint}


def check(name: str, label: str, value: bool) -> dict[str, Any]:
    """A control: yes or no."""
    return {"kind": "check", "name": name, "label": label, "value": bool(value)}


def button(name: str, label: str, primary: bool = False, value=None) -> dict[str, Any]:
    """A control that does something at once."""
    return {"kind": "button", "name": name, "label": label, "primary": primary, "value": value}


def link(name: str, label: str, address: str, download: bool = False) -> dict[str, Any]:
    """A control: another page of the server, or a file that the browser keeps."""
    return {"kind": "link", "name": name, "label": label, "address": address, "download": download}
