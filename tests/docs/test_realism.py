"""The page of realism: what checks and statistics say becomes a cell, and cells a table."""

from __future__ import annotations

import pytest
from support.realism import Cell, Row, across, judged, table

from idgraph_widgets.quality.report import CheckReport, CheckResult
from idgraph_widgets.quality.statistics import StatisticResult

pytestmark = pytest.mark.quick


def _statistic(name: str, actual: float, tolerance: float = 0.1) -> StatisticResult:
    return StatisticResult(
        f"statistics.{name}", "It is.", "design", 1.0, actual, abs(actual - 1), tolerance, 9, "relative"
    )


def _report(*statistics: StatisticResult, **violations: int) -> CheckReport:
    checks = [CheckResult(f"homes.{name}", "homes", "They are.", number) for name, number in violations.items()]
    return CheckReport(checks, statistics=list(statistics))


def test_a_check_that_is_broken_is_told_with_its_rows():
    row = Row("homes", "0 rows", ("homes.near", "homes.far"))
    assert judged(row, _report(near=0, far=0)) == Cell("0 rows break it", True, 0.0)
    assert judged(row, _report(near=0, far=1_200)) == Cell("1,200 rows break it", False, 1200.0)


def test_of_several_statistics_the_farthest_from_its_target_is_told():
    row = Row("steps", "small", ("statistics.step_*",))
    cell = judged(row, _report(_statistic("step_a", 1.01), _statistic("step_b", 1.05)))
    assert cell.held and cell.value == 1.05
    assert not judged(row, _report(_statistic("step_a", 1.01), _statistic("step_b", 1.3))).held


def test_what_was_not_judged_and_what_is_unknown_say_so():
    missing = StatisticResult("statistics.a", "It is.", "design", None, None, 0.0, 0.0, 0, "none", reason="rows lack")
    assert judged(Row("a", "", ("statistics.a",)), _report(missing)) == Cell("not judged, because rows lack", None)
    assert judged(Row("b", "", ("statistics.b",)), _report(missing)).held is False


def test_sizes_are_compared_and_the_table_has_a_row_for_each_promise():
    rows = [Row(what, "1") for what in ("homes", "homes per address", "people")]
    columns = [[Cell("5", True, 5.0) for _ in rows] for _ in range(2)]
    assert across([list(column) for column in columns], 1)[0][1].held
    columns[1][1] = Cell("7", None, 7.0)
    columns = across(columns, 1)
    assert not columns[0][1].held and not columns[1][1].held
    lines = table(["10,000", "100,000"], rows, columns)
    assert [line.count("✗ ") for line in lines[2:5]] == [0, 2, 0]
    assert all(row.what in line for row, line in zip(rows, lines[2:5]))
    assert lines[-1] == "4 of 6 measured cells are as wanted."
