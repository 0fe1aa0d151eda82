"""What came out: measures of a finished dataset, figures of them, and an HTML page.

``measures`` aggregates in Spark and returns small frames; ``figures`` draws them with plotly; ``page`` puts
them into one HTML file that opens offline.
"""

from __future__ import annotations

from importlib import import_module

_PUBLIC = {
    "report_data": "idgraph_widgets.report.data",
    "write_html": "idgraph_widgets.report.page",
    "write_json": "idgraph_widgets.report.data",
}

__all__ = sorted(_PUBLIC)  # noqa: PLE0605 - names, as `dir` gives them


def __getattr__(name: str):
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
