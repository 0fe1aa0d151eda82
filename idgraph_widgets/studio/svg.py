"""A figure as SVG text: the same chart where no custom widget can run, and without plotly.js.

It knows what `idgraph_widgets.studio.figures` makes: bars, lines, marks, texts and heat maps on linear, log
and category axes. Colours become the variables of the theme, so dark and light work there, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

_SYMBOLS = {"diamond": 1.3, "square": 1.0}
_DASHES = {"dash": "6 4", "dot": "2 3"}


class _Axis:
    """Positions of values along one side of the plot, in pixels."""

    def __init__(self, layout: dict, values: Sequence, start: float, end: float):
        self.layout, self.start, self.end = layout, start, end
        self.log = layout.get("type") == "log"
        shown = [value for value in values if value is not None]
        self.names = None
        if layout.get("type") == "category" or any(isinstance(value, str) for value in shown):
            self.names = list(dict.fromkeys(str(value) for value in shown))
        if self.names is not None:
            low, high = -0.5, max(0.5, len(self.names) - 0.5)
            self.low, self.high = (high, low) if layout.get("autorange") == "reversed" else (low, high)
        else:
            self.low, self.high = layout.get("range") or _spread([self._number(value) for value in shown])
        self.unit = abs(end - start) / max(abs(self.high - self.low), 1e-12)

    def _number(self, value) -> float:
        if self.names is not None:
            return float(self.names.index(str(value)))
        return math.log10(max(float(value), 1e-12)) if self.log else float(value)

    def at(self, value, shift: float = 0.0) -> float:
        """Pixel of a value."""
        share = (self._number(value) + shift - self.low) / ((self.high - self.low) or 1)
        return self.start + share * (self.end - self.start)

    def zero(self) -> float:
        """Pixel where bars begin."""
        return self.start if self.log else self.at(0.0)

    def ticks(self) -> list[tuple[float, str]]:
        """Positions and texts of the marks."""
        if "tickvals" in self.layout:
            return [(self.at(v), t) for v, t in zip(self.layout["tickvals"], self.layout["ticktext"])]
        if self.names is not None:
            every = int(self.layout.get("dtick", 1)) or 1
            return [(self.at(name), name) for name in self.names[::every]]
        form = self.layout.get("tickformat", "")
        if self.log:
            powers = range(math.ceil(min(self.low, self.high)), math.floor(max(self.low, self.high)) + 1)
            return [(self.at(10.0**power), _text(10.0**power, form)) for power in powers]
        low, high = sorted((self.low, self.high))
        step = _step((high - low) / 4)
        count = int((high - low) / step + 1e-6)
        first = math.ceil(low / step - 1e-6) * step
        return [(self.at(first + i * step), _text(first + i * step, form)) for i in range(count + 1)]


def to_svg(figure: dict, width: int = 640, height: int = 240, text: str = "") -> str:
    """Draw a figure.

    Parameters
    ----------
    figure : dict
        ``data`` and ``layout`` as `idgraph_widgets.studio.figures` makes them.
    width, height : int
        Pixels.
    text : str
        What the picture shows, for people who do not see it.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    layout = figure["layout"]
    lying = any(trace.get("orientation") == "h" for trace in figure["data"])
    bare = layout.get("xaxis", {}).get("visible") is False
    left = 8 if bare else 150 if lying else 56
    top, bottom = (22 if layout.get("showlegend") else 8), (8 if bare else 38)
    xs, ys = _values(figure["data"], "x"), _values(figure["data"], "y")
    x = _Axis(layout.get("xaxis", {}), xs, left, width - 14)
    y = _Axis(layout.get("yaxis", {}), ys, height - bottom, top)
    parts = [] if bare else _frame(x, y, layout)
    for trace in figure["data"]:
        parts += _trace(trace, x, y, layout)
    if layout.get("showlegend"):
        parts += _legend(figure["data"], left)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img" '
        f'aria-label="{escape(text, quote=True)}" font-family="system-ui, sans-serif" font-size="11">'
        f"{''.join(parts)}</svg>"
    )


def _values(data: list[dict], name: str) -> list:
    found: list = []
    for trace in data:
        if trace["type"] == "heatmap" and name not in trace:
            found += range(len(trace["z"][0]) if name == "x" else len(trace["z"]))
        else:
            found += list(trace.get(name, ()))
    return found


def _frame(x: _Axis, y: _Axis, layout: dict) -> list[str]:
    parts = []
    for at, text in x.ticks():
        parts.append(_line(at, y.start, at, y.end, "@grid"))
        parts.append(_label(at, y.start + 14, text, "middle"))
    for at, text in [] if layout.get("yaxis", {}).get("showticklabels") is False else y.ticks():
        parts.append(_line(x.start, at, x.end, at, "@grid"))
        parts.append(_label(x.start - 5, at + 4, text, "end"))
    title = layout.get("xaxis", {}).get("title", {}).get("text", "")
    if title:
        parts.append(_label((x.start + x.end) / 2, y.start + 30, title, "middle"))
    return parts


def _trace(trace: dict, x: _Axis, y: _Axis, layout: dict) -> list[str]:
    if trace["type"] == "bar":
        return _bars(trace, x, y, layout)
    if trace["type"] == "heatmap":
        return _cells(trace, x, y)
    mode, parts = trace.get("mode", "lines"), []
    if "lines" in mode:
        parts += _path(trace, x, y)
    if "markers" in mode:
        parts += [_mark(trace, x.at(a), y.at(b)) for a, b in zip(trace["x"], trace["y"])]
    if "text" in mode:
        parts += _texts(trace, x, y)
    return parts


def _bars(trace: dict, x: _Axis, y: _Axis, layout: dict) -> list[str]:
    half, parts = (1 - layout.get("bargap", 0.22)) / 2, []
    lying = trace.get("orientation") == "h"
    bases = trace.get("base") or [None] * len(trace["x"])
    texts = trace.get("text") if trace.get("textposition") == "outside" else None
    color = trace["marker"]["color"]
    for i, (a, b, base) in enumerate(zip(trace["x"], trace["y"], bases)):
        if lying:
            begin = x.zero() if base is None else x.at(base)
            end = x.at(a) if base is None else x.at(base + a)
            low, high = sorted((y.at(b, -half), y.at(b, half)))
            parts.append(_rect(min(begin, end), low, abs(end - begin), high - low, color))
            if texts:
                parts.append(_label(max(begin, end) + 4, (low + high) / 2 + 4, texts[i], "start"))
        else:
            low, high = sorted((x.at(a, -half), x.at(a, half)))
            begin, end = y.zero(), y.at(b)
            parts.append(_rect(low, min(begin, end), high - low, abs(end - begin), color))
    return parts


def _cells(trace: dict, x: _Axis, y: _Axis) -> list[str]:
    columns = trace.get("x") or range(len(trace["z"][0]))
    rows = trace.get("y") or range(len(trace["z"]))
    top = trace.get("zmax") or max(v for row in trace["z"] for v in row if v is not None) or 1
    gap, parts = trace.get("xgap", 0), []
    (_, pale), (_, full) = trace["colorscale"]
    for row, line in zip(rows, trace["z"]):
        for column, value in zip(columns, line):
            if value is None:
                continue
            left, right = sorted((x.at(column, -0.5), x.at(column, 0.5)))
            above, below = sorted((y.at(row, -0.5), y.at(row, 0.5)))
            box = (left + gap / 2, above + gap / 2, right - left - gap, below - above - gap)
            parts.append(_rect(*box, pale))
            parts.append(_rect(*box, full, opacity=round(min(1.0, value / top), 3)))
    return parts


def _path(trace: dict, x: _Axis, y: _Axis) -> list[str]:
    points, pieces = [], []
    for a, b in zip(trace["x"], trace["y"]):
        if a is None or b is None:
            pieces.append(points)
            points = []
        else:
            points.append(f"{x.at(a):.1f},{y.at(b):.1f}")
    pieces = [piece for piece in [*pieces, points] if piece]
    line = trace.get("line", {})
    drawn = " ".join("M" + " L".join(piece) for piece in pieces)
    parts = []
    if trace.get("fill") == "tozeroy" and pieces:
        first, last = pieces[0][0].split(",")[0], pieces[0][-1].split(",")[0]
        area = f"{drawn} L{last},{y.start:.1f} L{first},{y.start:.1f} Z"
        parts.append(f'<path d="{area}" fill="{_color(trace["fillcolor"])}"/>')
    dash = _DASHES.get(line.get("dash", ""), "")
    parts.append(
        f'<path d="{drawn}" fill="none" stroke="{_color(line.get("color", "@accent"))}" '
        f'stroke-width="{line.get("width", 1)}"' + (f' stroke-dasharray="{dash}"' if dash else "") + "/>"
    )
    return parts


def _mark(trace: dict, x: float, y: float) -> str:
    marker = trace["marker"]
    radius, color, symbol = marker["size"] / 2, _color(marker["color"]), marker.get("symbol", "circle")
    if symbol == "diamond":
        r = radius * _SYMBOLS[symbol]
        return f'<path d="M{x:.1f},{y - r:.1f} l{r:.1f},{r:.1f} l{-r:.1f},{r:.1f} l{-r:.1f},{-r:.1f} Z" fill="{color}"/>'
    if symbol == "square":
        return _rect(x - radius, y - radius, 2 * radius, 2 * radius, marker["color"])
    fill = (
        f'fill="none" stroke="{color}" stroke-width="1.5"' if symbol.endswith("open") else f'fill="{color}"'
    )
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {fill}/>'


def _texts(trace: dict, x: _Axis, y: _Axis) -> list[str]:
    font = trace.get("textfont", {})
    color, place = font.get("color", "@text"), trace.get("textposition", "middle center")
    parts = []
    for a, b, text in zip(trace["x"], trace["y"], trace["text"]):
        right = place.endswith("right")
        down = {"bottom": 20, "top": -9}.get(place.split()[0], 4)
        anchor = "start" if right else "middle"
        parts.append(
            _label(x.at(a) + (8 if right else 0), y.at(b) + down, text, anchor, color, font.get("size", 11))
        )
    return parts


def _legend(data: list[dict], left: float) -> list[str]:
    parts, at = [], float(left)
    for trace in data:
        name = trace.get("name", "")
        color = trace.get("marker", trace.get("line", {})).get("color", "@accent")
        parts += [_rect(at, 5, 10, 10, color), _label(at + 14, 14, name, "start")]
        at += 32 + 6.2 * len(name)
    return parts


def _rect(x: float, y: float, width: float, height: float, color: str, opacity: float = 1) -> str:
    faint = f' fill-opacity="{opacity}"' if opacity != 1 else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
        f'fill="{_color(color)}"{faint}/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, color: str) -> str:
    return f'<path d="M{x1:.1f},{y1:.1f} L{x2:.1f},{y2:.1f}" stroke="{_color(color)}" stroke-width="1"/>'


def _label(x: float, y: float, text, anchor: str, color: str = "@quiet", size: int = 11) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{_color(color)}">'
        f"{escape(str(text))}</text>"
    )


def _color(name: str) -> str:
    return f"var(--idg-{name[1:]})" if name.startswith("@") else name


def _spread(values: list[float]) -> tuple[float, float]:
    return (min(values), max(values)) if values else (0.0, 1.0)


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(rough, 1e-12)))
    return next(step * power for step in (1, 2, 5, 10) if rough <= step * power * 1.0001)


def _text(value: float, form: str) -> str:
    if "%" in form:
        return f"{value * 100:.6g}%"
    if abs(value) >= 1000:
        from idgraph_widgets.studio.words import short

        return short(value)
    return f"{value:.6g}"
