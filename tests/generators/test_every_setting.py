"""Settings at their ends, some at once, and combinations drawn at random: all that is generated holds.

The long form, every setting alone, is `python -m benchmarks.settings`; docs/settings-extremes.md is what it found.
"""

from __future__ import annotations

import pytest
from support.nightly import but_first
from support.settings import Case, base, changed, drawn, outcome, settings

from idgraph_widgets.config import kinds, mappings

PEOPLE = "demographics_config"
IDENTITY, RECORDS = f"{PEOPLE}.identity_mappings", f"{PEOPLE}.source_records"
ENGAGEMENT, CAMPAIGNS, HOMES = "engagement_config", "campaign_config", "household_config"

TOGETHER = {
    "everybody young, homes of one": {
        f"{PEOPLE}.age_range": (18, 34),
        f"{HOMES}.size_distribution.shares": {1: 1.0},
        f"{HOMES}.location_distribution": {"HI": 1.0},
        f"{PEOPLE}.gender_distribution": {"female": 1.0},
        f"{IDENTITY}.smartphone_ownership": {"13-17": 0, "18-29": 1, "30-49": 0, "50-64": 0, "65+": 0},
        f"{ENGAGEMENT}.content_type_weights": {"live": 1.0},
        f"{CAMPAIGNS}.cpc_channels": [],
        "audience_config.segments": {"49": False, "50": False},
    },
    "homes of twelve, one hour of one day": {
        f"{HOMES}.size_distribution.shares": {12: 1.0},
        f"{ENGAGEMENT}.tv_hour_weights": tuple(float(hour == 23) for hour in range(24)),
        f"{ENGAGEMENT}.mobile_hour_weights": tuple(float(hour == 0) for hour in range(24)),
        f"{ENGAGEMENT}.weekday_weights": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        f"{ENGAGEMENT}.events_per_session": 1.0,
        f"{ENGAGEMENT}.activity_sigma": 0.0,
        f"{ENGAGEMENT}.week_sigma": 0.0,
        f"{ENGAGEMENT}.catalog_size": 140,
        f"{ENGAGEMENT}.video_view_ends": (1.0, 0.0, 0.0, 0.0, 0.0),
        f"{ENGAGEMENT}.game_view_ends": (0.0, 0.0, 0.0, 0.0, 1.0),
        f"{IDENTITY}.ios_share": 0.0,
    },
    "everything renewed daily": {
        "start_date": base().start_date.replace(year=2099),
        f"{IDENTITY}.home_ip_rotation_days": 1.0,
        f"{IDENTITY}.cookie_lifetime_days": 1.0,
        f"{IDENTITY}.safari_cookie_days": 1.0,
        f"{IDENTITY}.ctv_home_share": 0.0,
        f"{IDENTITY}.email_variant_share": 1.0,
        f"{ENGAGEMENT}.session_gap_minutes": 10.0,
        f"{ENGAGEMENT}.week_sigma": 1.5,
        f"{ENGAGEMENT}.weekend_desktop_odds": 2.0,
        f"{ENGAGEMENT}.session_publisher_share": 1.0,
        f"{CAMPAIGNS}.frequency_caps": {
            name: {"daily": 1, "weekly": 1, "scope": "household"} for name in base().campaign_config.frequency_caps
        },
        f"{RECORDS}.missing_shares": {"email": 1.0, "phone": 0.0, "birth_date": 1.0, "address_line": 0.0},
    },
    "busy, and nobody has a phone": {
        f"{IDENTITY}.smartphone_ownership": dict.fromkeys(("13-17", "18-29", "30-49", "50-64", "65+"), 0.0),
        f"{IDENTITY}.opt_out_per_90_days": 1e-300,
        f"{ENGAGEMENT}.events_per_person_day": 8.0,
        f"{ENGAGEMENT}.events_per_session": 4.0,
        f"{CAMPAIGNS}.bid_prices": dict.fromkeys(base().campaign_config.bid_prices, 1000.0),
        f"{CAMPAIGNS}.flight_days": {"min": 1, "max": 1},
    },
    "nobody visits of their own accord, and budgets of a thousand times": {
        f"{CAMPAIGNS}.organic_visits_per_person_90_days": 0.0,
        f"{CAMPAIGNS}.budget_factor": {"min": 1000.0, "max": 1000.0},
    },
    "so many campaigns that two reach a person at the same moment": {f"{CAMPAIGNS}.campaigns_per_period": 500},
    "clicks lead nowhere, and what is planned is worth a few cents": {
        f"{CAMPAIGNS}.click_to_visit": 0.0,
        f"{CAMPAIGNS}.bid_prices": dict.fromkeys(base().campaign_config.bid_prices, 0.01),
    },
}
"""Settings of every kind at their ends."""


def together(name: str) -> Case:
    config = base()
    for path, value in TOGETHER[name].items():
        changed(path, value, config)
    return Case(name, config)


@pytest.mark.parametrize("name", TOGETHER)
def test_settings_at_their_ends_hold(spark, name):
    found = outcome(spark, together(name), with_report=False)
    assert found.state == "holds", found.told


@pytest.mark.parametrize("case", but_first(drawn(4)), ids=lambda case: case.name)
def test_random_combinations_hold(spark, case):
    found = outcome(spark, case, with_report=False)
    assert found.state == "holds", found.told


def test_every_kind_of_setting_is_among_them():
    """So that a new kind is not forgotten; bounds of brackets are of no use without brackets of their own."""
    known = settings()
    covered = {type(known[path]) for chosen in TOGETHER.values() for path in chosen}
    assert {type(kind) for kind in known.values()} - covered == {mappings.BracketBounds}
    assert kinds.Day in covered
