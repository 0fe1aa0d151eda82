"""The nightly form of the tests, a plugin of pytest: what repeats a mechanism with another step, engine or size.

Tests marked ``nightly`` run where IDGRAPH_NIGHTLY=1. Otherwise they are deselected, and the summary says how many are
left. Of each kind the normal form runs the most telling one.
"""

from __future__ import annotations

import os

import pytest

NIGHTLY = os.environ.get("IDGRAPH_NIGHTLY") == "1"


def but_first(cases, normal: int = 1) -> list:
    """Cases of one mechanism as parameters: the first ones run always, the others at night."""
    cases = list(cases)
    return [*cases[:normal], *(pytest.param(case, marks=pytest.mark.nightly) for case in cases[normal:])]


_LEFT = pytest.StashKey[int]()


def pytest_configure(config):
    config.stash[_LEFT] = 0


@pytest.hookimpl(trylast=True)  # of those that are asked for otherwise
def pytest_collection_modifyitems(config, items):
    if NIGHTLY:
        return
    left = [item for item in items if item.get_closest_marker("nightly")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker("nightly")]
        config.stash[_LEFT] = len(left)


def pytest_sessionfinish(session):
    output = getattr(session.config, "workeroutput", None)  # where this is a process of pytest-xdist
    if output is not None:
        output["nightly"] = session.config.stash[_LEFT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Every process of pytest-xdist collects all of them."""
    left = getattr(node, "workeroutput", {}).get("nightly", 0)
    node.config.stash[_LEFT] = max(node.config.stash[_LEFT], left)


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[_LEFT]:
        form = "IDGRAPH_NIGHTLY=1 python -m pytest -n logical"
        terminalreporter.write_line(f"{config.stash[_LEFT]} tests are left for the nightly form: {form}")
