"""Statistics of a dataset of 20 000 households are on target, and each one notices when they are not."""

from __future__ import annotations

import json

import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.quality import run_checks
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.statistics import (
    NotJudged,
    chance_distance,
    compare_rate,
    compare_shares,
    median_of,
    share_tolerance,
    statistics,
)


@pytest.fixture(scope="module")
def report(dataset_20k):
    d = dataset_20k
    return run_checks(d.spark, d.tables(), d.config, groups=["statistics"])


def test_default_dataset_is_on_target(report):
    told = [f"{r.id}: {r.distance:.4f} of {r.tolerance:.4f}" for r in report.off_target]
    assert report.passed, told
    assert len(report.statistics) >= 60 and not report.results


def test_issue_tolerances(report):
    """Total variation within 0.01 + 2 / sqrt(n) for what is configured, 0.05 for cross tables."""
    by_id = {result.id: result for result in report.statistics}
    for name in ("household_size", "household_type", "income_bracket", "age_sex", "ctv_platform", "gender"):
        result = by_id[f"statistics.{name}"]
        assert result.distance <= 0.01 + 2 / result.rows**0.5, name
    for name in ("income_by_type", "education_by_age", "employment_by_age", "living_arrangements"):
        assert by_id[f"statistics.{name}"].distance <= 0.05, name


def test_correlations_keep_sign_and_rough_size(report):
    for line in report.correlations:
        assert line.keeps_sign, line
        effect = (line.found - line.neutral) / (line.wanted - line.neutral)
        assert 0.6 <= effect <= 1.6, line
    assert len(report.correlations) >= 13


def test_report_as_json_and_text(report):
    document = json.loads(json.dumps(report.to_dict()))
    assert {"target", "actual", "distance", "tolerance", "rows"} <= set(document["statistics"][0])
    assert {"wanted", "found"} <= set(document["correlations"][0])
    text = report.to_text()
    assert "statistics.age_sex" in text and "income_education" in text


def test_a_thousand_households_are_on_target(dataset_1k):
    d = dataset_1k
    report = run_checks(d.spark, d.tables(), d.config, groups=["statistics"])
    assert report.passed, [result.to_dict() for result in report.off_target]


PEOPLE = {
    "households": {
        "household_size": "case when household_size < 3 then 7 else household_size end",
        "household_type": "'living_alone'",
        "income_bracket": "case when pmod(household_id, 3) = 0 then '<30K' else '150K+' end",
        "has_children": "true",
        "state": "'CA'",
        "county_size_class": "'under_50k'",
    },
    "individuals": {
        "gender": "case when person_number = 1 then 'male' when person_number = 2 then 'female' else gender end",
        "age": "case when role = 'spouse' then 18 else pmod(individual_id, 100) end",
        "education": "'graduate'",
        "employment_status": "'unemployed'",
        "email_opt_in": "false",
        "ad_tracking_allowed": "true",
    },
}
WIVES = {
    "individuals": {
        "gender": "case when person_number = 1 then 'female' when person_number = 2 then 'male' else gender end",
        "age": "case when person_number = 1 then 60 when role = 'spouse' then 20 else age end",
    }
}
GRAPH = {
    "identity_mappings": {
        "platform": "case when device_type = 'ctv' then 'roku' else platform end",
        "identifier_value": "case when identifier_type = 'email' then concat(individual_id, '@gmail.example')"
        " else identifier_value end",
        "confidence": "(pmod(xxhash64(mapping_id), 10) * 1000 + 500) / double(10000)",
        "device_type": "case when pmod(individual_id, 5) = 0 then 'mobile' else device_type end",
    },
    "individuals": {"age": "case when pmod(individual_id, 5) = 0 then 70 else 40 end"},
}
RECORDS = {
    "source_records": {
        "source_system": "'crm'",
        "email": "null",
        "phone": "null",
        "birth_date": "null",
        "address_line": "null",
    }
}
ERRORS = {
    "truth_records": {"corrupted_columns": "''"},
    "truth_identity": {"relation": "'owner'"},
    "identity_mappings": {
        "is_shared": "false",
        "identifier_value": "case when identifier_type = 'email' then concat('a.b', mapping_id, '@gmail.example')"
        " else identifier_value end",
    },
    "individuals": {"birth_date": "date_add(birth_date, person_number)"},
}
ENGAGEMENT = {
    "content_engagements": {
        "individual_id": "case when pmod(engagement_id, 2) = 0 then -1L"
        " else individual_id - pmod(individual_id, 80) + 17 end",
        "content_category": "'Travel'",
        "content_type": "case when content_type = 'live' then 'live' else 'game' end",
        "content_id": "case when content_type = 'live' then content_id else pmod(engagement_id, 20) end",
        "engagement_type": "case when pmod(engagement_id, 2) = 0 then 'click' when pmod(engagement_id, 3) = 0"
        " then 'share' else 'complete' end",
        "engagement_ts": "timestamp_micros(unix_micros(engagement_ts) -"
        " pmod(unix_micros(engagement_ts), 604800000000)"
        " + case when content_type = 'live' then pmod(xxhash64(session_id), 604800000000) else 1000000 end)",
    }
}
ADS = {
    "campaigns": {"channel": "channel"},
    "campaign_exposures": {"is_viewable": "false", "completion_rate": "0.5"},
    "response_events": {
        "response_ts": "case when response_type = 'purchase' then timestamp_micros(unix_micros(response_ts) +"
        " 1728000000000) when response_type = 'sign_up' then timestamp_micros(unix_micros(response_ts) +"
        " 1728000000000) else response_ts end",
        "revenue": "case when response_type = 'purchase' then revenue * 20 end",
    },
}
# What was asked for may be wrong as well as what is found.
ASKED = {
    "click_through_rates": {"search": 0.3, "social": 0.1, "display": 0.1, "video": 0.1, "audio": 0.1, "email": 0.2},
    "click_to_visit": 0.05,
    "visit_to_sign_up": 0.6,
    "visit_to_cart": 0.8,
    "cart_to_purchase": 0.95,
    "ramp_up_days": 10,
    "wear_out": 1.5,
    "holdout_share": 0.4,
    "organic_visits_per_person_90_days": 0.5,
    "ad_lift": 9.0,
}
JANUARY = {"response_events": {"response_ts": "timestamp_micros(1735776000000000 + pmod(response_id, 1000000000))"}}
ONE_CHANNEL = {"campaigns": {"channel": "'ctv'"}}

BROKEN = {
    "people": (
        PEOPLE,
        (
            "household_size household_type income_bracket own_children income_by_type state county_size_class"
            " gender education employment email_opt_in ad_tracking_allowed age_sex education_by_age"
            " employment_by_age living_arrangements spouse_gap spouses_within_2_years husband_3_older"
        ),
    ),
    "wives": (WIVES, "wife_3_older spouse_gap"),
    "graph": (
        GRAPH,
        "ctv_platform email_domain phones_by_age " + " ".join(f"confidence_{decile}" for decile in range(10)),
    ),
    "records": (
        RECORDS,
        (
            "records_by_system records_twice records_empty_email records_empty_phone records_empty_birth_date"
            " records_empty_address_line"
        ),
    ),
    "errors": (
        ERRORS,
        "records_wrong_birth_date records_wrong_email shared_emails recycled_emails respelt_emails twins",
    ),
    "engagement": (
        ENGAGEMENT,
        (
            "events_per_person_day activity_tail content_category content_type hours_mobile hours_desktop"
            " hours_tv weekdays clicks_on_content shares_of_content completions popularity live_bursts"
        ),
    ),
    "ads": (
        ADS,
        (
            "viewable_search viewable_social viewable_display viewable_video viewable_ctv viewable_audio"
            " viewable_email complete_video complete_ctv complete_audio sign_up_lag purchase_lag basket_median"
        ),
    ),
    "asked": (
        {},
        (
            "clicks_search clicks_social clicks_display clicks_video clicks_audio clicks_email click_to_visit"
            " visit_to_sign_up visit_to_cart cart_to_purchase ramp_up wear_out holdout_share organic_visits"
            " click_lift"
        ),
    ),
    "january": (JANUARY, "season"),
    "one_channel": (ONE_CHANNEL, "channel_mix"),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_distortions_are_noticed(dataset_20k, name):
    d = dataset_20k
    changes, ids = BROKEN[name]
    wanted = {f"statistics.{check}" for check in ids.split()}
    tables = dict(d.tables())
    for table, columns in changes.items():
        types = dict(tables[table].dtypes)
        tables[table] = tables[table].selectExpr(
            *[f"cast({columns.get(c, c)} as {types[c]}) as {c}" for c in tables[table].columns]
        )
    config = d.config
    for field, value in (ASKED if name == "asked" else {}).items():
        setattr(config.campaign_config, field, value)
    report = run_checks(d.spark, tables, config, only=wanted)
    assert wanted == {result.id for result in report.off_target}


def test_every_statistic_has_a_distortion(dataset_20k):
    _, checks = statistics(Context(dataset_20k.config))
    noticed = {f"statistics.{name}" for _, ids in BROKEN.values() for name in ids.split()}
    never = {f"statistics.clicks_{channel}" for channel in ("ctv",)}
    assert {check.id for check in checks} - never == noticed


def test_configured_values_are_the_target():
    config = GenerationConfig()
    config.household_config.income_brackets = {"<50K": 0.5, "50K+": 0.5}
    config.demographics_config.gender_distribution = {"female": 0.7, "male": 0.3}
    _, checks = statistics(Context(config))
    by_id = {check.id: check for check in checks}
    found = by_id["statistics.income_bracket"].judge([{"income_bracket": "<50K", "n": 100}])
    assert found.target == {"50K+": 0.5, "<50K": 0.5} and found.distance == 0.5
    found = by_id["statistics.gender"].judge([{"gender": "female", "n": 70}, {"gender": "male", "n": 30}])
    assert found.distance == pytest.approx(0)
    # The published table of incomes by type is for the published brackets.
    assert "statistics.income_by_type" not in by_id


def test_distances_and_tolerances():
    even = {"a": 0.5, "b": 0.5}
    found = compare_shares({"a": 60, "b": 40}, even)
    assert found.distance == pytest.approx(0.1) and found.tolerance == pytest.approx(0.21)
    assert compare_shares({"c": 10}, even).distance == pytest.approx(1.0)
    assert compare_shares({}, even) == NotJudged("there is nothing to count")
    assert compare_shares({"a": 1}, {"a": 0.0}) == NotJudged("the configuration leaves nothing to expect")
    assert chance_distance(even, 100) == pytest.approx(0.0399, abs=1e-4)
    many = dict.fromkeys(range(100), 0.01)
    assert share_tolerance(many, 1000) > 0.01 + 2 / 1000**0.5
    assert share_tolerance(many, 1_000_000) == pytest.approx(0.012)
    rate = compare_rate(300, 1000, 0.2)
    assert rate.distance == pytest.approx(0.5) and rate.tolerance == pytest.approx(0.1 + rate.chance)
    # The normal distribution's reach, and a little more for the skew of small counts.
    assert rate.chance == pytest.approx(4 * 0.004**0.5 + 2.5 * 0.004)
    assert median_of({0: 2, 1: 2}, 10) == 10 and median_of({0: 4}, 10) == 5
