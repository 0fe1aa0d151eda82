"""Mutations of campaigns and exposures; see `mutation`."""

from __future__ import annotations

from support.mutations.mutation import NEIGHBOUR, NO_CAMPAIGN, TOTALS, held_out, moved, mutation

_SHOWN = "campaign_id in (select x.campaign_id from {campaign_exposures} x)"
_PAID = "campaign_id in (select x.campaign_id from {campaign_exposures} x where x.cost > 0)"
_PRICED = "campaign_id in (select c.campaign_id from {{campaigns}} c where c.pricing_model = '{}')"

CAMPAIGNS = [
    mutation(
        "structure.campaigns.segment_fk",
        "campaigns",
        target_segment_id="'no-such-segment'",
        also=("exposures.in_segment", "campaigns.budget", "campaigns.holdout_eligible"),
    ),
    mutation(
        "campaigns.starts_when_valid",
        "campaigns",
        start_date="date_from_unix_date(0)",
        also=("campaigns.flight_length", "campaigns.budget"),
    ),
    mutation(
        "campaigns.flight_length",
        "campaigns",
        end_date="date_from_unix_date(unix_date(end_date) + 400)",
        also=("campaigns.budget",),
    ),
    mutation(
        "campaigns.channel_configured",
        "campaigns",
        objective="'fame'",
        also=("structure.campaigns.objective.vocabulary",),
    ),
    mutation(
        "campaigns.pricing_model",
        "campaigns",
        "pricing_model = 'cpm'",
        pricing_model="'cpc'",
        also=("exposures.cpc_cost", "campaigns.budget"),
    ),
    mutation(
        "campaigns.bid_price",
        "campaigns",
        bid_price="-bid_price",
        also=("exposures.cpc_cost", "exposures.cpm_cost", "campaigns.budget"),
    ),
    mutation("campaigns.budget", "campaigns", budget="budget + 1"),
    mutation("campaigns.caps", "campaigns", frequency_cap_daily="99"),
    mutation(
        "campaigns.holdout_and_window",
        "campaigns",
        attribution_window_days="31",
        also=("responses.latest_exposure", "outcomes.attributed_conversions", "outcomes.attributed_revenue"),
    ),
    mutation(
        "campaigns.advertiser_name",
        "campaigns",
        "advertiser_id in (select c.advertiser_id from {campaigns} c group by c.advertiser_id having count(*) > 1)",
        advertiser="'Somebody else'",
    ),
    mutation("structure.campaign_holdouts.fk", "campaign_holdouts", campaign_id=NO_CAMPAIGN),
    mutation(
        "campaigns.holdout_eligible",
        "campaigns",
        "target_segment_id <> '49' and campaign_id in (select h.campaign_id from {campaign_holdouts} h"
        " where h.household_id not in (select i.household_id from {audience_attributes} a join {individuals} i"
        " on a.individual_id = i.individual_id where a.segment_id = '49'))",
        target_segment_id="'49'",
        also=("exposures.in_segment", "campaigns.budget", "campaigns.starts_when_valid"),
    ),
]

EXPOSURES = [
    mutation(
        "structure.campaign_exposures.fks",
        "campaign_exposures",
        "cost > 0",
        mapping_id="cast(1 as bigint)",
        also=("outcomes.identifier_reach", "exposures.in_session"),
    ),
    mutation(
        "exposures.person_of_mapping",
        "campaign_exposures",
        individual_id=NEIGHBOUR,
        also=(
            "structure.campaign_exposures.fks",
            "exposures.in_segment",
            "exposures.never_minors",
            "exposures.email_opted_in",
            "exposures.social_online",
            "responses.exposure_of_person",
            "responses.latest_exposure",
            TOTALS,
        ),
    ),
    mutation(
        "exposures.household_of_person",
        "campaign_exposures",
        household_id="household_id + 1",
        also=("exposures.never_holdouts", TOTALS),
    ),
    mutation("exposures.device_of_mapping", "campaign_exposures", "device_id is not null", device_id="device_id + 1"),
    mutation(
        "exposures.in_segment",
        "audience_attributes",
        "attribute_id in (select a.attribute_id from {audience_attributes} a join {campaign_exposures} x"
        " on a.individual_id = x.individual_id join {campaigns} c on x.campaign_id = c.campaign_id"
        " and c.target_segment_id = a.segment_id)",
        segment_id="'no-such-segment'",
        also=(
            "structure.audience_attributes.fks",
            "audience.segment_facts",
            "campaigns.holdout_eligible",
            "MEMBERSHIP",
        ),
    ),
    mutation(
        "exposures.never_minors",
        "individuals",
        "individual_id in (select x.individual_id from {campaign_exposures} x)",
        age="17",
        also=(
            "individuals.age_of_birth_date",
            "individuals.minor_not_householder",
            "individuals.minor_no_degree",
            "audience.no_minors",
            "households.has_children",
            "MEMBERSHIP",
        ),
    ),
    held_out("exposures.never_holdouts", "{campaign_exposures}", also=("responses.never_of_holdout",)),
    mutation(
        "exposures.usable_identifier",
        "campaigns",
        "channel = 'display'",
        channel="'ctv'",
        also=(
            "campaigns.caps",
            "campaigns.budget",
            "campaigns.pricing_model",
            "exposures.completion_rate",
            "responses.clickable",
        ),
    ),
    mutation(
        "exposures.email_opted_in",
        "individuals",
        "email_opt_in and individual_id in (select x.individual_id from"
        " {campaign_exposures} x join {campaigns} c on x.campaign_id = c.campaign_id where"
        " c.channel = 'email')",
        email_opt_in="false",
    ),
    mutation(
        "exposures.identifier_alive",
        "identity_mappings",
        "not is_shared and mapping_id in (select x.mapping_id from {campaign_exposures} x)",
        first_seen_ts="last_seen_ts",
        also=(
            "engagement.identifier_alive",
            "identity.opted_out_within_window",
            "identity.known_from_first_day",
            "identity.active_at_end",
            "exposures.in_segment",
            "MEMBERSHIP",
        ),
    ),
    mutation(
        "exposures.within_window",
        "campaign_exposures",
        exposure_ts="timestamp_micros(0)",
        also=(
            "exposures.identifier_alive",
            "exposures.within_flight",
            "exposures.in_session",
            "exposures.social_online",
            "responses.within_attribution_window",
            "responses.latest_exposure",
            "responses.lag",
            "responses.click_day",
            TOTALS,
        ),
    ),
    mutation(
        "exposures.within_flight",
        "campaigns",
        _SHOWN,
        start_date="date_from_unix_date(unix_date(end_date) - 1)",
        also=("campaigns.flight_length", "campaigns.budget", "campaigns.starts_when_valid"),
    ),
    mutation(
        "exposures.session_of_channel",
        "campaign_exposures",
        "session_id is not null",
        session_id="cast(null as bigint)",
    ),
    mutation("exposures.in_session", "campaign_exposures", "session_id is not null", publisher="'Somebody else'"),
    mutation(
        "exposures.twice_in_session",
        "campaign_exposures",
        "concat(campaign_id, ' in ', session_id) in (select concat(x.campaign_id, ' in ', x.session_id)"
        " from {campaign_exposures} x where x.session_id is not null group by x.campaign_id, x.session_id"
        " having count(*) = 2)",
        how="add",
        exposure_id="exposure_id + 100",
        also=(
            "exposures.cap_daily",
            "exposures.cap_weekly",
            "exposures.budget",
            "exposures.block_budget",
            "responses.latest_exposure",
            TOTALS,
        ),
    ),
    mutation(
        "exposures.social_online",
        "campaign_exposures",
        "campaign_id in (select c.campaign_id from {campaigns} c where c.channel = 'social')",
        exposure_ts=moved("exposure_ts", 5 * 3_600_000_000),
        also=(
            "exposures.identifier_alive",
            "exposures.within_flight",
            "exposures.within_window",
            "exposures.cap_daily",
            "exposures.cap_weekly",
            "responses.within_attribution_window",
            "responses.latest_exposure",
            "responses.lag",
            "responses.click_day",
            TOTALS,
        ),
    ),
    mutation("exposures.ip_safe", "campaign_exposures", ip_address="'8.8.8.8'"),
    mutation("exposures.completion_rate", "campaign_exposures", "completion_rate is null", completion_rate="0.5"),
    mutation("exposures.view_seconds", "campaign_exposures", view_seconds="-1"),
    mutation(
        "exposures.cpm_cost",
        "campaign_exposures",
        f"cost > 0 and {_PRICED.format('cpm')}",
        cost="cast(cost / 10 as decimal(18,6))",
        also=(TOTALS,),
    ),
    mutation(
        "exposures.cpc_cost",
        "campaign_exposures",
        f"cost = 0 and {_PRICED.format('cpc')}",
        cost="cast(0.000001 as decimal(18,6))",
        also=(TOTALS,),
    ),
    mutation(
        "exposures.cap_daily",
        "campaigns",
        f"frequency_cap_scope = 'person' and {_SHOWN}",
        frequency_cap_daily="1",
        also=("campaigns.caps",),
    ),
    mutation(
        "exposures.cap_weekly",
        "campaigns",
        f"frequency_cap_scope = 'household' and {_SHOWN}",
        frequency_cap_weekly="1",
        also=("campaigns.caps",),
    ),
    mutation("exposures.budget", "campaigns", _PAID, budget="cast(0.01 as decimal(18,2))", also=("campaigns.budget",)),
    mutation(
        "exposures.block_budget",
        "campaigns",
        _PAID,
        budget_per_1000_households="cast(0.01 as decimal(18,2))",
        also=("campaigns.budget",),
    ),
]
