"""The model of identifiers against generated rows: plot, estimate and table say the same wherever the dials stand."""

from __future__ import annotations

from datetime import date

import pytest
from support.nightly import but_first

from idgraph_widgets.config import GenerationConfig, HouseholdConfig, SizeDistribution
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.forecast import estimate, identifiers_per_household
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.studio.expected import cards
from idgraph_widgets.studio.paths import write
from idgraph_widgets.studio.session import WizardStep

IDENTITY = "demographics_config.identity_mappings"
HOUSEHOLDS = 3_000

# Dials moved far, together where they are about different types: each type tells of its own.
SETTINGS = {
    "hashes, TVs, leases, tablets, tracking": {
        f"{IDENTITY}.hash_variant_share": 0.5,
        f"{IDENTITY}.ctv_devices_per_home": 4.0,
        f"{IDENTITY}.home_ip_rotation_days": 10.0,
        f"{IDENTITY}.shared_tablet_share": 1.0,
        f"{IDENTITY}.android_opt_out_share": 0.8,
        f"{IDENTITY}.cookie_lifetime_days": 20.0,
    },
    "mailboxes, public places, iPhones": {
        f"{IDENTITY}.emails_per_adult": 4.0,
        f"{IDENTITY}.recycled_email_share": 0.4,
        f"{IDENTITY}.email_variant_share": 1.0,
        f"{IDENTITY}.public_ip_share": 0.6,
        f"{IDENTITY}.ctv_home_share": 0.3,
        f"{IDENTITY}.ios_share": 0.9,
        f"{IDENTITY}.att_shares": {"authorized": 0.8, "denied": 0.2},
    },
    "phones, couples, typos, computers, browsers": {
        f"{IDENTITY}.smartphone_ownership": {"13-17": 0.5, "18-29": 0.9, "30-49": 0.7, "50-64": 0.5, "65+": 0.3},
        f"{IDENTITY}.shared_email_share": 0.5,
        f"{IDENTITY}.typo_share": 0.6,
        f"{IDENTITY}.personal_computer_share": 0.9,
        f"{IDENTITY}.shared_desktop_share": 0.1,
        f"{IDENTITY}.browser_shares": {"chrome": 0.5, "safari": 0.15, "firefox": 0.35},
        f"{IDENTITY}.safari_cookie_days": 2.0,
    },
    "guesses": {
        f"{IDENTITY}.probabilistic_share": 1.0,
        f"{IDENTITY}.probabilistic_confidence": {"alpha": 2.0, "beta": 4.0},
        f"{IDENTITY}.same_household_false_share": 1.0,
        f"{IDENTITY}.desktop_platform_shares": {"macos": 0.7, "windows": 0.3},
    },
    "people, days and all that is seen": {
        "demographics_config.age_range": (10, 75),
        "household_config.size_distribution": SizeDistribution(mean=3.2, std_dev=1.5),
        "end_date": date(2025, 2, 15),
        f"{IDENTITY}.observation_shares": dict.fromkeys(
            ("email", "hashed_email", "phone", "hashed_phone", "first_party_cookie", "third_party_cookie",
             "mobile_ad_id", "ctv_id", "ip_address", "uid2_like"), 0.7
        ),
    },
}  # fmt: skip

BY_TYPE = """
    select case when identifier_type = 'cookie' then concat(cookie_scope, '_cookie')
                when identifier_type in ('idfa', 'gaid') then 'mobile_ad_id' else identifier_type end as name,
           count(*) as n
    from identity_mappings group by 1
"""


@pytest.mark.parametrize("name", but_first(SETTINGS, 2))
def test_plot_estimate_and_rows_agree(spark, tmp_path, name):
    config = GenerationConfig(seed=5, household_config=HouseholdConfig(num_households=HOUSEHOLDS))
    # The other tables stay small.
    config.engagement_config.events_per_person_day = 0.001
    config.engagement_config.catalog_size = 140
    config.campaign_config.campaigns_per_period = 1
    for path, value in SETTINGS[name].items():
        write(config, path, value)
    run_pipeline(spark, config, tmp_path / "d")
    with Dataset(tmp_path / "d", spark) as dataset:
        rows = {row["name"]: row["n"] for row in dataset.sql(BY_TYPE).collect()}
    expected = identifiers_per_household(config)
    (card,) = [card for card in cards(WizardStep.IDENTITY_GRAPH) if card.key == "identifiers"]
    bars = card.draw(config, {}).figure["data"][0]["x"]
    assert bars == pytest.approx(list(expected.values()), rel=1e-5)
    assert sum(bars) * HOUSEHOLDS == pytest.approx(estimate(config).tables["identity_mappings"].rows, rel=1e-4)
    assert sum(rows.values()) == pytest.approx(sum(expected.values()) * HOUSEHOLDS, rel=0.04)
    # Homes differ: what their members have in common varies more than single identifiers do.
    counts = {name: (count * HOUSEHOLDS, rows.get(name, 0)) for name, count in expected.items()}
    assert {
        name: both for name, both in counts.items() if abs(both[0] - both[1]) > 0.06 * both[1] + 4 * both[1] ** 0.5
    } == {}
