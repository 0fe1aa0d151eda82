"""What is wrong with a configuration is found before a job, all at once, and said so that it helps."""

import math
from datetime import date, datetime

import pytest

from idgraph_widgets.config import ConfigError, GenerationConfig, Problem, unknown_segments

pytestmark = pytest.mark.quick


def problems_of(data: dict) -> dict[str, Problem]:
    """The problems of a configuration, by path."""
    with pytest.raises(ConfigError) as caught:
        GenerationConfig.from_dict(data)
    assert caught.value.exit_code == 2
    for problem in caught.value.problems:
        assert problem.found and problem.allowed and problem.suggestion
        assert problem.message in str(caught.value)
    return {problem.path: problem for problem in caught.value.problems}


def only(data: dict, path: str) -> Problem:
    """The single problem of a configuration, which must be at `path`."""
    found = problems_of(data)
    assert list(found) == [path]
    return found[path]


def test_all_problems_are_collected():
    found = problems_of(
        {
            "sed": 1,
            "seed": "42",
            "household_config": {
                "num_households": 999,
                "num_houses": 3,
                "income_brackets": {"<30K": 0.5, "30K+": 0.4},
                "location_distribution": {"XX": 1.0},
            },
            "demographics_config": {"identity_mappings": {"ios_share": 1.5}},
            "engagement_config": [],
            "campaign_config": {"frequency_caps": {"ctv": {"daily": 9}}},
        }
    )
    assert set(found) == {
        "sed",
        "seed",
        "household_config.num_households",
        "household_config.num_houses",
        "household_config.income_brackets",
        "household_config.location_distribution.XX",
        "demographics_config.identity_mappings.ios_share",
        "engagement_config",
        "campaign_config.frequency_caps.ctv",
    }


def test_unknown_settings_name_the_nearest():
    problem = only({"household_config": {"num_houshold": 1}}, "household_config.num_houshold")
    assert "'num_households'" in problem.suggestion
    problem = only({"audience": {}}, "audience")
    assert "'audience_config'" in problem.suggestion


def test_shares_say_their_sum():
    brackets = {"<30K": 0.5, "30K+": 0.4}
    problem = only({"household_config": {"income_brackets": brackets}}, "household_config.income_brackets")
    assert "0.9" in problem.found and "0.1" in problem.suggestion
    for total, valid in ((1 + 9e-7, True), (1 + 2e-6, False)):
        config = GenerationConfig()
        config.household_config.income_brackets = {"<30K": total - 0.5, "30K+": 0.5}
        assert (config.validate() == []) is valid


@pytest.mark.parametrize(
    ("section", "field", "value", "key", "nearest"),
    [
        ("household_config", "location_distribution", {"ca": 1.0}, "ca", "CA"),
        ("household_config", "location_distribution", {"Texas": 1.0}, "Texas", "TX"),
        ("engagement_config", "category_weights", {"Sport": 1.0}, "Sport", "Sports"),
        ("campaign_config", "channel_mix", {"serch": 1.0}, "serch", "search"),
        ("campaign_config", "bid_prices", {"vidoe": 1.0}, "vidoe", "video"),
        ("campaign_config", "frequency_caps", {"e-mail": {"daily": 1}}, "e-mail", "email"),
        ("demographics_config", "gender_distribution", {"females": 1.0}, "females", "female"),
    ],
)
def test_unknown_names_in_mappings(section, field, value, key, nearest):
    problem = only({section: {field: value}}, f"{section}.{field}.{key}")
    assert repr(nearest) in problem.suggestion


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, True, "0.5", None, -0.1, 1.1, 10**400, [1]])
def test_refused_shares(bad):
    path = "demographics_config.identity_mappings.ios_share"
    only({"demographics_config": {"identity_mappings": {"ios_share": bad}}}, path)
    path = "campaign_config.viewability.ctv"
    only({"campaign_config": {"viewability": {"ctv": bad}}}, path)
    only({"campaign_config": {"objective_mix": {"awareness": bad}}}, "campaign_config.objective_mix.awareness")


@pytest.mark.parametrize("bad", [True, 42.0, "42", None, -1, 2_147_483_648, math.nan])
def test_refused_seeds(bad):
    only({"seed": bad}, "seed")


@pytest.mark.parametrize(
    "bad", ["2025-02-30", "1 April", 20250401, datetime(2025, 4, 1), None, "1999-01-01", date(2100, 1, 1)]
)
def test_refused_days(bad):
    only({"end_date": bad}, "end_date")


def test_seed_bounds_are_inside():
    assert GenerationConfig(seed=0).validate() == []
    assert GenerationConfig(seed=2_147_483_647).validate() == []


@pytest.mark.parametrize(
    ("sizes", "field", "said"),
    [
        ({"mean": 2.5, "std_dev": 9.0}, "std_dev", "0.5000 to 2.5981"),
        ({"mean": 2.5, "std_dev": 0.4}, "std_dev", "0.5000 to 2.5981"),
        ({"mean": 9, "std_dev": 1.0}, "mean", "1 to 7"),
        ({"mean": 2.5}, "std_dev", "together"),
        ({"std_dev": 1.0}, "mean", "together"),
        ({"mean": 2.5, "std_dev": 1.0, "shares": {1: 1.0}}, "shares", "one of the two"),
        ({"shares": {1: 0.5, 9: 0.5}}, "shares.9", "1 to 7"),
        ({"shares": {True: 1.0}}, "shares.True", "1, 2, 3"),
        ({"shares": {0: 1.0}}, "shares.0", "1, 2, 3"),
        ({"max_size": 13}, "max_size", "2 to 12"),
    ],
)
def test_impossible_sizes(sizes, field, said):
    path = f"household_config.size_distribution.{field}"
    assert said in only({"household_config": {"size_distribution": sizes}}, path).allowed


def test_age_range_needs_adults():
    path = "demographics_config.age_range"
    assert "18" in only({"demographics_config": {"age_range": [0, 17]}}, path).allowed
    assert GenerationConfig.from_dict({"demographics_config": {"age_range": [18, 18]}}).validate() == []
    only({"demographics_config": {"age_range": [60, 20]}}, path)
    only({"demographics_config": {"age_range": [0, 101]}}, f"{path}[1]")
    only({"demographics_config": {"age_range": [0]}}, path)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("2025-01-01", "not after"),
        ("2024-12-01", "not after"),
        ("2025-01-28", "lookback of 28"),
        ("2030-01-01", "1,826"),
    ],
)
def test_impossible_windows(end, said):
    assert said in only({"end_date": end}, "end_date").found


def test_window_as_long_as_the_lookback_is_possible():
    assert GenerationConfig.from_dict({"end_date": "2025-01-29"}).window_days == 28


@pytest.mark.parametrize(
    ("brackets", "bounds", "path", "said"),
    [
        ({"<30K": 0.5, "20K+": 0.5}, {}, "income_brackets.20K+", "goes up to 30,000"),
        ({"<30K": 0.5, "40K+": 0.5}, {}, "income_brackets.40K+", "nothing between 30,000"),
        ({"30K+": 0.5, "40K+": 0.5}, {}, "income_brackets.40K+", "without limit"),
        ({"poor": 0.5, "30K+": 0.5}, {}, "income_brackets.poor", "says no range"),
        ({"<30K": 0.5, "30K+": 0.5}, {"30K": [1, 2]}, "income_bounds.30K", "no bracket"),
        ({"a": 1.0}, {"a": [10, 5]}, "income_bounds.a", "10, 5"),
        ({"a": 1.0}, {"a": [10]}, "income_bounds.a", "10"),
        ({"a": 1.0}, {"a": [-1, None]}, "income_bounds.a[0]", "-1"),
        ({}, {}, "income_brackets", "{}"),
    ],
)
def test_impossible_brackets(brackets, bounds, path, said):
    data = {"household_config": {"income_brackets": brackets, "income_bounds": bounds}}
    assert said in only(data, f"household_config.{path}").found


@pytest.mark.parametrize(
    ("cap", "path", "said"),
    [
        ({"daily": 8, "weekly": 7}, "", "daily 8 above weekly 7"),
        ({"daily": 0}, ".daily", "0"),
        ({"weekly": True}, ".weekly", "True"),
        ({"scope": "home"}, ".scope", "home"),
        ({"dayly": 1}, ".dayly", "dayly"),
        (3, "", "3"),
    ],
)
def test_impossible_caps(cap, path, said):
    data = {"campaign_config": {"frequency_caps": {"display": cap}}}
    assert said in only(data, f"campaign_config.frequency_caps.display{path}").found


@pytest.mark.parametrize(
    ("campaign", "path"),
    [
        ({"flight_days": {"min": 30, "max": 20}}, "flight_days"),
        ({"flight_days": {"min": 2.5, "max": 20}}, "flight_days.min"),
        ({"budget_factor": {"min": 200.0}}, "budget_factor"),
        ({"cpc_channels": ["ctv"]}, "cpc_channels[0]"),
        ({"cpc_channels": ["serach"]}, "cpc_channels[0]"),
        ({"cpc_channels": ["search", "search"]}, "cpc_channels[1]"),
        ({"cpc_channels": "search"}, "cpc_channels"),
        ({"bid_prices": {"ctv": 0}}, "bid_prices.ctv"),
        ({"basket_value": {"median": 0.0}}, "basket_value.median"),
        ({"basket_value": {"sigma": 3.1}}, "basket_value.sigma"),
        ({"intent_days": {"sigma": 60.0}}, "intent_days.sigma"),
    ],
)
def test_impossible_campaigns(campaign, path):
    only({"campaign_config": campaign}, f"campaign_config.{path}")


def test_missing_numbers_are_named():
    config = GenerationConfig()
    del config.campaign_config.bid_prices["ctv"]
    (problem,) = config.validate()
    assert problem.path == "campaign_config.bid_prices" and "ctv" in problem.found


def test_emails_stay_reserved():
    path = "demographics_config.identity_mappings.email_domain_shares"
    for domain in ("gmail.com", "example", "Mail.example", ".example", "a b.example"):
        data = {"demographics_config": {"identity_mappings": {"email_domain_shares": {domain: 1.0}}}}
        assert ".example" in only(data, f"{path}.{domain}").allowed


def test_thresholds_fit_the_lookback():
    found = problems_of({"audience_config": {"lookback_days": 3, "heavy_viewer_min_seconds": 300_000}})
    assert set(found) == {"audience_config.frequent_min_active_days", "audience_config.heavy_viewer_min_seconds"}


def test_curves_have_their_length():
    only({"engagement_config": {"weekday_weights": [0.5, 0.5]}}, "engagement_config.weekday_weights")
    only({"engagement_config": {"weekday_weights": [0.1] * 7}}, "engagement_config.weekday_weights")
    curve = [1.5, -0.5, 0, 0, 0, 0, 0]
    found = problems_of({"engagement_config": {"weekday_weights": curve}})
    assert set(found) == {f"engagement_config.weekday_weights[{i}]" for i in (0, 1)}


@pytest.mark.parametrize("label", ["", " ", 30, True, "a\nb", "\ud800", "x" * 61])
def test_labels_are_printable_texts(label):
    bounds = {label: [0, None]}
    found = problems_of({"household_config": {"income_brackets": {label: 1.0}, "income_bounds": bounds}})
    assert set(found) == {f"household_config.income_brackets.{label}"}
    assert found.popitem()[1].message.encode("utf-8")


def test_names_and_switches():
    only({"audience_config": {"segments": {3: True}}}, "audience_config.segments.3")
    only({"catalog_name": "a.b"}, "catalog_name")
    only({"incremental": 1}, "incremental")
    only({"audience_config": {"segments": {"IAB-3": "no"}}}, "audience_config.segments.IAB-3")


def test_parts_of_a_wrong_type_are_problems_not_crashes():
    config = GenerationConfig(audience_config=None, household_config={"num_households": 5})
    assert {problem.path for problem in config.validate()} == {"audience_config", "household_config"}
    with pytest.raises(ConfigError):
        config.check()


def test_unknown_segments():
    config = GenerationConfig.from_dict({"audience_config": {"segments": {"demo_adlt": False, "x1": True}}})
    found = unknown_segments(config, ["demo_adult", "x1"])
    assert [problem.path for problem in found] == ["audience_config.segments.demo_adlt"]
    assert "'demo_adult'" in found[0].suggestion


def test_long_values_are_cut():
    with pytest.raises(ConfigError) as caught:
        GenerationConfig.from_dict({"seed": "9" * 100_000, "incremental": 10**5000})
    assert len(str(caught.value)) < 500
