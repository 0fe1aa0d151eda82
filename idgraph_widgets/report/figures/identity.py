"""The identity graph as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.report.figures.card import (
    BAD,
    GOOD,
    MUTED,
    SERIES,
    SYMBOLS,
    Card,
    axis,
    bars,
    count,
    figure,
    line,
    percents,
    rows_axis,
    words,
)
from idgraph_widgets.schema.truth_identity import TRUE_RELATIONS

if TYPE_CHECKING:
    import pandas as pd

RELATIONS = {
    "owner": ("true", GOOD),
    "co_user": ("true, in two homes", SERIES[2]),
    "household_member": ("false, same household", SERIES[1]),
    "former_owner": ("false, former owner", SERIES[4]),
    "stranger": ("false, stranger", BAD),
    "outsider": ("false, outside the dataset", MUTED),
}


def reliability_card(table: pd.DataFrame) -> Card:
    """Claimed confidence against the share of true links."""
    found = {
        "type": "scatter",
        "mode": "markers",
        "name": "links",
        "x": [round(v, 4) for v in table.claimed],
        "y": [round(v, 4) for v in table.true_share],
        "customdata": [int(n) for n in table.links],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [round(h - t, 4) for h, t in zip(table.interval_high, table.true_share)],
            "arrayminus": [round(t - lo, 4) for lo, t in zip(table.interval_low, table.true_share)],
            "color": MUTED,
            "thickness": 1.2,
        },
        "marker": {"color": "@accent", "size": 8},
        "hovertemplate": "claimed %{x:.2f}, true %{y:.1%} of %{customdata:,} links<extra></extra>",
    }
    ideal = line([0, 1], [0, 1], "", "as claimed", line={"color": "@sample", "dash": "dot", "width": 1.5})
    ideal["hoverinfo"] = "skip"
    shown = figure(
        [found, ideal],
        axis("confidence that the graph claims", range=[0, 1.03]),
        axis("share of links that are true", range=[0, 1.05], tickformat=".0%"),
    )
    inside = int(((table.interval_low <= table.claimed) & (table.claimed <= table.interval_high)).sum())
    text = (
        f"In {inside} of {len(table)} bins the claimed confidence lies inside the 95 % interval of the share "
        "that is true. Marks on the dotted line keep what they promise."
    )
    return Card("reliability", "Confidence against truth", shown, text, text, height=300)


def truth_card(links: pd.DataFrame) -> Card:
    """Links by identifier type: true, or false in which way."""
    totals = links.groupby("identifier_type").mappings.sum().sort_values(ascending=False)
    names = [words(name) for name in totals.index]
    data = []
    for relation, (name, color) in RELATIONS.items():
        part = links[links.relation == relation].groupby("identifier_type").mappings.sum()
        counts = [int(part.get(kind, 0)) for kind in totals.index]
        if any(counts):
            data.append(bars(names, counts, f"%{{y}}: %{{x:,}} {name}", name, flat=True, marker={"color": color}))
    shown = figure(data, axis("links"), rows_axis(), barmode="stack")
    false = int(links[~links.relation.isin(TRUE_RELATIONS)].mappings.sum())
    total = int(links.mappings.sum())
    text = f"{count(false)} of {count(total)} links are false ({false / max(1, total):.1%})."
    return Card("truth", "Links by identifier, true and false", shown, text, text, height=300)


def degrees_card(degrees: pd.DataFrame) -> Card:
    """How many of one thing hang on another, as shares."""
    data, words_found = [], []
    for i, (name, part) in enumerate(degrees.groupby("of")):
        total = part["count"].sum()
        mean = (part.degree * part["count"]).sum() / total
        words_found.append(f"{name} {mean:.1f}")
        shown = part[part.degree <= 40]
        data.append(
            line(
                shown.degree,
                shown["count"] / total,
                f"{name}: %{{x}} in %{{y:.3~%}}",
                name,
                mode="lines+markers",
                line={"color": SERIES[i % len(SERIES)], "width": 1.6},
                marker={"symbol": SYMBOLS[i % len(SYMBOLS)], "size": 6, "color": SERIES[i % len(SERIES)]},
            )
        )
    ticks = [1, 2, 3, 5, 10, 20, 40]
    drawn = figure(
        data,
        axis("number (up to 40 shown), logarithmic", type="log", tickvals=ticks, ticktext=list(map(str, ticks))),
        axis("share, logarithmic", type="log", tickformat=".3~%", dtick=1),
    )
    text = "On average: " + ", ".join(words_found) + "."
    return Card("degrees", "Degrees of the graph", drawn, text, text, height=300)


def components_card(components: pd.DataFrame) -> Card:
    """Sizes of the groups of people that identifiers connect."""
    limits = ((1, 1, "1"), (2, 2, "2"), (3, 3, "3"), (4, 4, "4"), (5, 7, "5–7"), (8, 15, "8–15"), (16, 99, "16–99"))
    labels = [label for *_, label in limits] + ["100+"]
    data, largest = [], []
    for i, (name, part) in enumerate(components.groupby("links", sort=False)):
        shares = [float(part[part.people.between(low, high)].share.sum()) for low, high, _ in limits]
        shares.append(float(part[part.people >= 100].share.sum()))
        largest.append(f"{count(part.people.max())} people {name}")
        data.append(
            bars(labels, shares, f"%{{x}} people, {name}: %{{y:.1%}} of everybody", name, marker={"color": SERIES[i]})
        )
    top = float(max(max(trace["y"]) for trace in data))
    shown = figure(data, axis("people in a component", type="category"), percents(top, "share of people"))
    text = f"The largest component has {' and '.join(largest)}. Measured on 20,000 households at most."
    return Card("components", "Who is connected with whom", shown, text, text, height=300)
