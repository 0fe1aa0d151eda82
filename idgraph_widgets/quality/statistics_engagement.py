"""Statistical checks of engagements: volume, taste, hours, weekdays, heavy tails and bursts."""

from __future__ import annotations

import math
from datetime import timedelta
from statistics import NormalDist

from idgraph_widgets import reference
from idgraph_widgets.config import EngagementConfig, GenerationConfig
from idgraph_widgets.quality.checks import DAY_US, Context
from idgraph_widgets.quality.sql import states_table
from idgraph_widgets.quality.statistics import (
    CERTAIN,
    Judgement,
    Rows,
    Statistic,
    Tally,
    added,
    compare_least,
    compare_rate,
    compare_shares,
)

_MINUTE_US = 60_000_000
KINDS = ("mobile", "desktop", "tv")
"""Kinds of devices with an hour curve of their own; tablets count as mobile."""

AGE_BANDS = (("under 18", 18), ("18-24", 25), ("25-44", 45), ("45-64", 65), ("65+", 200))
"""Ages that habits are counted by, each with its upper end."""

_MOST = 400
"""Events of a person from which on people are counted together."""

_LOCAL = f"unix_micros(e.engagement_ts) + cast(s.utc_offset_minutes as bigint) * {_MINUTE_US}"


def tallies(context: Context) -> list[Tally]:
    """Counts of events by kind, by local hour, by person and by item, and pairs of watchers of live items."""
    kind = "case e.device_type when 'ctv' then 'tv' when 'desktop' then 'desktop' else 'mobile' end"
    age = "case " + " ".join(f"when i.age < {limit} then '{name}'" for name, limit in AGE_BANDS) + " end"
    week = 7 * DAY_US
    return [
        Tally(
            "stat_acts",
            "select content_category, content_type, engagement_type, count(*) as n"
            " from {content_engagements} group by content_category, content_type, engagement_type",
        ),
        Tally(
            "stat_hours",
            f"select {kind} as kind, pmod(({_LOCAL}) div {60 * _MINUTE_US}, 24) as hour,"
            f" pmod(({_LOCAL}) div {DAY_US} + 3, 7) as weekday, {age} as age,"
            " i.employment_status in ('employed_full_time', 'employed_part_time') as employed,"
            " i.gender = 'male' as male, count(*) as n"
            " from {content_engagements} e join {individuals} i on e.individual_id = i.individual_id"
            " join {households} h on i.household_id = h.household_id"
            f" join {states_table()} s on h.state = s.ref_state group by 1, 2, 3, 4, 5, 6",
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
            "select content_id, content_category, content_type, count(*) as n from {content_engagements}"
            " where engagement_type in ('view', 'complete') group by content_id, content_category, content_type",
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
        _tail(ec),
        *_kinds(ec),
        *[_hours(ec, kind) for kind in KINDS],
        _weekdays(config),
        *_acts(ec),
        _popularity(ec),
        *([_bursts()] if ec.live_event_share >= 0.02 else []),
    ]


def _spread(rows: Rows) -> float:
    """Variance of the number of events over a Poisson distribution's: sum of squares over the sum."""
    events = sum(row["events"] * row["n"] for row in rows)
    return sum(row["events"] ** 2 * row["n"] for row in rows) / max(events, 1)


def _volume(config: GenerationConfig) -> Statistic:
    def judge(rows: Rows) -> Judgement | None:
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


def _tail(ec: EngagementConfig) -> Statistic:
    """The busiest tenth of those seen at all: what a lognormal distribution of that sigma gives, at least 0.8 of it."""

    def judge(rows: Rows) -> Judgement | None:
        seen = sorted((row for row in rows if row["events"]), key=lambda row: -row["events"])
        people, events = sum(row["n"] for row in seen), sum(row["all_events"] for row in seen)
        if people < 500:
            return None
        left, top = people / 10, 0.0
        for row in seen:
            taken = min(left, row["n"])
            top += taken * row["all_events"] / row["n"]
            left -= taken
            if left <= 0:
                break
        normal = NormalDist()
        target = 1 - normal.cdf(normal.inv_cdf(0.9) - ec.activity_sigma)
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


def _kinds(ec: EngagementConfig) -> list[Statistic]:
    def judge(column: str, target: dict):
        # Devices and ages limit what people see; a design tolerance on top of chance.
        return lambda rows: compare_shares(added(rows, lambda row: row[column]), target, 0.05)

    return [
        Statistic(
            "statistics.content_category",
            "Engagements by content category follow category_weights.",
            "stat_acts",
            judge("content_category", ec.category_weights),
        ),
        Statistic(
            "statistics.content_type",
            "Engagements by content type follow content_type_weights.",
            "stat_acts",
            judge("content_type", ec.content_type_weights),
        ),
    ]


def _hours(ec: EngagementConfig, kind: str) -> Statistic:
    weights = {"mobile": ec.mobile_hour_weights, "desktop": ec.desktop_hour_weights, "tv": ec.tv_hour_weights}[kind]

    def judge(rows: Rows) -> Judgement | None:
        counts = added(rows, lambda row: row["hour"] if row["kind"] == kind else None)
        # Sessions of some three events each begin at the drawn hour; age and work move the curve by an hour or so.
        return compare_shares(counts, dict(enumerate(weights)), 0.10, sum(counts.values()) / 6 or None)

    return Statistic(
        f"statistics.hours_{kind}",
        f"Engagements on {kind} devices follow {kind}_hour_weights in local time.",
        "stat_hours",
        judge,
    )


def _weekdays(config: GenerationConfig) -> Statistic:
    target = dict(enumerate(config.engagement_config.weekday_weights))

    def judge(rows: Rows) -> Judgement | None:
        if config.window_days < 28:
            return None
        counts = added(rows, lambda row: row["weekday"])
        return compare_shares(counts, target, 0.02, sum(counts.values()) / 6)

    return Statistic("statistics.weekdays", "Engagements by local weekday follow weekday_weights.", "stat_hours", judge)


def _acts(ec: EngagementConfig) -> list[Statistic]:
    def rate(of: tuple[str, ...], over: tuple[str, ...], target: float):
        def judge(rows: Rows) -> Judgement | None:
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
        Statistic(
            "statistics.completions",
            "Views that reach the end are as many as configured.",
            "stat_acts",
            rate(("complete",), ("view", "complete"), ec.completion_share),
        ),
    ]


def _popularity(ec: EngagementConfig) -> Statistic:
    """Views of the most popular tenth of a kind of content, over all kinds, against a Zipf distribution's."""

    def judge(rows: Rows) -> Judgement | None:
        kinds: dict[tuple, list] = {}
        for row in rows:
            if row["content_type"] != "live":
                kinds.setdefault((row["content_category"], row["content_type"]), []).append(row["n"])
        wanted = found = views = 0.0
        for counts in kinds.values():
            # Items nobody saw are not there to be counted: kinds seen often have few of them.
            if len(counts) < 10 or sum(counts) < 20 * len(counts):
                continue
            top = len(counts) // 10
            zipf = [rank**-ec.popularity_exponent for rank in range(1, len(counts) + 1)]
            wanted += sum(counts) * sum(zipf[:top]) / sum(zipf)
            found += sum(sorted(counts, reverse=True)[:top])
            views += sum(counts)
        if not views:
            return None
        target, actual = wanted / views, found / views
        return Judgement(target, actual, abs(actual / target - 1), 0.15, int(views), "relative")

    return Statistic(
        "statistics.popularity",
        "The most popular tenth of items gets the share of views that popularity_exponent gives.",
        "stat_items",
        judge,
    )


def _bursts() -> Statistic:
    """Two sessions with one live item in one week are in the same hour: 1 in 168 by chance."""

    def judge(rows: Rows) -> Judgement | None:
        pairs = sum(row["pairs"] for row in rows)
        if pairs < 200:
            return None
        return compare_least(sum(row["together"] for row in rows) / pairs, 0.15, int(pairs))

    return Statistic(
        "statistics.live_bursts",
        "Live events draw a crowd: two viewers of one in one week often meet within the hour.",
        "stat_live",
        judge,
        "live_event_share",
    )
