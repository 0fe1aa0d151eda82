"""Mutations of responses and outcomes; see `mutation`."""

from __future__ import annotations

from support.mutations.mutation import DAY, NEIGHBOUR, NO_CAMPAIGN, TOTALS, held_out, moved, mutation

_CARRIED = "exposure_id is not null"
_CHILDLESS = (
    "response_id not in (select p.parent_response_id from {response_events} p where p.parent_response_id is not null)"
)
_CLICK = f"response_type = 'click' and {_CHILDLESS}"
_ORGANIC_VISIT = f"response_type = 'site_visit' and conversion_path = 'organic' and {_CHILDLESS}"
_FIRST_EXPOSURE = "(select min(x.exposure_id) from {campaign_exposures} x)"

RESPONSES = [
    mutation(
        "structure.response_events.fks",
        "response_events",
        "parent_response_id is not null and response_type = 'sign_up'",
        parent_response_id="cast(1 as bigint)",
        also=(),
    ),
    mutation("responses.advertiser", "response_events", _ORGANIC_VISIT, advertiser_id="cast(9999 as bigint)"),
    mutation(
        "responses.organic_exactly",
        "response_events",
        _CARRIED + " and response_type = 'sign_up'",
        lag_seconds="cast(null as bigint)",
        also=("responses.lag",),
    ),
    mutation(
        "responses.exposure_of_person",
        "response_events",
        _CLICK,
        individual_id=NEIGHBOUR,
        also=("structure.response_events.fks",),
    ),
    mutation(
        "responses.within_attribution_window",
        "campaigns",
        "campaign_id in (select r.campaign_id from {response_events} r where r.lag_seconds > 90000)",
        attribution_window_days="1",
        also=("campaigns.holdout_and_window", "responses.latest_exposure", "responses.cause_reaches", TOTALS),
    ),
    mutation("responses.lag", "response_events", _CARRIED, lag_seconds="lag_seconds + 1"),
    held_out(
        "responses.never_of_holdout",
        "(select r.campaign_id, r.individual_id div 16 as household_id from {response_events} r)",
        also=("exposures.never_holdouts", "campaigns.holdout_eligible"),
    ),
    mutation(
        "responses.parent_types",
        "response_events",
        f"response_type = 'add_to_cart' and {_CHILDLESS}",
        response_type="'purchase'",
        revenue="cast(5 as decimal(18,2))",
        also=("responses.truth_every_purchase", TOTALS),
    ),
    mutation(
        "responses.parent_before",
        "response_events",
        "response_type = 'add_to_cart' and conversion_path = 'organic'",
        response_ts=moved("response_ts", -60 * DAY),
        also=("responses.within_window",),
    ),
    mutation(
        "responses.equal_along_chain",
        "response_events",
        "response_type = 'sign_up' and conversion_path = 'organic'",
        advertiser_id="case when advertiser_id = (select min(c.advertiser_id) from {campaigns} c) then"
        " (select max(c.advertiser_id) from {campaigns} c) else (select min(c.advertiser_id)"
        " from {campaigns} c) end",
    ),
    mutation("responses.path_of_first", "response_events", _CLICK, conversion_path="'view_through'"),
    mutation(
        "responses.click_day",
        "response_events",
        f"response_type = 'click' and lag_seconds < 80000 and {_CHILDLESS}",
        response_ts=moved("response_ts", DAY),
        lag_seconds="lag_seconds + 86400",
        also=("responses.within_window", TOTALS),
    ),
    mutation(
        "responses.clickable",
        "campaigns",
        "campaign_id in (select r.campaign_id from {response_events} r where"
        " r.response_type = 'click') and pricing_model = 'cpm'",
        channel="'ctv'",
        also=("campaigns.caps", "exposures.usable_identifier", "exposures.completion_rate", "exposures.email_opted_in"),
    ),
    mutation("responses.within_window", "response_events", _ORGANIC_VISIT, response_ts=moved("response_ts", 365 * DAY)),
    mutation(
        "responses.revenue",
        "response_events",
        "response_type = 'site_visit'",
        revenue="cast(5 as decimal(18,2))",
        also=(TOTALS,),
    ),
    mutation(
        "responses.one_child_per_type",
        "response_events",
        "response_type = 'sign_up'",
        how="add",
        response_id="response_id + 1",
        also=(TOTALS,),
    ),
    mutation(
        "responses.latest_exposure",
        "response_events",
        # Early enough that what follows would be in the window.
        f"response_type = 'site_visit' and conversion_path = 'view_through' and {_CHILDLESS}"
        " and datediff((select max(r.response_ts) from {response_events} r), response_ts) > 32",
        conversion_path="'organic'",
        exposure_id="cast(null as bigint)",
        campaign_id="cast(null as bigint)",
        lag_seconds="cast(null as bigint)",
        also=(TOTALS,),
    ),
    mutation("responses.truth_every_purchase", "truth_conversion", how="remove"),
    mutation(
        "responses.cause_reaches",
        "truth_conversion",
        "response_id in (select r.response_id from {response_events} r where r.conversion_path <> 'organic')",
        causing_exposure_id=_FIRST_EXPOSURE,
        also=("responses.cause_meets",),
    ),
    mutation(
        "responses.cause_meets",
        "truth_identity",
        "relation = 'owner' and mapping_id in (select x.mapping_id from {campaign_exposures} x"
        " join {truth_conversion} c on x.exposure_id = c.causing_exposure_id)",
        true_individual_id="true_individual_id + 16",
        also=(
            "identity.relation",
            "identity.false_links",
            "identity.shared_is_true",
            "identity.shared_by_all",
            "identity.false_link_near",
            "identity.false_link_repeats",
            "structure.truth_identity.individual_fk",
            "responses.latest_exposure",
        ),
    ),
    mutation("responses.origin", "truth_conversion", "origin = 'organic'", origin="'captured'"),
    mutation("structure.truth_conversion.response_fk", "truth_conversion", how="add", response_id="cast(1 as bigint)"),
]

_SEEN = "impressions > 0 and clicks > 0"

OUTCOMES = [
    mutation(
        "outcomes.five_rows",
        "outcome_metrics",
        "attribution_model = 'last_touch'",
        how="remove",
        also=("outcomes.all_conversions_credited", "outcomes.all_revenue_credited"),
    ),
    mutation(
        "structure.outcome_metrics.campaign_fk",
        "outcome_metrics",
        how="add",
        campaign_id=NO_CAMPAIGN,
        attributed_conversions="cast(0 as decimal(18,6))",
        attributed_revenue="cast(0 as decimal(18,2))",
        also=("outcomes.",),
    ),
    mutation(
        "outcomes.impressions",
        "outcome_metrics",
        impressions="impressions + 1",
        also=("outcomes.ctr", "outcomes.cpm", "outcomes.avg_frequency"),
    ),
    mutation("outcomes.viewable_impressions", "outcome_metrics", viewable_impressions="viewable_impressions + 1"),
    mutation("outcomes.reach", "outcome_metrics", reach="reach + 1", also=("outcomes.avg_frequency",)),
    mutation("outcomes.household_reach", "outcome_metrics", household_reach="household_reach + 1"),
    mutation("outcomes.identifier_reach", "outcome_metrics", identifier_reach="identifier_reach + 1"),
    mutation(
        "outcomes.clicks",
        "outcome_metrics",
        clicks="clicks + 1",
        also=("outcomes.ctr", "outcomes.conversion_rate", "outcomes.cpc"),
    ),
    mutation("outcomes.site_visits", "outcome_metrics", site_visits="site_visits + 1"),
    mutation("outcomes.sign_ups", "outcome_metrics", sign_ups="sign_ups + 1"),
    mutation(
        "outcomes.conversions", "outcome_metrics", conversions="conversions + 1", also=("outcomes.conversion_rate",)
    ),
    mutation(
        "outcomes.spend",
        "outcome_metrics",
        spend="spend + 0.000001",
        also=("outcomes.cpm", "outcomes.cpc", "outcomes.cpa", "outcomes.roas"),
    ),
    mutation(
        "outcomes.attributed_conversions",
        "outcome_metrics",
        attributed_conversions="attributed_conversions + 0.000001",
        also=("outcomes.cpa", "outcomes.all_conversions_credited"),
    ),
    mutation(
        "outcomes.attributed_revenue",
        "outcome_metrics",
        attributed_revenue="attributed_revenue + 0.01",
        also=("outcomes.roas", "outcomes.all_revenue_credited"),
    ),
    mutation(
        "outcomes.all_conversions_credited",
        "outcome_metrics",
        "attributed_conversions > 0",
        how="remove",
        also=("outcomes.five_rows", "outcomes.all_revenue_credited"),
    ),
    mutation(
        "outcomes.all_revenue_credited",
        "outcome_metrics",
        "attributed_revenue > 0",
        how="remove",
        also=("outcomes.five_rows", "outcomes.all_conversions_credited"),
    ),
    mutation("outcomes.ctr", "outcome_metrics", _SEEN, ctr="ctr + 0.000001"),
    mutation("outcomes.conversion_rate", "outcome_metrics", "clicks = 0", conversion_rate="0.0"),
    mutation("outcomes.cpm", "outcome_metrics", _SEEN, cpm="cpm + 0.000001"),
    mutation("outcomes.cpc", "outcome_metrics", _SEEN, cpc="cast(null as decimal(18,6))"),
    mutation("outcomes.cpa", "outcome_metrics", "attributed_conversions > 0", cpa="cpa - 0.000001"),
    mutation("outcomes.roas", "outcome_metrics", "spend > 0", roas="roas + 0.000001"),
    mutation("outcomes.avg_frequency", "outcome_metrics", "reach > 0", avg_frequency="avg_frequency + 0.1"),
    mutation(
        "structure.campaign_daily.campaign_fk",
        "campaign_daily",
        "clicks + conversions = 0",
        campaign_id=NO_CAMPAIGN,
        also=("campaign_daily.no_day_missing", "campaign_daily.sums"),
    ),
    mutation("campaign_daily.no_day_missing", "campaign_daily", "impressions > 0", how="remove"),
    mutation("campaign_daily.sums", "campaign_daily", impressions="impressions + 1"),
]
