"""Rows stay: every golden dataset has the content hashes it had."""

import pytest
from support.golden import CASES, published_hashes, run_case

from idgraph_widgets.generators import block
from idgraph_widgets.generators.ads import in_sessions
from idgraph_widgets.pipeline import sizing

SMALL = [name for name, case in CASES.items() if not case.get("large")]


@pytest.mark.parametrize("name", SMALL)
def test_content_hashes_are_the_golden_ones(name, spark, tmp_path):
    found = run_case(spark, name, tmp_path / "dataset")
    assert found == published_hashes()[name]


def test_every_case_has_hashes():
    assert set(published_hashes()) == set(CASES)


@pytest.mark.parametrize("name", ["hard", "homes_appended_inside"])
def test_rows_do_not_depend_on_what_fits_into_memory(name, spark, tmp_path, monkeypatch):
    """Small parts, plans of exposures that are made again, and few sessions looked at at a time."""
    monkeypatch.setattr(sizing, "BYTES_AT_A_TIME", 10 << 20)
    monkeypatch.setattr(block, "KEPT_BYTES", 100_000)
    monkeypatch.setattr(in_sessions, "_PAIRS", 500)
    assert run_case(spark, name, tmp_path / "dataset") == published_hashes()[name]
