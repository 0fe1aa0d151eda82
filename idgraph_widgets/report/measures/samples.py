"""Some rows of a table, spread over it rather than from its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from idgraph_widgets.report.measures.filters import Filter, condition, declared
from idgraph_widgets.report.measures.query import ask

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 200


def sample_rows(dataset, table: str, limit: int = 20, filters: Sequence[Filter] = ()) -> pd.DataFrame:
    """Rows of a table, the same each time, in the order of its key.

    Parameters
    ----------
    dataset : Dataset
    table : str
    limit : int
        Rows wanted, 1 to 200.
    filters : sequence of Filter
        All must hold.

    Raises
    ------
    MeasureError
        The table or a filter does not exist or does not fit.
    """
    described = declared(dataset, table)
    limit = max(1, min(int(limit), MOST_ROWS))
    key = ", ".join(described.key)
    rows = dataset.manifest["tables"][table]["rows"]
    # Without filters so many rows qualify that the order has few rows to sort.
    thin = max(1, rows // (20 * limit)) if not filters else 1
    where = f"{condition(described, filters)} and pmod(xxhash64({key}), {thin}) = 0"
    return ask(
        dataset,
        f"""select {", ".join(described.column_names)} from (
          select * from {table} where {where} order by xxhash64({key}), {key} limit {limit}
        ) as s order by {key}""",
    )
