"""Defaults, their sources, and what the helpers of the configuration compute."""

import dataclasses
import math
from datetime import date

import pytest

from idgraph_widgets import reference
from idgraph_widgets.config import (
    DIFFICULTIES,
    PRESETS,
    ConfigError,
    GenerationConfig,
    HouseholdConfig,
    SizeDistribution,
    field_table,
    income_bounds,
    preset,
    size_shares,
    with_difficulty,
)
from idgraph_widgets.config.income import parse_label
from idgraph_widgets.config.kinds import Curve
from idgraph_widgets.config.mappings import Shares
from idgraph_widgets.config.section import STATUSES
from idgraph_widgets.config.shares import round_shares
from idgraph_widgets.config.sizes import reachable_std_dev
from idgraph_widgets.config.walking import walk

pytestmark = pytest.mark.quick


def test_defaults_are_valid():
    assert GenerationConfig().validate() == []


def test_default_shares_sum_to_one():
    seen = 0
    for path, field, value, _ in walk(GenerationConfig()):
        described = field.metadata.get("setting")
        if described and isinstance(described.kind, (Shares, Curve)):
            shares = value.values() if isinstance(value, dict) else value
            assert math.fsum(shares) == pytest.approx(1.0, abs=1e-9), path
            seen += 1
    assert seen >= 17


def test_every_field_is_described():
    rows = field_table()
    assert len({row["path"] for row in rows}) == len(rows) > 80
    for row in rows:
        assert row["title"] and row["help"] and row["group"], row["path"]
        assert row["source"]["status"] in STATUSES, row["path"]
        assert row["is_section"] or row["bounds"], row["path"]
    by_path = {row["path"]: row for row in rows}
    assert by_path["household_config.num_households"]["bounds"] == "a whole number, 1,000 to 10,000,000"
    assert by_path["household_config.size_distribution.mean"]["unit"] == "people"


def test_defaults_follow_the_published_facts():
    config = GenerationConfig()
    sizes = config.household_config.size_distribution.shares
    for row in reference.facts("household_size"):
        size = int(str(row["persons"]).rstrip("+"))
        assert sizes[size] == pytest.approx(row["household_share"], abs=0.001)
    states = config.household_config.location_distribution
    for row in reference.state_shares():
        assert states[row["state"]] == pytest.approx(row["household_share"], abs=2e-6)
    levels = {
        row["level"]: row["share"]
        for row in reference.facts("education")
        if row["sex"] == "both" and row["age_band"] == "25+"
    }
    education = config.demographics_config.education_distribution
    no_diploma = levels["less_than_9th_grade"] + levels["9th_12th_no_diploma"]
    assert education["less_than_high_school"] == pytest.approx(no_diploma, abs=1e-9)
    assert education["graduate"] == levels["graduate_or_professional"]
    work = config.demographics_config.employment_distribution
    total = next(row for row in reference.facts("employment") if row["age_band"] == "16+")
    employed = work["employed_full_time"] + work["employed_part_time"]
    assert employed == pytest.approx(total["employed_share"], abs=0.001)
    assert work["unemployed"] == pytest.approx(total["unemployed_share"], abs=0.001)


def test_presets():
    numbers = {name: preset(name).household_config.num_households for name in PRESETS}
    assert numbers == {"tiny": 1_000, "small": 10_000, "medium": 100_000, "large": 1_000_000, "measurement": 100_000}
    with pytest.raises(ConfigError, match="Did you mean 'medium'"):
        preset("mediun")


@pytest.mark.parametrize(
    ("label", "bounds"),
    [
        ("<30K", (0, 30_000)),
        ("< $30k", (0, 30_000)),
        ("Under 30K", (0, 30_000)),
        ("30-60K", (30_000, 60_000)),
        ("$30K–$60K", (30_000, 60_000)),
        ("30K to 60K", (30_000, 60_000)),
        ("$25,000 to $34,999", (25_000, 35_000)),
        ("500K-1M", (500_000, 1_000_000)),
        ("1.5M+", (1_500_000, None)),
        ("1M+", (1_000_000, None)),
        ("150K+", (150_000, None)),
        (">=150K", (150_000, None)),
        ("$200,000 or more", (200_000, None)),
        ("middle", None),
        ("60-30K", None),
        ("500-1M", None),  # a unit on the upper amount alone holds for both, so this is upside down
        ("30-60-90K", None),
        ("", None),
        ("<0K", None),
    ],
)
def test_income_labels(label, bounds):
    assert parse_label(label) == bounds


def test_income_bounds_are_sorted_and_given_ones_win():
    household = HouseholdConfig(
        income_brackets={"rich": 0.2, "<50K": 0.5, "50-80K": 0.3},
        income_bounds={"rich": [90_000, None], "50-80K": [50_000, 90_000]},
    )
    assert household.validate() == []
    expected = [("<50K", 0, 50_000), ("50-80K", 50_000, 90_000), ("rich", 90_000, None)]
    assert income_bounds(household) == expected
    assert income_bounds(GenerationConfig(household_config=household)) == expected


@pytest.mark.parametrize(
    ("mean", "std_dev", "max_size"),
    [(2.4, 1.3, 7), (2.5, 1.2, 10), (6.0, 4.9, 12), (1.05, 0.25, 7), (3.0, 0.02, 6), (2.0, 2.2, 7)],
)
def test_sizes_really_have_mean_and_deviation(mean, std_dev, max_size):
    sizes = SizeDistribution(mean=mean, std_dev=std_dev, max_size=max_size)
    assert sizes.validate() == []
    shares = size_shares(sizes)
    assert list(shares) == list(range(1, max_size + 1))
    assert min(shares.values()) >= 0
    assert math.fsum(shares.values()) == pytest.approx(1.0, abs=1e-12)
    actual = math.fsum(size * share for size, share in shares.items())
    variance = math.fsum((size - actual) ** 2 * share for size, share in shares.items())
    assert actual == pytest.approx(mean, abs=1e-9)
    assert math.sqrt(variance) == pytest.approx(std_dev, abs=1e-8)


def test_sizes_have_maximum_entropy():
    shares = size_shares(SizeDistribution(mean=2.5, std_dev=1.2, max_size=6))
    # No move that keeps sum, mean and variance may raise the entropy: third differences are such moves.
    for start in (1, 2, 3):
        step = {start: -1, start + 1: 3, start + 2: -3, start + 3: 1}
        slope = -sum(direction * math.log(shares[size]) for size, direction in step.items())
        assert slope == pytest.approx(0, abs=1e-8)


def test_extreme_deviations_are_two_sizes():
    low, high = reachable_std_dev(2.25, 7)
    assert size_shares(SizeDistribution(mean=2.25, std_dev=low)) == {1: 0, 2: 0.75, 3: 0.25, 4: 0, 5: 0, 6: 0, 7: 0}
    ends = size_shares(SizeDistribution(mean=2.25, std_dev=high))
    assert ends[1] + ends[7] == pytest.approx(1)
    assert size_shares(SizeDistribution(mean=7, std_dev=0))[7] == 1


def test_sizes_by_shares():
    assert size_shares(SizeDistribution(shares={2: 0.5, 1: 0.5}, max_size=4)) == {1: 0.5, 2: 0.5, 3: 0, 4: 0}
    small = SizeDistribution(max_size=3)
    assert small.validate() == []
    assert small.shares == {1: 0.29, 2: 0.35, 3: 0.36}


def test_round_shares_sums_exactly():
    shares = round_shares({"a": 1, "b": 1, "c": 1}, digits=3)
    assert shares == {"a": 0.334, "b": 0.333, "c": 0.333}


def test_values_take_one_form():
    household = HouseholdConfig(location_distribution={"TX": 1, "CA": 0})
    assert household.location_distribution == {"CA": 0.0, "TX": 1.0}
    assert list(household.location_distribution) == ["CA", "TX"]
    config = GenerationConfig(start_date="2025-02-01", end_date="2025-05-01")
    assert config.start_date == date(2025, 2, 1)
    assert config.window_days == 89
    config.demographics_config.age_range = [18, 80]
    assert config.demographics_config.age_range == (18, 80)


def test_a_mistyped_attribute_is_refused():
    config = GenerationConfig()
    with pytest.raises(AttributeError, match="Did you mean 'num_households'"):
        config.household_config.num_houshold = 5


def test_defaults_are_not_shared():
    first, second = GenerationConfig(), GenerationConfig()
    first.campaign_config.frequency_caps["ctv"]["daily"] = 1
    first.household_config.location_distribution["CA"] = 0.0
    first.campaign_config.cpc_channels.append("social")
    first.to_dict()["campaign_config"]["bid_prices"]["ctv"] = 1
    assert second == GenerationConfig()
    assert first.campaign_config.bid_prices == second.campaign_config.bid_prices


def test_fingerprint_is_of_what_decides_rows():
    base = GenerationConfig().fingerprint()
    assert len(base) == 64
    assert GenerationConfig(catalog_name="c", schema_name="s", incremental=True).fingerprint() == base
    for change in ({"seed": 43}, {"end_date": date(2025, 4, 2)}):
        assert dataclasses.replace(GenerationConfig(), **change).fingerprint() != base
    changed = GenerationConfig()
    changed.campaign_config.click_through_rates["video"] = 0.004
    assert changed.fingerprint() != base
    turned = GenerationConfig()
    prices = turned.campaign_config.bid_prices
    turned.campaign_config.bid_prices = dict(reversed(prices.items()))
    turned.household_config.income_brackets = dict(reversed(turned.household_config.income_brackets.items()))
    assert turned.fingerprint() == base


@pytest.mark.parametrize("name", DIFFICULTIES)
def test_a_difficulty_is_valid_and_leaves_the_rest(name):
    config = GenerationConfig(seed=7)
    config.demographics_config.identity_mappings.ios_share = 0.5
    made = with_difficulty(config, name)
    made.check()
    assert made.seed == 7 and made.demographics_config.identity_mappings.ios_share == 0.5
    assert config.demographics_config.identity_mappings.typo_share == 0.04
    # Whatever the dials were before.
    assert with_difficulty(with_difficulty(config, "hard"), name) == made


def test_realistic_is_the_default():
    assert with_difficulty(GenerationConfig(), "realistic") == GenerationConfig()
    with pytest.raises(ConfigError, match="clean, realistic, hard"):
        with_difficulty(GenerationConfig(), "harder")
