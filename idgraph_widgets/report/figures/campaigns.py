"""What campaigns delivered, and what came of it."""

from __future__ import annotations

import math

import pandas as pd

from idgraph_widgets.report.figures.card import (
    DASHES,
    SERIES,
    SYMBOLS,
    Card,
    axis,
    bars,
    categories,
    count,
    figure,
    line,
    plain,
    rows_axis,
    words,
)
from idgraph_widgets.report.measures.campaigns import MOST_SEEN

CHANNEL_COLORS = dict(zip(("search", "social", "display", "video", "ctv", "audio", "email"), SERIES))

MOST_CAMPAIGNS = 60

_DAY_MS = 86_400_000


def channel_name(channel: str) -> str:
    """A channel as people read it."""
    return "CTV" if channel == "ctv" else channel


def _stages(stage: str) -> str:
    plural = {"viewable": "viewable impressions", "impressions": "impressions", "add_to_cart": "filled carts"}
    return plural.get(stage) or words(stage) + "s"


def funnel_card(funnel: pd.DataFrame) -> Card:
    """Stages from impression to purchase, on a logarithmic axis."""
    names = [_stages(stage) for stage in funnel.stage]
    texts = [
        count(n) + (f" · {share:.1%} of {_stages(of)}" if of else "")
        for n, share, of in zip(funnel.campaigns, funnel.share, funnel["of"])
    ]
    shown = [max(n, 0.5) for n in funnel.campaigns]
    data = [bars(names, shown, "%{y}: %{customdata}", "after an ad", flat=True, customdata=texts)]
    if funnel.organic.sum():
        known = funnel.organic > 0
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "organic, without an ad",
                "x": plain(funnel.organic[known]),
                "y": [n for n, k in zip(names, known) if k],
                "marker": {
                    "color": SERIES[1],
                    "symbol": "diamond",
                    "size": 10,
                    "line": {"color": "@paper", "width": 1},
                },
                "hovertemplate": "%{y}: %{x:,} organic<extra></extra>",
            }
        )
    # Beside whatever reaches farther: on a small bar the text would lie under the mark of what is organic.
    ends = [max(bar, organic) for bar, organic in zip(shown, funnel.organic)]
    data.append(
        {
            "type": "scatter",
            "mode": "text",
            "x": plain(ends),
            "y": names,
            "text": [f"   {text}" for text in texts],
            "textposition": "middle right",
            "textfont": {"size": 11, "color": "@quiet"},
            "cliponaxis": False,
            "hoverinfo": "skip",
            "showlegend": False,
        }
    )
    high = math.log10(max(10, *ends)) + 1.7
    drawn = figure(data, axis("count, logarithmic", type="log", range=[-0.3, high], dtick=1), rows_axis())
    by = funnel.set_index("stage").campaigns
    text = (
        f"{count(by['impressions'])} impressions, {count(by['click'])} clicks, "
        f"{count(by['site_visit'])} site visits and {count(by['purchase'])} purchases after an ad; "
        f"{count(funnel.organic.iloc[-1])} purchases without."
    )
    note = "Visits also follow an ad that was seen and not clicked."
    return Card("funnel", "From impression to purchase", drawn, text, note, height=330, wide=True)


def attribution_card(credit: pd.DataFrame) -> Card:
    """Purchases credited to channels, by attribution model."""
    channels = [c for c in CHANNEL_COLORS if c in set(credit.channel)]
    data = []
    for i, (model, part) in enumerate(credit.groupby("attribution_model")):
        by = part.set_index("channel").attributed_conversions
        data.append(
            bars(
                [channel_name(c) for c in channels],
                [float(by.get(c, 0)) for c in channels],
                f"%{{x}}, {words(model)}: %{{y:.2f}} purchases",
                words(model),
                marker={"color": SERIES[i]},
            )
        )
    total = credit.groupby("attribution_model").attributed_conversions.sum()
    count = round(total.max())
    same = "one purchase" if count == 1 else f"{count:,} purchases"
    text = f"Every model credits the same {same}; they differ in which channel gets it."
    shown = figure(data, categories(), axis("credited purchases", rangemode="tozero"), barmode="group")
    return Card("attribution", "Credit by attribution model", shown, text, text, height=300, wide=True)


def frequency_card(frequency: pd.DataFrame) -> Card:
    """How often a reached unit saw a campaign."""
    data = []
    for i, (scope, part) in enumerate(frequency.groupby("scope")):
        total = part.reached.sum()
        data.append(
            line(
                part.frequency,
                part.reached / total,
                f"{scope}: %{{x}} exposures in %{{y:.1%}}",
                scope,
                mode="lines+markers",
                line={"color": SERIES[i], "dash": DASHES[i], "width": 1.8},
                marker={"symbol": SYMBOLS[i], "size": 6, "color": SERIES[i]},
            )
        )
    ticks = [1, 5, 10, 15, MOST_SEEN]
    x = axis("exposures to one campaign", tickvals=ticks, ticktext=[*map(str, ticks[:-1]), f"{MOST_SEEN}+"])
    shown = figure(data, x, axis("share of those reached", tickformat=".0%", rangemode="tozero"))
    text = (
        "A household sees a campaign more often than any one of its identifiers: frequency depends on what is counted."
    )
    return Card("frequency", "Frequency by what is counted", shown, text, text, height=300)


def reach_card(reach: pd.DataFrame) -> Card:
    """Reach and average frequency per scope."""
    names = [{"person": "people"}.get(scope, f"{scope}s") for scope in reach.scope]
    texts = [f"{count(r)} · {f:.1f} times" for r, f in zip(reach.reached, reach.avg_frequency)]
    data = [
        bars(
            names,
            reach.reached,
            "%{y}: %{text} on average",
            flat=True,
            text=texts,
            textposition="auto",
            insidetextanchor="start",
        )
    ]
    text = "; ".join(f"{n}: {t} on average" for n, t in zip(names, texts)) + "."
    note = "Summed over campaigns: who saw three counts three times. Exposures by e-mail have no device."
    drawn = figure(data, axis("reached, summed over campaigns"), rows_axis())
    return Card("reach", "Reach by what is counted", drawn, text, note, height=300)


def calendar_card(campaigns: pd.DataFrame) -> Card:
    """Flights of campaigns, a bar each."""
    shown = campaigns.head(MOST_CAMPAIGNS)
    data = []
    for channel, color in CHANNEL_COLORS.items():
        part = shown[shown.channel == channel]
        if len(part):
            start, end = pd.to_datetime(part.start_date), pd.to_datetime(part.end_date)
            about = [
                f"{row.objective}, {count(row.impressions)} impressions to {count(row.reach)} people, "
                f"{row.spend:,.0f} of "
                f"{row.budget:,.0f} USD spent"
                for row in part.itertuples()
            ]
            data.append(
                bars(
                    part.campaign_name,
                    [d.days * _DAY_MS for d in end - start],
                    "%{y}<br>%{base|%d %b} to %{x|%d %b}<br>%{customdata}",
                    channel_name(channel),
                    flat=True,
                    base=[f"{day:%Y-%m-%d}" for day in start],
                    customdata=about,
                    marker={"color": color},
                )
            )
    order = list(shown.campaign_name)
    drawn = figure(
        data, axis("", type="date"), rows_axis(categoryorder="array", categoryarray=order), barmode="overlay"
    )
    more = f" The first {MOST_CAMPAIGNS} are shown." if len(campaigns) > MOST_CAMPAIGNS else ""
    text = f"{len(campaigns)} campaigns by first day of flight.{more}"
    return Card("calendar", "Flights of campaigns", drawn, text, text, height=90 + 19 * len(shown), wide=True)


def daily_card(daily: pd.DataFrame) -> Card:
    """Impressions per day and channel, stacked."""
    days = sorted(set(daily.metric_date))
    data = []
    for channel, color in CHANNEL_COLORS.items():
        part = daily[daily.channel == channel].set_index("metric_date").impressions
        if len(part):
            data.append(
                line(
                    days,
                    [int(part.get(day, 0)) for day in days],
                    f"{channel_name(channel)}: %{{y:,}}",
                    channel_name(channel),
                    stackgroup="all",
                    line={"color": color, "width": 0.8},
                )
            )
    shown = figure(data, axis("", type="date"), axis("impressions a day", rangemode="tozero"), hovermode="x unified")
    text = f"{count(daily.impressions.sum())} impressions on {len(days)} days."
    return Card("daily", "Impressions per day", shown, text, text, height=280, wide=True)
