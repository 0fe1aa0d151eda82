"""When and how unevenly people engage, and whom the segments hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.report.figures.card import (
    SERIES,
    Card,
    axis,
    bars,
    categories,
    count,
    figure,
    line,
    marks,
    percents,
    plain,
    rows_axis,
)
from idgraph_widgets.report.measures.activity import WEEKDAYS

if TYPE_CHECKING:
    import pandas as pd


def heat_card(table: pd.DataFrame, key: str = "heat", title: str = "Engagements by local hour and weekday") -> Card:
    """Hour by weekday."""
    total = max(1, int(table.to_numpy().sum()))
    shares = table.to_numpy() / total
    trace = {
        "type": "heatmap",
        "x": [f"{hour:02d}" for hour in range(24)],
        "y": list(WEEKDAYS),
        "z": [plain(row) for row in shares],
        "customdata": table.to_numpy().tolist(),
        "hovertemplate": "%{y} %{x}:00: %{customdata:,} engagements, %{z:.2%}<extra></extra>",
        "colorscale": [[0, "@paper"], [1, "@accent"]],
        "zmin": 0,
        "xgap": 1,
        "ygap": 1,
        "colorbar": {"tickformat": ".1%", "thickness": 10, "outlinewidth": 0, "title": {"text": "share"}},
    }
    shown = figure([trace], categories("local hour", showgrid=False), rows_axis(showgrid=False))
    day, hour = divmod(int(shares.argmax()), 24)
    text = f"Most engagements fall on {WEEKDAYS[day]} at {hour:02d}:00 local time ({shares.max():.1%} of all)."
    return Card(key, title, shown, text, text, height=270, wide=True)


def tail_card(tail: pd.DataFrame) -> Card:
    """Share of people with at least so many engagements, both axes logarithmic."""
    some = tail[tail.engagements > 0]
    curve = line(some.engagements, some.at_least, "%{x:,} engagements or more: %{y:.3~%} of people")
    shown = figure(
        [curve],
        axis("engagements in the window, logarithmic", type="log", dtick=1),
        axis("share of people, logarithmic", type="log", tickformat=".3~%", dtick=1),
    )
    idle, everybody = int(tail.people[tail.engagements == 0].sum()), int(tail.people.sum())
    total = int((tail.engagements * tail.people).sum())
    heavy = _heaviest_tenth(tail)
    text = (
        f"{idle / max(everybody, 1):.0%} of people have none; the most active tenth has "
        f"{heavy / max(total, 1):.0%} of all engagements; the most for one person is "
        f"{count(tail.engagements.max())}."
    )
    return Card("tail", "How unevenly people engage", shown, text, text, height=270)


def _heaviest_tenth(tail: pd.DataFrame) -> int:
    """Engagements of the most active tenth of people."""
    left, total = int(tail.people.sum()) // 10, 0
    for row in tail.sort_values("engagements", ascending=False).itertuples():
        taken = min(left, int(row.people))
        total, left = total + taken * int(row.engagements), left - taken
    return total


def popularity_card(ranks: pd.DataFrame) -> Card:
    """Engagements by rank of content, both axes logarithmic."""
    live = ranks[ranks.is_live.astype(bool)]
    data = [line(ranks["rank"], ranks.engagements, "rank %{x:,}: %{y:,} engagements", "all content")]
    if len(live):
        look = {"color": SERIES[1], "size": 7}
        data.append(marks(live["rank"], live.engagements, "live, rank %{x:,}: %{y:,}", "live events", marker=look))
    shown = figure(
        data,
        axis("rank of the item, logarithmic", type="log", dtick=1),
        axis("engagements, logarithmic", type="log", dtick=1),
    )
    most, items = count(ranks.engagements.max()), count(ranks["rank"].max())
    text = f"The most popular item has {most} engagements; {items} items have any."
    return Card("popularity", "Popularity of content", shown, text, text, height=270)


def segments_card(segments: pd.DataFrame) -> Card:
    """People per audience segment."""
    kinds = list(dict.fromkeys(segments.segment_type))
    data = [
        bars(
            part.segment_name,
            part.share,
            "%{y}: %{x:.1%} of adults",
            kind.replace("_", " "),
            flat=True,
            marker={"color": SERIES[i % len(SERIES)]},
        )
        for i, kind in enumerate(kinds)
        for part in [segments[segments.segment_type == kind]]
    ]
    shown = figure(
        data,
        percents(float(segments.share.max() or 0.01), "share of adults"),
        rows_axis(categoryorder="array", categoryarray=list(segments.segment_name)),
        barmode="overlay",
    )
    empty = int((segments.people == 0).sum())
    rest = f"{empty} have nobody" if empty else "all have somebody"
    text = f"{len(segments)} segments; the biggest is {segments.segment_name[0]}; {rest}."
    return Card("segments", "Audience segments", shown, text, text, height=90 + 17 * len(segments), wide=True)
