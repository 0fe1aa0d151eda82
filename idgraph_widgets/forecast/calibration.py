"""The measured constants of the forecast: ``calibration.json``, written by ``python -m benchmarks.calibrate``."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import resources
from typing import Any


@cache
def _calibration_text() -> str:
    return resources.files(__package__).joinpath("calibration.json").read_text(encoding="utf-8")


def calibration() -> dict[str, Any]:
    """The constants of ``calibration.json``."""
    return json.loads(_calibration_text())


def between(sizes: list[int], values: list[float], households: int) -> float:
    """A constant measured at some sizes, for another one: linear in the logarithm, flat outside."""
    if households <= sizes[0]:
        return values[0]
    for (small, low), (large, high) in zip(zip(sizes, values), zip(sizes[1:], values[1:])):
        if households <= large:
            return low + (high - low) * math.log(households / small) / math.log(large / small)
    return values[-1]
