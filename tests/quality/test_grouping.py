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


def every_query() -> list[Scan | Partial]:
    context = Context(GenerationConfig(), columns={name: [] for name in GENERATED})
    return [query for queries in REGISTRY.values() for query in queries(context)]


def checks_of(queries: list[Scan | Partial]) -> Counter[str]:
    return Counter(check.id for query in queries if isinstance(query, Scan) for check in query.checks)


def test_a_guest_is_looked_at_by_its_host():
    assert hosted([GUEST, HOST]) == [
        Scan("select h.*, 2 as members from {households} h", (ALONE, JOINED), rows_of="households")
    ]


def test_who_looks_at_other_rows_is_no_guest():
    """Everything once, and slice by slice, are not the same pass."""
    whole = Scan("select * from {households}", (OTHER,), "whole")
    assert hosted([whole, HOST]) == [whole, HOST]


def test_no_check_gets_lost_or_is_made_twice():
    queries = every_query()
    grouped = hosted(merged(queries))
    assert checks_of(grouped) == checks_of(queries)
    assert len(grouped) < len(queries)


def test_a_guest_alone_stays_what_it_is():
    assert hosted(with_checks([GUEST, HOST], frozenset({"homes.alone"}))) == [GUEST]
