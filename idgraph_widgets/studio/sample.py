"""The first 1,000 households as small plain values: shares for the plots, and first rows of each table."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from idgraph_widgets import TABLES
from idgraph_widgets.config import GenerationConfig

ROWS = 12

_OBSERVED = """
    case when identifier_type = 'cookie' then concat(cookie_scope, '_cookie')
         when identifier_type in ('idfa', 'gaid') then 'mobile_ad_id'
         else identifier_type end
"""

_SHARES = {
    "household_size": "select household_size as name, count(*) as n from households group by 1",
    "income_bracket": "select income_bracket as name, count(*) as n from households group by 1",
    "education": "select education as name, count(*) as n from individuals where age >= 25 group by 1",
    "employment_status": "select employment_status as name, count(*) as n from individuals where age >= 16 group by 1",
}


def read_sample(spark, path, config: GenerationConfig) -> dict:
    """Shares per distribution and the first rows per table of the dataset at `path`.

    Returns
    -------
    dict
        ``shares`` (distribution to name to share; identifiers are per household), ``tables`` (name to
        ``columns``, ``rows`` as texts, ``total``), ``fingerprint`` of the configuration.
    """
    from idgraph_widgets.dataset import Dataset

    with Dataset(path, spark) as dataset:
        shares = {}
        for name, query in _SHARES.items():
            counts = {row["name"]: row["n"] for row in dataset.sql(query).collect()}
            total = sum(counts.values())
            shares[name] = {key: count / total for key, count in counts.items()}
        rows = dataset.sql(f"select {_OBSERVED} as name, count(*) as n from identity_mappings group by 1").collect()
        households = config.household_config.num_households
        shares["identifiers_per_household"] = {row["name"]: row["n"] / households for row in rows}
        totals = {name: entry["rows"] for name, entry in dataset.manifest["tables"].items()}
        tables = {name: _first_rows(dataset, name, totals[name]) for name in TABLES}
    return {"shares": shares, "tables": tables, "fingerprint": config.fingerprint()}


def _first_rows(dataset, name: str, total: int) -> dict:
    df = dataset.table(name)
    key = df.columns[0]
    rows = df.orderBy(key).limit(ROWS).collect()
    return {"columns": df.columns, "rows": [[as_text(value) for value in row] for row in rows], "total": total}


def as_text(value) -> str | None:
    """A value of a row as people read it; None stays."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (date, Decimal)):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)
