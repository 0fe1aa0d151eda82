"""Wanted against found, as the judge saw it: shares as figures, numbers as lines of a table."""

from __future__ import annotations

from collections.abc import Sequence

from idgraph_widgets.quality.statistics import StatisticResult
from idgraph_widgets.report.figures.card import (
    ACCENT,
    SAMPLE,
    SERIES,
    Card,
    axis,
    bars,
    categories,
    figure,
    line,
    marks,
    percents,
    rows_axis,
    words,
)

LONG = 9
"""Labels longer than this lie beside flat bars."""


def has_figure(result: StatisticResult) -> bool:
    """Whether a statistic has shares to draw."""
    return isinstance(result.target, dict) and isinstance(result.actual, dict)


def figure_card(result: StatisticResult) -> Card:
    """The shares of one statistic: what was found, with what was wanted over it."""
    name = result.id.removeprefix("statistics.")
    if name == "age_sex" and any(cell.endswith(" male") for cell in result.actual):
        return _pyramid_card(result)
    if name.startswith("hours_"):
        return _curve_card(result)
    cells = list(result.actual)
    if not result.ordered:
        cells.sort(key=lambda cell: (-result.target.get(cell, 0.0), cell))
    names = [words(cell) for cell in cells]
    wanted, found = ([shares.get(cell, 0.0) for cell in cells] for shares in (result.target, result.actual))
    flat = max(map(len, names), default=0) > LONG and len(names) > 3
    top = max([*wanted, *found, 0.01])
    hover = "%{y}: %{x:.2%}" if flat else "%{x}: %{y:.2%}"
    if flat:
        data = [
            bars(names, found, f"found, {hover}", "found", flat=True),
            marks(wanted, names, f"wanted, {hover}", "wanted"),
        ]
        shown = figure(data, percents(top, f"share of {result.unit}"), rows_axis())
        height = 100 + (22 if len(names) <= 20 else 14) * len(names)
    else:
        data = [bars(names, found, f"found, {hover}", "found"), marks(names, wanted, f"wanted, {hover}", "wanted")]
        shown = figure(data, categories(), percents(top, f"share of {result.unit}"))
        height = 250
    return _card(result, shown, height, wide=len(names) > 20)


def _pyramid_card(result: StatisticResult) -> Card:
    """Age bands by sex: men to the left, women to the right."""
    lows = sorted({int(cell.split(" ")[0]) for cell in result.actual})
    ends = [*(f"–{after - 1}" for after in lows[1:]), "+"]
    bands = [f"{low}{end}" for low, end in zip(lows, ends)]
    data = []
    for sex, sign, color in (("male", -1, SERIES[2]), ("female", 1, ACCENT)):
        found, wanted = (
            [sign * shares.get(f"{low} {sex}", 0.0) for low in lows] for shares in (result.actual, result.target)
        )
        data.append(
            bars(
                bands,
                found,
                f"{sex} %{{y}}: %{{customdata:.2%}} found",
                sex,
                flat=True,
                customdata=[abs(v) for v in found],
                marker={"color": color},
            )
        )
        data.append(
            marks(
                wanted,
                bands,
                f"{sex} %{{y}}: %{{customdata:.2%}} wanted",
                "wanted",
                customdata=[abs(v) for v in wanted],
                showlegend=sex == "female",
                marker={"symbol": "line-ns", "size": 9, "line": {"color": SAMPLE, "width": 2}},
            )
        )
    most = max([*result.target.values(), *result.actual.values(), 0.01])
    step = next((step for step in (0.005, 0.01, 0.02, 0.05, 0.1) if most / step <= 5), 0.25)
    ticks = [step * i for i in range(-int(most / step), int(most / step) + 1)]
    x = axis(
        "share of people, men to the left",
        range=[-most * 1.1, most * 1.1],
        tickvals=ticks,
        ticktext=[f"{abs(t):.1%}" for t in ticks],
    )
    shown = figure(data, x, categories("age", automargin=True), barmode="overlay", bargap=0.1)
    return _card(result, shown, 400, wide=True)


def _curve_card(result: StatisticResult) -> Card:
    hours = [f"{hour:02d}" for hour in range(24)]
    found, wanted = ([shares.get(str(hour), 0.0) for hour in range(24)] for shares in (result.actual, result.target))
    data = [
        line(hours, found, "%{x}:00, found %{y:.2%}", "found"),
        line(hours, wanted, "%{x}:00, wanted %{y:.2%}", "wanted", line={"color": SAMPLE, "dash": "dot"}),
    ]
    x = categories("local hour", tickmode="array", tickvals=hours[::3], ticktext=hours[::3])
    shown = figure(data, x, percents(max([*found, *wanted, 0.01]), f"share of {result.unit}"))
    return _card(result, shown, 240)


def _card(result: StatisticResult, shown: dict, height: int, wide: bool = False) -> Card:
    text = f"{result.title}, wanted against found. {verdict(result).capitalize()}. {result.explained}"
    return Card(
        f"fit-{result.id.removeprefix('statistics.')}",
        result.title,
        shown,
        text,
        f"{mark(result)} {result.explained}",
        height,
        wide,
    )


def verdict(result: StatisticResult) -> str:
    """The verdict in two words."""
    return {True: "on target", False: "off target", None: "not judged"}[result.passed]


def mark(result: StatisticResult) -> str:
    """A sign for a verdict; the words beside it say the same."""
    return {True: "✓", False: "✗", None: "○"}[result.passed]


def figure_cards(found: Sequence[StatisticResult]) -> list[Card]:
    """A card per statistic that has shares to draw."""
    return [figure_card(result) for result in found if has_figure(result)]


def number(result: StatisticResult, value: float | None) -> str:
    """A number of a statistic with its unit; nothing for none."""
    if value is None:
        return ""
    if result.value == "share":
        return f"{value:.2%}"
    return f"{value:,.3g}" if result.value == "ratio" else f"{value:,.3g} {result.value}"


def allowed(result: StatisticResult) -> str:
    """From where to where a number may lie."""
    if result.passed is None or isinstance(result.target, dict):
        return ""
    if result.measure == "at least":
        return f"{number(result, result.target)} or more"
    if result.measure == "at most":
        return f"{number(result, result.target + result.tolerance)} or less"
    off = result.tolerance * (abs(result.target) if result.measure == "relative" else 1.0)
    low, high = result.target - off, result.target + off
    if result.value != "years":
        low = max(0.0, low)
    if result.value == "share":
        high = min(1.0, high)
    return f"{number(result, low)} to {number(result, high)}"
