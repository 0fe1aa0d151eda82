"""Mutations of campaigns, exposures, responses and outcomes; see `check_mutations`."""

from __future__ import annotations

from check_mutations import DAY, _m, moved

TOTALS = "TOTALS"
"""Stands for every check of outcome_metrics and campaign_daily."""

CAMPAIGNS = [
    _m("structure.campaigns.segment_fk", "campaigns", target_segment_id="'no-such-segment'",
       also=("exposures.in_segment", "campaigns.holdout_eligible")),
    _m("campaigns.starts_when_valid", "campaigns", start_date="date_from_unix_date(0)",
       also=("campaigns.flight_length",)),
    _m("campaigns.flight_length", "campaigns", end_date="date_from_unix_date(unix_date(end_date) + 400)"),
    _m("campaigns.channel_configured", "campaigns", objective="'fame'",
       also=("structure.campaigns.objective.vocabulary",)),
    _m("campaigns.pricing_model", "campaigns", "pricing_model = 'cpm'", pricing_model="'cpc'",
       also=("exposures.cpc_cost",)),
    _m("campaigns.bid_price", "campaigns", bid_price="-bid_price", also=("exposures.cpc_cost", "exposures.cpm_cost")),
    _m("campaigns.budget", "campaigns", budget="budget + 1"),
    _m("campaigns.caps", "campaigns", frequency_cap_daily="99"),
    _m("campaigns.holdout_and_window", "campaigns", attribution_window_days="31",
       also=("responses.latest_exposure", "outcomes.attributed_conversions", "outcomes.attributed_revenue")),
    _m("campaigns.advertiser_name", "campaigns", "advertiser_id in (select c.advertiser_id from {campaigns} c"
       " group by c.advertiser_id having count(*) > 1)", advertiser="'Somebody else'"),
    _m("structure.campaign_holdouts.fk", "campaign_holdouts", campaign_id="cast(77 as bigint)"),
    _m("campaigns.holdout_eligible", "campaigns", "target_segment_id <> '49' and campaign_id in"
       " (select h.campaign_id from {campaign_holdouts} h)", target_segment_id="'49'",
       also=("exposures.in_segment", "campaigns.starts_when_valid")),
]  # fmt: skip

EXPOSURES = [
    _m("structure.campaign_exposures.fks", "campaign_exposures", "cost > 0", mapping_id="cast(1 as bigint)",
       also=("outcomes.identifier_reach",)),
    _m("exposures.person_of_mapping", "campaign_exposures",
       individual_id="case when pmod(individual_id, 16) = 1 then individual_id + 1 else individual_id - 1 end",
       also=("structure.campaign_exposures.fks", "exposures.in_segment", "exposures.never_minors",
             "exposures.email_opted_in", "responses.exposure_of_person", "responses.latest_exposure", TOTALS)),
    _m("exposures.household_of_person", "campaign_exposures", household_id="household_id + 1",
       also=("exposures.never_holdouts", TOTALS)),
    _m("exposures.device_of_mapping", "campaign_exposures", "device_id is not null", device_id="device_id + 1"),
    _m("exposures.in_segment", "audience_attributes", "individual_id in (select x.individual_id from"
       " {campaign_exposures} x join {campaigns} c on x.campaign_id = c.campaign_id) and segment_id in"
       " (select c.target_segment_id from {campaigns} c join {campaign_exposures} x on c.campaign_id = x.campaign_id)",
       segment_id="'no-such-segment'", also=("structure.audience_attributes.fks", "audience.segment_facts",
       "campaigns.holdout_eligible", "MEMBERSHIP")),
    _m("exposures.never_minors", "individuals", "individual_id in (select x.individual_id from {campaign_exposures} x)",
       age="17", also=("individuals.age_of_birth_date", "individuals.minor_not_householder",
       "individuals.minor_no_degree", "audience.no_minors", "households.has_children", "MEMBERSHIP")),
    _m("exposures.never_holdouts", "campaign_holdouts", how="add",
       campaign_id="(select max(x.campaign_id) from {campaign_exposures} x)",
       household_id="(select max(x.household_id) from {campaign_exposures} x where x.campaign_id ="
       " (select max(y.campaign_id) from {campaign_exposures} y))", also=("responses.never_of_holdout",)),
    _m("exposures.usable_identifier", "campaigns", "channel = 'display'", channel="'ctv'",
       also=("campaigns.caps", "campaigns.pricing_model", "exposures.completion_rate", "responses.clickable")),
    _m("exposures.email_opted_in", "individuals", "email_opt_in and individual_id in (select x.individual_id from"
       " {campaign_exposures} x join {campaigns} c on x.campaign_id = c.campaign_id where c.channel = 'email')",
       email_opt_in="false"),
    _m("exposures.identifier_alive", "identity_mappings", "not is_shared and mapping_id in (select x.mapping_id from"
       " {campaign_exposures} x)", first_seen_ts="last_seen_ts", also=("engagement.identifier_alive",
       "identity.opted_out_within_window", "identity.active_at_end", "exposures.in_segment", "MEMBERSHIP")),
    _m("exposures.within_window", "campaign_exposures", exposure_ts="timestamp_micros(0)",
       also=("exposures.identifier_alive", "exposures.within_flight", "responses.within_attribution_window",
             "responses.latest_exposure", "responses.lag", "responses.click_day", TOTALS)),
    _m("exposures.within_flight", "campaigns", "campaign_id in (select x.campaign_id from {campaign_exposures} x)",
       start_date="date_from_unix_date(unix_date(end_date) - 1)", also=("campaigns.flight_length",
       "campaigns.starts_when_valid")),
    _m("exposures.ip_safe", "campaign_exposures", ip_address="'8.8.8.8'"),
    _m("exposures.completion_rate", "campaign_exposures", "completion_rate is null", completion_rate="0.5"),
    _m("exposures.view_seconds", "campaign_exposures", view_seconds="-1"),
    _m("exposures.cpm_cost", "campaign_exposures", "cost > 0 and campaign_id in (select c.campaign_id from {campaigns} c"
       " where c.pricing_model = 'cpm')", cost="cost - 0.000001", also=(TOTALS,)),
    _m("exposures.cpc_cost", "campaign_exposures", "cost = 0 and campaign_id in (select c.campaign_id from {campaigns} c"
       " where c.pricing_model = 'cpc')", cost="cast(0.000001 as decimal(18,6))", also=(TOTALS,)),
    _m("exposures.cap_daily", "campaigns", "frequency_cap_scope = 'person' and campaign_id in (select x.campaign_id"
       " from {campaign_exposures} x)", frequency_cap_daily="1", also=("campaigns.caps",)),
    _m("exposures.cap_weekly", "campaigns", "frequency_cap_scope = 'household' and campaign_id in (select"
       " x.campaign_id from {campaign_exposures} x)", frequency_cap_weekly="1", also=("campaigns.caps",)),
    _m("exposures.budget", "campaigns", "campaign_id in (select x.campaign_id from {campaign_exposures} x where"
       " x.cost > 0)", budget="cast(0.01 as decimal(18,2))", also=("campaigns.budget",)),
    _m("exposures.block_budget", "campaigns", "campaign_id in (select x.campaign_id from {campaign_exposures} x where"
       " x.cost > 0)", budget_per_1000_households="cast(0.01 as decimal(18,2))", also=("campaigns.budget",)),
]  # fmt: skip

_CARRIED = "exposure_id is not null"

RESPONSES = [
    _m("structure.response_events.fks", "response_events", "parent_response_id is not null and"
       " response_type = 'sign_up'", parent_response_id="cast(1 as bigint)", also=()),
    _m("responses.advertiser", "response_events", "response_type = 'site_visit' and conversion_path = 'organic' and"
       " response_id not in (select p.parent_response_id from {response_events} p where p.parent_response_id"
       " is not null)", advertiser_id="cast(9999 as bigint)"),
    _m("responses.organic_exactly", "response_events", _CARRIED + " and response_type = 'sign_up'",
       lag_seconds="cast(null as bigint)", also=("responses.lag",)),
    _m("responses.exposure_of_person", "response_events", "response_type = 'click' and response_id not in (select"
       " p.parent_response_id from {response_events} p where p.parent_response_id is not null)",
       individual_id="case when pmod(individual_id, 16) = 1 then individual_id + 1 else individual_id - 1 end",
       also=("structure.response_events.fks",)),
    _m("responses.within_attribution_window", "campaigns", "campaign_id in (select r.campaign_id from"
       " {response_events} r where r.lag_seconds > 90000)", attribution_window_days="1",
       also=("campaigns.holdout_and_window", "responses.latest_exposure", "responses.cause_reaches", TOTALS)),
    _m("responses.lag", "response_events", _CARRIED, lag_seconds="lag_seconds + 1"),
    _m("responses.never_of_holdout", "campaign_holdouts", how="add",
       campaign_id="(select max(r.campaign_id) from {response_events} r)",
       household_id="(select max(i.household_id) from {response_events} r join {individuals} i"
       " on r.individual_id = i.individual_id where r.campaign_id = (select max(s.campaign_id) from"
       " {response_events} s))", also=("exposures.never_holdouts", "campaigns.holdout_eligible")),
    _m("responses.parent_types", "response_events", "response_type = 'add_to_cart' and response_id not in (select"
       " p.parent_response_id from {response_events} p where p.parent_response_id is not null)",
       response_type="'purchase'", revenue="cast(5 as decimal(18,2))",
       also=("responses.truth_every_purchase", TOTALS)),
    _m("responses.parent_before", "response_events", "response_type = 'add_to_cart' and conversion_path = 'organic'",
       response_ts=moved("response_ts", -60 * DAY), also=("responses.within_window",)),
    _m("responses.equal_along_chain", "response_events", "response_type = 'sign_up' and conversion_path = 'organic'",
       advertiser_id="case when advertiser_id = (select min(c.advertiser_id) from {campaigns} c) then"
       " (select max(c.advertiser_id) from {campaigns} c) else (select min(c.advertiser_id) from {campaigns} c) end"),
    _m("responses.path_of_first", "response_events", "response_type = 'click' and response_id not in (select"
       " p.parent_response_id from {response_events} p where p.parent_response_id is not null)",
       conversion_path="'view_through'"),
    _m("responses.click_day", "response_events", "response_type = 'click' and lag_seconds < 80000 and response_id not"
       " in (select p.parent_response_id from {response_events} p where p.parent_response_id is not null)",
       response_ts=moved("response_ts", DAY), lag_seconds="lag_seconds + 86400",
       also=("responses.within_window", TOTALS)),
    _m("responses.clickable", "campaigns", "campaign_id in (select r.campaign_id from {response_events} r where"
       " r.response_type = 'click') and pricing_model = 'cpm'", channel="'ctv'", also=("campaigns.caps",
       "exposures.usable_identifier", "exposures.completion_rate", "exposures.email_opted_in")),
    _m("responses.within_window", "response_events", "response_type = 'site_visit' and conversion_path = 'organic'"
       " and response_id not in (select p.parent_response_id from {response_events} p where p.parent_response_id"
       " is not null)", response_ts=moved("response_ts", 365 * DAY)),
    _m("responses.revenue", "response_events", "response_type = 'site_visit'", revenue="cast(5 as decimal(18,2))",
       also=(TOTALS,)),
    _m("responses.one_child_per_type", "response_events", "response_type = 'sign_up'", how="add",
       response_id="response_id + 1", also=(TOTALS,)),
    _m("responses.latest_exposure", "response_events", "response_type = 'site_visit' and conversion_path ="
       " 'view_through' and response_id not in (select p.parent_response_id from {response_events} p where"
       " p.parent_response_id is not null)", conversion_path="'organic'", exposure_id="cast(null as bigint)",
       campaign_id="cast(null as bigint)", lag_seconds="cast(null as bigint)", also=(TOTALS,)),
    _m("responses.truth_every_purchase", "truth_conversion", how="remove"),
    _m("responses.cause_reaches", "truth_conversion", "response_id in (select r.response_id from {response_events} r"
       " where r.conversion_path <> 'organic')", causing_exposure_id="(select min(x.exposure_id) from"
       " {campaign_exposures} x)"),
    _m("responses.organic_not_caused", "truth_conversion", "response_id in (select r.response_id from"
       " {response_events} r where r.conversion_path = 'organic')", causing_exposure_id="(select min(x.exposure_id)"
       " from {campaign_exposures} x)", also=("responses.cause_reaches",)),
    _m("structure.truth_conversion.response_fk", "truth_conversion", how="add", response_id="cast(1 as bigint)"),
]  # fmt: skip

_LAST = "attribution_model = 'last_touch'"
_SEEN = "impressions > 0 and clicks > 0"

OUTCOMES = [
    _m("outcomes.five_rows", "outcome_metrics", f"{_LAST} and attributed_conversions = 0", how="remove"),
    _m("structure.outcome_metrics.campaign_fk", "outcome_metrics", "attributed_conversions = 0",
       campaign_id="cast(77 as bigint)", also=("outcomes.five_rows",)),
    _m("outcomes.impressions", "outcome_metrics", impressions="impressions + 1",
       also=("outcomes.ctr", "outcomes.cpm", "outcomes.avg_frequency")),
    _m("outcomes.viewable_impressions", "outcome_metrics", viewable_impressions="viewable_impressions + 1"),
    _m("outcomes.reach", "outcome_metrics", reach="reach + 1", also=("outcomes.avg_frequency",)),
    _m("outcomes.household_reach", "outcome_metrics", household_reach="household_reach + 1"),
    _m("outcomes.identifier_reach", "outcome_metrics", identifier_reach="identifier_reach + 1"),
    _m("outcomes.clicks", "outcome_metrics", clicks="clicks + 1",
       also=("outcomes.ctr", "outcomes.conversion_rate", "outcomes.cpc")),
    _m("outcomes.site_visits", "outcome_metrics", site_visits="site_visits + 1"),
    _m("outcomes.sign_ups", "outcome_metrics", sign_ups="sign_ups + 1"),
    _m("outcomes.conversions", "outcome_metrics", conversions="conversions + 1", also=("outcomes.conversion_rate",)),
    _m("outcomes.spend", "outcome_metrics", spend="spend + 0.000001",
       also=("outcomes.cpm", "outcomes.cpc", "outcomes.cpa", "outcomes.roas")),
    _m("outcomes.attributed_conversions", "outcome_metrics", attributed_conversions="attributed_conversions + 0.000001",
       also=("outcomes.cpa", "outcomes.all_conversions_credited")),
    _m("outcomes.attributed_revenue", "outcome_metrics", attributed_revenue="attributed_revenue + 0.01",
       also=("outcomes.roas", "outcomes.all_revenue_credited")),
    _m("outcomes.all_conversions_credited", "outcome_metrics", "attributed_conversions > 0", how="remove",
       also=("outcomes.five_rows", "outcomes.all_revenue_credited")),
    _m("outcomes.all_revenue_credited", "outcome_metrics", "attributed_revenue > 0", how="remove",
       also=("outcomes.five_rows", "outcomes.all_conversions_credited")),
    _m("outcomes.ctr", "outcome_metrics", _SEEN, ctr="ctr + 0.000001"),
    _m("outcomes.conversion_rate", "outcome_metrics", "clicks = 0", conversion_rate="0.0"),
    _m("outcomes.cpm", "outcome_metrics", _SEEN, cpm="cpm + 0.000001"),
    _m("outcomes.cpc", "outcome_metrics", _SEEN, cpc="cast(null as decimal(18,6))"),
    _m("outcomes.cpa", "outcome_metrics", "attributed_conversions > 0", cpa="cpa - 0.000001"),
    _m("outcomes.roas", "outcome_metrics", "spend > 0", roas="roas + 0.000001"),
    _m("outcomes.avg_frequency", "outcome_metrics", "reach > 0", avg_frequency="avg_frequency + 0.1"),
    _m("structure.campaign_daily.campaign_fk", "campaign_daily", "clicks + conversions = 0",
       campaign_id="cast(77 as bigint)", also=("campaign_daily.no_day_missing", "campaign_daily.sums")),
    _m("campaign_daily.no_day_missing", "campaign_daily", "impressions > 0", how="remove"),
    _m("campaign_daily.sums", "campaign_daily", impressions="impressions + 1"),
]  # fmt: skip
