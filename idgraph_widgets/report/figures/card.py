"""A figure with what a reader needs beside it, and the parts that figures are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

ACCENT, SOFT, MUTED, SAMPLE, TEXT, QUIET, GOOD, BAD = (
    "@accent",
    "@soft",
    "@muted",
    "@sample",
    "@text",
    "@quiet",
    "@good",
    "@bad",
)

SERIES = ("#3f7fd0", "#c9700f", "#1f9488", "#c2579a", "#8468cf", "#8a8510", "#d0504a", "#7d8899")
"""Colours of series: each at least 3 : 1 against the light and against the dark page."""

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x")


@dataclass(frozen=True)
class Card:
    """A figure, its heading and what it says in words.

    Parameters
    ----------
    key : str
        Unique on its page.
    title : str
    figure : dict
        ``data`` and ``layout`` of Plotly.
    text : str
        What the figure shows, in words, for those who cannot see it.
    note : str
        What a reader should know; shown under the title.
    height : int
        Pixels.
    wide : bool
        Whether it takes the whole width.
    """

    key: str
    title: str
    figure: dict[str, Any]
    text: str
    note: str = ""
    height: int = 260
    wide: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def figure(data: list[dict], xaxis: dict | None = None, yaxis: dict | None = None, **layout) -> dict:
    """A figure of these traces; the legend is shown when two of them have names."""
    named = sum(1 for trace in data if trace.get("name") and trace.get("showlegend", True))
    shown = {"xaxis": xaxis or {}, "yaxis": yaxis or {}, "showlegend": named > 1}
    return {"data": data, "layout": {**shown, **layout}}


def axis(title: str = "", **given) -> dict:
    """An axis with a title that names the unit."""
    return {**({"title": {"text": title}} if title else {}), **given}


def categories(title: str = "", **given) -> dict:
    """An axis of categories."""
    return axis(title, type="category", **given)


def rows_axis(title: str = "", **given) -> dict:
    """A vertical axis of categories, the first on top."""
    return categories(title, autorange="reversed", automargin=True, **given)


def percents(top: float, title: str = "") -> dict:
    """An axis of shares in percent, from 0 to a round number above `top`."""
    high = nice(top)
    return axis(title, range=[0, high], tickformat=".0%" if high >= 0.05 else ".1%" if high >= 0.005 else ".2%")


def nice(value: float) -> float:
    """The next 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten above `value`."""
    if not value > 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15) if value * 1.02 <= step * power)


def bars(names: Sequence, values: Sequence, hover: str, name: str = "", flat: bool = False, **given) -> dict:
    """A trace of bars; lying ones with `flat`."""
    x, y = (values, names) if flat else (names, values)
    return {
        "type": "bar",
        "orientation": "h" if flat else "v",
        "x": plain(x),
        "y": plain(y),
        "name": name,
        "marker": {"color": ACCENT},
        "hovertemplate": f"{hover}<extra></extra>",
        **given,
    }


def marks(x: Sequence, y: Sequence, hover: str, name: str = "", **given) -> dict:
    """A trace of marks that stand out from bars."""
    look = {"color": SAMPLE, "symbol": "diamond", "size": 8, "line": {"color": "@paper", "width": 1}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": plain(x),
        "y": plain(y),
        "name": name,
        "marker": {**look, **given.pop("marker", {})},
        "hovertemplate": f"{hover}<extra></extra>",
        **given,
    }


def line(x: Sequence, y: Sequence, hover: str, name: str = "", **given) -> dict:
    """A trace of one line."""
    look = {"color": ACCENT, "width": 2}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": plain(x),
        "y": plain(y),
        "name": name,
        "line": {**look, **given.pop("line", {})},
        "hovertemplate": f"{hover}<extra></extra>",
        **given,
    }


def plain(values: Sequence) -> list:
    """Texts and numbers as JSON knows them: floats with six digits, nothing for what is no number."""
    return [_plain(value) for value in values]


def _plain(value):
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number == int(number) and abs(number) < 2**53 else float(f"{number:.6g}")


def words(name: str) -> str:
    """A name of the tables as people read it."""
    return str(name).replace("_", " ")


def count(value: float) -> str:
    """A number with its thousands apart."""
    return f"{value:,.0f}"
