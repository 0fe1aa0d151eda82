"""What people read, watch, hear and play, how much of it and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from idgraph_widgets.config.kinds import Curve, Integer, Real
from idgraph_widgets.config.mappings import Shares
from idgraph_widgets.config.section import DESIGN, Section, Source, setting
from idgraph_widgets.config.shares import round_shares
from idgraph_widgets.reference import facts
from idgraph_widgets.schema.content_catalog import CONTENT_CATEGORIES, CONTENT_TYPES

_VOLUME, _TASTE, _TIME, _ACTIONS = "Volume", "Taste", "Time of use", "Actions"

_BY_HAND = Source("shaped by hand, unverified", None, "design")
_WEEKEND = Source(
    "the weekday's curve with later mornings, more use by day and late at night, desktops without the working day, by "
    "hand",
    None,
    "design",
)
_READ = Source(
    "a straight line through 10 % who never scroll and half who come to 60 % (Chartbeat, via HubSpot)", 2013, "derived"
)
_WATCHED = Source("53 % reach the end (Vidyard, via MarketingProfs); quarters on a line to it", 2022, "derived")
_LIVE = Source("a mean of 40 % (42.8 minutes per live play on TVs, Ooyala); the shape is a choice", 2013, "design")
_HEARD = Source(
    "40 % hear all of an episode, 45 % most of it (Infinite Dial, via RAIN News); quarters between", 2017, "derived"
)

_IAB = Source(
    "names: IAB Tech Lab Content Taxonomy 3.1 (CC BY 3.0); weights are a choice of this library", 2025, "design"
)


@cache
def _hours(column: str) -> tuple[float, ...]:
    weights = {row["hour_local"]: row[column] for row in facts("hourly_media")}
    shares = round_shares(weights, digits=5)
    return tuple(shares[hour] for hour in range(24))


def _hour_setting(device: str, days: str, column: str, source: Source) -> Any:
    return setting(
        lambda: _hours(column),
        Curve(24),
        f"Hours of use, {device}, {days}",
        unit=f"share of sessions of {days} per local hour in which they begin, from midnight",
        group=_TIME,
        help="24 shares that sum to 1. Live broadcasts have hours of their own; age and work move the curve a little.",
        source=source,
    )


@cache
def _ends(content_type: str) -> tuple[float, ...]:
    reached = {
        row["quarter_percent"]: row["share_reaching"]
        for row in facts("view_quartiles")
        if row["content_type"] == content_type
    }
    steps = [1.0, *(reached[quarter] for quarter in (25, 50, 75, 100)), 0.0]
    return tuple(round(before - after, 4) for before, after in pairwise(steps))


def _ends_setting(content_type: str, what: str, source: Source) -> Any:
    return setting(
        lambda: _ends(content_type),
        Curve(5),
        f"Where views of {what} end",
        unit="share of views that end in each quarter, and at the very end",
        group=_ACTIONS,
        help="5 shares that sum to 1: first, second, third and last quarter, and those that reach the end, which are "
        "written as complete instead of view.",
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
    week_sigma: float = setting(
        0.6,
        Real(0, 1.5),
        "Spread of activity between weeks",
        unit="sigma of the logarithm",
        group=_VOLUME,
        help="Lognormal around what is usual for the person: 0 makes all weeks alike, but for chance; at 0.6 one week "
        "in eight has twice the usual or more. The mean over all weeks stays.",
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
        "weekdays",
        "tv_weight",
        Source(
            "shaped by hand to 2.61 TV hours a day (BLS American Time Use Survey, table 11A), peak at 20:00",
            2024,
            "design",
        ),
    )
    mobile_hour_weights: tuple[float, ...] = _hour_setting("mobile", "weekdays", "mobile_weight", _BY_HAND)
    desktop_hour_weights: tuple[float, ...] = _hour_setting("desktop", "weekdays", "desktop_weight", _BY_HAND)
    tv_weekend_hour_weights: tuple[float, ...] = _hour_setting("TV", "weekends", "tv_weekend_weight", _WEEKEND)
    mobile_weekend_hour_weights: tuple[float, ...] = _hour_setting(
        "mobile", "weekends", "mobile_weekend_weight", _WEEKEND
    )
    desktop_weekend_hour_weights: tuple[float, ...] = _hour_setting(
        "desktop", "weekends", "desktop_weekend_weight", _WEEKEND
    )
    weekend_desktop_odds: float = setting(
        0.5,
        Real(0.1, 2),
        "Desktops on weekends",
        unit="odds of a desktop against other devices, over those of a weekday",
        group=_TIME,
        help="For people who have both: 1 makes weekends like weekdays, 0.5 halves the odds that a session is on a "
        "desktop. Who has a desktop alone uses it then, too.",
        source=Source(
            "mobile to desktop near 1:1 on weekdays and near 2:1 on weekends (Parse.ly, via Axios)", 2017, "seen-2"
        ),
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
        0.5,
        Real(0.05, 10),
        "Pauses within a session",
        unit="minutes, median",
        group=_TIME,
        help="From the end of one event to the start of the next; they vary lognormally and stay below 30 minutes, "
        "after which web analytics by convention counts a new session: hence a median of at most 10.",
    )
    session_publisher_share: float = setting(
        0.85,
        Real(0, 1),
        "Staying with a publisher",
        unit="share of later views of a session that are with the publisher of its first",
        group=_TASTE,
        help="0 makes every view a choice of its own; at 1 a session has one publisher.",
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
    article_view_ends: tuple[float, ...] = _ends_setting("article", "articles", _READ)
    video_view_ends: tuple[float, ...] = _ends_setting("video", "videos", _WATCHED)
    live_view_ends: tuple[float, ...] = _ends_setting("live", "live broadcasts", _LIVE)
    audio_view_ends: tuple[float, ...] = _ends_setting("audio", "audio", _HEARD)
    game_view_ends: tuple[float, ...] = _ends_setting("game", "games", DESIGN)
    live_event_share: float = setting(
        0.04,
        Real(0, 0.5),
        "Engagements in bursts",
        unit="share of engagements",
        group=_ACTIONS,
        help="Events that gather around the hours of live broadcasts, in sessions that begin with one: without live "
        "content there are none.",
    )
