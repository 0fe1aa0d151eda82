"""One person's journey: a lane per identifier."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from idgraph_widgets.report.figures.card import (
    ACCENT,
    BAD,
    GOOD,
    SERIES,
    Card,
    axis,
    bars,
    categories,
    figure,
    plain,
    rows_axis,
    words,
)
from idgraph_widgets.report.measures.journey import Journey

MOST_LANES = 24
RESPONSES = "responses"


class _Look(NamedTuple):
    """How marks of one kind look."""

    name: str
    color: str
    symbol: str
    size: int
    edge: float = 1


_LOOKS = {
    "engagement": _Look("engagement", ACCENT, "circle", 6, 0.5),
    "exposure": _Look("ad seen", SERIES[1], "diamond", 9, 0.5),
    "response": _Look("response", BAD, "star", 13, 0.5),
}


def journey_card(journey: Journey, key: str = "journey") -> Card:
    """Lanes of identifiers with engagements, ads and responses in time."""
    used = journey.events.mapping_id.dropna().astype("int64").value_counts()
    lanes = journey.lanes.assign(events=journey.lanes.mapping_id.map(used).fillna(0))
    shown = lanes.sort_values(["events", "first"], ascending=[False, True]).head(MOST_LANES).sort_values("first")
    names = _unique([row.label + ("" if row.is_true else " · FALSE LINK") for row in shown.itertuples()])
    lane_of = dict(zip(shown.mapping_id, names))
    data = [_lives(shown, names)]
    events = journey.events.copy()
    lane = events.mapping_id.map(lambda key: None if pd.isna(key) else lane_of.get(int(key)))
    events["lane"] = lane.where(events.kind != "response", RESPONSES)
    for kind, look in _LOOKS.items():
        part = events[(events.kind == kind) & events.lane.notna()]
        if len(part):
            about = [f"{words(what)}: {about}" for what, about in zip(part.what, part.about)]
            data.append(_marks(look, part.when, list(part.lane), about))
    order = [RESPONSES, *names]
    drawn = figure(
        data,
        axis("", type="date"),
        rows_axis(categoryorder="array", categoryarray=order, tickfont={"size": 11}),
        hovermode="closest",
    )
    text = f"{journey.summary}. {_words(journey, len(lanes) - len(shown))}"
    return Card(
        key, f"Journey of person {journey.individual_id}", drawn, text, text, height=110 + 24 * len(order), wide=True
    )


def _unique(names: list[str]) -> list[str]:
    """Names that occur twice get a number, so that each has a lane of its own."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def _words(journey: Journey, hidden: int) -> str:
    kinds = journey.events.kind.value_counts()
    text = (
        f"{kinds.get('engagement', 0):,} engagements, {kinds.get('exposure', 0):,} ads seen and "
        f"{kinds.get('response', 0):,} responses on {len(journey.lanes)} identifiers."
    )
    if hidden > 0:
        text += f" The {MOST_LANES} identifiers with most events are shown, {hidden} are not."
    if journey.cut:
        text += " Only the first 2,000 events of a kind are shown."
    return text


def _lives(lanes: pd.DataFrame, names: list[str]) -> dict:
    """A thin line over the life of each identifier."""
    x, y = [], []
    for row, name in zip(lanes.itertuples(), names):
        x += [row.first.isoformat(), row.last.isoformat(), None]
        y += [name, name, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "life of the identifier",
        "x": x,
        "y": y,
        "line": {"color": "@soft", "width": 7},
        "hoverinfo": "skip",
    }


def _marks(look: _Look, moments, lanes: list[str], about: list[str]) -> dict:
    """Marks at moments on lanes, each with what it is about."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": look.name,
        "x": plain(moments),
        "y": lanes,
        "customdata": about,
        "hovertemplate": "%{x|%a %d %b, %H:%M} UTC<br>%{customdata}<extra></extra>",
        "marker": {
            "color": look.color,
            "symbol": look.symbol,
            "size": look.size,
            "line": {"color": "@paper", "width": look.edge},
        },
    }


def credit_cards(journey: Journey) -> list[Card]:
    """The ads before the person's purchases, and what their campaigns are credited with; none without such ads."""
    return [] if journey.ads.empty else [_ads_card(journey), _campaigns_card(journey)]


def _ads_card(journey: Journey) -> Card:
    """A lane per purchase: the ads that may be credited for it, and the one that caused it."""
    ads, events = journey.ads, journey.events
    exposed = events[events.kind == "exposure"].set_index("key")
    lanes, caused = {}, 0
    for number, (purchase, part) in enumerate(ads.groupby("response_id", sort=False), 1):
        cause = "caused by an ad" if part.caused.any() else "made anyway"
        caused += bool(part.caused.any())
        lanes[purchase] = f"purchase {number} · {part.revenue.iloc[0]:,.2f} USD · {cause}"
    data = []
    seen, cause = _Look("ad seen before", SERIES[1], "diamond", 9), _Look("ad that caused it", GOOD, "diamond", 17)
    for is_cause, look in ((False, seen), (True, cause)):
        part = ads[ads.caused == is_cause]
        about = [
            f"{exposed.what.get(key, 'ad')}: {exposed.about.get(key, '')}" if key in exposed.index else "ad"
            for key in part.exposure_id
        ]
        data.append(_marks(look, _times(part.seen), [lanes[key] for key in part.response_id], about))
    bought = ads.drop_duplicates("response_id")
    names = [lanes[key] for key in bought.response_id]
    bought_look = _Look("purchase", BAD, "star", 13)
    data.append(_marks(bought_look, _times(bought.bought), names, ["purchase"] * len(names)))
    order = list(lanes.values())
    shown = figure(
        [trace for trace in data if trace["x"]],
        axis("", type="date"),
        rows_axis(categoryorder="array", categoryarray=order),
    )
    purchases = "one purchase" if len(order) == 1 else f"{len(order)} purchases"
    count = len(set(ads.exposure_id))
    seen = "One ad was" if count == 1 else f"{count:,} ads were"
    causes = "none of them" if not caused else "one of them" if caused == 1 else f"{caused} of them"
    text = f"{seen} seen before {purchases}, within the attribution window; the truth says that ads caused {causes}."
    return Card("ads", "Ads before each purchase", shown, text, text, height=150 + 34 * len(order), wide=True)


def _times(micros):
    return pd.to_datetime(list(micros), unit="us")


def _campaigns_card(journey: Journey) -> Card:
    """Purchases of everybody that each attribution model credits to the campaigns of these ads."""
    data = [
        bars(
            list(part.campaign_name),
            [float(value) for value in part.attributed_conversions],
            f"%{{x}}, {words(model)}: %{{y:.2f}} purchases",
            words(model),
            marker={"color": SERIES[i]},
        )
        for i, (model, part) in enumerate(journey.credit.groupby("attribution_model"))
    ]
    shown = figure(
        data, categories("", automargin=True), axis("credited purchases", rangemode="tozero"), barmode="group"
    )
    names = journey.credit.campaign_name.nunique()
    text = (
        f"What outcome_metrics credits to {'the campaign' if names == 1 else f'the {names} campaigns'} of these ads,"
        " for the purchases of everybody."
    )
    return Card("credit", "Credit by attribution model", shown, text, text, height=300, wide=True)
