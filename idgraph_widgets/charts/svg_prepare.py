"""What a figure leaves to Plotly to work out, worked out: dates as numbers, stacks and groups of bars, error bars.

A prepared trace has, beside what Plotly knows, ``low`` and ``high`` along its value axis for every bar,
``before`` and ``after`` (how far a bar reaches to both sides of its place, in units of the axis) and ``floor``
(the lower edge of a stacked area).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any


def prepared(figure: dict) -> list[dict]:
    """The traces of a figure, with nothing left to work out; the figure is not changed."""
    layout = figure["layout"]
    traces = [dict(trace) for trace in figure["data"]]
    if layout.get("xaxis", {}).get("type") == "date":
        for trace in traces:
            # Bars that lie on a time axis begin at a date and are as long as their x says, in milliseconds.
            name = "base" if "base" in trace else "x"
            trace[name] = [None if value is None else millis(value) for value in trace[name]]
    bars = [trace for trace in traces if trace["type"] == "bar"]
    _place_bars(bars, layout)
    _stack_areas([trace for trace in traces if "stackgroup" in trace])
    return traces


def millis(moment) -> float:
    """Milliseconds since 1970 of a date or time as text, UTC."""
    found = datetime.fromisoformat(str(moment).replace(" ", "T"))
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp() * 1000


def along(trace: dict) -> str:
    """The axis on which a bar's length is read."""
    return "x" if trace.get("orientation") == "h" else "y"


def extent(traces: list[dict], name: str) -> list:
    """Values that an axis must hold: points, ends of bars and of intervals."""
    found: list[Any] = []
    for trace in traces:
        if trace["type"] == "bar" and along(trace) == name:
            found += [*trace["low"], *trace["high"]]
        elif trace["type"] == "bar" and not any(isinstance(value, str) for value in trace[name]):
            found += [value - back for value, back in zip(trace[name], trace["before"])]
            found += [value + forth for value, forth in zip(trace[name], trace["after"])]
        elif trace["type"] == "heatmap" and name not in trace:
            size = len(trace["z"][0]) if name == "x" else len(trace["z"])
            found += [-0.5, *range(size), size - 0.5]
        else:
            found += list(trace.get(name, ()))
        found += [end for ends in intervals(trace, name) for end in ends]
    return found


def intervals(trace: dict, name: str) -> list[tuple[float, float]]:
    """Lower and upper end of the interval around each point along an axis; empty where the trace has none."""
    error = trace.get(f"error_{name}")
    if not error:
        return []
    below = error["array"] if error.get("symmetric", True) else error["arrayminus"]
    return [(value - down, value + up) for value, down, up in zip(trace[name], below, error["array"])]


def _place_bars(bars: list[dict], layout: dict) -> None:
    mode = layout.get("barmode", "group")
    half = (1 - layout.get("bargap", 0.22)) / 2
    ends: dict[tuple[Any, bool], float] = {}
    for number, trace in enumerate(bars):
        lengths, places = trace[along(trace)], trace["y" if along(trace) == "x" else "x"]
        bases = list(trace.get("base") or [0.0] * len(lengths))
        if mode == "stack":
            for i, (place, length) in enumerate(zip(places, lengths)):
                bases[i] = ends.get((place, length < 0), 0.0)
                ends[place, length < 0] = bases[i] + length
        trace["low"], trace["high"] = bases, [base + length for base, length in zip(bases, lengths)]
        reach = half * _spacing(places)
        if "width" in trace:
            trace["before"] = trace["after"] = [width / 2 for width in trace["width"]]
        elif mode == "group" and len(bars) > 1:
            each = 2 * reach / len(bars)
            begin = -reach + number * each
            trace["before"], trace["after"] = [-begin] * len(places), [begin + each] * len(places)
        else:
            trace["before"] = trace["after"] = [reach] * len(places)


def _spacing(places: Sequence) -> float:
    """Distance of neighbouring bars: 1 for names, the smallest one for numbers."""
    numbers = sorted({value for value in places if not isinstance(value, str)})
    return min((b - a for a, b in itertools.pairwise(numbers)), default=1.0)


def _stack_areas(traces: list[dict]) -> None:
    total: list[float] | None = None
    for trace in traces:
        trace["floor"] = total or [0.0] * len(trace["y"])
        total = trace["y"] = [floor + value for floor, value in zip(trace["floor"], trace["y"])]
