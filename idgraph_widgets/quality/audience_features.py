"""The row per adult that published segment rules speak about, built from tables 1 to 4.

Its columns are those documented in `idgraph_widgets.config.segments`; only the ones that the
dataset's own rules name are computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from idgraph_widgets.quality.checks import DAY_US, Context
from idgraph_widgets.quality.sql import quoted
from idgraph_widgets.reference.facts import facts

FROM_PEOPLE = {
    **{name: f"i.{name}" for name in ("age", "gender", "education", "employment_status", "role")},
    **{
        name: f"h.{name}"
        for name in (
            "household_size",
            "household_type",
            "has_children",
            "annual_income",
            "state",
            "census_region",
            "county_size_class",
        )
    },
}
"""Columns from households and individuals: rules on them alone are valid from start_date."""

_FROM_IDENTIFIERS = {
    "ctv_ids": "identifier_type = 'ctv_id'",
    "mobile_ids": "identifier_type in ('idfa', 'gaid')",
    "cookies": "identifier_type = 'cookie'",
}

_FROM_EVENTS = {
    "events": "count(*)",
    "seconds": "sum(duration_seconds)",
    **{
        name: f"sum(case when {condition} then 1 else 0 end)"
        for name, condition in {
            "clicks": "engagement_type = 'click'",
            "audio_events": "content_type = 'audio'",
            "game_events": "content_type = 'game'",
            "live_events": "content_type = 'live'",
            "ctv_events": "device_type = 'ctv'",
            "mobile_events": "device_type in ('mobile', 'tablet')",
            "desktop_events": "device_type = 'desktop'",
        }.items()
    },
    "video_seconds": "sum(case when content_type in ('video', 'live') then duration_seconds else 0 end)",
}


def names_in(expression: str) -> set[str]:
    """The identifiers in an SQL expression, without its string literals."""
    return set(re.findall(r"[a-z_][a-z0-9_]*", re.sub("'[^']*'", "", expression)))


def is_static(rule_sql: str) -> bool:
    """Whether a rule looks at households and individuals only."""
    used = names_in(rule_sql)
    behaviour = {"devices", "active_days", *_FROM_IDENTIFIERS, *_FROM_EVENTS}
    return not used & behaviour and not any(name.startswith(("events_", "clicks_")) for name in used)


def features(context: Context, expressions: Iterable[str]) -> str:
    """A SELECT with ``feature_person`` and the columns that the expressions name, one row per adult."""
    used = set().union(*(names_in(expression) for expression in expressions)) if expressions else set()
    end_us = context.lookback_end_day * DAY_US
    events = {name: sql for name, sql in _FROM_EVENTS.items() if name in used}
    events |= _per_category(used)
    if "active_days" in used:
        events["active_days"] = _active_days(context)
    columns = [f"{sql} as {name}" for name, sql in FROM_PEOPLE.items() if name in used]
    columns += [f"coalesce(e.{name}, 0) as {name}" for name in events]
    joins = []
    if events:
        summed = ", ".join(f"{sql} as {name}" for name, sql in events.items())
        joins.append(
            f"left join (select individual_id, {summed} from {{content_engagements}}"
            f" where unix_micros(engagement_ts) < {end_us} group by individual_id) e"
            " on i.individual_id = e.individual_id"
        )
    identifiers = [name for name in ("devices", *_FROM_IDENTIFIERS) if name in used]
    if identifiers:
        columns += [f"coalesce(m.{name}, 0) as {name}" for name in identifiers]
        joins.append(f"left join ({_identifiers(end_us)}) m on i.individual_id = m.individual_id")
    return (
        f"select i.individual_id as feature_person, {', '.join(columns) or 'true as no_features'}"
        " from {individuals} i join {households} h on i.household_id = h.household_id"
        f" {' '.join(joins)} where i.age >= 18"
    )


def _per_category(used: set[str]) -> dict[str, str]:
    """Sums per content category, by the names rules give them (``events_food_drink``)."""
    sums = {}
    for name in (row["name"] for row in facts("iab_content_tier1")):
        slug = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")
        here = f"content_category = {quoted(name)}"
        if f"events_{slug}" in used:
            sums[f"events_{slug}"] = f"sum(case when {here} then 1 else 0 end)"
        if f"clicks_{slug}" in used:
            sums[f"clicks_{slug}"] = f"sum(case when {here} and engagement_type = 'click' then 1 else 0 end)"
    return sums


def _active_days(context: Context) -> str:
    """Distinct UTC dates of the lookback, as bits of masks of 60 days."""
    day = f"(unix_micros(engagement_ts) div {DAY_US} - {context.start_day})"
    length = context.lookback_end_day - context.start_day
    masks = [
        f"bit_count(bit_or(case when {day} >= {first} and {day} < {first + 60}"
        f" then shiftleft(cast(1 as bigint), cast({day} - {first} as int)) else cast(0 as bigint) end))"
        for first in range(0, length, 60)
    ]
    return " + ".join(masks)


def _identifiers(end_us: int) -> str:
    """Devices and rows per person, of identifiers first seen in the lookback."""
    counted = [f"sum(case when {sql} then 1 else 0 end) as {name}" for name, sql in _FROM_IDENTIFIERS.items()]
    rows = ", ".join(counted)
    sums = ", ".join(f"sum({name}) as {name}" for name in _FROM_IDENTIFIERS)
    return (
        f"select individual_id, count(device_id) as devices, {sums} from (select individual_id,"
        f" device_id, {rows}"
        f" from {{identity_mappings}} where unix_micros(first_seen_ts) < {end_us}"
        " group by individual_id, device_id) per_device group by individual_id"
    )
