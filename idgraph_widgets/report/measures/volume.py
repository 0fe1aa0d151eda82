"""Rows and bytes of every table, as the manifest knows them; nothing is read."""

from __future__ import annotations

import pandas as pd

from idgraph_widgets.schema import GENERATED


def table_volume(dataset) -> pd.DataFrame:
    """Rows and bytes per table.

    Returns
    -------
    DataFrame
        ``table``, ``kind`` (table, meta, truth), ``rows``, ``bytes``, ``files``, ``rows_per_household``; the
        ten tables in their order, then the companions.
    """
    entries = dataset.manifest["tables"]
    declared = GENERATED
    order = [name for name in declared if name in entries] + [n for n in entries if n not in declared]
    households = max(1, entries.get("households", {}).get("rows", 1))
    rows = [
        (
            name,
            declared[name].kind if name in declared else entries[name]["path"].split("/")[0],
            entries[name]["rows"],
            entries[name]["bytes"],
            entries[name]["files"],
            entries[name]["rows"] / households,
        )
        for name in order
    ]
    return pd.DataFrame(rows, columns=["table", "kind", "rows", "bytes", "files", "rows_per_household"])
