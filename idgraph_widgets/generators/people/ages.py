"""Values along ages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from idgraph_widgets.population.age_tables import AGES


def along_ages(knots: Sequence[tuple[float, float]]) -> np.ndarray:
    """A value for every age: straight between knots (age, value), and level outside of them.

    Examples
    --------
    >>> along_ages([(10, 0.0), (20, 1.0)])[[0, 15, 30]]
    array([0. , 0.5, 1. ])
    """
    ages, values = zip(*knots, strict=True)
    return np.interp(np.arange(AGES), ages, values)
