"""Expected people: age and gender, education, employment."""

from __future__ import annotations

from collections.abc import Mapping

from idgraph_widgets.charts.figures import ACCENT, MUTED, figure, flat_bars, nice
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.forecast.pyramid import pyramid
from idgraph_widgets.studio.expected.card import Plot, PlotCard
from idgraph_widgets.studio.words import label


def education(config: GenerationConfig) -> dict[str, float]:
    """Share of people aged 25 and over by highest level."""
    return dict(config.demographics_config.education_distribution)


def employment(config: GenerationConfig) -> dict[str, float]:
    """Share of people aged 16 and over by status."""
    return dict(config.demographics_config.employment_distribution)


def _pyramid_plot(config, _sample: Mapping) -> Plot:
    labels, women, men = pyramid(config)
    top = nice(max(women.max(), men.max(), 0.001) * 100) / 100
    data = [_half("men", labels, -men, MUTED, men), _half("women", labels, women, ACCENT, women)]
    ticks = [-top, -top / 2, 0, top / 2, top]
    plot = figure(
        data,
        xaxis={
            "range": [-top, top],
            "tickvals": ticks,
            "ticktext": [f"{abs(tick):.1%}" for tick in ticks],
            "title": {"text": "men ← share of everybody → women"},
        },
        yaxis={"type": "category", "automargin": True, "dtick": 2},
        barmode="overlay",
        bargap=0.12,
        legend=True,
    )
    other = config.demographics_config.gender_distribution.get("nonbinary", 0.0)
    return Plot(
        plot,
        f"Age pyramid, ages {labels[0]} to {labels[-1]}: {women.sum():.1%} women, {men.sum():.1%} men, "
        f"{other:.1%} nonbinary (not drawn).",
    )


def _half(name: str, labels: list[str], values, color: str, shown) -> dict:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": labels,
        "x": [round(float(value), 6) for value in values],
        "customdata": [round(float(value), 6) for value in shown],
        "marker": {"color": color},
        "hovertemplate": f"{name}, %{{y}}: %{{customdata:.2%}}<extra></extra>",
    }


def _shares_plot(shares: dict[str, float], seen: Mapping | None, what: str) -> Plot:
    found = None if seen is None else [seen.get(name, 0.0) for name in shares]
    names = [label(name) for name in shares]
    listed = ", ".join(f"{name} {share:.1%}" for name, share in zip(names, shares.values()))
    return Plot(flat_bars(names, list(shares.values()), found), f"{what}: {listed}.")


def _education_plot(config, sample: Mapping) -> Plot:
    return _shares_plot(education(config), sample.get("education"), "Education of people aged 25 and over")


def _employment_plot(config, sample: Mapping) -> Plot:
    return _shares_plot(employment(config), sample.get("employment_status"), "Employment of people aged 16 and over")


_PEOPLE = "demographics_config"

CARDS = (
    PlotCard(
        "pyramid",
        "Age and gender",
        "Share of everybody; nonbinary people are not drawn",
        _pyramid_plot,
        (f"{_PEOPLE}.age_range", f"{_PEOPLE}.gender_distribution"),
        wide=True,
        height=320,
    ),
    PlotCard(
        "education",
        "Education",
        "Share of people aged 25 and over",
        _education_plot,
        (f"{_PEOPLE}.education_distribution",),
    ),
    PlotCard(
        "employment",
        "Employment",
        "Share of people aged 16 and over",
        _employment_plot,
        (f"{_PEOPLE}.employment_distribution",),
    ),
)
