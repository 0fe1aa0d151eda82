"""Checks as statements that anybody can run: plain tables, the sentence above, the rows that break it below."""

from __future__ import annotations

import string
import textwrap
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from idgraph_widgets.quality.checks import Check, Context, Partial, Scan
from idgraph_widgets.quality.extras import WITH_OWN, tables_with_own
from idgraph_widgets.quality.registry import REGISTRY
from idgraph_widgets.quality.sql import PUBLISHED, inline_table
from idgraph_widgets.schema import GENERATED


@dataclass(frozen=True)
class Statement:
    """One check as a SELECT of the rows that break its promise.

    Parameters
    ----------
    check : Check
    tables : tuple of str
        What it reads.
    sql : str
        The SELECT, without a semicolon.
    """

    check: Check
    tables: tuple[str, ...]
    sql: str

    def text(self, sql: str, remark: str = "") -> str:
        """A statement below what it is about, ending in a semicolon.

        Parameters
        ----------
        sql : str
            `sql` as it is, or in another dialect.
        remark : str
            Another line of comment.
        """
        check = self.check
        lines = [f"{check.id} ({check.group})", check.sentence]
        lines += [f"Returns the rows that break this, by {', '.join(check.keys)}: none in a sound dataset.", remark]
        head = "\n".join(f"-- {line}" for entry in lines if entry for line in textwrap.wrap(entry, 110))
        return f"{head}\n{sql};\n"


def statements(
    context: Context, name_of: Callable[[str], str] = str, only: Collection[str] | None = None
) -> list[Statement]:
    """Every check that is a question to the rows, in report order, in Spark's SQL.

    Whether columns are there is no such question (`structure.<table>.columns`): a statement that needs one which is not
    there fails.

    Parameters
    ----------
    context : Context
        See `context_from_rows`. Columns are not looked at.
    name_of : callable
        From a table's name to what it is called where the statements run.
    only : collection of str, optional
        Ids of the checks wanted.
    """
    # Without columns, checks that could share a statement over all tables come one by one.
    alone = replace(context, columns={})
    read = _with_own(context, name_of)
    found = []
    for queries in REGISTRY.values():
        partials: dict[str, Partial] = {}
        for query in queries(alone):
            if isinstance(query, Partial):
                partials[query.name] = query
            else:
                asked = [c for c in query.checks if not c.id.endswith(".columns") and (only is None or c.id in only)]
                found += [_statement(check, query, partials, read) for check in asked]
    return found


def _with_own(context: Context, name_of: Callable[[str], str]) -> Callable[[str], str]:
    """From a name in a source to a relation: where a table has columns of one's own, others see the declared ones."""
    own = tables_with_own(context.config)

    def relation(name: str) -> str:
        if name in own:
            return name_of(own[name].name)
        if f"{name}{WITH_OWN}" in own:
            return f"(select {', '.join(GENERATED[name].column_names)} from {name_of(name)})"
        return name_of(name)

    return relation


def context_from_rows(
    config: Any, manifest: Any, rules: Iterable[Mapping[str, Any]], caps: Iterable[int | None]
) -> Context:
    """What statements know besides the tables' names.

    Parameters
    ----------
    config : GenerationConfig
    manifest : mapping or None
    rules : iterable of mapping
        The rows of ``segment_rules``.
    caps : iterable of int
        The frequency caps of all campaigns, daily and weekly.
    """
    ordered = sorted((dict(rule) for rule in rules), key=lambda rule: str(rule["segment_id"]))
    return Context(config, manifest, {}, ordered, sorted({int(cap) for cap in caps if cap is not None and cap > 0}))


def _statement(check: Check, scan: Scan, partials: Mapping[str, Partial], name_of: Callable[[str], str]) -> Statement:
    """The check's own SELECT: what was added up slice by slice is one subquery here."""
    read = [name for name in partials if name in scan.needs]
    sources = [scan, *(partials[name] for name in read)]
    needs = {name.removesuffix(WITH_OWN) for source in sources for name in source.needs}
    tables = sorted(needs & GENERATED.keys())
    steps = [f"{name} as (\n{_text(partials[name].source, name_of)}\n)" for name in read]
    head = f"with {', '.join(steps)}\n" if steps else ""
    source = _text(scan.source, lambda name: name if name in partials else name_of(name))
    keys = ", ".join(check.keys)
    sql = f"{head}select {keys}\nfrom (\n{source}\n) as scanned\nwhere {check.violated}"
    return Statement(check, tuple(tables), sql)


def _text(source: str, name_of: Callable[[str], str]) -> str:
    """A source with names in place of its braces; where it may be cut to a residue, it is not."""
    pieces = []
    for literal, name, _, _ in string.Formatter().parse(source):
        pieces.append(literal)
        if name == "residue":
            pieces.append("true")
        elif name in PUBLISHED:
            pieces.append(inline_table(*PUBLISHED[name]()))
        elif name:
            pieces.append(name_of(name))
    return textwrap.indent("".join(pieces).strip("\n"), "  ")
