"""What a test needs beyond the packages of the extra ``dev``: Java, Node, Chromium, jars, npm's axe-core."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(reason: str) -> NoReturn:
    """Skip the test and say what is not there; fail it instead where IDGRAPH_REQUIRE_ALL=1."""
    if os.environ.get("IDGRAPH_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
