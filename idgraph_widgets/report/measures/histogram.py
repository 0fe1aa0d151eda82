"""A histogram of any column of any table, counted in Spark."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from idgraph_widgets.report.measures.filters import Filter, column_of, condition, declared
from idgraph_widgets.report.measures.query import ask, quoted

BINS = 40
MOST_CATEGORIES = 30
"""Values of a text column that get a bar of their own; the others are one."""

NUMBERS = ("bigint", "int", "double", "date", "timestamp")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, without an offset


@dataclass(frozen=True)
class Histogram:
    """Counts of a column's values.

    Parameters
    ----------
    table, column, comment, type : str
    kind : {"numbers", "times", "categories"}
    labels : tuple of str
        A bar each.
    low, high : tuple of float
        Bounds of the bars of numbers (the lower included), or empty.
    counts : tuple of int
    rows : int
        Rows that the filters leave.
    empty : int
        Rows without a value.
    log_bins : bool
        Whether the bars have equal widths in the logarithm.
    summary : dict
        ``min``, ``max``, ``mean`` of numbers; ``distinct`` of texts.
    """

    table: str
    column: str
    comment: str
    type: str
    kind: str
    labels: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    counts: tuple[int, ...]
    rows: int
    empty: int
    log_bins: bool
    summary: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def histogram(
    dataset, table: str, column: str, filters: Sequence[Filter] = (), bins: int = BINS, log_bins: bool = False
) -> Histogram:
    """Count a column's values.

    Parameters
    ----------
    dataset : Dataset
    table, column : str
    filters : sequence of Filter
        All must hold.
    bins : int
        Bars for numbers and times, 2 to 200.
    log_bins : bool
        Bars of equal width in the logarithm; values of 0 and below fall into the first.

    Returns
    -------
    Histogram

    Raises
    ------
    MeasureError
        The table, the column or a filter does not exist or does not fit.
    """
    described = declared(dataset, table)
    about = column_of(described, column)
    where = condition(described, filters)
    number = about.type in NUMBERS or about.type.startswith("decimal")
    make = _numbers if number else _categories
    return make(dataset, described, about, where, max(2, min(int(bins), 200)), log_bins)


def _number_sql(about) -> str:
    name = quoted(about.name)
    return {
        "date": f"cast(unix_date({name}) as double)",
        "timestamp": f"cast(unix_micros({name}) as double) / cast(1000000 as double)",
    }.get(about.type, f"cast({name} as double)")


def _numbers(dataset, table, about, where: str, bins: int, log_bins: bool) -> Histogram:
    value = _number_sql(about)
    source = f"select {value} as v from {table.name} where {where}"
    ends = ask(
        dataset,
        f"""select count(*) as n, count(v) as filled, min(v) as least, max(v) as most, sum(v) as total,
          min(case when v > 0 then v end) as positive from ({source}) as s""",
    ).iloc[0]
    rows, filled = int(ends.n), int(ends.filled)
    times = about.type in ("date", "timestamp")
    log_bins = bool(log_bins and not times and filled and ends.most > 0)
    if not filled:
        return Histogram(
            table.name, about.name, about.comment, about.type, "times" if times else "numbers",
            (), (), (), (), rows, rows, False, {},
        )  # fmt: skip
    whole = about.type in ("bigint", "int", "date")
    least, most = float(ends.least), float(ends.most)
    edges = _log_edges(float(ends.positive), most, bins) if log_bins else _even_edges(least, most, bins, whole)
    if log_bins:
        step = math.log10(edges[1] / edges[0])
        place = f"case when v <= 0 then 0 else floor((log10(v) - {math.log10(edges[0])!r}) / {step!r}) end"
    else:
        place = f"floor((v - cast('{edges[0]!r}' as double)) / cast('{edges[1] - edges[0]!r}' as double))"
    last = len(edges) - 2
    found = ask(
        dataset,
        f"""select bin, count(*) as n from (
          select cast(greatest(least({place}, {last}), 0) as int) as bin from ({source}) as s
          where v is not null
        ) as b group by bin""",
    )
    counts = dict(zip(found.bin.astype(int), found.n.astype(int)))
    summary = {"min": least, "max": most, "mean": float(ends.total) / filled}
    return Histogram(
        table.name,
        about.name,
        about.comment,
        about.type,
        "times" if times else "numbers",
        tuple(_label(about, a, b, whole and not log_bins) for a, b in itertools.pairwise(edges)),
        tuple(edges[:-1]),
        tuple(edges[1:]),
        tuple(counts.get(i, 0) for i in range(last + 1)),
        rows,
        rows - filled,
        log_bins,
        summary,
    )


def _even_edges(least: float, most: float, bins: int, whole: bool) -> list[float]:
    """Bounds of bars of equal width; whole numbers get bars of whole widths."""
    if whole:
        width = float(max(1, math.ceil((most - least + 1) / bins)))
        count = int((most - least) // width) + 1
        return [least + i * width for i in range(count + 1)]
    if most <= least:
        return [least, least + 1.0]
    return [least + (most - least) * i / bins for i in range(bins + 1)]


def _log_edges(least: float, most: float, bins: int) -> list[float]:
    low, high = math.log10(least), math.log10(most)
    high = high if high > low else low + 1
    return [10 ** (low + (high - low) * i / bins) for i in range(bins + 1)]


def _label(about, low: float, high: float, whole: bool) -> str:
    if about.type == "timestamp":
        return f"{EPOCH + timedelta(seconds=low):%Y-%m-%d %H:%M}"
    if about.type == "date":
        return f"{EPOCH + timedelta(days=low):%Y-%m-%d}"
    if whole:
        return f"{low:,.0f}" if high - low == 1 else f"{low:,.0f} to {high - 1:,.0f}"
    return f"{low:,.4g} to {high:,.4g}"


def _categories(dataset, table, about, where: str, _bins: int, _log: bool) -> Histogram:
    name = quoted(about.name)
    source = f"select cast({name} as string) as v from {table.name} where {where}"
    totals = ask(
        dataset, f"select count(*) as n, count(v) as filled, count(distinct v) as kinds from ({source}) as s"
    ).iloc[0]
    found = ask(
        dataset,
        f"""select v, count(*) as n from ({source}) as s where v is not null group by v
        order by n desc, v limit {MOST_CATEGORIES}""",
    )
    labels, counts = list(found.v), [int(n) for n in found.n]
    others = int(totals.filled) - sum(counts)
    if others:
        labels.append(f"{int(totals.kinds) - len(counts):,} others")
        counts.append(others)
    return Histogram(
        table.name, about.name, about.comment, about.type, "categories", tuple(labels), (), (), tuple(counts),
        int(totals.n), int(totals.n - totals.filled), False, {"distinct": int(totals.kinds)},
    )  # fmt: skip
