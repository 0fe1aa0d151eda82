"""Statistical checks of sessions: how far views go, publishers they stay with, busy weeks, desktops on weekends."""

from __future__ import annotations

import math

from idgraph_widgets.config import EngagementConfig, GenerationConfig
from idgraph_widgets.config.session_model import SESSION_LIMIT
from idgraph_widgets.quality.checks import DAY_US, Context
from idgraph_widgets.quality.concentration import weekly_spread
from idgraph_widgets.quality.sql import states_table
from idgraph_widgets.quality.statistics import (
    CERTAIN,
    Judgement,
    NotJudged,
    Rows,
    Statistic,
    Tally,
    added,
    compare_least,
    compare_shares,
)
from idgraph_widgets.quality.statistics_engagement import BEGINS, FIRST, LOCAL, SATURDAY, season
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES

BUSY = 24
"""Sessions in the window from which on somebody's weeks are compared."""

_ENDS = ("first quarter", "second quarter", "third quarter", "last quarter", "the end")

_MILLION = 1_000_000

_FEWEST = 30
"""People or sessions below which nothing is judged."""

_HOUR_US = DAY_US // 24
_EVENING = (_HOUR_US, 5 * _HOUR_US)
"""Of the window's first hours (UTC, so an evening in all states), those in which identifiers have been seen already."""


def tallies(context: Context) -> list[Tally]:
    """Sessions by publishers, and sums over people of their weeks and devices."""
    return [
        Tally(
            "stat_publishers",
            # Numbers are compared sooner than texts.
            "select views, one, count(*) as n from (select session_id, count(*) as views, min(p) = max(p) as one from"
            " (select session_id, xxhash64(publisher) as p from {content_engagements}"
            "  where engagement_type in ('view', 'complete')) v"
            " group by session_id) s where views > 1 group by 1, 2",
        ),
        _weeks(context),
    ]


def _weeks(context: Context) -> Tally:
    """Sums over people. Of busy ones: variance over mean of their weekly sessions; of all: what the odds are made of.

    The odds are compared within a person's week, because devices and cookies come and go. Products are summed in
    millionths: sums of whole numbers are the same on every engine.
    """
    weeks = max(2, context.config.window_days // 7)
    week = f"(unix_micros(e.engagement_ts) - {context.start_us}) div {7 * DAY_US}"
    weekend, desktop = f"pmod(({LOCAL}) div {DAY_US} + 3, 7) >= {SATURDAY}", "e.device_type = 'desktop'"
    counts = {
        "a": f"{weekend} and {desktop}",
        "b": f"{weekend} and not ({desktop})",
        "c": f"not ({weekend}) and {desktop}",
        "d": f"not ({weekend}) and not ({desktop})",
    }
    low, high = _EVENING
    since = f"unix_micros(e.engagement_ts) - {context.start_us}"
    counts["evening"] = f"pmod({since}, {7 * DAY_US}) >= {low} and pmod({since}, {7 * DAY_US}) < {high}"
    cells = ", ".join(f"sum(case when {BEGINS} and {holds} then 1 else 0 end) as {n}" for n, holds in counts.items())
    of_week = (
        f"select e.individual_id, {week} as week, count(*) as n, {cells} from {{content_engagements}} e"
        " join {individuals} i on e.individual_id = i.individual_id join {households} h"
        f" on i.household_id = h.household_id join {states_table()} s on h.state = s.ref_state"
        f" where {FIRST} group by 1, 2"
    )
    full = f"week < {weeks}"
    of_person = (
        f"select individual_id, sum(n) as n, sum(case when {full} then n else 0 end) as inside,"
        f" sum(case when {full} then n * n else 0 end) as squares,"
        " sum(case when week = 0 then evening else 0 end) as evening,"
        " sum(case when week = 1 then evening else 0 end) as next_evening,"
        f" sum(({_MILLION} * a * d) div nullif(a + b + c + d, 0)) as fewer,"
        f" sum(({_MILLION} * b * c) div nullif(a + b + c + d, 0)) as more"
        f" from ({of_week}) w group by individual_id"
    )
    busy = f"n >= {BUSY} and inside > 0"
    ratio = f"({_MILLION} * (squares * {weeks} - inside * inside)) div nullif(inside * {weeks - 1}, 0)"
    return Tally(
        "stat_weeks",
        "select 'all' as people,"
        f" sum(case when {busy} then 1 else 0 end) as busy, sum(case when {busy} then {ratio} else 0 end) as ratio,"
        " sum(fewer) as fewer, sum(more) as more, sum(evening) as evening, sum(next_evening) as next_evening"
        f" from ({of_person}) p",
        sums=("busy", "ratio", "fewer", "more", "evening", "next_evening"),
    )


def checks(context: Context) -> list[Statistic]:
    """What sessions are configured to be like."""
    config = context.config
    ec = config.engagement_config
    return [*[_ending(ec, name) for name in CONTENT_TYPES], _publishers(ec), _bursty(config), _desktops(ec), _evening()]


def _ending(ec: EngagementConfig, content_type: str) -> Statistic:
    name = f"{content_type}_view_ends"

    def judge(rows: Rows) -> Judgement | NotJudged:
        views = [row for row in rows if row["engagement_type"] in ("view", "complete")]
        these = [row for row in views if row["content_type"] == content_type]
        counts = added(these, lambda row: _ENDS[min(row["quarter"], len(_ENDS) - 1)])
        return compare_shares(counts, dict(zip(_ENDS, getattr(ec, name), strict=True)), 0.02)

    return Statistic(
        f"statistics.view_ends_{content_type}",
        f"Views of {content_type} content end in the quarters that {name} says, or reach the end.",
        "stat_acts",
        judge,
    )


def _publishers(ec: EngagementConfig) -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        views = added(rows, lambda row: row["views"])
        sessions = sum(views.values())
        if sessions < _FEWEST:
            return NotJudged(f"{sessions:,} sessions of two or more views are too few")
        # That views of one's own choice happen to be with the same publisher only adds to it.
        wanted = sum(n * ec.session_publisher_share ** (count - 1) for count, n in views.items()) / sessions
        found = sum(row["n"] for row in rows if row["one"]) / sessions
        chance = CERTAIN * math.sqrt(max(wanted * (1 - wanted), 0.0) / sessions)
        return compare_least(found, max(0.0, wanted - 0.05 - chance), int(sessions))

    return Statistic(
        "statistics.one_publisher",
        "Sessions of two or more views stay with one publisher at least as often as session_publisher_share gives.",
        "stat_publishers",
        judge,
    )


def _bursty(config: GenerationConfig) -> Statistic:
    ec, weeks = config.engagement_config, config.window_days // 7

    def judge(rows: Rows) -> Judgement | NotJudged:
        people = sum(row["busy"] for row in rows)
        if weeks < 2 or people < _FEWEST:
            return NotJudged(f"{people:,} people with {BUSY} or more sessions in {weeks:,} weeks are too few")
        mean = ec.events_per_person_day * 7 / ec.events_per_session * max(season("engagements"))
        if mean > SESSION_LIMIT / 2:
            return NotJudged(f"nobody has more than {SESSION_LIMIT} sessions a week, and most people come near it")
        found = sum(row["ratio"] for row in rows) / people / _MILLION
        usual = weekly_spread(mean, ec.activity_sigma, ec.week_sigma, weeks, BUSY, SESSION_LIMIT)
        if usual is None:
            return NotJudged(f"hardly anybody is expected to have {BUSY} sessions")
        # Weeks without any identifier of a person only add to it.
        chance = CERTAIN * usual * math.sqrt(2 / (weeks - 1) / people)
        return compare_least(found, 1 + 0.75 * (usual - 1) - 0.05 - chance, int(people))

    return Statistic(
        "statistics.busy_weeks",
        f"Weekly sessions of people with {BUSY} or more vary as week_sigma gives, or more: variance over mean.",
        "stat_weeks",
        judge,
    )


def _desktops(ec: EngagementConfig) -> Statistic:
    """Mantel and Haenszel's common odds ratio over weeks of people: those with one kind of device do not count."""

    def judge(rows: Rows) -> Judgement | NotJudged:
        fewer, more = (sum(row[name] or 0 for row in rows) / _MILLION for name in ("fewer", "more"))
        if min(fewer, more) < _FEWEST / 2:
            return NotJudged("too few people are seen on desktops and on other devices")
        target, found = ec.weekend_desktop_odds, fewer / more
        # The variance of its logarithm is at most this (from Robins, Breslow and Greenland's formula).
        chance = math.expm1(CERTAIN * math.sqrt(1 / fewer + 1 / more))
        off = abs(found / target - 1)
        return Judgement(target, found, off, 0.15 + chance, round(fewer + more), "relative", chance)

    return Statistic(
        "statistics.weekend_desktops",
        "On weekends, the odds that a person's session is on a desktop are weekend_desktop_odds times a weekday's.",
        "stat_weeks",
        judge,
    )


def _evening() -> Statistic:
    """The window begins at midnight of UTC, in the evening of a local day that has begun before it."""

    def judge(rows: Rows) -> Judgement | NotJudged:
        first, later = (sum(row[name] or 0 for row in rows) for name in ("evening", "next_evening"))
        if later < _FEWEST:
            return NotJudged(f"{later:,} sessions begin in those hours a week later, too few to compare with")
        chance = CERTAIN * math.sqrt(2 / later)
        found = first / later
        return Judgement(1.0, found, abs(found - 1), 0.2 + chance, int(first + later), "relative", chance)

    return Statistic(
        "statistics.first_evening",
        "In the window's first hours as many sessions begin as in the same hours a week later.",
        "stat_weeks",
        judge,
    )
