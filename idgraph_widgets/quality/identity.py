"""Promises of identity_mappings, the edges of the identity graph, and of the truth behind them."""

from __future__ import annotations

from idgraph_widgets.quality.checks import DAY_US, Check, Context, Scan
from idgraph_widgets.quality.identity_formats import formats
from idgraph_widgets.quality.sql import is_ten_thousandths, one_of

KEY = ("mapping_id",)

WITHOUT_DEVICE = ("email", "phone", "hashed_email", "hashed_phone", "uid2_like", "ip_address")
HOUSEHOLD_BOUND = ("cookie", "idfa", "gaid", "ctv_id", "phone", "hashed_phone")
"""Types whose values never occur in two households, but for false links."""

BLOCK = 10_000

_ROWS = """
select m.*, i.household_id as person_household, i.age,
  t.true_individual_id, t.relation, t.true_individual_id div 16 as true_household,
  o.individual_id as true_person, o.ad_tracking_allowed as true_person_allows
from {identity_mappings} m
left join {individuals} i on m.individual_id = i.individual_id
left join {truth_identity} t on m.mapping_id = t.mapping_id
left join {individuals} o on t.true_individual_id = o.individual_id
"""

# Person numbers are at most 15, so a bit each says how many people hold an identifier.
_HOLDERS = """
select s.*, h.household_size from (
  select m.household_id, xxhash64(m.identifier_type, m.identifier_value) as identifier_hash,
    min(m.identifier_type) as identifier_type, min(m.identifier_value) as identifier_value,
    count(*) as links, bit_count(bit_or(shiftleft(cast(1 as bigint), cast(m.individual_id % 16 as int)))) as people,
    sum(case when m.is_shared then 1 else 0 end) as shared_links,
    sum(case when m.individual_id = t.true_individual_id then 1 else 0 end) as true_links,
    sum(case when m.is_shared and m.individual_id = t.true_individual_id then 1 else 0 end) as shared_true_links
  from {identity_mappings} m left join {truth_identity} t on m.mapping_id = t.mapping_id
  group by m.household_id, xxhash64(m.identifier_type, m.identifier_value)
) s left join {households} h on s.household_id = h.household_id
"""

_DEVICES = """
select device_id, min(device_type) as device_type, max(device_type) as other_device_type,
  min(platform) as platform, max(platform) as other_platform
from {identity_mappings} where device_id is not null group by device_id
"""

_COOKIE_PAIRS = """
select a.mapping_id, b.mapping_id as other_mapping_id,
  unix_micros(a.first_seen_ts) as a_first, unix_micros(a.last_seen_ts) as a_last,
  unix_micros(b.first_seen_ts) as b_first, unix_micros(b.last_seen_ts) as b_last
from (select * from {identity_mappings} where identifier_type = 'cookie' and match_type = 'deterministic') a
join (select * from {identity_mappings} where identifier_type = 'cookie' and match_type = 'deterministic') b
  on a.individual_id = b.individual_id and a.device_id = b.device_id and a.browser = b.browser
  and a.cookie_scope = b.cookie_scope
where a.mapping_id < b.mapping_id
"""

_HASHED_EMAILS = """
select h.mapping_id, h.individual_id, e.email_hash
from (
  select * from {identity_mappings} where identifier_type = 'hashed_email' and match_type = 'deterministic'
) h
left join (
  select individual_id, sha2(lower(trim(identifier_value)), 256) as email_hash
  from {identity_mappings} where identifier_type = 'email' group by individual_id, identifier_value
) e on h.individual_id = e.individual_id and h.identifier_value = e.email_hash
"""

_FALSE_LINKS = """
select f.mapping_id, f.true_individual_id, r.true_persons_mapping
from (
  select m.mapping_id, m.identifier_type, m.identifier_value, t.true_individual_id
  from {identity_mappings} m join {truth_identity} t on m.mapping_id = t.mapping_id
  where m.individual_id <> t.true_individual_id
) f
left join (
  select m.individual_id, m.identifier_type, m.identifier_value, min(m.mapping_id) as true_persons_mapping
  from {identity_mappings} m join {truth_identity} t on m.mapping_id = t.mapping_id
  where m.individual_id = t.true_individual_id
  group by m.individual_id, m.identifier_type, m.identifier_value
) r on f.true_individual_id = r.individual_id and f.identifier_type = r.identifier_type
  and f.identifier_value = r.identifier_value
"""

_TWO_HOUSEHOLDS = f"""
select m.identifier_type, m.identifier_value, count(*) as links,
  min(m.household_id) as household_id, max(m.household_id) as other_household_id
from {{identity_mappings}} m
join (
  select xxhash64(identifier_type, identifier_value) as candidate from {{identity_mappings}}
  where {one_of("identifier_type", HOUSEHOLD_BOUND)} and {{residue:xxhash64(identifier_value)}}
  group by xxhash64(identifier_type, identifier_value) having min(household_id) <> max(household_id)
) c on xxhash64(m.identifier_type, m.identifier_value) = c.candidate
join {{truth_identity}} t on m.mapping_id = t.mapping_id and m.individual_id = t.true_individual_id
group by m.identifier_type, m.identifier_value
"""

_PEOPLE = """
select i.individual_id, coalesce(m.identifiers, 0) as identifiers from {individuals} i
left join (select individual_id, count(*) as identifiers from {identity_mappings} group by individual_id) m
  on i.individual_id = m.individual_id
"""

_TRUTH = """
select t.mapping_id, m.mapping_id as mapping from {truth_identity} t
left join {identity_mappings} m on t.mapping_id = m.mapping_id
"""


def parts(context: Context) -> list[Scan]:
    """One pass over rows alone, one with their person and truth; one each for groups of rows."""
    return [
        # Apart from the joins, which would carry the values along.
        Scan("select * from {identity_mappings}", (*formats(), *_devices(), *_life(context), _confidence())),
        Scan(_ROWS, (*_links(), _consent(), *_noise())),
        Scan(_HOLDERS, tuple(_sharing())),
        Scan(_DEVICES, (_device(),)),
        Scan(_COOKIE_PAIRS, (_cookies(),)),
        Scan(_HASHED_EMAILS, (_hashed_email(),)),
        Scan(_FALSE_LINKS, (_repeated_value(),)),
        Scan(_TWO_HOUSEHOLDS, (_one_household(),), "hashes"),
        Scan(_PEOPLE, (_everybody(),)),
        Scan(_TRUTH, (_truth_mapping(),)),
    ]


def _links() -> list[Check]:
    return [
        Check(
            "structure.identity_mappings.individual_fk",
            "Every mapping's person exists.",
            (*KEY, "individual_id"),
            holds="person_household is not null",
            group="structure",
        ),
        Check(
            "identity.household_of_person",
            "household_id is always that of the person.",
            (*KEY, "individual_id", "household_id"),
            holds="household_id = person_household",
            given="person_household is not null",
        ),
        Check(
            "structure.truth_identity.every_mapping",
            "Every mapping has a row in truth_identity.",
            KEY,
            holds="true_individual_id is not null",
            group="structure",
        ),
        Check(
            "structure.truth_identity.individual_fk",
            "Every true person exists.",
            (*KEY, "true_individual_id"),
            holds="true_person is not null",
            given="true_individual_id is not null",
            group="structure",
        ),
        Check(
            "identity.under_13",
            "Under 13 there are only shared household identifiers.",
            (*KEY, "individual_id", "age"),
            holds="is_shared",
            given="age < 13",
        ),
    ]


def _devices() -> list[Check]:
    return [
        Check(
            "identity.device_exactly",
            "device_id is null exactly for email, phone, their hashes, uid2_like and ip_address.",
            (*KEY, "identifier_type", "device_id"),
            holds=f"(device_id is null) = ({one_of('identifier_type', WITHOUT_DEVICE)})",
        ),
        Check(
            "identity.device_has_type",
            "A row with a device has its device_type and platform.",
            KEY,
            holds="device_type is not null and platform is not null",
            given="device_id is not null",
        ),
        Check(
            "identity.idfa_ios",
            "An idfa is only on ios.",
            (*KEY, "platform"),
            holds="platform = 'ios'",
            given="identifier_type = 'idfa'",
        ),
        Check(
            "identity.gaid_android",
            "A gaid is only on android.",
            (*KEY, "platform"),
            holds="platform = 'android'",
            given="identifier_type = 'gaid'",
        ),
        Check(
            "identity.ctv_id_on_tv",
            "A ctv_id is only on a ctv.",
            (*KEY, "device_type"),
            holds="device_type = 'ctv'",
            given="identifier_type = 'ctv_id'",
        ),
        Check(
            "identity.att_status_ios",
            "att_status is set only on ios.",
            (*KEY, "platform", "att_status"),
            holds="platform = 'ios'",
            given="att_status is not null",
        ),
        Check(
            "identity.cookie_columns",
            "cookie_scope and browser are set exactly for cookies.",
            (*KEY, "identifier_type", "browser", "cookie_scope"),
            holds="(cookie_scope is not null) = (identifier_type = 'cookie')"
            " and (browser is not null) = (identifier_type = 'cookie')",
        ),
        Check(
            "identity.safari_first_party",
            "On Safari there are only first-party cookies.",
            KEY,
            holds="cookie_scope = 'first_party'",
            given="identifier_type = 'cookie' and browser = 'safari'",
        ),
        Check(
            "identity.safari_seven_days",
            "A cookie on Safari lives at most 7 days.",
            (*KEY, "first_seen_ts", "last_seen_ts"),
            holds=f"unix_micros(last_seen_ts) - unix_micros(first_seen_ts) <= {7 * DAY_US}",
            given="identifier_type = 'cookie' and browser = 'safari'",
        ),
    ]


def _consent() -> Check:
    return Check(
        "identity.opted_out_at_start",
        "Who does not allow ad tracking at start_date has no idfa or gaid row of their own phone.",
        (*KEY, "identifier_type", "true_individual_id"),
        holds="true_person_allows",
        given="identifier_type in ('idfa', 'gaid') and device_type = 'mobile' and true_person_allows is not null",
    )


def _life(context: Context) -> list[Check]:
    return [
        Check(
            "identity.seen_within_window",
            "first_seen_ts and last_seen_ts lie within the window, in that order.",
            (*KEY, "first_seen_ts", "last_seen_ts"),
            holds=f"{context.in_window('first_seen_ts')} and {context.in_window('last_seen_ts')}"
            " and unix_micros(first_seen_ts) <= unix_micros(last_seen_ts)",
        ),
        Check(
            "identity.opted_out_within_window",
            "opted_out_ts lies within the window and after first_seen_ts.",
            (*KEY, "opted_out_ts"),
            holds=f"{context.in_window('opted_out_ts')} and unix_micros(opted_out_ts) > unix_micros(first_seen_ts)",
            given="opted_out_ts is not null",
        ),
        Check(
            "identity.ended_by_opt_out",
            "A row is ended by opted_out_ts: last_seen_ts is never later, and it is not active.",
            (*KEY, "last_seen_ts", "opted_out_ts", "is_active"),
            holds="unix_micros(last_seen_ts) <= unix_micros(opted_out_ts) and not is_active",
            given="opted_out_ts is not null",
        ),
        Check(
            "identity.active_at_end",
            "is_active is true exactly when the identifier lives on at the end of the window.",
            (*KEY, "last_seen_ts", "opted_out_ts", "is_active"),
            holds=f"is_active = (unix_micros(last_seen_ts) = {context.end_us - 1} and opted_out_ts is null)",
        ),
    ]


def _confidence() -> Check:
    return Check(
        "identity.confidence",
        "confidence is a ten-thousandth in 0..1, and below 1 for a probabilistic link.",
        (*KEY, "match_type", "confidence"),
        holds=f"{is_ten_thousandths('confidence')} and (match_type = 'deterministic' or confidence < 1)",
    )


def _noise() -> list[Check]:
    return [
        Check(
            "identity.false_links",
            "A false link is probabilistic, unless it is a recycled email or its hash.",
            (*KEY, "identifier_type", "match_type", "relation"),
            holds="match_type = 'probabilistic' or (relation = 'former_owner' and"
            " identifier_type in ('email', 'hashed_email', 'uid2_like'))",
            given="true_individual_id <> individual_id",
        ),
        Check(
            "identity.shared_is_true",
            "Rows of shared household identifiers are always true.",
            (*KEY, "true_individual_id"),
            holds="true_individual_id = individual_id",
            given="is_shared and device_id is not null and true_individual_id is not null",
        ),
        Check(
            "identity.relation",
            "relation is owner exactly when the link is true, household_member only inside the household.",
            (*KEY, "individual_id", "true_individual_id", "relation"),
            holds="(relation = 'owner') = (individual_id = true_individual_id)"
            " and (relation <> 'household_member' or household_id = true_household)"
            " and (relation <> 'stranger' or household_id <> true_household)",
            given="relation is not null and household_id is not null",
        ),
        Check(
            "identity.false_link_near",
            "The true person of a link lives in the same household or in a lower-numbered one of the same block.",
            (*KEY, "household_id", "true_individual_id"),
            holds="true_household = household_id or (true_household < household_id"
            f" and (true_household - 1) div {BLOCK} = (household_id - 1) div {BLOCK})",
            given="true_person is not null",
        ),
    ]


def _sharing() -> list[Check]:
    keys = ("household_id", "identifier_type", "identifier_value")
    return [
        Check(
            "identity.one_row_per_link",
            "There is exactly one row per asserted (person, identifier).",
            keys,
            holds="links = people",
        ),
        Check(
            "identity.shared_on_each",
            "An identifier that several people of a household truly hold has is_shared true on each row.",
            keys,
            holds="shared_true_links = true_links",
            given="true_links > 1",
        ),
        Check(
            "identity.shared_by_several",
            "is_shared is true only where at least two people of the household hold the identifier.",
            keys,
            holds="people >= 2",
            given="shared_links > 0",
        ),
        Check(
            "identity.shared_by_all",
            "A shared device or home address is observed for all members or none.",
            keys,
            holds="shared_true_links = household_size",
            given="shared_links > 0 and identifier_type in ('cookie', 'idfa', 'gaid', 'ctv_id', 'ip_address')",
        ),
    ]


def _device() -> Check:
    return Check(
        "identity.device_determines",
        "device_id determines device_type and platform.",
        ("device_id",),
        holds="device_type = other_device_type and platform = other_platform",
        given="device_type is not null and platform is not null",
    )


def _cookies() -> Check:
    return Check(
        "identity.cookies_never_overlap",
        "A person's deterministic cookies of one scope on one browser of one device never overlap.",
        ("mapping_id", "other_mapping_id"),
        holds="a_last < b_first or b_last < a_first",
    )


def _hashed_email() -> Check:
    return Check(
        "identity.hashed_email",
        "A deterministic hashed_email is the SHA-256 of the same person's normalised email row.",
        ("mapping_id", "individual_id"),
        holds="email_hash is not null",
    )


def _repeated_value() -> Check:
    return Check(
        "identity.false_link_repeats",
        "A false link repeats the value of a row of its true person.",
        ("mapping_id", "true_individual_id"),
        holds="true_persons_mapping is not null",
    )


def _one_household() -> Check:
    return Check(
        "identity.value_in_one_household",
        "But for false links, shared and recycled emails and public addresses, no value is found in two households.",
        ("identifier_type", "identifier_value", "household_id", "other_household_id"),
        holds="household_id = other_household_id",
    )


def _everybody() -> Check:
    return Check(
        "identity.everybody_has_one",
        "Everybody has at least one identifier.",
        ("individual_id",),
        holds="identifiers >= 1",
    )


def _truth_mapping() -> Check:
    return Check(
        "structure.truth_identity.mapping_fk",
        "Every row of truth_identity speaks of a mapping that exists.",
        ("mapping_id",),
        holds="mapping is not null",
        group="structure",
    )
