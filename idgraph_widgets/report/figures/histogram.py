"""A histogram of a column."""

from __future__ import annotations

from datetime import datetime, timedelta

from idgraph_widgets.report.figures.card import Card, axis, bars, categories, count, figure, rows_axis
from idgraph_widgets.report.measures.histogram import Histogram

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - shown as UTC, without an offset


def histogram_card(found: Histogram, log_counts: bool = False, key: str = "histogram") -> Card:
    """Bars of counts; `log_counts` draws their axis logarithmic."""
    rows = {"type": "log", "dtick": 1, "title": {"text": "rows, logarithmic"}} if log_counts else axis("rows")
    height, hover = 300, "%{customdata}: %{y:,} rows"
    if found.kind == "categories":
        names = [label or "(empty text)" for label in found.labels]
        if len(names) > 8 or max(map(len, names), default=0) > 12:
            data = [bars(names, found.counts, "%{y}: %{x:,} rows", flat=True)]
            shown, height = figure(data, rows, rows_axis()), 90 + 20 * max(4, len(names))
        else:
            shown = figure([bars(names, found.counts, "%{x}: %{y:,} rows")], categories(), rows)
    else:
        seconds = {"date": 86_400, "timestamp": 1}.get(found.type)
        place = [_moment(v, seconds) if seconds else v for v in found.low]
        ends = [_moment(v, seconds) if seconds else v for v in found.high]
        what = "UTC" if found.type == "timestamp" else "logarithmic" if found.log_bins else "value"
        title = f"{found.column} ({what})"
        if found.log_bins or seconds:
            data = [_steps(place, ends, found)]
        else:
            width = [h - low for low, h in zip(found.low, found.high)]
            middle = [(a + b) / 2 for a, b in zip(found.low, found.high)]
            # A bar of whole numbers stands on them, not between them.
            middle = [m - 0.5 for m in middle] if found.type in ("bigint", "int") else middle
            data = [bars(middle, found.counts, hover, customdata=list(found.labels), width=width)]
        x = axis(title, type="date" if seconds else "log" if found.log_bins else "linear")
        x |= {"dtick": "D2"} if found.log_bins else {}
        shown = figure(data, x, rows, bargap=0.04)
    return Card(key, f"{found.table}.{found.column}", shown, _words(found), _words(found), height, wide=True)


def _moment(seconds: float, unit: float) -> str:
    return (_EPOCH + timedelta(seconds=seconds * unit)).isoformat()


def _steps(place: list, ends: list, found: Histogram) -> dict:
    """Bars of unequal width, or of times, as one outline."""
    x, y, about = [], [], []
    for low, high, number, label in zip(place, ends, found.counts, found.labels):
        x += [low, high]
        y += [number, number]
        about += [label, label]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "customdata": about,
        "fill": "tozeroy",
        "fillcolor": "@soft",
        "line": {"color": "@accent", "width": 1.5},
        "hovertemplate": "%{customdata}: %{y:,} rows<extra></extra>",
    }


def _words(found: Histogram) -> str:
    text = f"{found.comment}. {count(found.rows)} rows"
    text += f", {count(found.empty)} of them empty" if found.empty else ""
    if "mean" in found.summary and found.kind == "numbers":
        numbers = [f"{found.summary[name]:,.6g}" for name in ("min", "mean", "max")]
        text += f"; smallest {numbers[0]}, mean {numbers[1]}, largest {numbers[2]}"
    if "distinct" in found.summary:
        text += f"; {count(found.summary['distinct'])} different values"
    return text + "."
