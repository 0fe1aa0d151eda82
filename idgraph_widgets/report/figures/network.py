"""A household's identity graph: devices, identifiers and people in three columns."""

from __future__ import annotations

from idgraph_widgets.report.figures.card import ACCENT, BAD, MUTED, QUIET, SERIES, Card, figure
from idgraph_widgets.report.measures.household import HouseholdGraph

_COLUMNS = {"device": 0.0, "identifier": 1.0, "person": 2.0, "outsider": 2.0}
_LOOK = {
    "device": ("devices", SERIES[2], "square", 14),
    "identifier": ("identifiers", MUTED, "circle", 9),
    "person": ("people of the household", ACCENT, "circle", 20),
    "outsider": ("people of other households", SERIES[1], "diamond", 13),
}
_LINKS = (
    # name, colour, width, dash, which edges
    ("on this device", "@line", 1.2, "solid", lambda e: e.kind == "on_device"),
    ("link", QUIET, 1.2, "solid", lambda e: e.kind == "link" and e.is_true and not e.is_shared),
    ("shared link", ACCENT, 1.8, "dash", lambda e: e.kind == "link" and e.is_true and e.is_shared),
    ("false link", BAD, 2.6, "dot", lambda e: e.kind == "link" and not e.is_true),
    ("true owner of a false link", BAD, 1.2, "solid", lambda e: e.kind == "truth"),
)
STEP = 24
"""Pixels between identifiers."""


def network_card(graph: HouseholdGraph, key: str = "network") -> Card:
    """Devices to the left, identifiers in the middle, people to the right."""
    places = _places(graph)
    data = []
    for name, color, width, dash, belongs in _LINKS:
        edges = [edge for edge in graph.edges if belongs(edge)]
        if edges:
            data += _edges(name, edges, places, {"color": color, "width": width, "dash": dash})
    for kind, look in _LOOK.items():
        nodes = [node for node in graph.nodes if node.kind == kind]
        if nodes:
            data.append(_nodes(kind, nodes, places, look))
    shape = {"visible": False, "showgrid": False, "zeroline": False}
    tallest = max(sum(node.kind == "identifier" for node in graph.nodes), _column_height(graph), 6)
    shown = figure(
        data,
        {**shape, "range": [-0.45, 2.55]},
        {**shape, "range": [-0.03, 1.03]},
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
    )
    return Card(
        key,
        f"Household {graph.household_id}",
        shown,
        f"{graph.summary}. {_words(graph)}",
        f"{graph.summary}. {_words(graph)}",
        height=90 + STEP * tallest,
        wide=True,
    )


def _words(graph: HouseholdGraph) -> str:
    kinds = [sum(node.kind == kind for node in graph.nodes) for kind in ("person", "device", "identifier")]
    text = f"{kinds[0]} people, {kinds[1]} devices, {kinds[2]} identifiers; {graph.shared_links} shared links"
    text += f" and {graph.false_links} false ones."
    if graph.hidden_outsiders:
        text += f" {graph.hidden_outsiders:,} more people elsewhere hold one of these identifiers."
    return text


def _column_height(graph: HouseholdGraph) -> int:
    people = sum(node.kind in ("person", "outsider") for node in graph.nodes)
    return max(people, sum(node.kind == "device" for node in graph.nodes)) * 2


def _places(graph: HouseholdGraph) -> dict[str, tuple[float, float]]:
    """Where the nodes stand; each column in the order that keeps edges short."""
    columns: dict[float, list[str]] = {0.0: [], 1.0: [], 2.0: []}
    for kind in ("person", "outsider", "device", "identifier"):
        columns[_COLUMNS[kind]] += [node.id for node in graph.nodes if node.kind == kind]
    touches: dict[str, list[str]] = {}
    for edge in graph.edges:
        touches.setdefault(edge.source, []).append(edge.target)
        touches.setdefault(edge.target, []).append(edge.source)
    height = _spread(columns)
    for _ in range(6):
        for column in (1.0, 0.0, 2.0):
            columns[column].sort(key=lambda node: _middle(height, touches.get(node, ()), height[node]))
            height = _spread(columns)
    return {node: (column, height[node]) for column, nodes in columns.items() for node in nodes}


def _spread(columns: dict[float, list[str]]) -> dict[str, float]:
    return {node: 1 - (i + 0.5) / len(nodes) for nodes in columns.values() for i, node in enumerate(nodes)}


def _middle(height: dict[str, float], neighbours, own: float) -> float:
    near = [height[node] for node in neighbours]
    return -(sum(near) / len(near)) if near else -own


def _edges(name: str, edges, places, look: dict) -> list[dict]:
    """Lines between nodes, and a point in the middle of each to point at."""
    x, y, middle, about = [], [], [], []
    for edge in edges:
        (x0, y0), (x1, y1) = places[edge.source], places[edge.target]
        x += [x0, x1, None]
        y += [round(y0, 4), round(y1, 4), None]
        middle.append(((x0 + x1) / 2, round((y0 + y1) / 2, 4)))
        about.append(edge.about)
    lines = {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": look, "hoverinfo": "skip"}
    hints = {
        "type": "scatter",
        "mode": "markers",
        "x": [p[0] for p in middle],
        "y": [p[1] for p in middle],
        "text": about,
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
        "marker": {"size": 10, "opacity": 0, "color": look["color"]},
    }
    return [lines, hints]


def _nodes(kind: str, nodes, places, look) -> dict:
    name, color, symbol, size = look
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": name,
        "x": [places[node.id][0] for node in nodes],
        "y": [round(places[node.id][1], 4) for node in nodes],
        "text": [node.label for node in nodes],
        "customdata": [node.about for node in nodes],
        "hovertemplate": "%{customdata}<extra></extra>",
        "textposition": "middle left" if kind == "device" else "middle right" if kind != "identifier" else "top center",
        "textfont": {"size": 11 if kind != "identifier" else 10, "color": "@text"},
        "marker": {"color": color, "symbol": symbol, "size": size, "line": {"color": "@paper", "width": 1}},
        "cliponaxis": False,
    }
