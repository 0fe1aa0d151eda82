"""What the checks found, grouped, and the violating rows of one check."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from idgraph_widgets.quality.checks import GROUPS
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.quality.statistics import StatisticResult
from idgraph_widgets.report.measures.filters import MeasureError
from idgraph_widgets.report.measures.query import once_per_dataset


def run_dataset_checks(
    dataset, on_progress=None, only: Collection[str] | None = None, blocks: Collection[int] | None = None
) -> CheckReport:
    """Check a dataset as it is found, and keep what was found of it; see `idgraph_widgets.quality.run_checks`.

    Parameters
    ----------
    dataset : Dataset
    on_progress : callable, optional
    only : collection of str, optional
        Ids of the checks to run; what they find is not kept.
    blocks : collection of int, optional
        Blocks of households that are read row by row; default all.
    """
    from idgraph_widgets.quality import run_checks
    from idgraph_widgets.report.kept import keep_checks

    tables, config, notes = dataset.as_found()
    given = tables, config, dataset.manifest
    report = run_checks(dataset.spark, *given, on_progress=on_progress, only=only, progress=False, blocks=blocks)
    report.notes = notes
    if only is None:
        keep_checks(dataset, report)
    return report


@once_per_dataset
def statistics(dataset) -> list[StatisticResult]:
    """What the judge says of a dataset's statistics, where no report of checks says it; see `run_checks`."""
    from idgraph_widgets.quality import run_checks
    from idgraph_widgets.quality.statistics import GROUP

    tables, config, _ = dataset.as_found()
    return run_checks(dataset.spark, tables, config, dataset.manifest, groups=[GROUP], progress=False).statistics


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

    tables, config, _ = dataset.as_found()
    given = tables, config, dataset.manifest
    report = run_checks(dataset.spark, *given, only=[check_id], examples=limit, progress=False)
    if not report.results:
        lacks = report.lacking.get(check_id)
        why = f"it needs {lacks}" if lacks else "there is no such check"
        raise MeasureError(f"{check_id} cannot be evaluated: {why}. `idgraph check` lists all checks.")
    return pd.DataFrame(report.results[0].keys[:limit])


def subject(check_id: str) -> str:
    """What a check is about: the part of its id that names a table or a topic."""
    words = check_id.split(".")
    return words[1] if words[0] == "structure" and len(words) > 2 else words[0]


def check_groups(report: CheckReport) -> pd.DataFrame:
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


def check_rows(report: CheckReport) -> list[dict[str, Any]]:
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
