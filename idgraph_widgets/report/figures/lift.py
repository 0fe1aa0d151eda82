"""What campaigns added: differences between people who were treated and who were held out, and the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.report.figures.campaigns import channel_name
from idgraph_widgets.report.figures.card import MUTED, Card, axis, count, figure, marks, plain, rows_axis, words

if TYPE_CHECKING:
    import pandas as pd


def lift_card(lift: pd.DataFrame, key: str = "lift", title: str = "Treated against holdout") -> Card:
    """Differences in response, treated less held out, with their intervals."""
    found = lift.dropna(subset=["difference"])
    by_group = len(found.group.unique()) > 1
    names = [channel_name(g) if by_group else words(o) for g, o in zip(found.group, found.outcome)]
    scale = 1000
    values = [scale * v for v in found.difference]
    sure = [low > 0 or high < 0 for low, high in zip(found.low, found.high)]
    about = [
        f"treated {1000 * t:.2f}, held out {1000 * h:.2f}, interval {1000 * low:+.2f} to {1000 * high:+.2f}"
        for t, h, low, high in zip(found.treated_rate, found.held_out_rate, found.low, found.high)
    ]
    data = []
    for name, symbol, color, which in (
        ("clear: the interval leaves out 0", "circle", "@accent", True),
        ("not clear: the interval holds 0", "circle-open", MUTED, False),
    ):
        chosen = [i for i, s in enumerate(sure) if s is which]
        if chosen:
            data.append(
                {
                    "type": "scatter", "mode": "markers", "name": name, "showlegend": True,
                    "x": plain(values[i] for i in chosen), "y": [names[i] for i in chosen],
                    "customdata": [about[i] for i in chosen],
                    "error_x": {
                        "type": "data", "symmetric": False, "color": color, "thickness": 1.5,
                        "array": plain(scale * found.high.iloc[i] - values[i] for i in chosen),
                        "arrayminus": plain(values[i] - scale * found.low.iloc[i] for i in chosen),
                    },
                    "marker": {
                        "color": color, "size": 10, "symbol": symbol, "line": {"color": color, "width": 2},
                    },
                    "hovertemplate": "%{y}: %{x:+.2f} per 1,000 households<br>%{customdata}<extra></extra>",
                }
            )  # fmt: skip
    x = axis("difference, responding households per 1,000", zeroline=True, zerolinecolor="@text", zerolinewidth=1)
    order = list(dict.fromkeys(names))
    drawn = figure(data, x, rows_axis(categoryorder="array", categoryarray=order), showlegend=True)
    treated, held = (int(found[c].max()) if len(found) else 0 for c in ("treated", "held_out"))
    text = "; ".join(f"{n} {v:+.2f} per 1,000 ({a})" for n, v, a in zip(names, values, about)) + "."
    note = (
        f"{count(treated)} treated and {count(held)} held-out households, summed over campaigns; 95 % intervals."
        if not by_group
        else "Site visits by channel; 95 % intervals."
    )
    return Card(key, title, drawn, text, note, height=150 + 32 * len(order))


def comparison_card(found: pd.DataFrame) -> Card:
    """Three ways to estimate what campaigns added, beside the truth."""
    known = found.dropna(subset=["difference"])
    names, scale = list(known.group), 1000
    values = [scale * v for v in known.difference]
    data = [
        {
            "type": "scatter", "mode": "markers", "name": "estimate",
            "x": plain(values), "y": names,
            "error_x": {
                "type": "data", "symmetric": False, "color": "@accent", "thickness": 1.5,
                "array": plain(scale * high - v for high, v in zip(known.high, values)),
                "arrayminus": plain(v - scale * low for low, v in zip(known.low, values)),
            },
            "marker": {"color": "@accent", "size": 10, "symbol": "circle"},
            "hovertemplate": "%{y}: %{x:+.2f} buying households per 1,000<extra></extra>",
        },
        marks([scale * v for v in known.truth], names, "truth: %{x:+.3f} per 1,000", "truth"),
    ]  # fmt: skip
    x = axis("more buying households per 1,000", zeroline=True, zerolinecolor="@text", zerolinewidth=1)
    drawn = figure(data, x, rows_axis(categoryorder="array", categoryarray=names))
    sentences = [
        f"{row.group}: {scale * row.difference:+.2f} per 1,000, interval {scale * row.low:+.2f} to "
        f"{scale * row.high:+.2f}, truth {scale * row.truth:+.3f}"
        for row in known.itertuples()
    ]
    note = (
        "Exposed against not exposed misleads: who is online more sees more ads and shops more, and search "
        "ads answer people who want something. Only chance decides who is held out. Where a campaign reaches "
        "few of its audience, those it could not reach dilute the first comparison; the second leaves them out."
    )
    return Card(
        "comparisons", "What ads added, estimated in three ways", drawn, "; ".join(sentences) + ".", note, 260, True
    )
