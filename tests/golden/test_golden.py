"""Rows stay: every golden dataset has the content hashes it had."""

import pytest
from support.golden import CASES, published_hashes, run_case

SMALL = [name for name, case in CASES.items() if not case.get("large")]


@pytest.mark.parametrize("name", SMALL)
def test_content_hashes_are_the_golden_ones(name, spark, tmp_path):
    found = run_case(spark, name, tmp_path / "dataset")
    assert found == published_hashes()[name]


def test_every_case_has_hashes():
    assert set(published_hashes()) == set(CASES)
