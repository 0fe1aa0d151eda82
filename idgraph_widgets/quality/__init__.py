"""The referee: what a dataset promises, checked as SQL over the written tables.

Nothing here knows how rows were made. Each module states the promises of one table in plain
sentences with the SQL that finds violations; `run_checks` evaluates them in few passes over the data.
"""

from idgraph_widgets.quality.registry import REGISTRY, all_checks, check_ids
from idgraph_widgets.quality.report import CheckResult, Report
from idgraph_widgets.quality.runner import run_checks

__all__ = ["REGISTRY", "CheckResult", "Report", "all_checks", "check_ids", "run_checks"]
