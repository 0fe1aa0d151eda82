"""One person's journey: a lane per identifier."""

from __future__ import annotations

import pandas as pd

from idgraph_widgets.report.figures.card import ACCENT, BAD, SERIES, Card, axis, figure, plain, rows_axis, words
from idgraph_widgets.report.measures.journey import Journey

MOST_LANES = 24
RESPONSES = "responses"

_LOOKS = {
    "engagement": ("engagement", ACCENT, "circle", 6),
    "exposure": ("ad seen", SERIES[1], "diamond", 9),
    "response": ("response", BAD, "star", 13),
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
            data.append(_events(part, look))
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


def _events(part: pd.DataFrame, look) -> dict:
    name, color, symbol, size = look
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": plain(part.when),
        "y": list(part.lane),
        "customdata": [f"{words(what)}: {about}" for what, about in zip(part.what, part.about)],
        "hovertemplate": "%{x|%a %d %b, %H:%M} UTC<br>%{customdata}<extra></extra>",
        "marker": {"color": color, "symbol": symbol, "size": size, "line": {"color": "@paper", "width": 0.5}},
    }


def credit_card(journey: Journey, key: str = "credit") -> Card | None:
    """Who gets the credit for the person's purchases: a lane per model, a mark per ad, as big as its credit.

    None without a purchase that an ad is credited for.
    """
    credit = journey.credit[journey.credit.credit > 0]
    if credit.empty:
        return None
    events = journey.events
    seen = events[events.kind == "exposure"].set_index("key")
    credit = credit[credit.exposure_id.isin(seen.index)]
    models = [words(model) for model in dict.fromkeys(journey.credit.attribution_model)]
    ads = seen.loc[credit.exposure_id]
    shares = [f"{share:.1%}" for share in credit.credit]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": "ad, as big as its credit",
        "x": plain(ads.when),
        "y": [words(model) for model in credit.attribution_model],
        "customdata": [f"{share} to {what}: {about}" for share, what, about in zip(shares, ads.what, ads.about)],
        "hovertemplate": "%{x|%a %d %b, %H:%M} UTC<br>%{customdata}<extra></extra>",
        "marker": {
            "color": SERIES[1],
            "symbol": "diamond",
            "size": [round(5 + 21 * share**0.5, 1) for share in credit.credit],
            "line": {"color": "@paper", "width": 1},
        },
    }
    bought = events[(events.what == "purchase") & events.key.isin(credit.response_id)]
    stars = {
        "type": "scatter",
        "mode": "markers",
        "name": "purchase",
        "x": plain(moment for moment in bought.when for _ in models),
        "y": models * len(bought),
        "hovertemplate": "purchase, %{x|%a %d %b, %H:%M} UTC<extra></extra>",
        "marker": {"color": BAD, "symbol": "star", "size": 13, "line": {"color": "@paper", "width": 0.5}},
    }
    shown = figure([marks, stars], axis("", type="date"), rows_axis(categoryorder="array", categoryarray=models))
    ads_seen = credit.exposure_id.nunique()
    purchases = "one purchase" if len(bought) == 1 else f"{len(bought)} purchases"
    text = f"{ads_seen} ads share" if ads_seen > 1 else "One ad has"
    text = f"{text} the credit for {purchases}; per model it adds up to {len(bought)}."
    return Card(key, "Credit by attribution model", shown, text, text, height=290, wide=True)
