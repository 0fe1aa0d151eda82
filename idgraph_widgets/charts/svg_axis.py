"""An axis of a drawn figure: pixels of values, and its marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timezone

from idgraph_widgets.notation import short

_DAY = 86_400_000.0
"""Milliseconds."""


class Axis:
    """Positions of values along one side of the plot, in pixels."""

    def __init__(self, layout: dict, values: Sequence, start: float, end: float, bars: bool, marks: bool):
        self.layout, self.start, self.end = layout, start, end
        self.log, self.dates = layout.get("type") == "log", layout.get("type") == "date"
        shown = [value for value in values if value is not None and not (self.log and value <= 0)]
        self.names = None
        if layout.get("type") == "category" or any(isinstance(value, str) for value in shown):
            listed = layout.get("categoryarray", ())
            self.names = list(dict.fromkeys(str(value) for value in [*listed, *shown]))
        if self.names is not None:
            low, high = -0.5, max(0.5, len(self.names) - 0.5)
        elif layout.get("range"):
            low, high = layout["range"]
        else:
            # Lengths of bars are read from zero; marks do not lie on the frame.
            zero = [0.0] if (bars or layout.get("rangemode") == "tozero") and not self.log | self.dates else []
            low, high = _spread([*map(self._number, shown), *zero])
            rim = (high - low) * 0.04 if marks or bars else 0.0
            low, high = low - (0.0 if bars and low == 0 else rim), high + rim
        self.low, self.high = (high, low) if layout.get("autorange") == "reversed" else (low, high)
        self.unit = abs(end - start) / max(abs(self.high - self.low), 1e-12)

    def _number(self, value) -> float:
        if self.names is not None:
            return float(self.names.index(str(value)))
        return math.log10(max(float(value), 1e-12)) if self.log else float(value)

    def at(self, value, shift: float = 0.0) -> float:
        """Pixel of a value."""
        share = (self._number(value) + shift - self.low) / ((self.high - self.low) or 1)
        return self.start + share * (self.end - self.start)

    def end_of(self, value: float) -> float:
        """Pixel of an end of a bar; on a logarithmic axis bars begin at its start."""
        return self.start if self.log and value <= 0 else self.at(value)

    def ticks(self) -> list[tuple[float, str]]:
        """Positions and texts of the marks."""
        if "tickvals" in self.layout:
            return [(self.at(v), t) for v, t in zip(self.layout["tickvals"], self.layout["ticktext"])]
        if self.names is not None:
            every = int(self.layout.get("dtick", 1)) or 1
            return [(self.at(name), name) for name in self.names[::every]]
        form = self.layout.get("tickformat", "")
        if self.dates:
            return [(self.at(moment), text) for moment, text in _days(*sorted((self.low, self.high)))]
        if self.log:
            powers = range(math.ceil(min(self.low, self.high)), math.floor(max(self.low, self.high)) + 1)
            return [(self.at(10.0**power), _text(10.0**power, form)) for power in powers]
        low, high = sorted((self.low, self.high))
        step = _step((high - low) / 4)
        count = int((high - low) / step + 1e-6)
        first = math.ceil(low / step - 1e-6) * step
        return [(self.at(first + i * step), _text(first + i * step, form)) for i in range(count + 1)]


def _spread(values: list[float]) -> tuple[float, float]:
    return (min(values), max(values)) if values else (0.0, 1.0)


def _days(low: float, high: float) -> list[tuple[float, str]]:
    """Marks of a time axis: whole days, about six of them."""
    step = next((n for n in (1, 2, 7, 14, 28, 91, 365) if (high - low) / _DAY / n <= 7), 730) * _DAY
    count = int((high - math.ceil(low / _DAY) * _DAY) // step)
    found = [math.ceil(low / _DAY) * _DAY + i * step for i in range(count + 1)]
    return [(at, f"{datetime.fromtimestamp(at / 1000, timezone.utc):%d %b}") for at in found]


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(rough, 1e-12)))
    return next(step * power for step in (1, 2, 5, 10) if rough <= step * power * 1.0001)


def _text(value: float, form: str) -> str:
    if "%" in form:
        return f"{value * 100:.6g}%"
    if abs(value) >= 1000:
        return short(value)
    return f"{value:.6g}"
