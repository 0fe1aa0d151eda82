"""Statistical checks of engagements: volume, taste, hours, weekdays, heavy tails and bursts."""

from __future__ import annotations

import math
from datetime import timedelta

from idgraph_widgets import reference
from idgraph_widgets.config import EngagementConfig, GenerationConfig
from idgraph_widgets.config.session_model import SESSION_LIMIT
from idgraph_widgets.quality.checks import DAY_US, Context
from idgraph_widgets.quality.concentration import busiest_tenth, popular_tenth
from idgraph_widgets.quality.sql import states_table, ten_thousandths
from idgraph_widgets.quality.statistics import (
    CERTAIN,
    Judgement,
    NotJudged,
    Rows,
    Statistic,
    Tally,
    added,
    compare_least,
    compare_rate,
    compare_shares,
)
from idgraph_widgets.schema import ids

_MINUTE_US = 60_000_000
KINDS = ("mobile", "desktop", "tv")
"""Kinds of devices with an hour curve of their own; tablets count as mobile."""

AGE_BANDS = (("under 18", 18), ("18-24", 25), ("25-44", 45), ("45-64", 65), ("65+", 200))
"""Ages that habits are counted by, each with its upper end."""

_WEEKDAYS_FROM = 28
"""Days of a window in which weekdays are judged."""

SATURDAY = 5
"""First day of the weekend, Monday is 0."""

_MOST = 400
"""Events of a person from which on people are counted together."""

FIRST = f"pmod(e.engagement_id, {ids.EVENTS_PER_SESSION}) = 1"
BEGINS = f"{FIRST} and e.content_type <> 'live'"
"""SQL: the first event of a session; but not of one that a live broadcast drew at its own time."""

_BROADCAST = f"{FIRST} and e.content_type = 'live'"
"""SQL: an event that may be of a live broadcast, of which there are a few a week, whatever people like."""

LOCAL = f"unix_micros(e.engagement_ts) + cast(s.utc_offset_minutes as bigint) * {_MINUTE_US}"


def tallies(context: Context) -> list[Tally]:
    """Counts of events by kind, by local hour, by person and by item, and pairs of watchers of live items."""
    kind = "case e.device_type when 'ctv' then 'tv' when 'desktop' then 'desktop' else 'mobile' end"
    age = "case " + " ".join(f"when i.age < {limit} then '{name}'" for name, limit in AGE_BANDS) + " end"
    quarter, week = f"{ten_thousandths('e.completion_rate')} div 2500", 7 * DAY_US
    return [
        Tally(
            "stat_acts",
            f"select e.content_category, e.content_type, e.engagement_type, {quarter} as quarter, count(*) as n,"
            f" sum(case when {_BROADCAST} then 0 else 1 end) as chosen"
            " from {content_engagements} e group by 1, 2, 3, 4",
            sums=("n", "chosen"),
        ),
        Tally(
            "stat_hours",
            # What belongs to people is worked out once for each, and engagements are counted by short columns.
            f"select {kind} as kind, hours % 24 as hour, hours div 24 as weekday, age, employed, male, n, begun from ("
            f"select e.device_type, pmod({LOCAL} + 3 * {DAY_US}, 7 * {DAY_US}) div {60 * _MINUTE_US} as hours,"
            f" s.age, s.employed, s.male, count(*) as n, sum(case when {BEGINS} then 1 else 0 end) as begun"
            " from {content_engagements} e join ("
            f"select i.individual_id, r.utc_offset_minutes, {age} as age,"
            " i.employment_status in ('employed_full_time', 'employed_part_time') as employed,"
            " i.gender = 'male' as male"
            " from {individuals} i join {households} h on i.household_id = h.household_id"
            f" join {states_table()} r on h.state = r.ref_state) s on e.individual_id = s.individual_id"
            " group by 1, 2, 3, 4, 5) e",
            sums=("n", "begun"),
        ),
        Tally(
            "stat_activity",
            f"select least(coalesce(p.events, 0), {_MOST}) as events, bit_count(coalesce(a.alive, 0L)) as alive,"
            " count(*) as n, sum(coalesce(p.events, 0)) as all_events from {individuals} i left join"
            " (select individual_id, count(*) as events from {content_engagements} group by individual_id) p"
            " on i.individual_id = p.individual_id left join"
            f" (select individual_id, bit_or({_moments(context)}) as alive from {{identity_mappings}}"
            "  where identifier_type in ('cookie', 'idfa', 'gaid', 'ctv_id') group by individual_id) a"
            " on i.individual_id = a.individual_id group by 1, 2",
            sums=("n", "all_events"),
        ),
        Tally(
            "stat_items",
            "select e.content_id, e.content_category, e.content_type, count(*) as n from {content_engagements} e"
            f" where {FIRST} group by e.content_id, e.content_category, e.content_type",
        ),
        Tally(
            "stat_live",
            "select 'live' as content_type, sum(together) as together, sum(n * (n - 1)) as pairs from ("
            "select week, content_id, sum(n) as n, sum(n * (n - 1)) as together from ("
            f"select unix_micros(engagement_ts) div {week} as week,"
            f" unix_micros(engagement_ts) div {60 * _MINUTE_US} as hour, content_id, count(distinct session_id) as n"
            " from {content_engagements} where content_type = 'live' group by 1, 2, 3) h group by 1, 2) w",
            sums=("together", "pairs"),
        ),
        Tally(
            "stat_taste",
            f"select {age} as age, i.gender = 'male' as male, e.content_category, count(*) as n"
            " from {content_engagements} e join {individuals} i on e.individual_id = i.individual_id group by 1, 2, 3",
        ),
    ]


_MOMENTS = 16
"""Moments of the window, evenly spaced, at which it is asked whether an identifier of a person is alive."""


def _moments(context: Context) -> str:
    """SQL: a BIGINT with a bit for each of `_MOMENTS` at which the identifier of the row is alive."""
    step = (context.end_us - context.start_us) // _MOMENTS
    ends = "least(unix_micros(last_seen_ts), coalesce(unix_micros(opted_out_ts), unix_micros(last_seen_ts)))"
    bits = [
        f"case when {at} between unix_micros(first_seen_ts) and {ends} then {1 << k}L else 0L end"
        for k, at in ((k, context.start_us + step * k + step // 2) for k in range(_MOMENTS))
    ]
    return " + ".join(bits)


def checks(context: Context) -> list[Statistic]:
    """Configured marginals, within what chance and heavy users allow."""
    config = context.config
    ec = config.engagement_config
    return [
        _volume(config),
        _tail(ec, config.window_days),
        *_kinds(config),
        *[_hours(ec, kind, weekend) for weekend in (False, True) for kind in KINDS],
        _weekdays(config),
        *_acts(ec),
        _popularity(ec),
        _bursts(ec),
    ]


def _spread(rows: Rows) -> float:
    """Variance of the number of events over a Poisson distribution's: sum of squares over the sum."""
    events = sum(row["events"] * row["n"] for row in rows)
    return sum(row["events"] ** 2 * row["n"] for row in rows) / max(events, 1)


def _volume(config: GenerationConfig) -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        days = sum(row["n"] * row["alive"] for row in rows) * config.window_days / _MOMENTS
        events = sum(row["all_events"] for row in rows)
        target = config.engagement_config.events_per_person_day * mean_season("engagements", config)
        return compare_rate(events, days, target, 0.10, _spread(rows))

    return Statistic(
        "statistics.events_per_person_day",
        "Engagements per day on which an identifier of the person is alive are as many as configured.",
        "stat_activity",
        judge,
    )


def season(series: str) -> list[float]:
    """Factor of each month, January first."""
    return [row["factor"] for row in reference.facts("seasonality") if row["series"] == series]


def mean_season(series: str, config: GenerationConfig) -> float:
    """Mean factor over the days of the window."""
    factors = season(series)
    days = [config.start_date + timedelta(days=day) for day in range(config.window_days)]
    return sum(factors[day.month - 1] for day in days) / len(days)


def _tail(ec: EngagementConfig, window_days: int) -> Statistic:
    """The busiest tenth of those seen at all: what activity of that spread, and chance, give."""

    def judge(rows: Rows) -> Judgement | NotJudged:
        seen = sorted((row for row in rows if row["events"]), key=lambda row: -row["events"])
        people, events = sum(row["n"] for row in seen), sum(row["all_events"] for row in seen)
        if people < 500:
            return NotJudged(f"{people:,} people with engagements are too few")
        left, top = people / 10, 0.0
        for row in seen:
            taken = min(left, row["n"])
            top += taken * row["all_events"] / row["n"]
            left -= taken
            if left <= 0:
                break
        alive = added(rows, lambda row: row["alive"])
        most = SESSION_LIMIT * ec.events_per_session / 7 / ec.events_per_person_day / max(season("engagements"))
        mean = events / max(1, sum(n for moments, n in alive.items() if moments))
        # Weeks that vary add what is left of that over the whole window.
        between_weeks = math.log1p(math.expm1(ec.week_sigma**2) * 7 / window_days)
        sigma = math.sqrt(ec.activity_sigma**2 + between_weeks)
        target = busiest_tenth(alive, mean, sigma, ec.events_per_session, most)
        chance = CERTAIN / math.sqrt(people / 10) / 2
        return Judgement(
            target, top / events, abs(top / events / target - 1), 0.20 + chance, int(people), "relative", chance
        )

    return Statistic(
        "statistics.activity_tail",
        "The busiest tenth of people makes the share of events that activity_sigma gives.",
        "stat_activity",
        judge,
    )


def _kinds(config: GenerationConfig) -> list[Statistic]:
    ec = config.engagement_config

    def judge(column: str, target: dict, value: str = "n"):
        def of(rows: Rows) -> Judgement | NotJudged:
            counts = added(rows, lambda row: row[column], value)
            # Devices and ages limit what people see; a design tolerance on top of chance. People keep to their devices
            # and tastes, so what the busiest do counts less than their events.
            return compare_shares(counts, target, 0.05, sum(counts.values()) / crowding or None)

        return of

    days = config.window_days
    crowding = 1 + (ec.events_per_person_day * days * math.exp(ec.activity_sigma**2) + 2 * ec.events_per_session) / 2

    return [
        Statistic(
            "statistics.content_category",
            "Engagements by content category follow category_weights, live broadcasts apart.",
            "stat_acts",
            judge("content_category", ec.category_weights, "chosen"),
        ),
        Statistic(
            "statistics.content_type",
            "Engagements by content type follow content_type_weights.",
            "stat_acts",
            judge("content_type", ec.content_type_weights),
        ),
    ]


def _hours(ec: EngagementConfig, kind: str, weekend: bool) -> Statistic:
    name = f"{kind}_weekend_hour_weights" if weekend else f"{kind}_hour_weights"
    weights, days = getattr(ec, name), "weekends" if weekend else "weekdays"

    def judge(rows: Rows) -> Judgement | NotJudged:
        these = [row for row in rows if row["kind"] == kind and (row["weekday"] >= SATURDAY) == weekend]
        counts = added(these, lambda row: row["hour"], "begun")
        # Age and work move the curve by an hour or so.
        return compare_shares(counts, dict(enumerate(weights)), 0.10)

    return Statistic(
        f"statistics.hours_{'weekend_' if weekend else ''}{kind}",
        f"Sessions on {kind} devices begin on {days} as {name} say, in local time.",
        "stat_hours",
        judge,
    )


def _weekdays(config: GenerationConfig) -> Statistic:
    weights, factors = config.engagement_config.weekday_weights, season("engagements")
    target = dict.fromkeys(range(7), 0.0)
    for day in (config.start_date + timedelta(days=day) for day in range(config.window_days)):
        weekday = day.weekday()
        target[weekday] += weights[weekday] * factors[day.month - 1]

    def judge(rows: Rows) -> Judgement | NotJudged:
        if config.window_days < _WEEKDAYS_FROM:
            return NotJudged(f"the last local day is cut, which shows in fewer than {_WEEKDAYS_FROM} days")
        return compare_shares(added(rows, lambda row: row["weekday"], "begun"), target, 0.02)

    return Statistic(
        "statistics.weekdays",
        "Sessions by local weekday follow weekday_weights and how often each weekday is in the window.",
        "stat_hours",
        judge,
    )


def _acts(ec: EngagementConfig) -> list[Statistic]:
    def rate(of: tuple[str, ...], over: tuple[str, ...], target: float):
        def judge(rows: Rows) -> Judgement | NotJudged:
            counts = added(rows, lambda row: row["engagement_type"])
            hits, total = (sum(counts.get(name, 0) for name in names) for names in (of, over))
            return compare_rate(hits, total, target)

        return judge

    every = ("view", "click", "share", "complete")
    return [
        Statistic(
            "statistics.clicks_on_content",
            "Clicks are the configured share of engagements.",
            "stat_acts",
            rate(("click",), every, ec.click_share),
        ),
        Statistic(
            "statistics.shares_of_content",
            "Shares are the configured share of engagements.",
            "stat_acts",
            rate(("share",), every, ec.share_share),
        ),
    ]


def _popularity(ec: EngagementConfig) -> Statistic:
    """First views of the most popular tenth of a kind of content, over all kinds, against a Zipf distribution's.

    Later ones are not as free: they stay with a publisher, and nobody begins again what has just ended.
    """

    def judge(rows: Rows) -> Judgement | NotJudged:
        kinds: dict[tuple, list] = {}
        for row in rows:
            if row["content_type"] != "live":
                kinds.setdefault((row["content_category"], row["content_type"]), []).append(row["n"])
        wanted = found = views = 0.0
        for counts in kinds.values():
            # Items nobody saw are not there to be counted: kinds seen often have few of them.
            if len(counts) < 10 or sum(counts) < 20 * len(counts):
                continue
            wanted += sum(counts) * popular_tenth(len(counts), sum(counts), ec.popularity_exponent)
            found += sum(sorted(counts, reverse=True)[: len(counts) // 10])
            views += sum(counts)
        if not views:
            return NotJudged("no kind of content has ten items and twenty views of each")
        target, actual = wanted / views, found / views
        return Judgement(target, actual, abs(actual / target - 1), 0.10, int(views), "relative")

    return Statistic(
        "statistics.popularity",
        "The most popular tenth of items gets the share of sessions' first views that popularity_exponent gives.",
        "stat_items",
        judge,
    )


_SEEN_TOGETHER = 0.1
"""Expected share of pairs in one hour from which on bursts are judged."""

_BROADCASTS, _SAME_HOUR = 3, 0.45
"""Broadcasts of a week, and how often two of the viewers who join one within 90 minutes do so in the same hour."""


def _together(ec: EngagementConfig) -> float:
    """Expected share of pairs of viewers of a live item in a week who watch in the same hour.

    Those whom a broadcast draws are together; those who choose the item at a time of their own are not.
    """
    live = ec.content_type_weights.get("live", 0.0)
    drawn = min(live, ec.live_event_share / ec.events_per_session)
    items = []
    for weight in ec.category_weights.values():
        ranks = range(1, max(1, round(ec.catalog_size * live * weight)) + 1)
        zipf = [rank**-ec.popularity_exponent for rank in ranks]
        items += [weight * share / sum(zipf) for share in zipf]
    chosen = live - drawn
    met = drawn**2 / _BROADCASTS
    apart = chosen**2 * sum(share**2 for share in items) + 2 * drawn * chosen / len(items)
    return _SAME_HOUR * met / (met + apart) if met else 0.0


def _bursts(ec: EngagementConfig) -> Statistic:
    """Two sessions with one live item in one week are in the same hour: 1 in 168 by chance."""
    expected = _together(ec)

    def judge(rows: Rows) -> Judgement | NotJudged:
        pairs = sum(row["pairs"] for row in rows)
        if expected < _SEEN_TOGETHER:
            return NotJudged("those whom live broadcasts draw are few among all who watch live content")
        if pairs < 200:
            return NotJudged(f"{pairs:,} pairs of viewers of a live item are too few")
        return compare_least(sum(row["together"] for row in rows) / pairs, expected / 2, int(pairs))

    return Statistic(
        "statistics.live_bursts",
        "Live events draw a crowd: two viewers of one in one week often meet within the hour.",
        "stat_live",
        judge,
        "live_event_share",
    )
