"""The tables a measurement needs, from a dataset or from DataFrames by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idgraph_widgets.errors import ConfigError


def frames(source, *names: str) -> list[Any]:
    """These tables as DataFrames.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
    *names : str

    Raises
    ------
    ConfigError
        A table is missing; with its name.
    """
    tables: Mapping[str, Any] = source if isinstance(source, Mapping) else source.tables()
    missing = [name for name in names if name not in tables]
    if missing:
        raise ConfigError(
            f"The tables have no {', '.join(missing)}; a measurement needs {', '.join(names)}. "
            "Give a Dataset, or a mapping of table names to DataFrames."
        )
    return [tables[name] for name in names]


def campaign_row(campaigns, campaign_id: int):
    """The row of one campaign.

    Raises
    ------
    ConfigError
        There is no such campaign.
    """
    rows = campaigns.filter(campaigns["campaign_id"] == int(campaign_id)).collect()
    if not rows:
        known = sorted(row[0] for row in campaigns.select("campaign_id").collect())
        shown = ", ".join(map(str, known[:12])) + (", …" if len(known) > 12 else "")
        raise ConfigError(f"campaign_id: found {campaign_id}; the dataset has {shown}.")
    return rows[0]
