"""Checks that share a pass: none gets lost, and a table's own checks go where its rows are joined anyway."""

from __future__ import annotations

from collections import Counter

import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.quality.checks import Check, Context, Partial, Scan
from idgraph_widgets.quality.grouping import hosted, merged, with_checks
from idgraph_widgets.quality.registry import REGISTRY
from idgraph_widgets.schema import GENERATED

pytestmark = pytest.mark.quick

ALONE = Check("homes.alone", "Alone.", ("household_id",), holds="state = 'CA'")
JOINED = Check("homes.joined", "Joined.", ("household_id",), holds="members = 2")
OTHER = Check("homes.whole", "Whole.", ("household_id",), holds="state = 'CA'")

HOST = Scan("select h.*, 2 as members from {households} h", (JOINED,), rows_of="households")
GUEST = Scan("select * from {households}", (ALONE,))


def every_part() -> list[Scan | Partial]:
    context = Context(GenerationConfig(), columns={name: [] for name in GENERATED})
    return [part for parts in REGISTRY.values() for part in parts(context)]


def checks_of(parts: list[Scan | Partial]) -> Counter[str]:
    return Counter(check.id for part in parts if isinstance(part, Scan) for check in part.checks)


def test_a_guest_is_looked_at_by_its_host():
    assert hosted([GUEST, HOST]) == [
        Scan("select h.*, 2 as members from {households} h", (ALONE, JOINED), rows_of="households")
    ]


def test_who_looks_at_other_rows_is_no_guest():
    """Everything once, and slice by slice, are not the same pass."""
    whole = Scan("select * from {households}", (OTHER,), "whole")
    assert hosted([whole, HOST]) == [whole, HOST]


def test_no_check_gets_lost_or_is_made_twice():
    parts = every_part()
    grouped = hosted(merged(parts))
    assert checks_of(grouped) == checks_of(parts)
    assert len(grouped) < len(parts)


def test_a_guest_alone_stays_what_it_is():
    assert hosted(with_checks([GUEST, HOST], frozenset({"homes.alone"}))) == [GUEST]
