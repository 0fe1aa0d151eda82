"""How rules are kept and applied.

A rule looks at settings that are each valid alone; it is left out while one of them is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from idgraph_widgets.config.problems import Problem

Rule = Callable[[Any], Iterator[Problem]]
"""What contradicts itself in a section, a problem each; paths begin at it."""

_RULES: dict[str, list[tuple[tuple[str, ...], Rule]]] = {}


def contradictions(section: Any, found: list[Problem]) -> list[Problem]:
    """What contradicts itself in `section` and those below it, given the problems `found` in its fields."""
    broken = [problem.path for problem in found]
    return list(_apply(section, "", broken))


def _apply(section: Any, path: str, broken: list[str]) -> Iterator[Problem]:
    prefix = f"{path}." if path else ""
    for reads, check in _RULES.get(type(section).__name__, []):
        if not any(_touches(bad, prefix + name) for bad in broken for name in reads):
            for problem in check(section):
                yield Problem(prefix + problem.path, problem.found, problem.allowed, problem.suggestion)
    for name in vars(section):
        value = getattr(section, name)
        if type(value).__name__ in _RULES:
            yield from _apply(value, prefix + name, broken)


def _touches(bad: str, path: str) -> bool:
    return bad == path or bad.startswith((f"{path}.", f"{path}[")) or path.startswith(f"{bad}.")


def rule(section: str, *reads: str) -> Callable[[Rule], Rule]:
    """Register a rule of a section; it reads the fields `reads`."""

    def register(function: Rule) -> Rule:
        _RULES.setdefault(section, []).append((reads, function))
        return function

    return register
