"""Promises of identity_mappings, the edges of the identity graph, and of the truth behind them."""

from __future__ import annotations

from idgraph_widgets.quality.checks import DAY_US, Check, Context, Scan
from idgraph_widgets.quality.identity_formats import formats
from idgraph_widgets.quality.identity_groups import groups
from idgraph_widgets.quality.sql import is_ten_thousandths, one_of
from idgraph_widgets.schema.ids import BLOCK

KEY = ("mapping_id",)

WITHOUT_DEVICE = ("email", "phone", "hashed_email", "hashed_phone", "uid2_like", "ip_address")

_ROWS = """
select m.*, i.household_id as person_household, i.age,
  t.true_individual_id, t.relation, t.asserted_household_id, t.true_individual_id div 16 as true_household,
  t.mapping_id as truth_mapping, o.individual_id as true_person, o.ad_tracking_allowed as true_person_allows
from {identity_mappings} m
full outer join {truth_identity} t on m.mapping_id = t.mapping_id
left join {individuals} i on m.individual_id = i.individual_id
left join {individuals} o on t.true_individual_id = o.individual_id
"""


def queries(context: Context) -> list[Scan]:
    """One pass over rows alone, one with their person and truth; one each for groups of rows."""
    return [
        # Apart from the joins, which would carry the values along.
        Scan("select * from {identity_mappings}", (*formats(), *_devices(), *_life(context), _confidence())),
        Scan(_ROWS, (*_links(), _consent(), *_noise(context))),
        *groups(context),
    ]


def _links() -> list[Check]:
    return [
        Check(
            "structure.identity_mappings.individual_fk",
            "Every mapping's person exists.",
            (*KEY, "individual_id"),
            holds="person_household is not null",
            given="mapping_id is not null",
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
            holds="relation is not null",
            given="mapping_id is not null",
            group="structure",
        ),
        Check(
            "structure.truth_identity.mapping_fk",
            "Every row of truth_identity speaks of a mapping that exists.",
            ("truth_mapping",),
            holds="mapping_id is not null",
            given="truth_mapping is not null",
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
            "identity.ios_first_party",
            "On iOS there are only first-party cookies, whatever the browser.",
            KEY,
            holds="cookie_scope = 'first_party'",
            given="identifier_type = 'cookie' and platform = 'ios'",
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
            "identity.first_seen_later",
            "No identifier is first observed at the first instant of the window.",
            (*KEY, "first_seen_ts"),
            holds=f"unix_micros(first_seen_ts) <> {context.start_us}",
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


def _noise(context: Context) -> list[Check]:
    return [
        Check(
            "identity.certain",
            "Links of what a home shares, and no others, are certain; mailboxes and links made by a log-in are, too,"
            " where the configuration knows no wrong ones.",
            (*KEY, "identifier_type", "match_type", "confidence"),
            holds=f"(confidence = 1) = ({_certain(context)})",
            given="mapping_id is not null",
        ),
        Check(
            "identity.false_links",
            "A false link is uncertain, and probabilistic unless it is an outsider's or a recycled email.",
            (*KEY, "identifier_type", "match_type", "relation"),
            holds="confidence < 1 and (match_type = 'probabilistic' or relation = 'outsider'"
            " or (relation = 'former_owner' and identifier_type = 'email'))",
            given="relation is not null and (true_individual_id is null or true_individual_id <> individual_id)",
        ),
        Check(
            "identity.shared_is_true",
            "Rows of shared household identifiers are always true.",
            (*KEY, "true_individual_id"),
            holds="coalesce(true_individual_id = individual_id, false)",
            given="is_shared and relation is not null",
        ),
        Check(
            "identity.relation",
            "relation is owner or co_user exactly when the link is true, outsider exactly when no person is known,"
            " household_member only inside the household.",
            (*KEY, "individual_id", "true_individual_id", "relation"),
            holds="(relation in ('owner', 'co_user')) = coalesce(individual_id = true_individual_id, false)"
            " and (relation = 'outsider') = (true_individual_id is null)"
            " and (relation <> 'household_member' or household_id = true_household)"
            " and (relation <> 'stranger' or household_id <> true_household)",
            given="relation is not null and household_id is not null",
        ),
        Check(
            "identity.asserted_household",
            "asserted_household_id is the household of the mapping.",
            (*KEY, "household_id", "asserted_household_id"),
            holds="asserted_household_id = household_id",
            given="relation is not null and person_household is not null",
        ),
        Check(
            "identity.outsider_grown",
            "Nobody under 13 is taken for somebody outside the dataset.",
            (*KEY, "individual_id", "age"),
            holds="age >= 13",
            given="relation = 'outsider' and age is not null",
        ),
        Check(
            "identity.false_link_near",
            "The true person of a link lives in the same household or in a lower-numbered one of the same block.",
            (*KEY, "household_id", "true_individual_id"),
            holds="true_household = household_id or (true_household < household_id"
            f" and (true_household - 1) div {BLOCK} = (household_id - 1) div {BLOCK})",
            given="true_person is not null and mapping_id is not null",
        ),
    ]


def _certain(context: Context) -> str:
    """SQL: the row's link is certain."""
    identity = context.config.demographics_config.identity_mappings
    is_mail = "identifier_type in ('email', 'hashed_email', 'uid2_like')"
    certain = ["is_shared"]
    if identity.recycled_email_share == 0:
        certain.append(f"(match_type = 'deterministic' and {is_mail})")
    if identity.deterministic_error_share == 0:
        certain.append(f"(match_type = 'deterministic' and not {is_mail})")
    return " or ".join(certain)
