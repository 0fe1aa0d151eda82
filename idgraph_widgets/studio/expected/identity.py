"""Expected identity graph: identifiers per household and person, and one household as an example."""

from __future__ import annotations

from collections.abc import Mapping

from idgraph_widgets.charts.figures import figure, flat_bars, line, nice
from idgraph_widgets.config import size_shares
from idgraph_widgets.forecast import identifiers_per_household
from idgraph_widgets.forecast.identity import confidence
from idgraph_widgets.studio.expected.card import Plot, PlotCard
from idgraph_widgets.studio.expected.example import example_household
from idgraph_widgets.studio.words import label


def _identifiers_plot(config, sample: Mapping) -> Plot:
    counts = identifiers_per_household(config)
    size = sum(persons * share for persons, share in size_shares(config).items())
    names = [label(name) for name in counts]
    values = list(counts.values())
    seen = sample.get("identifiers_per_household")
    found = None if seen is None else [seen.get(name, 0.0) for name in counts]
    plot = flat_bars(
        names,
        values,
        found,
        percent=False,
        axis={"range": [0, nice(max([*values, *(found or ())])) * 1.25], "title": {"text": "per household"}},
        texts=[f"{value:.2f} · {value / size:.2f} a person" for value in values],
    )
    listed = ", ".join(f"{name} {value:.2f}" for name, value in zip(names, values))
    total = sum(values)
    return Plot(plot, f"{total:.1f} identifiers per household, {total / size:.1f} per person: {listed}.")


def _confidence_plot(config, _sample: Mapping) -> Plot:
    x, y = confidence(config)
    shape = config.demographics_config.identity_mappings.probabilistic_confidence
    mean = shape["alpha"] / (shape["alpha"] + shape["beta"])
    plot = line(
        x,
        y,
        "confidence %{x:.2f}",
        {"range": [0, 1], "title": {"text": f"confidence (mean {mean:.2f}: so many of these links are true)"}},
        {"range": [0, nice(max(y))], "showticklabels": False},
        fill=True,
    )
    return Plot(plot, f"Confidence of probabilistic links, mean {mean:.2f}.")


_LOOK = {
    # Kind to colour, symbol, size of the mark, size and place of the name.
    "household": ("@text", "square", 13, 11, "bottom center"),
    "person": ("@accent", "circle", 13, 11, "bottom center"),
    "device": ("@muted", "diamond", 11, 10, "top center"),
    "identifier": ("@soft-strong", "circle-open", 7, 10, "middle right"),
}


def _network_plot(config, _sample: Mapping) -> Plot:
    home = example_household(config)
    nodes = list(home.walk())
    traces = [_links(nodes, shared=False), _links(nodes, shared=True)]
    for kind, (color, symbol, size, letters, place) in _LOOK.items():
        these = [node for node in nodes if node.kind == kind]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": kind,
                "x": [node.x for node in these],
                "y": [node.y for node in these],
                "text": [node.name for node in these],
                "textposition": place,
                "textfont": {"size": letters, "color": "@text"},
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"color": color, "symbol": symbol, "size": size, "line": {"width": 1.5, "color": color}},
            }
        )
    lines = 1 + max(node.y for node in nodes)
    bare = {"visible": False, "fixedrange": True}
    plot = figure(
        traces,
        xaxis={**bare, "range": [-0.25, 4.3]},
        yaxis={**bare, "range": [lines - 0.2, -0.8]},
        legend=True,
        margin={"l": 4, "r": 4, "t": 26, "b": 4},
    )
    kinds = [node.kind for node in nodes]
    return Plot(
        plot,
        f"An example household: {kinds.count('person')} people, {kinds.count('device')} devices and "
        f"{kinds.count('identifier')} identifiers; dashed links belong to several people.",
    )


def _links(nodes, shared: bool) -> dict:
    x: list = []
    y: list = []
    for node in nodes:
        for child in node.children:
            if child.shared is shared:
                x += [node.x, child.x, None]
                y += [node.y, child.y, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "shared link" if shared else "link",
        "x": x,
        "y": y,
        "hoverinfo": "skip",
        "line": {"color": "@muted", "width": 1, "dash": "dash" if shared else "solid"},
    }


_IDENTITY = "demographics_config.identity_mappings"

CARDS = (
    PlotCard(
        "identifiers",
        "Identifiers",
        "Expected mappings per household and per person, by type",
        _identifiers_plot,
        (_IDENTITY, "household_config.size_distribution", "demographics_config.age_range", "start_date", "end_date"),
        wide=True,
        height=290,
    ),
    PlotCard(
        "network",
        "An example household",
        "Three people with the devices and identifiers these settings give; a drawing, not a row",
        _network_plot,
        (_IDENTITY,),
        wide=True,
        height=460,
    ),
    PlotCard(
        "confidence",
        "Confidence of probabilistic links",
        "A link with confidence c is true with probability c",
        _confidence_plot,
        (f"{_IDENTITY}.probabilistic_confidence",),
        wide=True,
        height=190,
    ),
)
