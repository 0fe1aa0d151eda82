"""Promises about several rows of identity_mappings at once: sharing, devices, cookies, bridges."""

from __future__ import annotations

from idgraph_widgets.quality.checks import DAY_US, Check, Context, Scan
from idgraph_widgets.quality.sql import one_of

HOUSEHOLD_BOUND = ("cookie", "idfa", "gaid", "ctv_id", "phone", "hashed_phone")
"""Types whose values never occur in two households, but for false links."""

# Person numbers are at most 15, so a bit each says how many people hold an identifier.
_HOLDERS = """
select s.*, h.household_size from (
  select m.household_id, xxhash64(m.identifier_type, m.identifier_value) as identifier_hash,
    min(m.identifier_type) as identifier_type, min(m.identifier_value) as identifier_value,
    count(*) as links,
    bit_count(bit_or(shiftleft(cast(1 as bigint), cast(m.individual_id % 16 as int)))) as people,
    sum(case when m.is_shared then 1 else 0 end) as shared_links,
    sum(case when m.individual_id = t.true_individual_id then 1 else 0 end) as true_links,
    sum(case when m.is_shared and m.individual_id = t.true_individual_id then 1 else 0 end)
      as shared_true_links,
    max(case when m.is_shared then unix_micros(m.first_seen_ts) end)
      - min(case when m.is_shared then unix_micros(m.first_seen_ts) end) as micros_apart
  from {identity_mappings} m left join {truth_identity} t on m.mapping_id = t.mapping_id
  group by m.household_id, xxhash64(m.identifier_type, m.identifier_value)
) s left join {households} h on s.household_id = h.household_id
"""

_DEVICES = """
select device_id, min(device_type) as device_type, max(device_type) as other_device_type,
  min(platform) as platform, max(platform) as other_platform
from {identity_mappings} where device_id is not null group by device_id
"""

_FOLLOWING = """
  select mapping_id, individual_id, identifier_type = 'cookie' as is_cookie,
    case when identifier_type = 'cookie' then xxhash64(device_id, browser, cookie_scope) else 0L end as place,
    unix_micros(first_seen_ts) as first_us, unix_micros(last_seen_ts) as last_us
  from {identity_mappings} where match_type = 'deterministic' and (
    (identifier_type = 'cookie' and device_id is not null and browser is not null and cookie_scope is not null)
    or (identifier_type in ('idfa', 'gaid') and device_type = 'mobile'))
"""
"""Cookies by device, browser and scope, and advertising ids of phones: one follows the other in a person's place."""

_PAIRS = f"""
select a.mapping_id, b.mapping_id as other_mapping_id, a.is_cookie,
  a.first_us as a_first, a.last_us as a_last, b.first_us as b_first, b.last_us as b_last
from ({_FOLLOWING}) a join ({_FOLLOWING}) b
  on a.individual_id = b.individual_id and a.place = b.place and a.is_cookie = b.is_cookie
where a.mapping_id < b.mapping_id
"""

_HOUR_US = 3_600_000_000

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

# From false and shared links, which are few, to the other rows of their values.
_REPEATED = """
select f.mapping_id, f.household_id, f.true_individual_id, f.is_false, f.is_co_user,
  min(case when m.individual_id = f.true_individual_id and t.true_individual_id = f.true_individual_id
    then m.mapping_id end) as true_persons_mapping,
  max(case when t.relation = 'owner' and m.household_id <> f.household_id then 1 else 0 end) as elsewhere
from (
  select m.mapping_id, m.household_id, t.true_individual_id,
    xxhash64(m.identifier_type, m.identifier_value) as identifier,
    coalesce(m.individual_id <> t.true_individual_id, false) as is_false, t.relation = 'co_user' as is_co_user
  from {identity_mappings} m join {truth_identity} t on m.mapping_id = t.mapping_id
  where m.individual_id <> t.true_individual_id or t.relation = 'co_user'
) f
left join (
  select mapping_id, individual_id, household_id, xxhash64(identifier_type, identifier_value) as identifier
  from {identity_mappings}
) m on f.identifier = m.identifier
left join {truth_identity} t on m.mapping_id = t.mapping_id
group by f.mapping_id, f.household_id, f.true_individual_id, f.is_false, f.is_co_user
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
join {{truth_identity}} t on m.mapping_id = t.mapping_id and t.relation = 'owner'
group by m.identifier_type, m.identifier_value
"""

_PEOPLE = """
select i.individual_id, coalesce(m.identifiers, 0) as identifiers, m.first_us from {individuals} i
left join (
  select individual_id, count(*) as identifiers, min(unix_micros(first_seen_ts)) as first_us
  from {identity_mappings} group by individual_id
) m on i.individual_id = m.individual_id
"""

_OUTSIDERS = """
select o.identifier_type, o.identifier_value, count(*) as links
from (
  select m.identifier_type, m.identifier_value
  from {identity_mappings} m join {truth_identity} t on m.mapping_id = t.mapping_id
  where t.relation = 'outsider' and m.identifier_type <> 'ip_address' and {residue:xxhash64(m.identifier_value)}
) o
join {identity_mappings} m on xxhash64(m.identifier_type, m.identifier_value)
  = xxhash64(o.identifier_type, o.identifier_value)
group by o.identifier_type, o.identifier_value
"""

# Without dots and tag, as UID2 normalises Gmail's addresses.
_SPELLINGS = """
select individual_id, mailbox, sum(tagged) as tagged, count(*) - sum(tagged) as plain from (
  select individual_id, case when identifier_value like '%+%' then 1 else 0 end as tagged,
    concat(regexp_replace(regexp_replace(identifier_value, '@.*$', ''), '([.]|[+].*$)', ''),
      regexp_replace(identifier_value, '^[^@]*', '')) as mailbox
  from {identity_mappings} where identifier_type = 'email'
) s group by individual_id, mailbox
"""


def groups(context: Context) -> list[Scan]:
    """One pass per way of grouping rows."""
    return [
        Scan(_HOLDERS, tuple(_sharing())),
        Scan(_DEVICES, (_device(),)),
        Scan(_PAIRS, (_cookies(), _phones())),
        Scan(_HASHED_EMAILS, (_hashed_email(),)),
        Scan(_SPELLINGS, (_spelling(),)),
        Scan(_REPEATED, (_repeated_value(), _co_user())),
        Scan(_TWO_HOUSEHOLDS, (_one_household(),), "hashes"),
        Scan(_PEOPLE, (_everybody(), _first_day(context))),
        Scan(_OUTSIDERS, (_outsider(),), "hashes"),
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
        Check(
            "identity.shared_seen_together",
            "What members of a household share is first observed at one moment for all of them.",
            keys,
            holds="micros_apart = 0",
            given="shared_links > 0",
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
        "A person's deterministic cookies of one scope on one browser of one device never overlap:"
        " an hour at least lies between them.",
        ("mapping_id", "other_mapping_id"),
        holds=f"b_first - a_last >= {_HOUR_US} or a_first - b_last >= {_HOUR_US}",
        given="is_cookie",
    )


def _phones() -> Check:
    return Check(
        "identity.one_phone_at_a_time",
        "A person's deterministic advertising ids of phones follow one another: a new phone replaces the old one.",
        ("mapping_id", "other_mapping_id"),
        holds="a_last < b_first or b_last < a_first",
        given="not is_cookie",
    )


def _hashed_email() -> Check:
    return Check(
        "identity.hashed_email",
        "A deterministic hashed_email is the SHA-256 of the same person's normalised email row.",
        ("mapping_id", "individual_id"),
        holds="email_hash is not null",
    )


def _spelling() -> Check:
    return Check(
        "identity.respelt_email",
        "An email with a +tag always stands beside the same person's row of the mailbox without it.",
        ("individual_id", "mailbox"),
        holds="plain >= 1",
        given="tagged >= 1",
    )


def _repeated_value() -> Check:
    return Check(
        "identity.false_link_repeats",
        "A false link repeats the value of a row of its true person.",
        ("mapping_id", "true_individual_id"),
        holds="true_persons_mapping is not null",
        given="is_false",
    )


def _one_household() -> Check:
    return Check(
        "identity.value_in_one_household",
        "But for false links, accounts shared with a grown child, shared and recycled emails and public addresses, no"
        " value is found in two households.",
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


def _first_day(context: Context) -> Check:
    return Check(
        "identity.known_from_first_day",
        "Everybody is known by an identifier that was first observed on the first day.",
        ("individual_id", "first_us"),
        holds=f"first_us < {context.start_us + DAY_US}",
        given="identifiers > 0",
    )


def _outsider() -> Check:
    return Check(
        "identity.outsider_value",
        "But for addresses, the identifier of somebody outside the dataset is found in no other row.",
        ("identifier_type", "identifier_value"),
        holds="links = 1",
    )


def _co_user() -> Check:
    return Check(
        "identity.co_user_elsewhere",
        "A co_user's identifier truly belongs to somebody in another household, too.",
        ("mapping_id", "household_id"),
        holds="elsewhere = 1",
        given="is_co_user",
    )
