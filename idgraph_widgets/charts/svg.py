"""A figure as SVG text: the same chart where no custom widget can run, and without plotly.js.

It knows what the studio and the report draw: bars (beside, on top of each other, from a base), lines, areas,
marks, intervals, texts and heat maps on linear, log, date and category axes. Colours become the variables of
the theme, so dark and light work there, too.
"""

from __future__ import annotations

import math
import re
from functools import cache
from html import escape

from idgraph_widgets.charts.svg_axis import Axis
from idgraph_widgets.charts.svg_prepare import along, extent, intervals, prepared
from idgraph_widgets.charts.theme import theme_css

_DASHES = {"dash": "6 4", "dot": "2 3", "dashdot": "6 3 2 3", "longdash": "10 4"}


def to_svg(figure: dict, width: int = 640, height: int = 240, text: str = "") -> str:
    """Draw a figure.

    Parameters
    ----------
    figure : dict
        ``data`` and ``layout`` as `idgraph_widgets.charts.figures` makes them.
    width, height : int
        Pixels.
    text : str
        What the picture shows, for people who do not see it.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    layout, traces = figure["layout"], prepared(figure)
    xaxis, yaxis = layout.get("xaxis", {}), layout.get("yaxis", {})
    bare = xaxis.get("visible") is False
    xs, ys = extent(traces, "x"), extent(traces, "y")
    named = yaxis.get("type") == "category" or any(isinstance(value, str) for value in ys)
    longest = max((len(value) for value in ys if isinstance(value, str)), default=0)
    left = 8 if bare else min(260, max(56, 16 + 6.2 * longest)) if named else 56
    top, bottom = (22 if layout.get("showlegend") else 8), (8 if bare else 38)
    bars = {along(trace) for trace in traces if trace["type"] == "bar"}
    marks = any("markers" in trace.get("mode", "") for trace in traces)
    x = Axis(xaxis, xs, left, width - 14, "x" in bars, marks)
    y = Axis(yaxis, ys, height - bottom, top, "y" in bars, marks)
    parts = [] if bare else _frame(x, y, layout)
    for trace in traces:
        parts.append(f'<g class="trace">{"".join(_trace(trace, x, y))}</g>')
    if layout.get("showlegend"):
        parts += _legend(traces, left)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img" '
        f'aria-label="{escape(text, quote=True)}" font-family="system-ui, sans-serif" font-size="11">'
        f"{''.join(parts)}</svg>"
    )


def to_picture(figure: dict, width: int = 640, height: int = 240, text: str = "") -> str:
    """Draw a figure as a file of its own, in the colours of the light theme on paper."""
    colors = _light_colors()
    drawn = re.sub(r"var\(--idg-([a-z-]+)\)", lambda found: colors[found[1]], to_svg(figure, width, height, text))
    head, end, rest = drawn.partition(">")
    head = head.replace('width="100%"', f'width="{width}" height="{height}"')
    return f'{head}{end}<rect width="{width}" height="{height}" fill="{colors["paper"]}"/>{rest}'


@cache
def _light_colors() -> dict[str, str]:
    """The theme's colours by name; the style sheet begins with the light ones."""
    light = theme_css().partition("}")[0]
    return dict(re.findall(r"--idg-([a-z-]+): (#[0-9a-f]{6})", light))


def _frame(x: Axis, y: Axis, layout: dict) -> list[str]:
    parts = []
    for at, text in x.ticks():
        parts.append(_line(at, y.start, at, y.end, "@grid"))
        parts.append(_label(at, y.start + 14, text, "middle"))
    for at, text in [] if layout.get("yaxis", {}).get("showticklabels") is False else y.ticks():
        parts.append(_line(x.start, at, x.end, at, "@grid"))
        parts.append(_label(x.start - 5, at + 4, text, "end"))
    if layout.get("xaxis", {}).get("zeroline"):
        parts.append(_line(x.at(0), y.start, x.at(0), y.end, layout["xaxis"].get("zerolinecolor", "@quiet")))
    title = layout.get("xaxis", {}).get("title", {}).get("text", "")
    if title:
        parts.append(_label((x.start + x.end) / 2, y.start + 30, title, "middle"))
    return parts


def _trace(trace: dict, x: Axis, y: Axis) -> list[str]:
    if trace["type"] == "bar":
        return _bars(trace, x, y)
    if trace["type"] == "heatmap":
        return _cells(trace, x, y)
    mode, parts = trace.get("mode", "lines"), []
    if "lines" in mode:
        parts += _path(trace, x, y)
    for name in ("x", "y"):
        for i, (low, high) in enumerate(intervals(trace, name)):
            ends = (
                (low, trace["y"][i], high, trace["y"][i]) if name == "x" else (trace["x"][i], low, trace["x"][i], high)
            )
            at = (x.at(ends[0]), y.at(ends[1]), x.at(ends[2]), y.at(ends[3]))
            parts.append(_line(*at, trace[f"error_{name}"].get("color", "@quiet")))
    if "markers" in mode and trace["marker"].get("opacity") != 0:
        parts += [_mark(trace["marker"], i, x.at(a), y.at(b)) for i, (a, b) in enumerate(zip(trace["x"], trace["y"]))]
    if "text" in mode:
        parts += _texts(trace, x, y)
    return parts


def _bars(trace: dict, x: Axis, y: Axis) -> list[str]:
    parts = []
    lying = along(trace) == "x"
    texts = trace.get("text") if trace.get("textposition") == "outside" else None
    places = zip(trace["y" if lying else "x"], trace["before"], trace["after"], trace["low"], trace["high"])
    for i, (place, before, after, low, high) in enumerate(places):
        across, length = (y, x) if lying else (x, y)
        near, far = sorted((across.at(place, -before), across.at(place, after)))
        begin, end = sorted((length.end_of(low), length.end_of(high)))
        box = (begin, near, end - begin, far - near) if lying else (near, begin, far - near, end - begin)
        parts.append(_rect(*box, _at(trace.get("marker", {}).get("color", "@accent"), i)))
        if texts and lying:
            parts.append(_label(end + 4, (near + far) / 2 + 4, texts[i], "start"))
    return parts


def _cells(trace: dict, x: Axis, y: Axis) -> list[str]:
    columns = trace.get("x") or range(len(trace["z"][0]))
    rows = trace.get("y") or range(len(trace["z"]))
    top = trace.get("zmax") or max(v for row in trace["z"] for v in row if v is not None) or 1
    gap, parts = trace.get("xgap", 0), []
    (_, pale), (_, full) = trace["colorscale"]
    texts = trace.get("text") if trace.get("texttemplate") else None
    for i, (row, line) in enumerate(zip(rows, trace["z"])):
        for j, (column, value) in enumerate(zip(columns, line)):
            if value is None:
                continue
            left, right = sorted((x.at(column, -0.5), x.at(column, 0.5)))
            above, below = sorted((y.at(row, -0.5), y.at(row, 0.5)))
            box = (left + gap / 2, above + gap / 2, right - left - gap, below - above - gap)
            parts.append(_rect(*box, pale))
            parts.append(_rect(*box, full, opacity=round(min(1.0, value / top), 3)))
            for k, said in enumerate(re.split("<br>", texts[i][j]) if texts else ()):
                plain = re.sub("<[^>]+>", "", said)
                parts.append(_label((left + right) / 2, (above + below) / 2 - 2 + 13 * k, plain, "middle", "@text"))
    return parts


def _path(trace: dict, x: Axis, y: Axis) -> list[str]:
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
    if "floor" in trace and pieces:
        back = [f"{x.at(a):.1f},{y.at(b):.1f}" for a, b in zip(trace["x"], trace["floor"])]
        area = f"{drawn} L{' L'.join(reversed(back))} Z"
        parts.append(f'<path d="{area}" fill="{_color(line["color"])}" fill-opacity="0.5"/>')
    dash = _DASHES.get(line.get("dash", ""), "")
    parts.append(
        f'<path d="{drawn}" fill="none" stroke="{_color(line.get("color", "@accent"))}" '
        f'stroke-width="{line.get("width", 1)}"' + (f' stroke-dasharray="{dash}"' if dash else "") + "/>"
    )
    return parts


def _at(value, i: int):
    """A setting of point `i`: its own, or the one for all."""
    return value[i] if isinstance(value, list) else value


def _mark(marker: dict, i: int, x: float, y: float) -> str:
    color, symbol = _at(marker["color"], i), marker.get("symbol", "circle")
    r = _at(marker["size"], i) / 2
    if symbol == "square":
        return _rect(x - r, y - r, 2 * r, 2 * r, color)
    if symbol == "line-ns":
        return _line(x, y - r, x, y + r, marker["line"]["color"], marker["line"]["width"])
    if symbol == "x":
        cross = f"M{x - r:.1f},{y - r:.1f} l{2 * r:.1f},{2 * r:.1f} m0,{-2 * r:.1f} l{-2 * r:.1f},{2 * r:.1f}"
        return f'<path d="{cross}" stroke="{_color(color)}" stroke-width="2"/>'
    corners = {"diamond": (4, 1.3, 1.3), "triangle-up": (3, 1.2, 1.2), "star": (10, 1.2, 0.5)}.get(symbol)
    if corners:
        count, outer, inner = corners
        points = []
        for corner in range(count):
            reach = r * (inner if corner % 2 else outer)
            turn = 2 * math.pi * corner / count
            points.append(f"{x + reach * math.sin(turn):.1f},{y - reach * math.cos(turn):.1f}")
        return f'<path d="M{" L".join(points)} Z" fill="{_color(color)}"/>'
    paint = f'fill="{_color(color)}"'
    if symbol.endswith("open"):
        paint = f'fill="none" stroke="{_color(color)}" stroke-width="1.5"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {paint}/>'


def _texts(trace: dict, x: Axis, y: Axis) -> list[str]:
    font = trace.get("textfont", {})
    color, place = font.get("color", "@text"), trace.get("textposition", "middle center")
    parts = []
    for a, b, text in zip(trace["x"], trace["y"], trace["text"]):
        aside, anchor = {"right": (8, "start"), "left": (-8, "end")}.get(place.split()[1], (0, "middle"))
        down = {"bottom": 20, "top": -9}.get(place.split()[0], 4)
        parts.append(_label(x.at(a) + aside, y.at(b) + down, text, anchor, color, font.get("size", 11)))
    return parts


def _legend(data: list[dict], left: float) -> list[str]:
    parts, at = [], float(left)
    for trace in data:
        name = trace.get("name", "")
        if not name or not trace.get("showlegend", True):
            continue
        marker = trace.get("marker", {})
        color = _at(marker.get("color") or trace.get("line", {}).get("color", "@accent"), 0)
        if marker.get("symbol") == "line-ns":
            color = marker["line"]["color"]
        parts += [_rect(at, 5, 10, 10, color), _label(at + 14, 14, name, "start")]
        at += 32 + 6.2 * len(name)
    return parts


def _rect(x: float, y: float, width: float, height: float, color: str, opacity: float = 1) -> str:
    faint = f' fill-opacity="{opacity}"' if opacity != 1 else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
        f'fill="{_color(color)}"{faint}/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, color: str, width: float = 1) -> str:
    return f'<path d="M{x1:.1f},{y1:.1f} L{x2:.1f},{y2:.1f}" stroke="{_color(color)}" stroke-width="{width}"/>'


def _label(x: float, y: float, text, anchor: str, color: str = "@quiet", size: int = 11) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{_color(color)}">'
        f"{escape(str(text))}</text>"
    )


def _color(name: str) -> str:
    return f"var(--idg-{name[1:]})" if name.startswith("@") else name
