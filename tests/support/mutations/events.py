"""Mutations of engagements, viewership and audiences; see `mutation`."""

from __future__ import annotations

from support.mutations.mutation import moved, mutation

_EVENT = "engagement_type = 'view' and duration_seconds > 5"
_SOON_CLICKED = (
    "engagement_type = 'click' and pmod(engagement_id, 8) = 2 and session_id in (select e.session_id from"
    " {content_engagements} e where e.engagement_type = 'view' and e.duration_seconds > 60"
    " and pmod(e.engagement_id, 8) = 1)"
)
_LAST_OF_TWO = (
    "engagement_type = 'view' and engagement_id in (select max(e.engagement_id) from {content_engagements} e"
    " group by e.session_id having count(*) = 2)"
)

_ADS_THEN = ("exposures.in_session", "exposures.social_online", "exposures.twice_in_session")
"""Ads are seen in sessions: a view that is elsewhere leaves them outside."""

_IN_TURN = ("engagement.one_after_another", "engagement.session_pause", "engagement.reaction_follows_view")

ENGAGEMENT = [
    mutation(
        "structure.content_engagements.mapping_fk",
        "content_engagements",
        _EVENT,
        mapping_id="cast(1 as bigint)",
        also=_ADS_THEN,
    ),
    mutation(
        "structure.content_engagements.content_fk",
        "content_engagements",
        _EVENT,
        content_id="cast(9999999 as bigint)",
        also=("engagement.reaction_follows_view", *_ADS_THEN),
    ),
    mutation(
        "engagement.person_of_mapping",
        "content_engagements",
        _EVENT,
        individual_id="(select max(i.individual_id) from {individuals} i)",
        also=("AGGREGATES", *_ADS_THEN),
    ),
    mutation(
        "engagement.identifier_types",
        "identity_mappings",
        "identifier_type = 'ctv_id' and mapping_id in (select e.mapping_id from {content_engagements} e)",
        identifier_type="'phone'",
        identifier_value="'+10005550123'",
        also=(
            "identity.device_exactly",
            "identity.shared_on_each",
            "identity.shared_by_all",
            "identity.shared_by_several",
            "identity.value_in_one_household",
            "identity.false_link_repeats",
            "exposures.usable_identifier",
            "outcomes.identifier_reach",
            "exposures.cap_daily",
            "exposures.cap_weekly",
            "AGGREGATES",
        ),
    ),
    mutation(
        "engagement.within_window",
        "content_engagements",
        _EVENT,
        engagement_ts="timestamp_micros(0)",
        also=("engagement.identifier_alive", "AGGREGATES", *_IN_TURN, *_ADS_THEN),
    ),
    mutation(
        "engagement.identifier_alive",
        "content_engagements",
        "engagement_type = 'view' and mapping_id in (select"
        " m.mapping_id from {identity_mappings} m where not m.is_active)",
        engagement_ts="timestamp_micros(1743465599000000)",
        also=("AGGREGATES", *_IN_TURN, *_ADS_THEN),
    ),
    mutation(
        "engagement.device_matches",
        "content_engagements",
        "device_type = 'mobile'",
        device_type="'ctv'",
        also=("AGGREGATES",),
    ),
    mutation("engagement.ip_safe", "content_engagements", ip_address="'8.8.8.8'"),
    mutation("engagement.content_facts", "content_engagements", publisher="'Nobody'", also=_ADS_THEN),
    mutation(
        "engagement.nothing_sensitive",
        "content_engagements",
        _EVENT,
        content_category="'Politics'",
        also=("engagement.content_facts", "AGGREGATES", "structure.content_engagements.content_category.vocabulary"),
    ),
    mutation(
        "engagement.completion_rate",
        "content_engagements",
        _EVENT,
        completion_rate="completion_rate + 0.00001",
        also=("engagement.duration",),
    ),
    mutation(
        "engagement.duration",
        "content_engagements",
        _EVENT,
        duration_seconds="duration_seconds + 1",
        also=("AGGREGATES", "engagement.one_after_another", *_ADS_THEN),
    ),
    mutation(
        "engagement.complete_exactly",
        "content_engagements",
        "engagement_type = 'complete'",
        engagement_type="'view'",
        also=("AGGREGATES",),
    ),
    mutation(
        "engagement.reactions_take_no_time",
        "content_engagements",
        "engagement_type = 'click'",
        completion_rate="0.5",
        duration_seconds="60",
        also=("engagement.duration", "AGGREGATES", "engagement.one_after_another", *_ADS_THEN),
    ),
    mutation(
        "engagement.one_after_another",
        "content_engagements",
        _SOON_CLICKED,
        engagement_ts=moved("engagement_ts", -30_000_000),
        also=("AGGREGATES", *_ADS_THEN),
    ),
    mutation(
        "engagement.session_pause",
        "content_engagements",
        _LAST_OF_TWO,
        engagement_ts=moved("engagement_ts", 31 * 60_000_000),
        also=("engagement.identifier_alive", "AGGREGATES", "engagement.within_window", *_ADS_THEN),
    ),
    mutation(
        "engagement.reaction_follows_view",
        "content_engagements",
        "engagement_type = 'view' and engagement_id in (select e.engagement_id - 1 from {content_engagements} e"
        " where e.engagement_type = 'click')",
        engagement_type="'click'",
        also=("AGGREGATES", "engagement.reactions_take_no_time"),
    ),
    mutation(
        "engagement.numbered",
        "content_engagements",
        _LAST_OF_TWO,
        engagement_id="engagement_id + 4",
        also=("engagement.reaction_follows_view", *_ADS_THEN),
    ),
    mutation("viewership.none_missing", "viewership_patterns", how="remove"),
    mutation(
        "viewership.none_extra",
        "viewership_patterns",
        how="add",
        pattern_id="cast(1 as bigint)",
        content_category="'Travel and nothing else'",
        also=("structure.viewership_patterns.content_category.vocabulary",),
    ),
    mutation("viewership.counts", "viewership_patterns", share_count="share_count + 1"),
    mutation("viewership.total_seconds", "viewership_patterns", total_seconds="total_seconds + 1"),
    mutation(
        "viewership.avg_completion_rate", "viewership_patterns", avg_completion_rate="avg_completion_rate + 0.00001"
    ),
    mutation("viewership.active_days", "viewership_patterns", active_days="active_days + 1"),
    mutation("viewership.first_last", "viewership_patterns", last_engaged_ts=moved("last_engaged_ts", 1)),
    mutation(
        "viewership.primary_device",
        "viewership_patterns",
        "primary_device_type = 'ctv'",
        primary_device_type="'tablet'",
    ),
    mutation(
        "viewership.primary_daypart", "viewership_patterns", "primary_daypart = 'prime'", primary_daypart="'overnight'"
    ),
]

AUDIENCE = [
    mutation(
        "structure.audience_attributes.fks", "audience_attributes", segment_id="'no-such-segment'", also=("MEMBERSHIP",)
    ),
    mutation("audience.segment_facts", "audience_attributes", segment_name="'Somebody else'"),
    mutation(
        "audience.no_minors",
        "audience_attributes",
        how="add",
        attribute_id="cast(1 as bigint)",
        individual_id="(select min(i.individual_id) from {individuals} i where i.age < 10)",
        also=("MEMBERSHIP",),
    ),
    mutation("audience.score", "audience_attributes", score="score + 0.0001"),
    mutation(
        "structure.blocks_apart",
        "audience_attributes",
        individual_id="individual_id + 160000",
        also=("MEMBERSHIP", "structure.audience_attributes.fks", "audience."),
    ),
    mutation(
        "audience.valid_from",
        "audience_attributes",
        valid_from_date="date_from_unix_date(unix_date(valid_from_date) + 1)",
    ),
    mutation(
        "audience.one_row", "audience_attributes", how="add", attribute_id="cast(1 as bigint)", also=("MEMBERSHIP",)
    ),
    mutation(
        "audience.none_missing",
        "audience_attributes",
        how="remove",
        also=("exposures.in_segment", "campaigns.holdout_eligible"),
    ),
    mutation(
        "audience.none_extra",
        "audience_attributes",
        how="add",
        attribute_id="cast(1 as bigint)",
        individual_id="(select max(i.individual_id) from {individuals} i where i.age >= 18 and"
        " i.individual_id not in"
        " (select a.individual_id from {audience_attributes} a where a.segment_type = 'interest'))",
        segment_id="(select min(r.segment_id) from {segment_rules} r where r.segment_type = 'interest')",
        also=("audience.segment_facts", "audience.valid_from"),
    ),
]
