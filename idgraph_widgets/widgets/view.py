"""The widgets' half in Python: shared browser code sent once per page, and a base class of all views."""

from __future__ import annotations

import hashlib
import json
import os

import anywidget
import traitlets
from ipywidgets import Widget, widget_serialization

from idgraph_widgets.charts.plotly_js import plotly_code
from idgraph_widgets.charts.theme import theme_css
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.widgets.browser import LOADER, modules, text_of
from idgraph_widgets.widgets.host import refusal, why_no_widgets

_EMPTY = "export default { render() {} };"


class Library(anywidget.AnyWidget):
    """The browser's modules and style sheet, once per kernel."""

    _esm = _EMPTY
    modules = traitlets.Dict().tag(sync=True)
    css = traitlets.Unicode().tag(sync=True)
    digest = traitlets.Unicode().tag(sync=True)


class PlotlySource(anywidget.AnyWidget):
    """plotly.js, gzip-compressed, once per kernel."""

    _esm = _EMPTY
    data = traitlets.Bytes().tag(sync=True)


_shared: dict[str, Widget] = {}


def library() -> Library:
    """The kernel's one `Library`."""
    return _once("library", _make_library)


def plotly_source() -> PlotlySource:
    """The kernel's one `PlotlySource`."""
    return _once("plotly", lambda: PlotlySource(data=plotly_code()))


def _make_library() -> Library:
    code, css = modules(), theme_css()
    digest = hashlib.sha256(json.dumps([code, css]).encode()).hexdigest()[:12]
    return Library(modules=code, css=css, digest=digest)


def _once(name: str, make):
    # A fork or `Widget.close_all()` leaves one without a comm behind.
    key = f"{name}-{os.getpid()}"
    if key not in _shared or _shared[key].comm is None:
        _shared[key] = make()
    return _shared[key]


class View(anywidget.AnyWidget):
    """Base of all views: names its function in the browser and calls ``on_<do>`` for what comes from there.

    A message from the browser is ``{"do": name, ...}``; it is handled by the method ``on_<name>``, which
    gets the message. What is no known name is ignored.

    Raises
    ------
    ConfigError
        No custom widget runs here; the message says what to use instead.
    """

    _esm = text_of(f"{LOADER}.js")
    kind = traitlets.Unicode().tag(sync=True)
    library = traitlets.Instance(Widget).tag(sync=True, **widget_serialization)

    def __init__(self, **traits):
        if reason := why_no_widgets():
            raise ConfigError(refusal(type(self).__name__, reason, *(base.__name__ for base in type(self).__mro__)))
        super().__init__(library=library(), **traits)
        self.on_msg(self._receive)

    def _receive(self, _widget, content, _buffers) -> None:
        handler = getattr(self, f"on_{content.get('do')}", None) if isinstance(content, dict) else None
        if handler is not None:
            handler(content)

    def close(self) -> None:
        """Leave the state's observers and the page."""
        stop = self.__dict__.pop("_stop", None)
        if stop is not None:
            stop()
        super().close()
