"""Mutations of identity_mappings and truth_identity; see `mutation`."""

from __future__ import annotations

from support.mutations.mutation import DAY, Mutation, moved, mutation

_START = 1_735_689_600_000_000
"""First instant of the sound dataset's window."""

_OWNED = "mapping_id in (select t.mapping_id from {truth_identity} t where t.relation = 'owner')"
_BRIDGE = "mapping_id in (select t.mapping_id from {truth_identity} t where t.relation = 'stranger')"
_NOT_THE_FIRST = "m.household_id > (select min(h.household_id) from {households} h)"
_OF_ONE = "household_id in (select h.household_id from {households} h where h.household_size = 1)"


def _bad_value(kind: str, value: str) -> Mutation:
    """An identifier of one type with a malformed value."""
    return mutation(
        f"identity.format_{kind}",
        "identity_mappings",
        f"identifier_type = '{kind}' and not is_shared and {_OWNED}",
        identifier_value=value,
        also=("identity.hashed_email", "identity.false_link_repeats", "identity.co_user_elsewhere"),
    )


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
    mutation(
        "identity.respelt_email",
        "identity_mappings",
        f"identifier_type = 'email' and not is_shared and identifier_value like '%@yahoo.%' and {_OWNED}",
        identifier_value="replace(identifier_value, '@', '+x@')",
        also=("identity.hashed_email", "identity.false_link_repeats"),
    ),
    mutation(
        "identity.never_zeros",
        "identity_mappings",
        "identifier_type = 'gaid' and not is_shared",
        identifier_value="'00000000-0000-0000-0000-000000000000'",
        also=("identity.false_link_repeats", "identity.co_user_elsewhere"),
    ),
    mutation(
        "structure.identity_mappings.individual_fk",
        "identity_mappings",
        "identifier_type = 'phone'",
        individual_id="cast(20000001 as bigint)",
        also=(
            "identity.one_row_per_link",
            "identity.relation",
            "identity.false_links",
            "identity.false_link_repeats",
            "identity.everybody_has_one",
            "identity.known_from_first_day",
        ),
    ),
    mutation(
        "identity.household_of_person",
        "identity_mappings",
        f"identifier_type = 'phone' and {_OWNED}",
        household_id="household_id + 1",
        also=("identity.false_link_near", "identity.relation", "identity.asserted_household"),
    ),
    mutation(
        "identity.under_13",
        "identity_mappings",
        "is_shared and individual_id in (select i.individual_id from {individuals} i where i.age < 13)",
        is_shared="false",
        also=("identity.shared_on_each", "identity.shared_by_all", "identity.certain"),
    ),
    mutation(
        "identity.device_exactly",
        "identity_mappings",
        "identifier_type = 'email'",
        device_id="cast(7 as bigint)",
        also=("identity.device_has_type", "identity.shared_is_true", "MEMBERSHIP"),
    ),
    mutation(
        "identity.device_has_type",
        "identity_mappings",
        f"identifier_type = 'ctv_id' and {_OF_ONE}",
        platform="cast(null as string)",
    ),
    mutation(
        "identity.idfa_ios",
        "identity_mappings",
        "identifier_type = 'idfa'",
        platform="'android'",
        also=("identity.device_determines", "identity.att_status_ios"),
    ),
    mutation(
        "identity.gaid_android",
        "identity_mappings",
        "identifier_type = 'gaid'",
        platform="'ios'",
        also=("identity.device_determines",),
    ),
    mutation(
        "identity.ctv_id_on_tv",
        "identity_mappings",
        "identifier_type = 'ctv_id'",
        device_type="'desktop'",
        also=("identity.device_determines", "exposures.device_of_mapping", "engagement.device_matches"),
    ),
    mutation("identity.cookie_columns", "identity_mappings", "identifier_type = 'email'", browser="'chrome'"),
    mutation("identity.att_status_ios", "identity_mappings", "platform = 'android'", att_status="'denied'"),
    mutation(
        "identity.safari_first_party",
        "identity_mappings",
        "browser = 'safari' and platform <> 'ios'",
        cookie_scope="'third_party'",
    ),
    mutation(
        "identity.ios_first_party",
        "identity_mappings",
        "identifier_type = 'cookie' and platform = 'ios' and browser <> 'safari'",
        cookie_scope="'third_party'",
        also=("identity.cookies_never_overlap",),
    ),
    mutation(
        "identity.first_seen_later",
        "identity_mappings",
        f"identifier_type = 'phone' and {_OWNED}",
        first_seen_ts=f"timestamp_micros({_START})",
    ),
    mutation(
        "identity.shared_seen_together",
        "identity_mappings",
        "is_shared and identifier_type = 'ctv_id' and pmod(individual_id, 16) = 1",
        first_seen_ts=moved("first_seen_ts", 1),
        also=("identity.opted_out_within_window",),
    ),
    mutation(
        "identity.known_from_first_day",
        "identity_mappings",
        "identifier_type in ('email', 'phone') and not is_shared and opted_out_ts is null and mapping_id in ("
        "select min(o.mapping_id) from {identity_mappings} o"
        f" where unix_micros(o.first_seen_ts) < {_START + DAY} group by o.individual_id having count(*) = 1)",
        first_seen_ts=moved("first_seen_ts", 2 * DAY),
    ),
    mutation(
        "identity.certain", "identity_mappings", f"identifier_type = 'phone' and {_OWNED}", confidence="double(1)"
    ),
    mutation(
        "identity.outsider_grown",
        "individuals",
        "individual_id in (select m.individual_id from {identity_mappings} m join {truth_identity} t"
        " on m.mapping_id = t.mapping_id where t.relation = 'outsider')",
        age="7",
        also=("identity.under_13", "individuals.", "households.", "exposures.", "audience."),
    ),
    mutation(
        "identity.outsider_value",
        "identity_mappings",
        "identifier_type = 'cookie' and mapping_id in"
        " (select t.mapping_id from {truth_identity} t where t.relation = 'outsider')",
        identifier_value="(select max(o.identifier_value) from {identity_mappings} o where"
        " o.identifier_type = 'cookie')",
        also=("identity.value_in_one_household", "identity.one_row_per_link"),
    ),
    mutation(
        "identity.co_user_elsewhere",
        "identity_mappings",
        "mapping_id in (select t.mapping_id from {truth_identity} t where t.relation = 'co_user')",
        identifier_value="concat(identifier_value, 'x')",
        also=("identity.format_idfa", "identity.format_gaid", "outcomes.identifier_reach"),
    ),
    mutation(
        "identity.asserted_household",
        "truth_identity",
        "relation = 'outsider'",
        asserted_household_id="asserted_household_id + 1",
    ),
    mutation(
        "identity.safari_seven_days",
        "identity_mappings",
        f"browser = 'safari' and {_OWNED} and not is_active",
        first_seen_ts=moved("last_seen_ts", -8 * DAY),
        also=("identity.cookies_never_overlap", "identity.seen_within_window"),
    ),
    mutation(
        "identity.seen_within_window",
        "identity_mappings",
        "identifier_type = 'email'",
        first_seen_ts="timestamp_micros(0)",
    ),
    mutation(
        "identity.opted_out_within_window",
        "identity_mappings",
        "identifier_type = 'phone'",
        opted_out_ts="timestamp_micros(0)",
        also=("identity.ended_by_opt_out", "identity.active_at_end"),
    ),
    mutation(
        "identity.ended_by_opt_out",
        "identity_mappings",
        "identifier_type = 'phone' and is_active",
        opted_out_ts=moved("last_seen_ts", -1000),
        is_active="false",
    ),
    mutation(
        "identity.active_at_end", "identity_mappings", "identifier_type = 'phone' and is_active", is_active="false"
    ),
    mutation("identity.confidence", "identity_mappings", "match_type = 'probabilistic'", confidence="0.123456"),
    mutation(
        "identity.false_links",
        "identity_mappings",
        f"match_type = 'probabilistic' and {_BRIDGE}",
        match_type="'deterministic'",
        also=("identity.cookies_never_overlap", "identity.hashed_email"),
    ),
    mutation(
        "identity.opted_out_at_start",
        "individuals",
        "individual_id in (select t.true_individual_id from {truth_identity} t join {identity_mappings} m"
        " on m.mapping_id = t.mapping_id where m.identifier_type = 'idfa' and m.device_type = 'mobile')",
        ad_tracking_allowed="false",
    ),
    mutation(
        "identity.one_row_per_link",
        "identity_mappings",
        f"identifier_type = 'phone' and {_OWNED}",
        how="add",
        mapping_id="mapping_id + 1",
        also=("structure.truth_identity.every_mapping",),
    ),
    mutation(
        "identity.shared_on_each",
        "identity_mappings",
        f"is_shared and identifier_type = 'email' and {_OWNED}",
        is_shared="false",
        also=("identity.certain",),
    ),
    mutation(
        "identity.shared_by_several",
        "identity_mappings",
        f"identifier_type = 'phone' and {_OWNED}",
        is_shared="true",
        also=("identity.certain",),
    ),
    mutation(
        "identity.shared_by_all",
        "identity_mappings",
        "is_shared and identifier_type = 'ctv_id' and household_id in"
        " (select h.household_id from {households} h where h.household_size > 2)",
        how="remove",
        also=(
            "identity.everybody_has_one",
            "identity.known_from_first_day",
            "structure.truth_identity.mapping_fk",
            "identity.false_link_repeats",
            "structure.content_engagements.mapping_fk",
            "structure.campaign_exposures.fks",
            "outcomes.identifier_reach",
            "MEMBERSHIP",
        ),
    ),
    mutation(
        "identity.device_determines",
        "identity_mappings",
        "is_shared and identifier_type = 'ctv_id'",
        platform="case platform when 'roku' then 'lg' else 'roku' end",
    ),
    mutation(
        "identity.one_phone_at_a_time",
        "identity_mappings",
        f"identifier_type = 'idfa' and device_type = 'mobile' and match_type = 'deterministic' and {_OWNED}",
        how="add",
        mapping_id="mapping_id + 1",
        identifier_value="'AAAAAAAA-BBBB-8CCC-8DDD-EEEEEEEEEEEE'",
        also=("structure.truth_identity.every_mapping", "MEMBERSHIP"),
    ),
    mutation(
        "identity.cookies_never_overlap",
        "identity_mappings",
        "identifier_type = 'cookie' and browser = 'chrome'"
        f" and match_type = 'deterministic' and not is_shared and {_OWNED}",
        how="add",
        mapping_id="mapping_id + 1",
        identifier_value="concat(identifier_value, 'x')",
        also=("structure.truth_identity.every_mapping", "MEMBERSHIP"),
    ),
    mutation(
        "identity.hashed_email",
        "identity_mappings",
        f"identifier_type = 'hashed_email' and not is_shared and match_type = 'deterministic' and {_OWNED}",
        identifier_value="sha2('somebody', 256)",
    ),
    mutation(
        "identity.everybody_has_one",
        "individuals",
        "person_number = 1",
        how="add",
        individual_id="individual_id + 12",
        person_number="13",
        also=(
            "households.exactly_size_people",
            "households.one_householder",
            "individuals.person_number",
            "households.nonfamily",
            "MEMBERSHIP",
        ),
    ),
    mutation(
        "identity.value_in_one_household",
        "identity_mappings",
        f"identifier_type = 'phone' and {_OWNED}",
        identifier_value="(select max(o.identifier_value) from {identity_mappings} o where"
        " o.identifier_type = 'phone')",
        also=("identity.false_link_repeats", "identity.outsider_value"),
    ),
    mutation("identity.relation", "truth_identity", "relation = 'owner'", relation="'household_member'"),
    mutation(
        "identity.false_link_near",
        "truth_identity",
        "relation = 'stranger'",
        true_individual_id="(select max(i.individual_id) from {individuals} i)",
        also=("identity.false_link_repeats", "identity.opted_out_at_start"),
    ),
    mutation(
        "identity.false_link_repeats",
        "truth_identity",
        "relation = 'owner' and mapping_id in (select m.mapping_id"
        " from {identity_mappings} m where m.match_type = 'probabilistic' and m.identifier_type = 'cookie'"
        f" and {_NOT_THE_FIRST} and not m.is_shared)",
        true_individual_id="(select min(i.individual_id) from {individuals} i)",
        relation="'stranger'",
        also=("identity.opted_out_at_start", "identity.co_user_elsewhere"),
    ),
    mutation(
        "identity.shared_is_true",
        "truth_identity",
        "relation = 'owner' and mapping_id in (select m.mapping_id"
        f" from {{identity_mappings}} m where m.is_shared and m.identifier_type = 'ctv_id' and {_NOT_THE_FIRST})",
        true_individual_id="(select min(i.individual_id) from {individuals} i)",
        relation="'stranger'",
        also=("identity.false_links", "identity.false_link_repeats", "identity.shared_by_all", "identity.certain"),
    ),
    mutation(
        "structure.truth_identity.every_mapping",
        "truth_identity",
        "relation = 'owner' and mapping_id in"
        " (select m.mapping_id from {identity_mappings} m where m.identifier_type = 'phone')",
        how="remove",
        also=("identity.false_link_repeats",),
    ),
    mutation("structure.truth_identity.mapping_fk", "truth_identity", how="add", mapping_id="cast(1 as bigint)"),
    mutation(
        "structure.truth_identity.individual_fk",
        "truth_identity",
        "relation = 'stranger'",
        true_individual_id="true_individual_id - pmod(true_individual_id, 16) + 15",
        also=("identity.false_link_repeats", "identity.opted_out_at_start"),
    ),
]
