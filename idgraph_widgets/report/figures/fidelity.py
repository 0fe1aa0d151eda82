"""Configured against generated."""

from __future__ import annotations

from collections.abc import Sequence

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
from idgraph_widgets.report.measures.comparison import Comparison

LONG = 9
"""Labels longer than this lie beside flat bars."""


def comparison_card(comparison: Comparison) -> Card:
    """One configured distribution with what was generated over it."""
    if comparison.id == "age_sex":
        return pyramid_card(comparison)
    if comparison.id.startswith("hours_"):
        return _curve_card(comparison)
    names = [words(name) for name in comparison.categories]
    flat = len(names) <= 20 and max(map(len, names), default=0) > LONG and len(names) > 3
    top = max([*comparison.configured, *comparison.generated, 0.01])
    hover = "%{y}: %{x:.2%}" if flat else "%{x}: %{y:.2%}"
    if flat:
        data = [
            bars(names, comparison.generated, f"generated, {hover}", "generated", flat=True),
            marks(comparison.configured, names, f"configured, {hover}", "configured"),
        ]
        shown = figure(data, percents(top, f"share of {comparison.unit}"), rows_axis())
        height = 100 + 22 * len(names)
    else:
        data = [
            bars(names, comparison.generated, f"generated, {hover}", "generated"),
            marks(names, comparison.configured, f"configured, {hover}", "configured"),
        ]
        shown = figure(data, categories(), percents(top, f"share of {comparison.unit}"))
        height = 250
    return _card(comparison, shown, height, wide=len(names) > 20)


def pyramid_card(comparison: Comparison) -> Card:
    """Age bands by sex: men to the left, women to the right."""
    bands = list(dict.fromkeys(name.split(" ", 1)[1] for name in comparison.categories))
    configured = dict(zip(comparison.categories, comparison.configured))
    generated = dict(zip(comparison.categories, comparison.generated))
    data = []
    for sex, sign, color in (("male", -1, SERIES[2]), ("female", 1, ACCENT)):
        found = [sign * generated.get(f"{sex} {band}", 0.0) for band in bands]
        wanted = [sign * configured.get(f"{sex} {band}", 0.0) for band in bands]
        data.append(
            bars(
                bands,
                found,
                f"{sex} %{{y}}: %{{customdata:.2%}} generated",
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
                f"{sex} %{{y}}: %{{customdata:.2%}} configured",
                "configured",
                customdata=[abs(v) for v in wanted],
                showlegend=sex == "female",
                marker={"symbol": "line-ns", "size": 9, "line": {"color": SAMPLE, "width": 2}},
            )
        )
    most = max([*comparison.configured, *comparison.generated, 0.01])
    step = next((step for step in (0.005, 0.01, 0.02, 0.05, 0.1) if most / step <= 5), 0.25)
    ticks = [step * i for i in range(-int(most / step), int(most / step) + 1)]
    x = axis(
        "share of people, men to the left",
        range=[-most * 1.1, most * 1.1],
        tickvals=ticks,
        ticktext=[f"{abs(t):.1%}" for t in ticks],
    )
    shown = figure(data, x, categories("age", automargin=True), barmode="overlay", bargap=0.1)
    return _card(comparison, shown, 400, wide=True)


def _curve_card(comparison: Comparison) -> Card:
    hours = [f"{int(hour):02d}" for hour in comparison.categories]
    top = max([*comparison.configured, *comparison.generated, 0.01])
    data = [
        line(hours, comparison.generated, "%{x}:00, generated %{y:.2%}", "generated"),
        line(
            hours,
            comparison.configured,
            "%{x}:00, configured %{y:.2%}",
            "configured",
            line={"color": SAMPLE, "dash": "dot"},
        ),
    ]
    x = categories("local hour", tickmode="array", tickvals=hours[::3], ticktext=hours[::3])
    return _card(comparison, figure(data, x, percents(top, "share of engagements")), 240)


def _card(comparison: Comparison, shown: dict, height: int, wide: bool = False) -> Card:
    return Card(
        f"fit-{comparison.id}",
        comparison.title,
        shown,
        f"{comparison.title}, configured against generated. {comparison.sentence}",
        f"{mark(comparison.verdict)} {comparison.sentence}",
        height,
        wide,
    )


def mark(verdict: str) -> str:
    """A sign for a verdict; the words beside it say the same."""
    return {"as configured": "✓", "off": "✗", "not comparable": "○"}.get(verdict, "–")


def comparison_cards(found: Sequence[Comparison]) -> list[Card]:
    """A card per comparison."""
    return [comparison_card(comparison) for comparison in found]
