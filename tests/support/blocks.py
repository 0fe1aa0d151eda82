"""Mutations in one known block of a dataset of several, and which reading of the blocks is to find them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from idgraph_widgets.quality import CheckReport, run_checks
from idgraph_widgets.quality.checks import Partial
from idgraph_widgets.quality.registry import REGISTRY
from idgraph_widgets.quality.runner import context_of
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.schema.ids import BLOCK
from support.mutations import Mutation
from support.planting import break_all

MOST = 300
"""Mutations tried at once: it is only asked whether those that are named are found."""


def view_block(spark, tables, block: int) -> str:
    """Make the rows of a block, and those of no block, the views ``<name>_<table>``; returns that name."""
    name = f"block_{block}"
    for table in tables:
        rows_of(tables, table, block).createOrReplaceTempView(f"{name}_{table}")
    return name


def rows_of(tables, name: str, block: int):
    """A table's rows of a block of households; all of them where a row is of no household."""
    table = GENERATED.get(name)
    if table is None or table.cut is None:
        return tables[name]
    bounds = table.range_of(block * BLOCK + 1, (block + 1) * BLOCK)
    if bounds is not None:
        return tables[name].where("{} between {} and {}".format(*bounds))
    (key,) = GENERATED[table.cut.keys_of].key
    keys = rows_of(tables, table.cut.keys_of, block).selectExpr(f"{key} as found")
    return tables[name].join(keys, tables[name][table.cut.column] == keys["found"], "left_semi")


def planted(spark, tables, mutations: list[Mutation], config, folder: Path, views: str, readings: Iterable) -> list:
    """A report of the checks that the mutations are for, per reading: blocks, or None for everything."""
    broken = break_all(spark, tables, mutations, folder, views)
    checks = {mutation.check for mutation in mutations}
    return [run_checks(spark, broken, config, blocks=blocks, only=checks) for blocks in readings]


def found_anywhere(tables, config) -> frozenset[str]:
    """Checks that look at all rows whatever is read row by row."""
    queries = (query for module in REGISTRY.values() for query in module(context_of(tables, config)))
    scans = [query for query in queries if not isinstance(query, Partial)]
    return frozenset(check.id for scan in scans if scan.over in ("whole", "all hashes") for check in scan.checks)


def wrong(
    mutations: list[Mutation], whole: frozenset[str], everything: CheckReport, read: CheckReport, unread: CheckReport
) -> list:
    """What is not as it is to be, in words, where the mutations lie in a block.

    Parameters
    ----------
    mutations : list of Mutation
    whole : frozenset of str
        See `found_anywhere`.
    everything, read, unread : CheckReport
        Of all blocks, of some with that one, of some without it.
    """
    by_name = {"everything": everything, "the block": read, "other blocks": unread}
    found = {name: {result.id for result in report.failed} for name, report in by_name.items()}
    problems = [
        f"{mutation.check} is not found in {name}"
        for mutation in mutations
        for name in by_name
        if mutation.check not in found[name] and (name != "other blocks" or mutation.check in whole)
    ]
    # What is wrong in a row that is of all households, such as a campaign, shows in any block.
    problems += [
        f"{mutation.check} is found in blocks in which it is not"
        for mutation in mutations
        if GENERATED[mutation.table].cut and mutation.check not in whole and mutation.check in found["other blocks"]
    ]
    return problems
