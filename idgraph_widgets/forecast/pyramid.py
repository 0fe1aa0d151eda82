"""Expected ages and sexes of everybody."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.reference import facts

BAND = 5
"""Years in a band of the pyramid."""


def pyramid(config: GenerationConfig) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Shares of everybody by age band and sex, and the labels of the bands.

    The published pyramid, cut to the configured ages and brought to the configured shares of women and
    men; nonbinary people are spread like everybody and counted with neither.
    """
    demographics = config.demographics_config
    low, high = demographics.age_range
    rows = [row for row in facts("age_single_year") if low <= row["age"] <= high]
    ages = np.array([row["age"] for row in rows])
    women = np.array([row["female"] for row in rows], dtype=float)
    men = np.array([row["male"] for row in rows], dtype=float)
    women *= demographics.gender_distribution.get("female", 0.0) / women.sum()
    men *= demographics.gender_distribution.get("male", 0.0) / men.sum()
    starts = np.arange(low // BAND * BAND, high + 1, BAND)
    band = (ages - starts[0]) // BAND
    labels = [f"{max(low, start)}–{min(high, start + BAND - 1)}" for start in starts]
    if high == 100:
        labels[-1] = "100+"
    return labels, np.bincount(band, women, len(starts)), np.bincount(band, men, len(starts))
