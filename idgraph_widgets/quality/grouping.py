"""Which checks share a pass: those of one source, and those of a table alone where its rows are joined anyway."""

from __future__ import annotations

from dataclasses import replace

from idgraph_widgets.quality.checks import Partial, Scan


def with_checks(queries: list[Scan | Partial], ids: frozenset[str]) -> list[Scan | Partial]:
    """The scans of these checks, and the partials they read."""
    kept: list[Scan | Partial] = []
    for query in queries:
        if isinstance(query, Scan):
            checks = tuple(check for check in query.checks if check.id in ids)
            kept += [replace(query, checks=checks)] if checks else []
        else:
            kept.append(query)
    read = {name for query in kept for name in query.needs}
    return [query for query in kept if isinstance(query, Scan) or query.name in read]


def merged(queries: list[Scan | Partial]) -> list[Scan | Partial]:
    """The same queries, with one scan for all checks that look at the same rows: they are read once."""
    kept: dict[tuple[str, str], Scan | Partial] = {}
    for query in queries:
        here = (query.source, query.over if isinstance(query, Scan) else query.name)
        before = kept.get(here)
        kept[here] = replace(before, checks=before.checks + query.checks) if isinstance(before, Scan) else query
    return list(kept.values())


def hosted(queries: list[Scan | Partial]) -> list[Scan | Partial]:
    """The same queries, with checks of a table alone put where its rows are looked at anyway."""
    hosts = {query.rows_of: query for query in queries if isinstance(query, Scan) and query.rows_of}
    guests = {
        name: query
        for name, host in hosts.items()
        for query in queries
        if isinstance(query, Scan) and (query.source, query.over) == (f"select * from {{{name}}}", host.over)
    }
    kept = [query for query in queries if not any(query is guest for guest in guests.values())]
    return [
        replace(query, checks=guests[query.rows_of].checks + query.checks)
        if isinstance(query, Scan) and query.rows_of in guests
        else query
        for query in kept
    ]
