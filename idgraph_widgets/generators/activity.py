"""How active people are: a class that everything which depends on it looks up, so that it is one trait."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from idgraph_widgets.generators.context import Context

ACTIVITY_CLASSES = 256


def activity_class(context: Context, keys: np.ndarray) -> np.ndarray:
    """Class (int64) of persons, rising with activity; `keys` are ``hashed(individual_id)``."""
    return context.draws("sessions").below("activity", ACTIVITY_CLASSES, keys)


def multipliers(sigma: float, classes: int = ACTIVITY_CLASSES) -> list[float]:
    """Activity of each class relative to the median, rising: quantiles of a lognormal distribution."""
    normal = NormalDist()
    return [math.exp(sigma * normal.inv_cdf((q + 0.5) / classes)) for q in range(classes)]
