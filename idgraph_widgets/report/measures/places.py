"""Where the households are."""

from __future__ import annotations

import pandas as pd

from idgraph_widgets.reference import state_names
from idgraph_widgets.report.measures import cubes


def states(dataset) -> pd.DataFrame:
    """Households by state, configured and generated.

    Returns
    -------
    DataFrame
        ``state``, ``name``, ``households``, ``people``, ``mean_size``, ``mean_income`` (USD a year; null
        without households), ``share``, ``configured``; all 51 states.
    """
    found = cubes.households_by_state(dataset).set_index("state")
    names = state_names()
    table = pd.DataFrame({"state": list(names), "name": list(names.values())})
    for column in ("households", "people", "income"):
        table[column] = table.state.map(found[column]).fillna(0).astype("int64")
    table["mean_size"] = table.people / table.households.where(table.households > 0)
    table["mean_income"] = table.income / table.households.where(table.households > 0)
    table["share"] = table.households / max(1, int(table.households.sum()))
    wanted = dataset.config.household_config.location_distribution
    total = sum(wanted.values()) or 1
    table["configured"] = table.state.map(lambda state: wanted.get(state, 0.0) / total)
    return table.drop(columns="income").sort_values("state", ignore_index=True)
