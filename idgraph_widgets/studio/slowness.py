"""How this machine compares with the one whose seconds are known, as its finished runs tell."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from idgraph_widgets.forecast.run_time import run_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idgraph_widgets.studio.run_record import StudioRun

_LATEST = 3
"""Runs of this machine that tell its speed."""


def slowness(runs: Iterable[StudioRun]) -> float:
    """How many times longer than measured there this machine takes, from its latest runs; 1 before there is one.

    Runs that added to a dataset or whose checks were skipped tell nothing.
    """
    finished = [run for run in runs if run.state == "done" and run.checks == "done" and not run.config["incremental"]]
    factors = []
    for run in finished[:_LATEST]:
        rows = {name: count for name, (_, count) in run.tables.items()}
        factors.append(run.elapsed / run_time(rows).total)
    return min(20.0, max(0.2, statistics.median(factors))) if factors else 1.0
