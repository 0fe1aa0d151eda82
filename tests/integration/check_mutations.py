"""How to break a sound dataset in one place, and which check must notice.

A mutation changes one row (the one with the lowest key that fits), adds a changed copy of it, or removes it.
`also` names the checks that may break with it by the nature of things; no other check may.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DAY = 86_400_000_000


@dataclass(frozen=True)
class Mutation:
    """One broken row.

    Parameters
    ----------
    check : str
        Id of the check that must find it.
    table : str
    where : str
        SQL over the table (and others in braces) that says which rows can be broken.
    set : dict
        Column to SQL expression over the row.
    how : {"change", "add", "remove"}
    also : tuple of str
    """

    check: str
    table: str
    where: str = "true"
    set: dict[str, str] = field(default_factory=dict)
    how: str = "change"
    also: tuple[str, ...] = ()


def moved(column: str, microseconds: int | str) -> str:
    """SQL: a TIMESTAMP column moved."""
    return f"timestamp_micros(unix_micros({column}) + ({microseconds}))"


def at_day(day: str, microseconds: int = 0) -> str:
    """SQL: a TIMESTAMP on a DATE."""
    return f"timestamp_micros(unix_date({day}) * {DAY} + {microseconds})"


def _m(check, table, where="true", also=(), how="change", **changes) -> Mutation:
    return Mutation(check, table, where, changes, how, tuple(also))


HOUSEHOLDS = [
    _m("households.state_configured", "households", state="'ZZ'", also=("structure.households.state.vocabulary",
       "households.market_in_one_state", "viewership.", "MEMBERSHIP")),
    _m("households.state_facts", "households", "state = 'CA'", census_region="'South'"),
    _m("households.inside_state", "households", latitude="latitude + 40"),
    _m("households.zip3_of_state", "households", zip3="'000'"),
    _m("households.home_ip_safe", "households", home_ip="'8.8.8.8'"),
    _m("households.income_bracket_configured", "households", income_bracket="'a lot'"),
    _m("households.income_in_bracket", "households", "income_bracket = '<30K'", annual_income="cast(30000 as bigint)"),
    _m("households.living_alone", "households", "household_type = 'other_family'", household_type="'living_alone'"),
    _m("households.has_children", "households", "has_children", has_children="false", also=("MEMBERSHIP",)),
    _m("households.couples", "households", "household_type = 'married_couple'", household_type="'other_family'"),
    _m(
        "households.single_parent", "households", "household_type = 'other_family' and household_id not in"
        " (select household_id from {individuals} where role = 'child')", household_type="'single_parent'",
    ),
    _m("households.nonfamily", "households", "household_type = 'other_family'", household_type="'nonfamily'"),
    _m(
        "households.market_in_one_state", "households", "state = 'CA'",
        market_code="(select max(market_code) from {households} where state = 'TX')",
    ),
    _m(
        "households.exactly_size_people", "households", "household_size between 3 and 5 and household_id in"
        " (select household_id from {individuals} where role = 'relative')",
        also=("identity.shared_by_all",), household_size="household_size + 1",
    ),
    _m(
        "households.size_bounds", "households", "household_size = 7", household_size="99",
        also=("households.exactly_size_people", "identity.shared_by_all"),
    ),
    _m(
        "structure.households.count", "households",
        "household_id = (select max(household_id) from {households})", household_id="household_id + 1",
        also=("structure.individuals.household_fk", "households.", "viewership.", "MEMBERSHIP",
              "structure.campaign_holdouts.fk", "identity.shared_by_all"),
    ),
]  # fmt: skip

INDIVIDUALS = [
    _m("structure.individuals.household_fk", "individuals", "role = 'roommate'",
       household_id="cast(99999999 as bigint)", also=("structure.individuals.key_of_household",
       "households.exactly_size_people", "identity.", "exposures.", "MEMBERSHIP", "viewership.")),
    _m(
        "households.one_householder", "individuals", "role = 'roommate' and age >= 18", role="'householder'",
        also=("households.nonfamily",),
    ),
    _m(
        "structure.individuals.key_of_household", "individuals", "role = 'householder' and household_id in"
        " (select household_id from {households} where household_size = 1)", person_number="2",
        also=("individuals.person_number",),
    ),
    _m(
        "individuals.person_number_unique", "individuals", "person_number = 4", person_number="3",
        also=("structure.individuals.key_of_household",),
    ),
    _m(
        "individuals.person_number", "individuals", "person_number = 2", person_number="16",
        also=("structure.individuals.key_of_household",),
    ),
    _m("individuals.age_of_birth_date", "individuals", "role = 'householder' and age between 40 and 44", age="age + 1",
       also=("MEMBERSHIP",)),
    _m(
        "individuals.age_range", "individuals", "role = 'householder' and age = (select max(age) from {individuals}"
        " where role = 'householder')", age="101", birth_date="date_sub(birth_date, 101 * 366 - age * 365)",
        also=("individuals.age_of_birth_date", "MEMBERSHIP"),
    ),
    _m(
        "individuals.child_younger", "individuals", "role = 'child' and age >= 25",
        role="'child'", age="95", birth_date="date_from_unix_date(-14800)", also=("individuals.age_of_birth_date", "MEMBERSHIP"),
    ),
    _m(
        "individuals.parent_older", "individuals", "role = 'roommate' and age between 25 and 30",
        role="'parent'", also=("households.nonfamily",),
    ),
    _m(
        "individuals.minor_not_householder", "individuals", "role = 'householder' and household_id in"
        " (select household_id from {households} where household_size = 1)", age="17", education="'none'",
        also=("individuals.age_of_birth_date", "exposures.never_minors", "audience.no_minors", "MEMBERSHIP"),
    ),
    _m("individuals.minor_no_degree", "individuals", "age between 10 and 17", education="'bachelors'"),
    _m("individuals.no_job_before_16", "individuals", "age < 16", employment_status="'employed_full_time'"),
    _m("individuals.gender_configured", "individuals", gender="'unknown'",
       also=("structure.individuals.gender.vocabulary", "MEMBERSHIP")),
    _m("individuals.education_configured", "individuals", "age >= 25", education="'unknown'",
       also=("structure.individuals.education.vocabulary", "MEMBERSHIP")),
    _m("individuals.employment_status_configured", "individuals", "age >= 16", employment_status="'unknown'",
       also=("structure.individuals.employment_status.vocabulary", "MEMBERSHIP")),
]  # fmt: skip


_OWNED = "mapping_id in (select t.mapping_id from {truth_identity} t where t.relation = 'owner')"
_BRIDGE = "mapping_id in (select t.mapping_id from {truth_identity} t where t.relation = 'stranger')"
_OF_ONE = "household_id in (select h.household_id from {households} h where h.household_size = 1)"


def _bad_value(kind: str, value: str) -> Mutation:
    """An identifier of one type with a malformed value."""
    return _m(
        f"identity.format_{kind}", "identity_mappings", f"identifier_type = '{kind}' and not is_shared and {_OWNED}",
        identifier_value=value, also=("identity.hashed_email", "identity.false_link_repeats"),
    )  # fmt: skip


_NO_UUID4 = "'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'"

IDENTITY = [
    _bad_value("email", "upper(identifier_value)"),
    _bad_value("hashed_email", "'abc'"),
    _bad_value("phone", "'+12025550123'"),
    _bad_value("hashed_phone", "'abc'"),
    _bad_value("idfa", "lower(identifier_value)"),
    _bad_value("gaid", _NO_UUID4),
    _bad_value("ctv_id", _NO_UUID4),
    _bad_value("uid2_like", "'abc='"),
    _bad_value("ip_address", "'8.8.8.8'"),
    _bad_value("cookie", _NO_UUID4),
    _m("identity.never_zeros", "identity_mappings", "identifier_type = 'gaid'",
       identifier_value="'00000000-0000-0000-0000-000000000000'", also=("identity.false_link_repeats",)),
    _m("structure.identity_mappings.individual_fk", "identity_mappings", "identifier_type = 'phone'",
       individual_id="cast(20000001 as bigint)", also=("identity.one_row_per_link", "identity.relation",
       "identity.false_links", "identity.false_link_repeats", "identity.everybody_has_one")),
    _m("identity.household_of_person", "identity_mappings", f"identifier_type = 'phone' and {_OWNED}",
       household_id="household_id + 1", also=("identity.false_link_near", "identity.relation")),
    _m("identity.under_13", "identity_mappings", "is_shared and individual_id in"
       " (select i.individual_id from {individuals} i where i.age < 13)", is_shared="false",
       also=("identity.shared_on_each", "identity.shared_by_all")),
    _m("identity.device_exactly", "identity_mappings", "identifier_type = 'email'", device_id="cast(7 as bigint)",
       also=("identity.device_has_type", "identity.shared_is_true", "MEMBERSHIP")),
    _m("identity.device_has_type", "identity_mappings", f"identifier_type = 'ctv_id' and {_OF_ONE}",
       platform="cast(null as string)"),
    _m("identity.idfa_ios", "identity_mappings", "identifier_type = 'idfa'", platform="'android'",
       also=("identity.device_determines", "identity.att_status_ios")),
    _m("identity.gaid_android", "identity_mappings", "identifier_type = 'gaid'", platform="'ios'",
       also=("identity.device_determines",)),
    _m("identity.ctv_id_on_tv", "identity_mappings", "identifier_type = 'ctv_id'", device_type="'desktop'",
       also=("identity.device_determines", "exposures.device_of_mapping", "engagement.device_matches")),
    _m("identity.cookie_columns", "identity_mappings", "identifier_type = 'email'", browser="'chrome'"),
    _m("identity.att_status_ios", "identity_mappings", "platform = 'android'", att_status="'denied'"),
    _m("identity.safari_first_party", "identity_mappings", "browser = 'safari'", cookie_scope="'third_party'"),
    _m("identity.safari_seven_days", "identity_mappings", f"browser = 'safari' and {_OWNED} and not is_active",
       first_seen_ts=moved("last_seen_ts", -8 * DAY), also=("identity.cookies_never_overlap",
       "identity.seen_within_window")),
    _m("identity.seen_within_window", "identity_mappings", "identifier_type = 'email'",
       first_seen_ts="timestamp_micros(0)"),
    _m("identity.opted_out_within_window", "identity_mappings", "identifier_type = 'phone'",
       opted_out_ts="timestamp_micros(0)", also=("identity.ended_by_opt_out", "identity.active_at_end")),
    _m("identity.ended_by_opt_out", "identity_mappings", "identifier_type = 'phone' and is_active",
       opted_out_ts=moved("last_seen_ts", -1000), is_active="false"),
    _m("identity.active_at_end", "identity_mappings", "identifier_type = 'phone' and is_active", is_active="false"),
    _m("identity.confidence", "identity_mappings", "match_type = 'probabilistic'", confidence="0.123456"),
    _m("identity.false_links", "identity_mappings", f"match_type = 'probabilistic' and {_BRIDGE}",
       match_type="'deterministic'", also=("identity.cookies_never_overlap", "identity.hashed_email")),
    _m("identity.opted_out_at_start", "individuals", "individual_id in (select m.individual_id from"
       " {identity_mappings} m where m.identifier_type = 'idfa' and m.device_type = 'mobile')",
       ad_tracking_allowed="false"),
    _m("identity.one_row_per_link", "identity_mappings", f"identifier_type = 'phone' and {_OWNED}", how="add",
       mapping_id="mapping_id + 1", also=("structure.truth_identity.every_mapping",)),
    _m("identity.shared_on_each", "identity_mappings", f"is_shared and identifier_type = 'email' and {_OWNED}",
       is_shared="false"),
    _m("identity.shared_by_several", "identity_mappings", "identifier_type = 'phone'", is_shared="true"),
    _m("identity.shared_by_all", "identity_mappings", "is_shared and identifier_type = 'ctv_id' and household_id in"
       " (select h.household_id from {households} h where h.household_size > 2)", how="remove",
       also=("identity.everybody_has_one", "structure.truth_identity.mapping_fk", "identity.false_link_repeats",
       "structure.content_engagements.mapping_fk", "structure.campaign_exposures.fks", "MEMBERSHIP")),
    _m("identity.device_determines", "identity_mappings", "is_shared and identifier_type = 'ctv_id'",
       platform="case platform when 'roku' then 'lg' else 'roku' end"),
    _m("identity.cookies_never_overlap", "identity_mappings", "identifier_type = 'cookie' and browser = 'chrome'"
       f" and match_type = 'deterministic' and not is_shared and {_OWNED}", how="add", mapping_id="mapping_id + 1",
       identifier_value="concat(identifier_value, 'x')", also=("structure.truth_identity.every_mapping", "MEMBERSHIP")),
    _m("identity.hashed_email", "identity_mappings", "identifier_type = 'hashed_email' and not is_shared and"
       f" match_type = 'deterministic' and {_OWNED}", identifier_value="sha2('somebody', 256)"),
    _m("identity.everybody_has_one", "individuals", "person_number = 1", how="add",
       individual_id="individual_id + 12", person_number="13", also=("households.exactly_size_people",
       "households.one_householder", "individuals.person_number", "households.nonfamily", "MEMBERSHIP")),
    _m("identity.value_in_one_household", "identity_mappings", f"identifier_type = 'phone' and {_OWNED}",
       identifier_value="(select max(o.identifier_value) from {identity_mappings} o where o.identifier_type = 'phone')",
       also=("identity.false_link_repeats",)),
    _m("identity.relation", "truth_identity", "relation = 'owner'", relation="'household_member'"),
    _m("identity.false_link_near", "truth_identity", "relation = 'stranger'",
       true_individual_id="(select max(i.individual_id) from {individuals} i)",
       also=("identity.false_link_repeats", "identity.opted_out_at_start")),
    _m("identity.false_link_repeats", "truth_identity", "relation = 'owner' and mapping_id in (select m.mapping_id"
       " from {identity_mappings} m where m.match_type = 'probabilistic' and m.identifier_type = 'cookie'"
       " and m.household_id > 2 and not m.is_shared)",
       true_individual_id="cast(33 as bigint)", relation="'stranger'", also=("identity.opted_out_at_start",)),
    _m("identity.shared_is_true", "truth_identity", "relation = 'owner' and mapping_id in (select m.mapping_id"
       " from {identity_mappings} m where m.is_shared and m.identifier_type = 'ctv_id' and m.household_id > 2)",
       true_individual_id="cast(33 as bigint)", relation="'stranger'",
       also=("identity.false_links", "identity.false_link_repeats", "identity.shared_by_all")),
    _m("structure.truth_identity.every_mapping", "truth_identity", "relation = 'owner' and mapping_id in"
       " (select m.mapping_id from {identity_mappings} m where m.identifier_type = 'phone')", how="remove",
       also=("identity.false_link_repeats",)),
    _m("structure.truth_identity.mapping_fk", "truth_identity", how="add", mapping_id="cast(1 as bigint)"),
    _m("structure.truth_identity.individual_fk", "truth_identity", "relation = 'stranger'",
       true_individual_id="true_individual_id - pmod(true_individual_id, 16) + 15",
       also=("identity.false_link_repeats", "identity.opted_out_at_start")),
]  # fmt: skip

_EVENT = "engagement_type = 'view' and duration_seconds > 5"

ENGAGEMENT = [
    _m("structure.content_engagements.mapping_fk", "content_engagements", _EVENT, mapping_id="cast(1 as bigint)"),
    _m("structure.content_engagements.content_fk", "content_engagements", _EVENT, content_id="cast(9999999 as bigint)",
       also=("engagement.reaction_follows_view",)),
    _m("engagement.person_of_mapping", "content_engagements", _EVENT,
       individual_id="(select max(i.individual_id) from {individuals} i)", also=("AGGREGATES",)),
    _m("engagement.identifier_types", "identity_mappings", "identifier_type = 'ctv_id' and mapping_id in"
       " (select e.mapping_id from {content_engagements} e)", identifier_type="'phone'",
       identifier_value="'+10005550123'", also=("identity.device_exactly", "identity.shared_on_each",
       "identity.shared_by_all", "identity.shared_by_several", "identity.value_in_one_household",
       "identity.false_link_repeats", "exposures.usable_identifier", "outcomes.identifier_reach",
       "exposures.cap_daily", "exposures.cap_weekly", "AGGREGATES")),
    _m("engagement.within_window", "content_engagements", _EVENT, engagement_ts="timestamp_micros(0)",
       also=("engagement.identifier_alive", "AGGREGATES", "engagement.reaction_follows_view")),
    _m("engagement.identifier_alive", "content_engagements", "engagement_type = 'view' and mapping_id in (select"
       " m.mapping_id from {identity_mappings} m where not m.is_active)",
       engagement_ts="timestamp_micros(1743465599000000)", also=("AGGREGATES", "engagement.reaction_follows_view")),
    _m("engagement.device_matches", "content_engagements", "device_type = 'mobile'", device_type="'ctv'",
       also=("AGGREGATES",)),
    _m("engagement.ip_safe", "content_engagements", ip_address="'8.8.8.8'"),
    _m("engagement.content_facts", "content_engagements", publisher="'Nobody'"),
    _m("engagement.nothing_sensitive", "content_engagements", _EVENT, content_category="'Politics'",
       also=("engagement.content_facts", "AGGREGATES", "structure.content_engagements.content_category.vocabulary")),
    _m("engagement.completion_rate", "content_engagements", _EVENT, completion_rate="completion_rate + 0.00001",
       also=("engagement.duration",)),
    _m("engagement.duration", "content_engagements", _EVENT, duration_seconds="duration_seconds + 1",
       also=("AGGREGATES",)),
    _m("engagement.complete_exactly", "content_engagements", "engagement_type = 'complete'", engagement_type="'view'",
       also=("AGGREGATES",)),
    _m("engagement.reaction_follows_view", "content_engagements", "engagement_type = 'click'",
       engagement_ts=moved("engagement_ts", -6 * 3_600_000_000), also=("engagement.identifier_alive", "AGGREGATES",
       "engagement.within_window")),
    _m("viewership.none_missing", "viewership_patterns", how="remove"),
    _m("viewership.none_extra", "viewership_patterns", how="add", pattern_id="cast(1 as bigint)",
       content_category="'Travel and nothing else'", also=("structure.viewership_patterns.content_category.vocabulary",)),
    _m("viewership.counts", "viewership_patterns", share_count="share_count + 1"),
    _m("viewership.total_seconds", "viewership_patterns", total_seconds="total_seconds + 1"),
    _m("viewership.avg_completion_rate", "viewership_patterns", avg_completion_rate="avg_completion_rate + 0.00001"),
    _m("viewership.active_days", "viewership_patterns", active_days="active_days + 1"),
    _m("viewership.first_last", "viewership_patterns", last_engaged_ts=moved("last_engaged_ts", 1)),
    _m("viewership.primary_device", "viewership_patterns", "primary_device_type = 'ctv'",
       primary_device_type="'tablet'"),
    _m("viewership.primary_daypart", "viewership_patterns", "primary_daypart = 'prime'", primary_daypart="'overnight'"),
]  # fmt: skip

AUDIENCE = [
    _m("structure.audience_attributes.fks", "audience_attributes", segment_id="'no-such-segment'",
       also=("MEMBERSHIP",)),
    _m("audience.segment_facts", "audience_attributes", segment_name="'Somebody else'"),
    _m("audience.no_minors", "audience_attributes", how="add", attribute_id="cast(1 as bigint)",
       individual_id="(select min(i.individual_id) from {individuals} i where i.age < 10)", also=("MEMBERSHIP",)),
    _m("audience.score", "audience_attributes", score="score + 0.0001"),
    _m("audience.valid_from", "audience_attributes", valid_from_date="date_from_unix_date(unix_date(valid_from_date) + 1)"),
    _m("audience.one_row", "audience_attributes", how="add", attribute_id="cast(1 as bigint)", also=("MEMBERSHIP",)),
    _m("audience.none_missing", "audience_attributes", how="remove", also=("exposures.in_segment",)),
    _m("audience.none_extra", "audience_attributes", how="add", attribute_id="cast(1 as bigint)",
       individual_id="(select max(i.individual_id) from {individuals} i where i.age >= 18 and i.individual_id not in"
       " (select a.individual_id from {audience_attributes} a where a.segment_type = 'interest'))",
       segment_id="(select min(r.segment_id) from {segment_rules} r where r.segment_type = 'interest')",
       also=("audience.segment_facts", "audience.valid_from")),
]  # fmt: skip
