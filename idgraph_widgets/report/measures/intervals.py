"""How sure a share is that was counted."""

from __future__ import annotations

import math

Z95 = 1.959964


def wilson(hits: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share; (0, 1) without trials."""
    if not trials:
        return 0.0, 1.0
    share, squared = hits / trials, z * z / trials
    middle = (share + squared / 2) / (1 + squared)
    half = z * math.sqrt(share * (1 - share) / trials + squared / (4 * trials)) / (1 + squared)
    # At the ends the bound is exact, which rounding would miss.
    return max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < trials else 1.0
