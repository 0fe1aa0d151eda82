"""An installation leaves a Databricks runtime's own libraries as they are."""

from __future__ import annotations

import re
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.quick

RUNTIMES = sorted((Path(__file__).resolve().parents[2] / "deploy" / "runtimes").glob("*.txt"))
OURS = [Requirement(text) for text in requires("idgraph-widgets")]
NEEDED = [r for r in OURS if r.marker is None or r.marker.evaluate({"extra": "databricks"})]
FIXED = ("numpy", "pandas", "pyarrow")


def pins(path: Path) -> dict[str, str]:
    """The lowest version that a file of constraints allows, by package: the one that the runtime has, or near it."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return dict(re.fullmatch(r"([A-Za-z0-9._-]+)[~=]=(\S+)", line).groups() for line in lines)


def refused(requirements: list[Requirement], there: dict[str, str]) -> list[str]:
    """Requirements that a runtime's own version does not meet, so that an installation would replace it."""
    return [str(r) for r in requirements if r.name in there and not r.specifier.contains(there[r.name])]


@pytest.mark.parametrize("path", RUNTIMES, ids=lambda path: path.stem)
def test_nothing_of_a_runtime_is_replaced(path):
    there = pins(path)
    assert set(FIXED) <= set(there)
    assert re.search(r"^# Python 3\.\d+", path.read_text(), re.MULTILINE)
    assert refused(NEEDED, there) == []


def test_every_long_term_runtime_has_its_pins():
    expected = ["15.4", "16.4", "17.3", *(f"serverless-{n}" for n in range(2, 6))]
    assert [path.stem for path in RUNTIMES] == expected


def test_pyspark_and_an_engine_are_never_asked_for():
    assert {"pyspark", "pysail", "deltalake", "databricks-connect"} & {r.name for r in NEEDED} == set()


def test_a_bound_that_would_replace_something_is_seen():
    there = pins(RUNTIMES[0])
    assert refused([Requirement("pandas>=2.2"), Requirement("pyyaml>=6.0")], there) == ["pandas>=2.2"]
