"""Statistics of a dataset of 20,000 households are on target, and each one notices when they are not."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support.distortions import ASKED, BROKEN, NOT_JUDGED

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.quality import run_checks
from idgraph_widgets.quality.all_statistics import statistics
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.labels import GROUPS
from idgraph_widgets.quality.statistics import (
    NotJudged,
    chance_distance,
    chance_reach,
    compare_rate,
    compare_shares,
    median_of,
)


@pytest.fixture(scope="module")
def report(dataset_20k):
    d = dataset_20k
    return run_checks(d.spark, d.tables(), d.config, groups=["statistics"])


def test_default_dataset_is_on_target(report):
    distances = [f"{r.id}: {r.distance:.4f} of {r.tolerance:.4f}" for r in report.off_target]
    assert report.passed, distances
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
    never = {f"statistics.{name}" for name in ("clicks_ctv", *NOT_JUDGED)}
    assert {check.id for check in checks} - never == noticed


def test_what_cannot_be_seen_is_shown_without_a_verdict(report):
    by_id = {result.id: result for result in report.statistics}
    for name in NOT_JUDGED:
        result = by_id[f"statistics.{name}"]
        assert result.passed is None and result.reason and result.target and result.actual and result.rows, name
        assert "Not judged, because" in result.explained


def test_every_result_says_what_it_counts_and_why_more_than_chance_is_allowed(report):
    assert len(report.statistics) > 80
    for result in report.statistics:
        assert result.title and result.unit and result.group in GROUPS and result.because, result.id
        if result.passed is not None and result.chance is not None:
            assert result.tolerance == pytest.approx(result.chance + result.slack), result.id
            assert f"with {result.rows:,} {result.unit}" in result.explained
            assert result.explained.endswith(f"more is allowed, because {result.because}.")


def test_a_distance_has_one_verdict_at_every_size():
    """Half a hundredth of the rows is on target in a million homes: chance reaches less, the slack more."""
    shares = {"a": 0.3, "b": 0.3, "c": 0.4}
    for counts in ({"a": 305, "b": 300, "c": 395}, {"a": 305_000, "b": 300_000, "c": 395_000}):
        found = compare_shares(counts, shares)
        assert found.distance == pytest.approx(0.005) and found.distance <= found.tolerance
    assert found.distance > found.chance
    wrong = compare_shares({"a": 320_000, "b": 300_000, "c": 380_000}, shares)
    assert wrong.distance > wrong.tolerance
    rng = np.random.default_rng(7)
    spread = np.array([0.29, 0.35, 0.15, 0.122, 0.055, 0.021, 0.012])
    draws = [
        compare_shares(dict(enumerate(c)), dict(enumerate(spread)), 0.0) for c in rng.multinomial(500, spread, 3000)
    ]
    assert sum(found.distance > found.chance for found in draws) <= 1


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
    assert found.distance == pytest.approx(0.1) and found.tolerance == pytest.approx(found.chance + 0.01)
    assert compare_shares({"a": 60, "b": 40}, even, 0.05).tolerance == pytest.approx(found.chance + 0.05)
    assert compare_shares({"c": 10}, even).distance == pytest.approx(1.0)
    assert compare_shares({}, even) == NotJudged("there is nothing to count")
    assert compare_shares({"a": 1}, {"a": 0.0}) == NotJudged("the configuration leaves nothing to expect")
    assert chance_distance(even, 100) == pytest.approx(0.0399, abs=1e-4)
    many = dict.fromkeys(range(100), 0.01)
    assert chance_reach(many, 1000) > 2 / 1000**0.5
    assert chance_reach(many, 1_000_000) == pytest.approx(0.006, abs=1e-4)
    rate = compare_rate(300, 1000, 0.2)
    assert rate.distance == pytest.approx(0.5) and rate.tolerance == pytest.approx(0.1 + rate.chance)
    # The normal distribution's reach, and a little more for the skew of small counts.
    assert rate.chance == pytest.approx(4 * 0.004**0.5 + 2.5 * 0.004)
    assert median_of({0: 2, 1: 2}, 10) == 10 and median_of({0: 4}, 10) == 5
