"""A configuration in which something of everything happens, so that there is a row for every fault."""

from __future__ import annotations

from datetime import timedelta

from idgraph_widgets.config import CampaignConfig, GenerationConfig, HouseholdConfig


def busy_config(households: int = 1_000) -> GenerationConfig:
    """Many clicks, purchases and campaigns per advertiser."""
    rates = {"search": 0.3, "social": 0.2, "display": 0.1, "video": 0.1, "ctv": 0.0, "audio": 0.1, "email": 0.2}
    mix = {"search": 0.2, "social": 0.2, "display": 0.2, "video": 0.1, "ctv": 0.1, "audio": 0.1, "email": 0.1}
    campaigns = CampaignConfig(
        campaigns_per_period=10,
        num_advertisers=4,
        channel_mix=mix,
        click_through_rates=rates,
        click_to_visit=0.9,
        visit_to_sign_up=0.3,
        visit_to_cart=0.5,
        cart_to_purchase=0.8,
        organic_visits_per_person_90_days=6.0,
        ad_lift=3.0,
        ad_adstock=1.0,
    )
    homes = HouseholdConfig(num_households=households)
    return GenerationConfig(seed=7, household_config=homes, campaign_config=campaigns)


def busy_weeks(households: int) -> GenerationConfig:
    """The same over two months, with few engagements: many households in little time."""
    config = busy_config(households)
    config.end_date = config.start_date + timedelta(days=60)
    config.engagement_config.events_per_person_day = 0.2
    return config
