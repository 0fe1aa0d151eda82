"""The referee: what a dataset promises, checked as SQL over the written tables.

Nothing here knows how rows were made. Each module states the promises of one table in plain
sentences with the SQL that finds violations; `run_checks` evaluates them in few passes over the data.

A query costs as much as its rows, and on a small dataset more than those. So a new check joins a `Scan` there is,
where its rows are those; what refers to other rows is grouped by what it refers to before it is joined (the earliest
and the latest of a group tell of all between them); texts that only have to be equal are compared as hashes; and facts
are named in braces (`sql.PUBLISHED`), not written into the query. `python -m benchmarks.checks_cost` tells the cost.
"""

from idgraph_widgets.quality.registry import REGISTRY, all_checks, check_ids
from idgraph_widgets.quality.report import CheckReport, CheckResult
from idgraph_widgets.quality.runner import run_checks

__all__ = ["REGISTRY", "CheckReport", "CheckResult", "all_checks", "check_ids", "run_checks"]
