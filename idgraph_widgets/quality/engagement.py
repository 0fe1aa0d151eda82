"""Promises of content_engagements, and viewership_patterns as exactly their aggregate."""

from __future__ import annotations

from idgraph_widgets.quality.checks import DAY_US, Check, Context, Scan
from idgraph_widgets.quality.sql import (
    SAFE_IP,
    alive,
    dayparts,
    first_with_most,
    inline_table,
    is_ten_thousandths,
    one_of,
    packed,
    packed_sums,
    states_table,
    ten_thousandths,
    unpacked,
)
from idgraph_widgets.reference.facts import facts

KEY = ("engagement_id",)

SEEN = ("first_engagement", "mapping_id")
"""What names engagements that refer to the same rows."""

DEVICE_TYPES = ("ctv", "desktop", "mobile", "tablet")
EVENT_TYPES = ("view", "click", "share", "complete")

_DAYS_PER_MASK = 60
"""Active days are counted as bits of BIGINT masks."""

_ROWS = """
select e.*, c.content_id as catalog_content, c.content_category as catalog_category, c.content_type as catalog_type,
  c.publisher as catalog_publisher, c.length_seconds
from {content_engagements} e left join {content_catalog} c on e.content_id = c.content_id
"""

# An identifier has a dozen engagements: joined once for all of them.
_SEEN = """
select e.*, m.individual_id as mapping_person, m.identifier_type, m.device_type as mapping_device_type,
  m.first_seen_ts, m.last_seen_ts, m.opted_out_ts
from (
  select mapping_id, individual_id, device_type, min(engagement_id) as first_engagement,
    min(engagement_ts) as first_ts, max(engagement_ts) as last_ts
  from {content_engagements} group by mapping_id, individual_id, device_type
) e left join {identity_mappings} m on e.mapping_id = m.mapping_id
"""
"""Engagements by what they refer to, the earliest and the latest of each."""

# Keys number the events of a session, which `engagement.numbered` checks: a join costs a fourth of a window's sort.
_IN_SESSIONS = """
select e.engagement_id, e.session_id, e.content_id, e.engagement_type, unix_micros(e.engagement_ts) as begins,
  b.content_id as content_before, b.engagement_type as type_before,
  unix_micros(b.engagement_ts) + b.duration_seconds * 1000000L as ended
from {content_engagements} e left join {content_engagements} b
  on e.engagement_id = b.engagement_id + 1 and e.session_id = b.session_id
"""
"""Engagements beside the one before in their session, and when that had ended."""

_SESSIONS = """
select session_id, min(engagement_id) as first_engagement, max(engagement_id) as last_engagement, count(*) as events
from {content_engagements} group by session_id
"""

_PAUSE_US = 30 * 60_000_000
"""What ends a session by the convention of web analytics."""


def queries(context: Context) -> list[Scan]:
    """Rows alone, with their content, by identifier, in their sessions, the aggregate against its table."""
    return [
        Scan("select * from {content_engagements}", tuple(_rows(context))),
        Scan(_ROWS, tuple(_content())),
        Scan(_SEEN, (*_links(), *_identifier())),
        Scan(_IN_SESSIONS, tuple(_in_sessions())),
        Scan(_SESSIONS, (_numbered(),)),
        Scan(_patterns_source(context), tuple(_patterns())),
    ]


def _links() -> list[Check]:
    return [
        Check(
            "structure.content_engagements.mapping_fk",
            "Every engagement's mapping exists.",
            SEEN,
            holds="mapping_person is not null",
            group="structure",
        ),
        Check(
            "engagement.person_of_mapping",
            "individual_id is always the asserted person of the mapping.",
            (*SEEN, "individual_id"),
            holds="individual_id = mapping_person",
            given="mapping_person is not null",
        ),
    ]


def _identifier() -> list[Check]:
    return [
        Check(
            "engagement.identifier_types",
            "Engagements run through cookie, idfa, gaid and ctv_id rows only.",
            (*SEEN, "identifier_type"),
            holds=one_of("identifier_type", ("cookie", "idfa", "gaid", "ctv_id")),
            given="mapping_person is not null",
        ),
        Check(
            "engagement.identifier_alive",
            "The identifier was alive and not opted out at the time of the engagement.",
            (*SEEN, "first_ts", "last_ts"),
            # What was alive at the first and at the last was alive between them.
            holds=f"{alive('first_ts')} and {alive('last_ts')}",
            given="mapping_person is not null",
        ),
        Check(
            "engagement.device_matches",
            "device_type is always that of the identifier's device.",
            (*SEEN, "device_type", "mapping_device_type"),
            holds="device_type = mapping_device_type",
            given="mapping_person is not null",
        ),
    ]


def _content() -> list[Check]:
    return [
        Check(
            "structure.content_engagements.content_fk",
            "Every engagement's content exists in content_catalog.",
            (*KEY, "content_id"),
            holds="catalog_content is not null",
            group="structure",
        ),
        Check(
            "engagement.content_facts",
            "content_category, content_type and publisher are always those of the content.",
            (*KEY, "content_id"),
            holds="content_category = catalog_category and content_type = catalog_type"
            " and publisher = catalog_publisher",
            given="catalog_content is not null",
        ),
        Check(
            "engagement.duration",
            "duration_seconds is exactly floor(length_seconds * k / 10000).",
            (*KEY, "duration_seconds", "completion_rate"),
            holds=f"duration_seconds = (length_seconds * {ten_thousandths('completion_rate')}) div 10000",
            given="length_seconds is not null",
        ),
    ]


def _rows(context: Context) -> list[Check]:
    sensitive = [row["name"] for row in facts("iab_content_tier1") if row["sensitive_default_off"] == "yes"]
    return [
        Check(
            "engagement.within_window",
            "Every engagement lies within the window.",
            (*KEY, "engagement_ts"),
            holds=context.in_window("engagement_ts"),
        ),
        Check(
            "engagement.ip_safe",
            "ip_address belongs to nobody (240.0.0.0/4, 100.64.0.0/10 or 2001:db8::/32).",
            (*KEY, "ip_address"),
            holds=f"ip_address rlike '{SAFE_IP}'",
        ),
        Check(
            "engagement.nothing_sensitive",
            "No content is about health, religion, politics or other sensitive topics.",
            (*KEY, "content_category"),
            holds=f"not {one_of('content_category', sensitive)}",
        ),
        Check(
            "engagement.completion_rate",
            "completion_rate is k/10000 in every row.",
            (*KEY, "completion_rate"),
            holds=is_ten_thousandths("completion_rate"),
        ),
        Check(
            "engagement.complete_exactly",
            "engagement_type is complete exactly when completion_rate is 1.",
            (*KEY, "engagement_type", "completion_rate"),
            holds="(engagement_type = 'complete') = (completion_rate = 1)",
        ),
        Check(
            "engagement.reactions_take_no_time",
            "A click or share takes no time: completion_rate and duration_seconds are 0.",
            (*KEY, "engagement_type", "completion_rate", "duration_seconds"),
            holds="completion_rate = 0 and duration_seconds = 0",
            given="engagement_type in ('click', 'share')",
        ),
    ]


def _in_sessions() -> list[Check]:
    return [
        Check(
            "engagement.one_after_another",
            "An engagement starts only when the one before it in its session has ended.",
            (*KEY, "session_id"),
            holds="begins >= ended",
            given="ended is not null",
        ),
        Check(
            "engagement.session_pause",
            "No pause within a session reaches 30 minutes.",
            (*KEY, "session_id"),
            holds=f"begins - ended < {_PAUSE_US}",
            given="ended is not null",
        ),
        Check(
            "engagement.reaction_follows_view",
            "A click or share directly follows a view or complete of the same item in its session.",
            ("session_id", "content_id", *KEY),
            holds="type_before in ('view', 'complete') and content_before = content_id",
            given="engagement_type in ('click', 'share')",
        ),
    ]


def _numbered() -> Check:
    return Check(
        "engagement.numbered",
        "Keys number the engagements of a session without a gap.",
        ("session_id", "first_engagement", "last_engagement", "events"),
        holds="last_engagement - first_engagement + 1 = events",
    )


def _patterns_source(context: Context) -> str:
    """Aggregated engagements beside the rows of viewership_patterns."""
    masks = -(-(context.end_day - context.start_day) // _DAYS_PER_MASK)
    day = f"(unix_micros(engagement_ts) div {DAY_US} - {context.start_day})"
    days = [
        f"bit_or(case when {day} div {_DAYS_PER_MASK} = {i} and {day} >= 0"
        f" then shiftleft(cast(1 as bigint), cast({day} % {_DAYS_PER_MASK} as int)) else cast(0"
        " as bigint) end)"
        for i in range(masks)
    ]
    parts = list(dayparts())
    part_sums, device_sums, type_sums = map(packed_sums, (parts, DEVICE_TYPES, EVENT_TYPES))
    sums = [f"sum(p{i}) as part{i}" for i in range(part_sums)]
    sums += [f"sum({_packed_case('device_type', DEVICE_TYPES, i)}) as device{i}" for i in range(device_sums)]
    sums += [f"sum({_packed_case('engagement_type', EVENT_TYPES, i)}) as type{i}" for i in range(type_sums)]
    types = ", ".join(f"{count} as {label}s" for label, count in unpacked(EVENT_TYPES, "type"))
    return f"""
select p.*, a.*, {types}, {first_with_most(unpacked(DEVICE_TYPES, "device"))} as expected_device,
  {first_with_most(unpacked(parts, "part"))} as expected_daypart
from (
  select individual_id as person, content_category as category, count(*) as engagements,
    sum(duration_seconds) as seconds, sum({ten_thousandths("completion_rate")}) as completed,
    {" + ".join(f"bit_count({mask})" for mask in days)} as days,
    min(unix_micros(engagement_ts)) as first_us, max(unix_micros(engagement_ts)) as last_us, {", ".join(sums)}
  from {{content_engagements}} e
  join (
    select i.individual_id as local_person, cast(s.utc_offset_minutes as bigint) * 60000000 as offset_us
    from {{individuals}} i join {{households}} h on i.household_id = h.household_id
    join {states_table()} s on h.state = s.ref_state
  ) o on e.individual_id = o.local_person
  join {_half_hours()} d
    on pmod(unix_micros(e.engagement_ts) + o.offset_us, {DAY_US}) div 1800000000 = d.half_hour
  group by individual_id, content_category
) a full outer join {{viewership_patterns}} p
  on a.person = p.individual_id and a.category = p.content_category
"""


def _half_hours() -> str:
    """The 48 half hours of a local day with what an engagement then adds to the packed daypart counts."""
    parts = dayparts()
    rows = []
    for half_hour in range(48):
        part = next(n for n, ranges in parts.items() if any(a <= 30 * half_hour < b for a, b in ranges))
        rows.append([half_hour, *packed(list(parts), part)])
    return inline_table(rows, ("half_hour", *(f"p{i}" for i in range(len(rows[0]) - 1))))


def _packed_case(column: str, labels: tuple[str, ...], number: int) -> str:
    """SQL: what a row adds to one of the packed sums of a column's labels."""
    added = [(label, packed(labels, label)[number]) for label in labels]
    cases = " ".join(f"when '{label}' then {n}L" for label, n in added if n)
    return f"case {column} {cases} else 0L end"


def _patterns() -> list[Check]:
    keys = ("individual_id", "content_category")
    both = "person is not null and pattern_id is not null"
    numbers = (
        ("counts", "engagement_count, view_count, click_count, share_count and complete_count",
         ("engagement_count = engagements and view_count = views and click_count = clicks"
         " and share_count = shares and complete_count = completes")),
        ("total_seconds", "total_seconds", "total_seconds = seconds"),
        ("avg_completion_rate", "avg_completion_rate",
         "avg_completion_rate = cast(completed as double) / cast(10000 * engagements as double)"),
        ("active_days", "active_days (UTC dates)", "active_days = days"),
        ("first_last", "first_engaged_ts and last_engaged_ts",
         "unix_micros(first_engaged_ts) = first_us and unix_micros(last_engaged_ts) = last_us"),
        ("primary_device", "primary_device_type (most engagements, ties to the alphabetically first)",
         "primary_device_type = expected_device"),
        ("primary_daypart", "primary_daypart (local time, ties to the alphabetically first)",
         "primary_daypart = expected_daypart"),
    )  # fmt: skip
    checks = [
        Check(
            "viewership.none_missing",
            "Every person and category with engagements has a row in viewership_patterns.",
            ("person", "category"),
            holds="pattern_id is not null",
            given="person is not null",
            group="reconciliation",
        ),
        Check(
            "viewership.none_extra",
            "No row of viewership_patterns is without engagements.",
            ("pattern_id", *keys),
            holds="person is not null",
            given="pattern_id is not null",
            group="reconciliation",
        ),
    ]
    checks += [
        Check(
            f"viewership.{name}",
            f"{words} of viewership_patterns: equal to the engagements.",
            keys,
            holds=holds,
            given=both,
            group="reconciliation",
        )
        for name, words, holds in numbers
    ]
    return checks
