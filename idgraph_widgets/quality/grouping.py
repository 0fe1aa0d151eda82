"""Which checks share a pass: those of one source, and those of a table alone where its rows are joined anyway."""

from __future__ import annotations

from dataclasses import replace

from idgraph_widgets.quality.checks import Partial, Scan


def with_checks(parts: list[Scan | Partial], ids: frozenset[str]) -> list[Scan | Partial]:
    """The scans of these checks, and the partials they read."""
    kept: list[Scan | Partial] = []
    for part in parts:
        if isinstance(part, Scan):
            checks = tuple(check for check in part.checks if check.id in ids)
            kept += [replace(part, checks=checks)] if checks else []
        else:
            kept.append(part)
    read = {name for part in kept for name in part.needs}
    return [part for part in kept if isinstance(part, Scan) or part.name in read]


def merged(parts: list[Scan | Partial]) -> list[Scan | Partial]:
    """The same parts, with one scan for all checks that look at the same rows: they are read once."""
    kept: dict[tuple[str, str], Scan | Partial] = {}
    for part in parts:
        here = (part.source, part.over if isinstance(part, Scan) else part.name)
        before = kept.get(here)
        kept[here] = replace(before, checks=before.checks + part.checks) if isinstance(before, Scan) else part
    return list(kept.values())


def hosted(parts: list[Scan | Partial]) -> list[Scan | Partial]:
    """The same parts, with checks of a table alone put where its rows are looked at anyway."""
    hosts = {part.rows_of: part for part in parts if isinstance(part, Scan) and part.rows_of}
    guests = {
        name: part
        for name, host in hosts.items()
        for part in parts
        if isinstance(part, Scan) and (part.source, part.over) == (f"select * from {{{name}}}", host.over)
    }
    kept = [part for part in parts if not any(part is guest for guest in guests.values())]
    return [
        replace(part, checks=guests[part.rows_of].checks + part.checks)
        if isinstance(part, Scan) and part.rows_of in guests
        else part
        for part in kept
    ]
