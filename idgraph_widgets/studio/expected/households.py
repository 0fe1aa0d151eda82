"""Expected households: sizes, incomes and states."""

from __future__ import annotations

from collections.abc import Mapping

from idgraph_widgets.charts.figures import figure, share_bars
from idgraph_widgets.config import GenerationConfig, size_shares
from idgraph_widgets.reference import state_names
from idgraph_widgets.studio.expected.card import Plot, PlotCard

# Row and column of each state on a grid of equal tiles, so that small states can be read as well as big ones.
TILES = {
    "AK": (0, 0), "ME": (0, 11), "VT": (1, 10), "NH": (1, 11),
    "WA": (2, 1), "ID": (2, 2), "MT": (2, 3), "ND": (2, 4), "MN": (2, 5), "IL": (2, 6), "WI": (2, 7),
    "MI": (2, 8), "NY": (2, 9), "RI": (2, 10), "MA": (2, 11),
    "OR": (3, 1), "NV": (3, 2), "WY": (3, 3), "SD": (3, 4), "IA": (3, 5), "IN": (3, 6), "OH": (3, 7),
    "PA": (3, 8), "NJ": (3, 9), "CT": (3, 10),
    "CA": (4, 1), "UT": (4, 2), "CO": (4, 3), "NE": (4, 4), "MO": (4, 5), "KY": (4, 6), "WV": (4, 7),
    "VA": (4, 8), "MD": (4, 9), "DE": (4, 10),
    "AZ": (5, 2), "NM": (5, 3), "KS": (5, 4), "AR": (5, 5), "TN": (5, 6), "NC": (5, 7), "SC": (5, 8), "DC": (5, 9),
    "OK": (6, 4), "LA": (6, 5), "MS": (6, 6), "AL": (6, 7), "GA": (6, 8),
    "HI": (7, 0), "TX": (7, 4), "FL": (7, 9),
}  # fmt: skip


def sizes(config: GenerationConfig) -> dict[int, float]:
    """Share of households by number of people."""
    return size_shares(config)


def incomes(config: GenerationConfig) -> dict[str, float]:
    """Share of households by income bracket, in the configured order."""
    return dict(config.household_config.income_brackets)


def states(config: GenerationConfig) -> dict[str, float]:
    """Share of households by state; a state left out has 0."""
    shares = config.household_config.location_distribution
    return {state: shares.get(state, 0.0) for state in TILES}


def _sizes_plot(config, sample: Mapping) -> Plot:
    shares = sizes(config)
    seen = sample.get("household_size")
    found = None if seen is None else [seen.get(size, 0.0) for size in shares]
    mean = sum(size * share for size, share in shares.items())
    plot = share_bars(shares, shares.values(), found)
    plot["layout"]["xaxis"]["title"] = {"text": f"people in the household (mean {mean:.2f})"}
    return Plot(plot, "Share of households by size: " + _listed(shares) + f". Mean {mean:.2f} people.")


def _incomes_plot(config, sample: Mapping) -> Plot:
    shares = incomes(config)
    seen = sample.get("income_bracket")
    found = None if seen is None else [seen.get(label, 0.0) for label in shares]
    plot = share_bars(shares, shares.values(), found)
    plot["layout"]["xaxis"]["title"] = {"text": "income a year, USD"}
    return Plot(plot, "Share of households by income: " + _listed(shares) + ".")


def _states_plot(config, _sample: Mapping) -> Plot:
    shares, names = states(config), state_names()
    values = [[None] * 12 for _ in range(8)]
    hover = [[""] * 12 for _ in range(8)]
    texts = []
    top = max(shares.values()) or 1.0
    for state, (row, column) in TILES.items():
        values[row][column] = round(shares[state], 6)
        hover[row][column] = f"{names[state]}: {shares[state]:.2%}"
        texts.append((column, row, state))
    trace = {
        "type": "heatmap",
        "z": values,
        "text": hover,
        "hovertemplate": "%{text}<extra></extra>",
        "hoverongaps": False,
        "colorscale": [[0, "@tile"], [1, "@tile-top"]],
        "zmin": 0,
        "zmax": top,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
    }
    labels = {
        "type": "scatter",
        "mode": "text",
        "x": [text[0] for text in texts],
        "y": [text[1] for text in texts],
        "text": [text[2] for text in texts],
        "textfont": {"color": "@text", "size": 10},
        "hoverinfo": "skip",
    }
    bare = {"visible": False, "fixedrange": True}
    plot = figure(
        [trace, labels],
        xaxis={**bare, "range": [-0.6, 11.6]},
        yaxis={**bare, "range": [7.6, -0.6]},
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )
    biggest = sorted(shares, key=shares.get, reverse=True)[:5]
    listed = ", ".join(f"{names[state]} {shares[state]:.1%}" for state in biggest)
    return Plot(plot, f"Share of households by state. Most: {listed}.")


def _listed(shares: Mapping) -> str:
    return ", ".join(f"{name} {share:.1%}" for name, share in shares.items())


_HOUSEHOLDS = "household_config"

CARDS = (
    PlotCard("sizes", "Household size", "Share of households", _sizes_plot, (f"{_HOUSEHOLDS}.size_distribution",)),
    PlotCard("incomes", "Income", "Share of households", _incomes_plot, (f"{_HOUSEHOLDS}.income_brackets",)),
    PlotCard(
        "states",
        "Where they live",
        "Share of households by state; every state one tile",
        _states_plot,
        (f"{_HOUSEHOLDS}.location_distribution",),
        wide=True,
        height=300,
    ),
)
