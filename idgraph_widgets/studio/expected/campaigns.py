"""Expected campaigns: their calendar, and the funnel from impressions to purchases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from idgraph_widgets.charts.figures import ACCENT, MUTED, bars_of_counts, days_axis, figure
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.forecast.funnel import funnel
from idgraph_widgets.generators.ads import campaigns
from idgraph_widgets.notation import short
from idgraph_widgets.studio.expected import purchases, wants
from idgraph_widgets.studio.expected.card import Plot, PlotCard
from idgraph_widgets.studio.words import label

_SHOWN = 60


@dataclass(frozen=True)
class Flight:
    """A campaign of the dataset: its id, channel and name, its first day and the day after its last."""

    campaign_id: int
    channel: str
    name: str
    start: int
    end: int


def flights(config: GenerationConfig) -> list[Flight]:
    """The campaigns of the dataset with their channels and flights (days since ``start_date``), as they are drawn."""
    made = campaigns.prepare(config)
    first = (config.start_date - date(1970, 1, 1)).days
    channel = [made.channel.words[code] for code in made.channel.codes]
    days = (made.start_date - first).tolist(), (made.end_date - first).tolist()
    found = map(Flight, made.campaign_id.tolist(), channel, made.campaign_name.to_pylist(), *days)
    return sorted(found, key=lambda flight: (flight.start, flight.campaign_id))


def _calendar_plot(config, _sample: Mapping) -> Plot:
    every = flights(config)
    shown = every[:_SHOWN]
    first = config.start_date
    hover = [
        f"{flight.name}: {first + timedelta(flight.start)} to "
        f"{first + timedelta(flight.end - 1)}, {flight.end - flight.start} days"
        for flight in shown
    ]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [f"#{flight.campaign_id} {label(flight.channel)}" for flight in shown],
        "x": [flight.end - flight.start for flight in shown],
        "base": [flight.start for flight in shown],
        "text": hover,
        "textposition": "none",
        "marker": {"color": ACCENT},
        "hovertemplate": "%{text}<extra></extra>",
    }
    days = config.window_days
    last = max([days, *(flight.end for flight in shown)])
    plot = figure(
        [bars, _edge(days, [bars["y"][0], bars["y"][-1]] if shown else [])],
        xaxis=days_axis(config, last),
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "automargin": True,
            "tickfont": {"size": 9},
            "dtick": 1 if len(shown) <= 40 else 2,
        },
        bargap=0.25,
    )
    more = f", the first {_SHOWN} are drawn" if len(every) > _SHOWN else ""
    return Plot(plot, f"{len(every)} campaigns start in the window of {days} days{more}.")


def _edge(day: int, ends: list) -> dict:
    """A line where the window ends."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [day] * len(ends),
        "y": ends,
        "line": {"color": MUTED, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _funnel_plot(config, _sample: Mapping) -> Plot:
    counts = funnel(config)
    plot = bars_of_counts(counts, "expected number", [short(round(value)) for value in counts.values()])
    listed = ", ".join(f"{name} {value:,.0f}" for name, value in counts.items())
    return Plot(plot, f"Expected funnel: {listed}.")


_CAMPAIGN = "campaign_config"

CARDS = (
    PlotCard(
        "calendar",
        "Campaign calendar",
        "Flights as they will be drawn; the dotted line is the end of the window",
        _calendar_plot,
        (
            f"{_CAMPAIGN}.campaigns_per_period",
            f"{_CAMPAIGN}.channel_mix",
            f"{_CAMPAIGN}.flight_days",
            "start_date",
            "end_date",
            "seed",
        ),
        wide=True,
        height=470,
    ),
    PlotCard(
        "funnel",
        "Expected funnel",
        "From an impression to a purchase that an ad has the credit for",
        _funnel_plot,
        ("campaign_config", "household_config", "audience_config", "demographics_config", "start_date", "end_date"),
        wide=True,
        height=240,
    ),
    wants.CARD,
    *purchases.CARDS,
)
