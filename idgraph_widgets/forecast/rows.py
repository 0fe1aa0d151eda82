"""The analytic model of each table's rows, in the terms of the configuration, before calibration."""

from __future__ import annotations

import math
from typing import Any

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.forecast.activity import categories_with, events_per_person
from idgraph_widgets.forecast.campaigns import deliverable_per_household, mean_flight
from idgraph_widgets.forecast.identity import mappings_by_type
from idgraph_widgets.forecast.people import People

_ATTRIBUTION_MODELS = 5
_LONGEST_INTENT_DAYS = 90

_LABELLED = 0.04
"""Share of purchases that an ad in reach could have led to: those that ads can add to."""


def expected_rows(config: GenerationConfig, constants: dict[str, Any]) -> dict[str, float]:
    """Expected rows per table before calibration; companions beside the table they belong to."""
    people = People.of(config)
    households, campaign = config.household_config.num_households, config.campaign_config
    persons, adults = households * people.all, households * people.adults
    campaigns = campaign.campaigns_per_period * config.window_days / 30
    eligible = constants["eligible_share"]
    paid = min(1.0, sum(campaign.budget_factor.values()) / 2)
    exposures = households * deliverable_per_household(config) * paid
    responses, purchases = _responses(config, adults, exposures)
    mappings = households * sum(mappings_by_type(config).values())
    dials, identity = config.demographics_config.source_records, config.demographics_config.identity_mappings
    records = adults * sum(dials.system_shares.values()) * (1 + dials.duplicate_share)
    return {
        "households": households,
        "individuals": persons,
        "household_moves": households * config.window_days / 365.25 * identity.moves_per_year,
        "identity_mappings": mappings,
        "truth_identity": mappings,
        "source_records": records,
        "truth_records": records,
        "content_catalog": config.engagement_config.catalog_size,
        "content_engagements": persons * events_per_person(config, config.window_days),
        "viewership_patterns": persons * categories_with(config, config.window_days, at_least=1),
        "truth_intent": adults * _intents_per_adult(config),
        "segment_rules": constants["segment_rules"],
        "audience_attributes": adults * _segments_per_adult(config, constants),
        "campaigns": campaigns,
        "campaign_holdouts": campaigns * households * eligible * campaign.holdout_share,
        "campaign_opportunities": campaigns * households * eligible * campaign.reach_share,
        "campaign_exposures": exposures,
        "response_events": responses,
        "truth_conversion": purchases,
        "outcome_metrics": campaigns * _ATTRIBUTION_MODELS,
        "campaign_daily": campaigns * mean_flight(config),
    }


def _segments_per_adult(config: GenerationConfig, constants: dict[str, Any]) -> float:
    """A constant number of demographic segments, and interests that follow from the lookback."""
    audience = config.audience_config
    interests = categories_with(config, audience.lookback_days, audience.interest_min_events)
    off = sum(not switch for switch in audience.segments.values())
    on_share = max(0.0, 1 - off / constants["segment_rules"])
    return on_share * (constants["demographic_segments_per_adult"] + constants["interest_weight"] * interests)


def _responses(config: GenerationConfig, adults: float, exposures: float) -> tuple[float, float]:
    """Expected responses and purchases, with and without ads."""
    campaign = config.campaign_config
    rate = sum(s * campaign.click_through_rates[channel] for channel, s in campaign.channel_mix.items())
    organic = adults * campaign.organic_visits_per_person_90_days * config.window_days / 90
    clicks = exposures * rate
    visits = clicks * campaign.click_to_visit + organic
    # Clicks of curiosity fill no carts.
    carts = organic * campaign.visit_to_cart
    purchases = carts * campaign.cart_to_purchase * (1 + campaign.ad_lift * _LABELLED)
    return clicks + visits * (1 + campaign.visit_to_sign_up) + carts + purchases, purchases


def _intents_per_adult(config: GenerationConfig) -> float:
    """Spells that go on when the window begins, and those that begin in it."""
    campaign = config.campaign_config
    days = campaign.intent_days["median"] * math.exp(campaign.intent_days["sigma"] ** 2 / 2)
    return campaign.intents_at_a_time * (1 + config.window_days / min(days, _LONGEST_INTENT_DAYS))
