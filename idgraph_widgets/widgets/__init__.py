"""What all widgets stand on (their half in the browser, the host, a watch over the page), and those of the report."""

from __future__ import annotations

from importlib import import_module

_PUBLIC = {
    "PlainReport": "idgraph_widgets.widgets.report.plain",
    "ReportPanel": "idgraph_widgets.widgets.report.panel",
    "panel_for": "idgraph_widgets.widgets.report.choice",
    "panel_for_kept": "idgraph_widgets.widgets.report.choice",
}

__all__ = sorted(_PUBLIC)  # noqa: PLE0605 - names, as `dir` gives them


def __getattr__(name: str):
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(_PUBLIC[name]), name)
    except ImportError as error:
        from idgraph_widgets.widgets.host import explained

        raise explained(name, error) from error
