"""What the checks found, grouped, and the violating rows of one check."""

from __future__ import annotations

from typing import Any

import pandas as pd

from idgraph_widgets.quality.checks import GROUPS
from idgraph_widgets.quality.report import Report
from idgraph_widgets.quality.statistics import StatisticResult
from idgraph_widgets.report.measures.filters import MeasureError
from idgraph_widgets.report.measures.query import once_per_dataset


def run_dataset_checks(dataset, on_progress=None) -> Report:
    """Run all checks of a dataset; see `idgraph_widgets.quality.run_checks`."""
    from idgraph_widgets.quality import run_checks

    given = dataset.tables(), dataset.config, dataset.manifest
    return run_checks(dataset.spark, *given, on_progress=on_progress, progress=False)


@once_per_dataset
def statistics(dataset) -> list[StatisticResult]:
    """What the judge says of a dataset's statistics, where no report of checks says it; see `run_checks`."""
    from idgraph_widgets.quality import run_checks
    from idgraph_widgets.quality.statistics import GROUP

    given = dataset.tables(), dataset.config, dataset.manifest
    return run_checks(dataset.spark, *given, groups=[GROUP], progress=False).statistics


def violating_keys(dataset, check_id: str, limit: int = 100) -> pd.DataFrame:
    """Run one check again and name the rows that break its promise.

    Returns
    -------
    DataFrame
        The check's key columns, at most `limit` rows; empty where the promise holds.

    Raises
    ------
    MeasureError
        There is no such check, or a table or column it needs is missing.
    """
    from idgraph_widgets.quality import run_checks

    given = dataset.tables(), dataset.config, dataset.manifest
    report = run_checks(dataset.spark, *given, only=[check_id], examples=limit, progress=False)
    if not report.results:
        why = "a table or column it needs is missing" if report.skipped else "there is no such check"
        raise MeasureError(f"{check_id} cannot be evaluated: {why}. `idgraph check` lists all checks.")
    return pd.DataFrame(report.results[0].keys[:limit])


def subject(check_id: str) -> str:
    """What a check is about: the part of its id that names a table or a topic."""
    words = check_id.split(".")
    return words[1] if words[0] == "structure" and len(words) > 2 else words[0]


def check_groups(report: Report) -> pd.DataFrame:
    """Checks by group and subject.

    Returns
    -------
    DataFrame
        ``group``, ``subject``, ``checks``, ``failed``, ``violations``; groups in the order of `GROUPS`.
    """
    rows = [(r.group, subject(r.id), 1, int(not r.passed), r.violations) for r in report.results]
    frame = pd.DataFrame(rows, columns=["group", "subject", "checks", "failed", "violations"])
    found = frame.groupby(["group", "subject"], as_index=False).sum()
    found["group"] = pd.Categorical(found["group"], GROUPS, ordered=True)
    return found.sort_values(["group", "subject"], ignore_index=True).astype({"group": str})


def check_rows(report: Report) -> list[dict[str, Any]]:
    """``id``, ``group``, ``subject``, ``sentence``, ``violations``, ``keys`` per check, failed ones first."""
    rows = [
        {
            "id": result.id,
            "group": result.group,
            "subject": subject(result.id),
            "sentence": result.sentence,
            "passed": result.passed,
            "violations": result.violations,
            "keys": list(result.keys),
        }
        for result in report.results
    ]
    return sorted(rows, key=lambda row: (row["passed"], GROUPS.index(row["group"]), row["id"]))
