"""Runs checks: few passes, in slices of households, so that memory stays flat."""

from __future__ import annotations

import string
import threading
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from idgraph_widgets.engines.memory import Memory, available_memory
from idgraph_widgets.progress_bar import shown, together
from idgraph_widgets.quality.checks import GROUPS, Check, Context, Partial, Scan
from idgraph_widgets.quality.registry import REGISTRY
from idgraph_widgets.quality.report import CheckResult, Report
from idgraph_widgets.quality.statistics import GROUP as STATISTICS
from idgraph_widgets.quality.statistics import Book, Statistic, Tally, judged, statistics
from idgraph_widgets.quality.statistics_correlations import correlations
from idgraph_widgets.schema import ids

SLICE = 100_000
"""Households of one slice, at most: whole blocks, since false links and budgets stay inside a block."""

_ROW_BYTES = 128
"""What a pass over a slice takes per row of all its tables, twice of what was measured."""

EXAMPLES = 5
"""Violating rows named per failed check."""

_BY_HOUSEHOLD = ("households", "individuals", "identity_mappings", "campaign_exposures", "campaign_holdouts")
_BY_INDIVIDUAL = {
    "content_engagements": "individual_id",
    "viewership_patterns": "individual_id",
    "audience_attributes": "individual_id",
    "response_events": "individual_id",
    # A false link's true person lives in the same block, so truth can be cut by the true person.
    "truth_identity": "true_individual_id",
    "truth_records": "true_individual_id",
}


def run_checks(
    spark,
    tables: Mapping[str, Any],
    config,
    manifest: Mapping[str, Any] | None = None,
    groups: Collection[str] | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
    only: Collection[str] | None = None,
    examples: int = EXAMPLES,
    progress: bool | None = None,
) -> Report:
    """Check the written tables against what the data model promises.

    Parameters
    ----------
    spark : SparkSession
        Any engine; nothing but temporary views is created, and they are dropped.
    tables : mapping of str to DataFrame
        The ten tables and their companions by name (``households`` … ``truth_conversion``).
    config : GenerationConfig
        What the dataset was made with.
    manifest : mapping, optional
        The content of ``manifest.json``; without it expected row counts are not compared.
    groups : collection of str, optional
        Any of `GROUPS` and "statistics"; default all.
    on_progress : callable, optional
        Called after each pass with (passes done, passes in all, the first check of the pass).
    only : collection of str, optional
        Ids of the checks to run; default all of the groups.
    examples : int
        Violating rows named per failed check, at most.
    progress : bool, optional
        Show a bar. Default: where a person looks on, unless `on_progress` is given.

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If a group is neither one of `GROUPS` nor "statistics".
    """
    every = (*GROUPS, STATISTICS)
    unknown = set(groups or ()) - set(every)
    if unknown:
        raise ValueError(f"groups are {', '.join(every)}, not {', '.join(sorted(unknown))}")
    context = context_of(tables, config, manifest)
    parts = _parts(context, groups)
    tallies, estimates = statistics(context) if STATISTICS in (groups or every) else ([], [])
    if only is not None:
        parts = _with_checks(parts, frozenset(only))
        estimates = [estimate for estimate in estimates if estimate.id in only]
        tallies = [tally for tally in tallies if tally.name in {estimate.tally for estimate in estimates}]
    with shown(on_progress, progress) as bar:
        follow = together(on_progress, bar and bar.checks)
        run = _Run(spark, tables, context, follow, examples)
        try:
            return run.evaluate([*parts, *tallies], context, estimates)
        finally:
            run.close()


def context_of(tables: Mapping[str, Any], config, manifest=None) -> Context:
    """What checks need to know before they read rows: columns, published segment rules, caps in use."""
    columns = {name: list(df.dtypes) for name, df in tables.items()}
    rules = [row.asDict() for row in tables["segment_rules"].collect()] if "segment_rules" in tables else []
    rules.sort(key=lambda rule: str(rule.get("segment_id")))
    caps: set[int] = set()
    wanted = {"frequency_cap_daily", "frequency_cap_weekly"}
    if wanted <= {name for name, _ in columns.get("campaigns", [])}:
        rows = tables["campaigns"].select(*sorted(wanted)).distinct().collect()
        caps = {int(cap) for row in rows for cap in row if cap is not None and cap > 0}
    return Context(config, manifest, columns, rules if _complete(rules) else [], sorted(caps))


def _complete(rules: list[dict[str, Any]]) -> bool:
    """Whether every rule has the columns that make SQL; structure checks report it otherwise."""
    needed = ("segment_id", "rule_sql", "score_numerator_sql", "score_denominator_sql")
    return all(isinstance(rule.get(name), str) for rule in rules for name in needed)


def _parts(context: Context, groups: Collection[str] | None) -> list[Scan | Partial]:
    """All scans and partials, with the checks of the chosen groups only."""
    chosen = set(groups or GROUPS)
    result: list[Scan | Partial] = []
    for parts in REGISTRY.values():
        for part in parts(context):
            if isinstance(part, Partial):
                result += [part] if part.group in chosen else []
                continue
            checks = tuple(check for check in part.checks if check.group in chosen)
            if checks:
                result.append(Scan(part.source, checks, part.over))
    return result


def _with_checks(parts: list[Scan | Partial], ids: frozenset[str]) -> list[Scan | Partial]:
    """The scans of these checks, and the partials they read."""
    kept: list[Scan | Partial] = []
    for part in parts:
        if isinstance(part, Scan):
            checks = tuple(check for check in part.checks if check.id in ids)
            kept += [Scan(part.source, checks, part.over)] if checks else []
        else:
            kept.append(part)
    read = {name for part in kept for name in part.needs}
    return [part for part in kept if isinstance(part, Scan) or part.name in read]


def fitting_homes(manifest: Mapping[str, Any] | None, homes: int, memory: Memory) -> int:
    """Households, in whole blocks, of which a pass takes half of the memory that is left; `SLICE` if none can tell.

    It is the memory of this process that counts: where the engine is another one, slices only become more.

    Parameters
    ----------
    manifest : mapping or None
    homes : int
        Households of the dataset.
    memory : Memory
    """
    rows = sum(entry["rows"] for entry in (manifest or {}).get("tables", {}).values())
    if not rows:
        return SLICE
    fitting = int(memory.left / 2 / (_ROW_BYTES * rows / homes))
    return max(1, fitting // ids.BLOCK) * ids.BLOCK


AT_ONCE = 2
"""Passes that run at the same time: one of them alone seldom keeps two cores busy."""

_BOTH_BYTES = 1 << 30
"""Where less memory is left, one runs at a time."""


class _Run:
    """The views, slices and counts of one call of `run_checks`."""

    def __init__(self, spark, tables: Mapping[str, Any], context: Context, on_progress, examples: int):
        self.spark = spark
        self.examples = examples
        self.prefix = f"idgraph_check_{uuid.uuid4().hex[:12]}"
        self.views: dict[str, str] = {}
        self.on_progress = on_progress
        homes = max(context.config.household_config.num_households, 1)
        size = min(SLICE, fitting_homes(context.manifest, homes, available_memory()))
        self.at_once = AT_ONCE if available_memory().left >= _BOTH_BYTES else 1
        self.slices = [(first, first + size - 1) for first in range(1, homes + 1, size)]
        self.found: dict[str, CheckResult] = {}
        self.book = Book()
        self._lock = threading.Lock()
        for name, df in tables.items():
            self._register(name, df)

    def _register(self, name: str, df) -> None:
        view = f"{self.prefix}_{name}"
        df.createOrReplaceTempView(view)
        self.views[name] = view

    def close(self) -> None:
        """Drop every view of this run."""
        for view in self.views.values():
            self.spark.catalog.dropTempView(view)
        self.views.clear()

    def evaluate(self, parts: list[Scan | Partial], context: Context, estimates: list[Statistic] = ()) -> Report:
        """Sliced passes slice by slice, after them those over whole tables and stacked partials."""
        started = time.perf_counter()
        order = [c.id for part in parts if isinstance(part, Scan) for c in part.checks]
        skipped: list[str] = []
        usable = self._usable(parts, context, skipped)
        sliced = [p for p in usable if isinstance(p, Partial) or p.over == "slices"]
        whole = [p for p in usable if isinstance(p, Scan) and p.over != "slices"]
        residues = len(self.slices)
        total = len(sliced) * len(self.slices) + sum(residues if s.over == "hashes" else 1 for s in whole)
        self._done, self._total = 0, total
        stacked: dict[str, list] = {}
        with ThreadPoolExecutor(self.at_once) as pool:
            for index in range(len(self.slices)):
                list(pool.map(lambda part, index=index: self._pass(part, index, stacked), sliced))
            for part in sliced:
                if isinstance(part, Partial) and not isinstance(part, Tally):
                    self._register(part.name, stacked[part.name])
            passes = [(s, r) for s in whole for r in range(residues if s.over == "hashes" else 1)]
            list(pool.map(lambda item: self._pass(item[0], None, stacked, item[1]), passes))
        results = [self.found[i] for i in order if i in self.found]
        counted = {part.name for part in usable if isinstance(part, Tally)}
        skipped += [estimate.id for estimate in estimates if estimate.tally not in counted]
        report = Report(results, skipped, judged(estimates, self.book), correlations(context, self.book))
        report.seconds = time.perf_counter() - started
        return report

    def _pass(self, part: Scan | Partial, index: int | None, stacked: dict[str, Any], residue: int = 0) -> None:
        """One query over a slice: count violations, or keep a partial's rows for the whole tables' checks."""
        if isinstance(part, Tally):
            rows = [row.asDict() for row in self.spark.sql(self._text(part.source, index)).collect()]
            with self._lock:
                self.book.add(part, rows)
        elif isinstance(part, Partial):
            df = self.spark.sql(self._text(part.source, index))
            rows = [tuple(row) for row in df.collect()]
            if index == len(self.slices) - 1:
                earlier = stacked.pop(part.name, [])
                stacked[part.name] = self.spark.createDataFrame(earlier + rows, _plain(df.schema))
            else:
                stacked[part.name] = stacked.get(part.name, []) + rows
        else:
            self._scan(part, index, residue)
        with self._lock:
            self._done += 1
            self._progress(self._done, self._total, part)

    def _usable(self, parts, context: Context, skipped: list[str]) -> list[Scan | Partial]:
        """Parts whose tables are all there with their declared columns."""
        from idgraph_widgets.quality.structure import column_problems

        there = {n for n in context.columns if not column_problems(n, context.columns[n])}
        result = []
        for part in parts:
            if part.needs <= there:
                result.append(part)
                there |= {part.name} if isinstance(part, Partial) else set()
            elif isinstance(part, Scan):
                skipped += [check.id for check in part.checks]
        return result

    def _progress(self, done: int, total: int, part: Scan | Partial) -> None:
        if self.on_progress is not None:
            name = part.name if isinstance(part, Partial) else part.checks[0].id
            self.on_progress(done, total, name)

    def _scan(self, scan: Scan, index: int | None, residue: int = 0) -> None:
        """Count the violations of all checks of a scan in one query; fetch keys of those that fail."""
        started = time.perf_counter()
        source = self._text(scan.source, index, residue)
        counts = ", ".join(
            f"sum(case when {check.violated} then 1 else 0 end) as c{i}" for i, check in enumerate(scan.checks)
        )
        row = self.spark.sql(f"select {counts} from ({source}) as scanned").collect()[0]
        seconds = (time.perf_counter() - started) / len(scan.checks)
        with self._lock:
            self._add(scan, row, seconds, source)

    def _add(self, scan: Scan, row, seconds: float, source: str) -> None:
        """Add a pass's counts to what earlier slices found."""
        for check, count in zip(scan.checks, row):
            before = self.found.get(check.id)
            keys = list(before.keys) if before else []
            if count and len(keys) < self.examples:
                keys += self._keys(check, source, self.examples - len(keys))
            self.found[check.id] = CheckResult(
                check.id,
                check.group,
                check.sentence,
                (before.violations if before else 0) + int(count or 0),
                keys,
                (before.seconds if before else 0.0) + seconds,
            )

    def _keys(self, check: Check, source: str, limit: int) -> list[dict[str, Any]]:
        columns = ", ".join(check.keys)
        query = f"select {columns} from ({source}) as scanned where {check.violated} limit {limit}"
        rows = self.spark.sql(query).collect()
        return [{name: _value(value) for name, value in zip(check.keys, row)} for row in rows]

    def _text(self, source: str, index: int | None, residue: int = 0) -> str:
        """The source with views in place of names, cut to a slice and a residue."""
        pieces = []
        for literal, name, spec, _ in string.Formatter().parse(source):
            pieces.append(literal)
            if name == "residue":
                pieces.append(f"pmod({spec}, {len(self.slices)}) = {residue}")
            elif name:
                pieces.append(self._relation(name, index))
        return "".join(pieces)

    def _relation(self, name: str, index: int | None) -> str:
        view = self.views[name]
        if index is None or len(self.slices) == 1:
            return view
        if name in _BY_HOUSEHOLD:
            column, factor, rest = "household_id", 1, 0
        elif name in _BY_INDIVIDUAL:
            column, factor, rest = _BY_INDIVIDUAL[name], 16, 15
        else:
            return view
        first, last = self.slices[index]
        bounds = []
        # The outermost slices are open, so that no stray row escapes.
        if index > 0:
            bounds.append(f"{column} >= {first * factor}")
        if index < len(self.slices) - 1:
            bounds.append(f"{column} <= {last * factor + rest}")
        return f"(select * from {view} where {' and '.join(bounds)})"


def _plain(schema):
    """A schema without comments: an engine may refuse to unite columns whose comments differ."""
    from pyspark.sql.types import StructField, StructType

    return StructType([StructField(field.name, field.dataType, True) for field in schema.fields])


def _value(value: Any) -> Any:
    """A key value that JSON can hold."""
    return value if isinstance(value, (int, str, bool)) or value is None else str(value)
