"""What a configuration will give, computed from it alone: rows, bytes, identifiers, purchases, seconds.

One model, which the studio's plots, `estimate`, the run panel and the dry run read. It loads no engine; it knows the
generators' rules by `config` and never asks them.
"""

from idgraph_widgets.forecast.estimate import Estimate, TableEstimate, estimate, identifiers_per_household
from idgraph_widgets.forecast.purchases import Purchases, expected_purchases
from idgraph_widgets.forecast.run_time import RunTime, expected_time, run_time, time_of

__all__ = [
    "Estimate",
    "Purchases",
    "RunTime",
    "TableEstimate",
    "estimate",
    "expected_purchases",
    "expected_time",
    "identifiers_per_household",
    "run_time",
    "time_of",
]
