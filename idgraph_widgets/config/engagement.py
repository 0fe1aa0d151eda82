"""What people read, watch, hear and play, how much of it and when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from idgraph_widgets.config.kinds import Curve, Integer, Real
from idgraph_widgets.config.mappings import Shares
from idgraph_widgets.config.section import Section, Source, setting
from idgraph_widgets.config.shares import round_shares
from idgraph_widgets.reference import facts
from idgraph_widgets.schema.content_catalog import CONTENT_CATEGORIES, CONTENT_TYPES
from idgraph_widgets.schema.ids import EVENTS_PER_SESSION

_VOLUME, _TASTE, _TIME, _ACTIONS = "Volume", "Taste", "Time of use", "Actions"

_IAB = Source(
    "names: IAB Tech Lab Content Taxonomy 3.1 (CC BY 3.0); weights are a choice of this library", 2025, "design"
)


SESSION_LIMIT = 30
"""Sessions in a week that somebody has on average, at most: what the layout of keys has room for."""

MOST_SESSIONS_PER_WEEK = 20
"""Sessions in a week that all people have on average, at most: the busiest need room above."""


def session_lengths(mean: float) -> dict[int, float]:
    """Shares of sessions by their number of events, which falls off geometrically and has that mean.

    Examples
    --------
    >>> shares = session_lengths(3.0)
    >>> round(sum(events * share for events, share in shares.items()), 6), max(shares)
    (3.0, 8)
    """
    low, high = 0.0, 0.999
    for _ in range(60):
        q = (low + high) / 2
        weights = {n: q ** (n - 1) for n in range(1, EVENTS_PER_SESSION + 1)}
        found = sum(n * w for n, w in weights.items()) / sum(weights.values())
        low, high = (q, high) if found < mean else (low, q)
    return {n: round(w / sum(weights.values()), 9) for n, w in weights.items()}


def act_chance(events_per_session: float, acts: float) -> float:
    """Chance that an event is drawn as a click or share, so that `acts` is their share of all events.

    The first event of a session is none, and one directly after another does not count: of an event's chance a the
    second event keeps a, later ones a (1 - a).

    Examples
    --------
    >>> round(act_chance(3.0, 0.09), 2)
    0.15
    """
    lengths = session_lengths(events_per_session)
    second = 1 - lengths[1]
    later = events_per_session - 1 - second
    both, wanted = second + later, acts * events_per_session
    if later < 1e-6:
        return wanted / second if second > 1e-9 else 0.0
    return (both - max(0.0, both * both - 4 * later * wanted) ** 0.5) / (2 * later)


def most_clicks(events_per_session: float) -> float:
    """Highest share of clicks and shares among events: each follows a view in its session."""
    lengths = session_lengths(events_per_session)
    second = 1 - lengths[1]
    later = events_per_session - 1 - second
    chance = 0.9 * min(1.0, (second + later) / max(2 * later, 1e-9))
    # Nine tenths of what a chance could give: sessions are cut at the end of an identifier's life.
    return math.floor(chance * (second + (1 - chance) * later) / events_per_session * 1000) / 1000


@cache
def _hours(column: str) -> tuple[float, ...]:
    weights = {row["hour_local"]: row[column] for row in facts("hourly_media")}
    shares = round_shares(weights, digits=5)
    return tuple(shares[hour] for hour in range(24))


def _hour_setting(device: str, column: str, source: Source) -> Any:
    return setting(
        lambda: _hours(column),
        Curve(24),
        f"Hours of use, {device}",
        unit="share of sessions per local hour in which they begin, from midnight",
        group=_TIME,
        help="24 shares that sum to 1. Live broadcasts have hours of their own; age and work move the curve a little.",
        source=source,
    )


@dataclass
class EngagementConfig(Section):
    """Content engagements: volume, taste, rhythm and what people do with content."""

    events_per_person_day: float = setting(
        0.19,
        Real(0.001, 8),
        "Engagements per person and day",
        unit="events, mean",
        group=_VOLUME,
        help="On days on which an identifier of the person is alive; a sample of what people do, not all of it. Nobody "
        "has more than 30 sessions a week on average, so the highest needs events_per_session near its default.",
        source=Source("set so that a household has about 30 events in 90 days", None, "design"),
    )
    activity_sigma: float = setting(
        1.2,
        Real(0, 2.5),
        "Spread of activity between people",
        unit="sigma of the logarithm",
        group=_VOLUME,
        help="Lognormal; 0 makes everybody equally active, 1.5 gives heavy users more weight.",
        source=Source(
            "ratings per user in MovieLens: lognormal, sigma 1.54 to 1.61 over a site's life (LensKit); "
            "narrower for a quarter by choice",
            None,
            "design",
        ),
    )
    category_weights: dict[str, float] = setting(
        {
            "Automotive": 0.05,
            "Business and Finance": 0.06,
            "Entertainment": 0.20,
            "Food & Drink": 0.07,
            "Healthy Living": 0.05,
            "Hobbies & Interests": 0.06,
            "Home & Garden": 0.06,
            "Personal Finance": 0.05,
            "Shopping": 0.07,
            "Sports": 0.11,
            "Style & Fashion": 0.04,
            "Technology & Computing": 0.06,
            "Travel": 0.05,
            "Video Gaming": 0.07,
        },
        Shares(CONTENT_CATEGORIES, what="category"),
        "Engagements by content category",
        unit="share",
        group=_TASTE,
        help="IAB Content categories without sensitive ones; age and gender shift them per person.",
        source=_IAB,
    )
    content_type_weights: dict[str, float] = setting(
        {"article": 0.34, "video": 0.32, "live": 0.06, "audio": 0.13, "game": 0.15},
        Shares(CONTENT_TYPES, what="content type"),
        "Engagements by content type",
        unit="share",
        group=_TASTE,
        help="Articles are read on any screen but TVs; live is live video.",
    )
    catalog_size: int = setting(
        3000,
        Integer(140, 20_000),
        "Items of content",
        unit="items",
        group=_TASTE,
        help="Size of the content catalog; the same for every number of households. At most as many as the lotteries "
        "of tastes, which every worker holds, have room for.",
    )
    popularity_exponent: float = setting(
        0.9,
        Real(0, 2),
        "Concentration on popular items",
        unit="Zipf exponent",
        group=_TASTE,
        help="Within a category; 0 makes all items equally popular.",
        source=Source(
            "views of 21 million Niconico videos: exponent .5 in the head, 1 beyond (Ito and Shimada 2025); "
            "the value between is a choice",
            2025,
            "design",
        ),
    )
    tv_hour_weights: tuple[float, ...] = _hour_setting(
        "TV",
        "tv_weight",
        Source(
            "shaped by hand to 2.61 TV hours a day (BLS American Time Use Survey, table 11A), peak at 20:00",
            2024,
            "design",
        ),
    )
    mobile_hour_weights: tuple[float, ...] = _hour_setting(
        "mobile", "mobile_weight", Source("shaped by hand, unverified", None, "design")
    )
    desktop_hour_weights: tuple[float, ...] = _hour_setting(
        "desktop", "desktop_weight", Source("shaped by hand, unverified", None, "design")
    )
    weekday_weights: tuple[float, ...] = setting(
        (0.135, 0.135, 0.135, 0.135, 0.135, 0.1625, 0.1625),
        Curve(7),
        "Days of use",
        unit="share of sessions per local weekday on which they begin, Monday first",
        group=_TIME,
        help="7 shares that sum to 1, for weeks as a whole. Live broadcasts have days of their own.",
        source=Source(
            "2.61 TV hours a day (BLS American Time Use Survey) and half an hour more on a weekend day (BLS, "
            "survey of 2004)",
            2024,
            "derived",
        ),
    )
    events_per_session: float = setting(
        3.0,
        Real(1, 4),
        "Engagements per session",
        unit="events, mean",
        group=_TIME,
        help="Events of one session follow each other on one device. A session has at most 8, and long ones are rarer "
        "than short ones: hence a mean of at most 4.",
    )
    session_gap_minutes: float = setting(
        4.0,
        Real(0.1, 60),
        "Time between events of a session",
        unit="minutes, median",
        group=_TIME,
        help="Gaps vary lognormally.",
        source=Source("sessions of 4-5 minutes on mobile web and 10-12 on desktop (compilations)", None, "memory"),
    )
    click_share: float = setting(
        0.08,
        Real(0, 0.25),
        "Clicks",
        unit="share of engagements",
        group=_ACTIONS,
        help="A click follows a view of the same item in its session, so a quarter is the most, with share_share.",
    )
    share_share: float = setting(
        0.01,
        Real(0, 0.25),
        "Shares",
        unit="share of engagements",
        group=_ACTIONS,
        help="A share follows a view of the same item in its session, so a quarter is the most, with click_share.",
    )
    completion_share: float = setting(
        0.25,
        Real(0, 1),
        "Views that reach the end",
        unit="share of views",
        group=_ACTIONS,
        help="They are written as complete instead of view.",
    )
    live_event_share: float = setting(
        0.04,
        Real(0, 0.5),
        "Engagements in bursts",
        unit="share of engagements",
        group=_ACTIONS,
        help="Events that gather around the hours of live broadcasts, in sessions that begin with one: without live "
        "content there are none.",
    )
