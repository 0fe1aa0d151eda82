"""A report of checks as JSON and back."""

from __future__ import annotations

import json

import pytest

from idgraph_widgets.quality.report import CheckReport, CheckResult
from idgraph_widgets.quality.statistics import Correlation, StatisticResult

pytestmark = pytest.mark.quick


def statistic(distance, target=0.25):
    return StatisticResult("s", "Sentence.", "source", target, target, distance, 0.05, 1_000, "absolute")


@pytest.fixture
def report():
    results = [
        CheckResult("households.key", "keys", "Keys are unique.", 0, [], 0.25),
        CheckResult("households.size", "consistency", "Sizes add up.", 2, [{"household_id": 7}], 0.5),
    ]
    lines = [Correlation("c", "Sentence.", "source", 1.5, 1.25, 1.0, 10)]
    return CheckReport(results, ["truth.key"], [statistic(0.01), statistic(0.2, {"a": 0.5})], lines, 1.5)


def test_a_report_comes_back_from_json(report):
    again = CheckReport.from_dict(json.loads(json.dumps(report.to_dict())))
    assert again == report and again.verdict == report.verdict and again.to_text() == report.to_text()
    assert not again.passed and [result.id for result in again.failed] == ["households.size"]


@pytest.mark.parametrize("distance", [0.05, 0.0500000001, 0.0499999999])
def test_a_verdict_survives_the_rounding(distance):
    before = CheckReport(statistics=[statistic(distance)])
    again = CheckReport.from_dict(before.to_dict())
    assert again.passed == before.passed == (distance <= 0.05)


def test_something_else_is_no_report():
    with pytest.raises(KeyError):
        CheckReport.from_dict({"results": []})
