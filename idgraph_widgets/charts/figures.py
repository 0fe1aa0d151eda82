"""Plotly figures as plain dicts, in one look.

A colour that starts with ``@`` names a colour of the theme (see ``theme.css``): the browser and the SVG
fallback put in what the light or the dark theme says. Nothing here imports Plotly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta

ACCENT, SOFT, MUTED, LINE, SAMPLE = "@accent", "@soft", "@muted", "@line", "@sample"

SAMPLE_NAME = "first 1,000 households"


def percent_axis(top: float, title: str = "") -> dict:
    """An axis of shares in percent, from 0 to a round number above `top` (a share)."""
    high = nice(top * 100) / 100
    return {"range": [0, high], "tickformat": ".0%" if high >= 0.05 else ".1%", "title": {"text": title}}


def nice(value: float) -> float:
    """The next 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten above `value`."""
    if not value > 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10):
        if value * 1.02 <= step * power:
            return step * power
    return 10 * power


def share_bars(names: Sequence, shares: Sequence[float], sample: Sequence[float] | None = None) -> dict:
    """Upright bars of shares, the shares of a sample as marks."""
    names = [str(name) for name in names]
    values = rounded(shares)
    data = [_bar(names, values, "expected", "%{x}: %{y:.1%}")]
    if sample is not None:
        data.append(_marks(names, rounded(sample), "%{x}: %{y:.1%}"))
    top = max([*values, *(sample or ()), 0.01])
    return figure(data, xaxis={"type": "category"}, yaxis=percent_axis(top), legend=sample is not None)


def flat_bars(
    names: Sequence[str],
    values: Sequence[float],
    sample: Sequence[float] | None = None,
    percent: bool = True,
    axis: dict | None = None,
    texts: Sequence[str] | None = None,
) -> dict:
    """Lying bars, the first on top."""
    numbers = rounded(values)
    hover = "%{y}: %{x:.1%}" if percent else "%{y}: %{x:,.4~r}"
    bar = {**_bar(numbers, list(names), "expected", hover), "orientation": "h"}
    if texts is not None:
        bar |= {"text": list(texts), "textposition": "outside", "cliponaxis": False}
    data = [bar]
    if sample is not None:
        data.append(_marks(rounded(sample), list(names), hover))
    top = max([*numbers, *(sample or ()), 0.01])
    xaxis = axis or (percent_axis(top) if percent else {"range": [0, nice(top)]})
    yaxis = {"type": "category", "autorange": "reversed", "automargin": True}
    return figure(data, xaxis=xaxis, yaxis=yaxis, legend=sample is not None)


def bars_of_counts(counts: Mapping[str, float], what: str, texts: Sequence[str]) -> dict:
    """Lying bars of counts of quite different sizes, on a scale of powers of ten."""
    values = list(counts.values())
    axis = {
        "type": "log",
        "range": [0, math.log10(nice(max(*values, 10))) + 0.6],
        "title": {"text": f"{what}, log scale"},
        "dtick": 1,
    }
    return flat_bars(list(counts), [max(value, 0.1) for value in values], percent=False, axis=axis, texts=texts)


def line(x: Sequence[float], y: Sequence[float], hover: str, xaxis: dict, yaxis: dict, fill: bool = False) -> dict:
    """One line."""
    trace = {
        "type": "scatter",
        "mode": "lines",
        "x": rounded(x),
        "y": rounded(y),
        "name": "expected",
        "line": {"color": ACCENT, "width": 2},
        "hovertemplate": f"{hover}<extra></extra>",
    }
    if fill:
        trace |= {"fill": "tozeroy", "fillcolor": SOFT}
    return figure([trace], xaxis=xaxis, yaxis=yaxis)


def heat(x: Sequence[str], y: Sequence[str], z: Sequence[Sequence[float]], hover: str) -> dict:
    """A heat map from nothing to the accent colour."""
    trace = {
        "type": "heatmap",
        "x": list(x),
        "y": list(y),
        "z": [rounded(row) for row in z],
        "colorscale": [[0, "@paper"], [1, ACCENT]],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "zmin": 0,
        "hovertemplate": f"{hover}<extra></extra>",
    }
    return figure(
        [trace],
        xaxis={"type": "category", "showgrid": False},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False},
    )


def figure(data: list[dict], xaxis: dict | None = None, yaxis: dict | None = None, legend: bool = False, **layout):
    """A figure of these traces."""
    return {"data": data, "layout": {"xaxis": xaxis or {}, "yaxis": yaxis or {}, "showlegend": legend, **layout}}


def days_axis(config, last: int) -> dict:
    """An axis of the days of the window, from 0 to `last`, with dates."""
    # Five days at most, so that they stand upright side by side in a narrow window, too.
    step = max(7, math.ceil(config.window_days / 5 / 7) * 7)
    ticks = list(range(0, config.window_days + 1, step))
    dates = [f"{config.start_date + timedelta(tick):%b %d}" for tick in ticks]
    return {"range": [0, last], "tickvals": ticks, "ticktext": dates, "tickangle": 0}


def rounded(values) -> list:
    """Plain floats with six significant digits, so that little travels; None stays."""
    return [None if v is None else float(f"{float(v):.6g}") for v in values]


def _bar(x, y, name: str, hover: str) -> dict:
    return {
        "type": "bar",
        "x": x,
        "y": y,
        "name": name,
        "marker": {"color": ACCENT},
        "hovertemplate": f"{hover}<extra></extra>",
    }


def _marks(x, y, hover: str) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "name": SAMPLE_NAME,
        "marker": {"color": SAMPLE, "symbol": "diamond", "size": 8, "line": {"color": "@paper", "width": 1}},
        "hovertemplate": f"{hover} in the {SAMPLE_NAME}<extra></extra>",
    }
