"""Runs checks: few passes, in slices of households, so that memory stays flat."""

from __future__ import annotations

import itertools
import re
import string
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from idgraph_widgets.memory import Memory, available_memory
from idgraph_widgets.progress_bar import shown, together
from idgraph_widgets.quality.all_statistics import statistics
from idgraph_widgets.quality.checks import GROUPS, Check, Context, Partial, Scan, facts_in
from idgraph_widgets.quality.extras import apart, tables_with_own
from idgraph_widgets.quality.grouping import hosted, merged, with_checks
from idgraph_widgets.quality.local import fetched_once, local_frame, rows_of, stacked_frame, tuples_of, undivided
from idgraph_widgets.quality.registry import REGISTRY
from idgraph_widgets.quality.report import CheckReport, CheckResult
from idgraph_widgets.quality.sample import blocks_of, chosen, ranges
from idgraph_widgets.quality.sql import PUBLISHED
from idgraph_widgets.quality.statistics import GROUP as STATISTICS
from idgraph_widgets.quality.statistics import Book, Statistic, Tally, judged
from idgraph_widgets.quality.statistics_correlations import correlations
from idgraph_widgets.schema import GENERATED, ids

SLICE = 100_000
"""Households of one slice, at most: whole blocks, since false links and budgets stay inside a block."""

_ROW_BYTES = 128
"""What a pass over a slice takes per row of all its tables, twice of what was measured."""

EXAMPLES = 5
"""Violating rows named per failed check."""

Ranges = tuple[tuple[int | None, int | None], ...]
"""First and last households, None where there is no bound: no stray row is to escape."""

ALL: Ranges = ((None, None),)


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
    blocks: Collection[int] | None = None,
) -> CheckReport:
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
    blocks : collection of int, optional
        Blocks of 10,000 households, from 0, that are read row by row; see `idgraph_widgets.quality.sample.spread`.
        Counts, sums, and what belongs to all households are looked at whole. Default: everything is read.

    Returns
    -------
    CheckReport

    Raises
    ------
    ConfigError
        There is no such block.
    ValueError
        If a group is neither one of `GROUPS` nor "statistics".
    """
    every = (*GROUPS, STATISTICS)
    unknown = set(groups or ()) - set(every)
    if unknown:
        raise ValueError(f"groups are {', '.join(every)}, not {', '.join(sorted(unknown))}")
    read = None if blocks is None else chosen(blocks, config.household_config.num_households)
    tables = apart(tables, config)
    context = context_of(tables, config, manifest)
    queries = _queries(context, groups)
    tallies, estimates = statistics(context) if STATISTICS in (groups or every) else ([], [])
    if only is not None:
        queries = with_checks(queries, frozenset(only))
        estimates = [estimate for estimate in estimates if estimate.id in only]
        tallies = [tally for tally in tallies if tally.name in {estimate.tally for estimate in estimates}]
    with shown(on_progress, progress) as bar:
        follow = together(on_progress, bar and bar.checks)
        run = _Run(spark, tables, context, follow, examples, read)
        try:
            return run.evaluate([*queries, *tallies], context, estimates)
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


def _queries(context: Context, groups: Collection[str] | None) -> list[Scan | Partial]:
    """All scans and partials, with the checks of the chosen groups only."""
    chosen = set(groups or GROUPS)
    result: list[Scan | Partial] = []
    for queries in REGISTRY.values():
        for query in queries(context):
            if isinstance(query, Partial):
                result += [query] if query.group in chosen else []
                continue
            checks = tuple(check for check in query.checks if check.group in chosen)
            if checks:
                result.append(replace(query, checks=checks))
    return result


def rows_in_manifest(manifest: Mapping[str, Any] | None) -> dict[str, int]:
    """Rows of each table by name, as the manifest states them."""
    entries = (manifest or {}).get("tables", {})
    found = {name: entries.get(table.path, entries.get(name, {})) for name, table in GENERATED.items()}
    return {name: entry["rows"] for name, entry in found.items() if "rows" in entry}


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


_FEW_ROWS = 2_000_000
"""Rows of all tables up to which one task reads a table as fast as several that have to exchange rows."""


class _Run:
    """The views, slices and counts of one call of `run_checks`."""

    def __init__(self, spark, tables: Mapping[str, Any], context: Context, on_progress, examples: int, read=None):
        self.spark = spark
        self.declared = {**GENERATED, **tables_with_own(context.config)}
        self.examples = examples
        self.prefix = f"idgraph_check_{uuid.uuid4().hex[:12]}"
        self.views: dict[str, str] = {}
        self.on_progress = on_progress
        homes = max(context.config.household_config.num_households, 1)
        size = min(SLICE, fitting_homes(context.manifest, homes, available_memory()))
        self.read, self.of = read, blocks_of(homes)
        bounds: list[int | None] = [None, *range(size, homes, size), None]
        # All households, slice by slice; the outermost slices are open.
        self.all: list[Ranges] = [((low and low + 1, high),) for low, high in itertools.pairwise(bounds)]
        self.slices = self.all if read is None else ranges(read, size)
        self.at_once = AT_ONCE if available_memory().left >= _BOTH_BYTES else 1
        self.found: dict[str, CheckResult] = {}
        self.book = Book()
        self._lock = threading.Lock()
        self.rows = rows_in_manifest(context.manifest)
        small = 0 < sum(self.rows.values()) <= _FEW_ROWS
        for name, df in tables.items():
            kept = fetched_once(df, name, self.rows.get(name, 0))
            self._register(name, undivided(kept) if small else kept)

    def _register(self, name: str, df) -> None:
        view = f"{self.prefix}_{name}"
        df.createOrReplaceTempView(view)
        self.views[name] = view

    def close(self) -> None:
        """Drop every view of this run."""
        for view in self.views.values():
            self.spark.catalog.dropTempView(view)
        self.views.clear()

    def evaluate(self, queries: list[Scan | Partial], context: Context, estimates: list[Statistic] = ()) -> CheckReport:
        """Sliced passes slice by slice, after them those over whole tables and stacked partials."""
        started = time.perf_counter()
        order = [c.id for query in queries if isinstance(query, Scan) for c in query.checks]
        skipped: list[str] = []
        usable, lacking = self._usable(merged(queries), context, skipped)
        usable = hosted(usable)
        for name in sorted({name for query in usable for name in facts_in(query.source)}):
            self._register(name, local_frame(self.spark, *PUBLISHED[name]()))
        sums = [query for query in usable if isinstance(query, Partial) and not isinstance(query, Tally)]
        rows = [
            query
            for query in usable
            if isinstance(query, Tally) or (isinstance(query, Scan) and query.over == "slices")
        ]
        whole = [query for query in usable if isinstance(query, Scan) and query.over == "whole"]
        hashed = [query for query in usable if isinstance(query, Scan) and query.over.endswith("hashes")]
        # What is hashed is read as a whole once for each residue.
        read = ALL if self.read is None else tuple(bounds for cut in self.slices for bounds in cut)
        stacked: dict[str, list] = {}
        sliced = [
            [(query, cut, (0, 1)) for query in [*sums, *rows] if cut in self._cuts(query)] for cut in self._every_cut()
        ]
        later: list[tuple[Scan, Ranges, tuple[int, int]]] = []
        for query in hashed:
            cut, many = (read, len(self.slices)) if query.over == "hashes" else (ALL, len(self.all))
            later += [(query, cut, (residue, many)) for residue in range(many)]
        later += [(query, ALL, (0, 1)) for query in whole]
        self._done, self._total = 0, sum(map(len, sliced)) + len(later)
        with ThreadPoolExecutor(self.at_once) as pool:
            for passes in sliced:
                _end(self._begin(pool, passes, stacked))
            for query in sums:
                found, schema = stacked.pop(query.name)
                self._register(query.name, stacked_frame(self.spark, found, schema))
            counted = {query.name for query in usable if isinstance(query, Tally)}
            for estimate in estimates:
                if estimate.tally not in counted:
                    skipped.append(estimate.id)
                    lacking[estimate.id] = lacking.get(estimate.tally, "")
            # All tallies are counted by now: they are judged while the engine is at work.
            left = self._begin(pool, later, stacked)
            verdicts = judged([estimate for estimate in estimates if estimate.tally in counted], self.book)
            related = correlations(context, self.book)
            _end(left)
        report = CheckReport([self.found[i] for i in order if i in self.found], skipped, verdicts, related)
        report.seconds = time.perf_counter() - started
        report.blocks, report.of_blocks = None if self.read is None else list(self.read), self.of
        report.lacking = {name: lacking[name] for name in skipped}
        return report

    def _begin(self, pool: ThreadPoolExecutor, passes: list[tuple], stacked: dict[str, Any]) -> list[Future]:
        """Begin to make passes, several at a time.

        The heaviest that is left runs beside the lightest, so that memory holds one heavy one.
        """
        left = deque(sorted(passes, key=lambda given: -sum(self.rows.get(name, 0) for name in given[0].needs)))

        def next_of(number: int) -> tuple | None:
            with self._lock:
                return None if not left else left.pop() if number else left.popleft()

        def work(number: int) -> None:
            try:
                while given := next_of(number):
                    self._pass(*given, stacked)
            except BaseException:
                left.clear()
                raise

        return [pool.submit(work, number) for number in range(self.at_once)]

    def _every_cut(self) -> list[Ranges]:
        """The slices of sums, then those of a sample."""
        return list(dict.fromkeys([*self.all, *self.slices]))

    def _cuts(self, query: Scan | Partial) -> list[Ranges]:
        """The slices that a query is made of: sums are over everything."""
        return self.slices if isinstance(query, (Scan, Tally)) else self.all

    def _pass(self, query: Scan | Partial, cut: Ranges, residue: tuple[int, int], stacked: dict[str, Any]) -> None:
        """One query over a slice: count violations, or keep a partial's rows for the whole tables' checks."""
        if isinstance(query, Tally):
            names, rows = tuples_of(self.spark.sql(self._text(query.source, cut)))
            with self._lock:
                self.book.add(query, names, rows)
        elif isinstance(query, Partial):
            df = self.spark.sql(self._text(query.source, cut))
            rows = rows_of(df)
            with self._lock:
                stacked.setdefault(query.name, ([], df.schema))[0].append(rows)
        else:
            self._scan(query, cut, residue)
        with self._lock:
            self._done += 1
            self._progress(self._done, self._total, query)

    def _usable(self, queries, context: Context, skipped: list[str]) -> tuple[list[Scan | Partial], dict[str, str]]:
        """Queries and checks whose tables and columns are all there; per other check or partial what it lacks."""
        there = set(context.columns)
        columns = {name: found for name, found in context.columns.items() if name in self.declared}
        absent = [lack for name, found in columns.items() for lack in _absent(name, self.declared[name], found)]
        result: list[Scan | Partial] = []
        lacking: dict[str, str] = {}
        for query in queries:
            lacks = {lacking.get(name, f"the table {name}") for name in query.needs - there}
            lacks |= _lacks(query.needs, query.source, absent)
            if isinstance(query, Partial):
                if lacks:
                    lacking[query.name] = _both(lacks)
                else:
                    result.append(query)
                    there.add(query.name)
                continue
            needed = {
                check.id: lacks | _lacks(query.needs, f"{check.holds} {check.given} {' '.join(check.keys)}", absent)
                for check in query.checks
            }
            lacking |= {name: _both(found) for name, found in needed.items() if found}
            skipped += [name for name, found in needed.items() if found]
            whole = tuple(check for check in query.checks if not needed[check.id])
            result += [replace(query, checks=whole)] if whole else []
        return result, lacking

    def _progress(self, done: int, total: int, query: Scan | Partial) -> None:
        if self.on_progress is not None:
            name = query.name if isinstance(query, Partial) else query.checks[0].id
            self.on_progress(done, total, name)

    def _scan(self, scan: Scan, cut: Ranges, residue: tuple[int, int]) -> None:
        """Count the violations of all checks of a scan in one query; fetch keys of those that fail."""
        started = time.perf_counter()
        source = self._text(scan.source, cut, residue)
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

    def _text(self, source: str, cut: Ranges, residue: tuple[int, int] = (0, 1)) -> str:
        """The source with views in place of names, cut to a slice and a residue: which, of how many."""
        pieces = []
        for literal, name, spec, _ in string.Formatter().parse(source):
            pieces.append(literal)
            if name == "residue":
                number, many = residue
                pieces.append(f"pmod({spec}, {many}) = {number}" if many > 1 else "true")
            elif name:
                pieces.append(self._relation(name, cut))
        return "".join(pieces)

    def _relation(self, name: str, cut: Ranges) -> str:
        view, table = self.views[name], self.declared.get(name)
        bounds = [_bounds(table, first, last) for first, last in cut] if table else [""]
        return f"(select * from {view} where {' or '.join(bounds)})" if all(bounds) else view


def _bounds(table, first: int | None, last: int | None) -> str:
    """A condition on the rows of the households from `first` to `last`; "" where that is all rows."""
    found = table.range_of(first or 1, last or ids.MAX_HOUSEHOLDS)
    if found is None or first is last is None:
        return ""
    column, low, high = found
    if first is None:
        # A row of no household at all is looked at, too.
        return f"({column} <= {high} or {column} is null)"
    return " and ".join([f"{column} >= {low}", *([f"{column} <= {high}"] if last else [])])


def _end(passes: list[Future]) -> None:
    """Wait for passes that have begun; what went wrong in one is raised."""
    for done in passes:
        done.result()


def _absent(name: str, table, columns: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Columns of a table that are not there as declared: table, column, and that in words."""
    from idgraph_widgets.quality.structure import column_problems

    problems = [problem.partition(": ") for problem in column_problems(table, columns)]
    return [(name, column, f"{table.name}.{column} ({what})") for column, _, what in problems]


def _lacks(tables: Collection[str], sql: str, absent: list[tuple[str, str, str]]) -> set[str]:
    """What of the absent columns of these tables an SQL text names."""
    return {problem for table, column, problem in absent if table in tables and re.search(rf"\b{column}\b", sql)}


def _both(lacks: set[str]) -> str:
    return " and ".join(sorted(lacks))


def _value(value: Any) -> Any:
    """A key value that JSON can hold."""
    return value if isinstance(value, (int, str, bool)) or value is None else str(value)
