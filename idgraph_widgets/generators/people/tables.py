"""Small things that tables of shares have in common."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.draws import UNIT_BITS


def limits_of(shares: np.ndarray) -> np.ndarray:
    """Upper unit thresholds of shares along the last axis, all values but the last, a row per cell.

    Nine decimals: a different last bit of a platform's sum cannot move a threshold.
    """
    cells = shares.reshape(-1, shares.shape[-1])
    limits = np.clip(np.round(np.cumsum(cells, axis=1)[:, :-1], 9), 0.0, 1.0)
    return np.rint(limits * (1 << UNIT_BITS)).astype(np.int64)


def shifted(published: np.ndarray, weights: np.ndarray, mean: float) -> np.ndarray:
    """Shares moved together in log odds until their weighted mean is `mean`.

    Parameters
    ----------
    published, weights : ndarray, shape (n,)
        Shares, and weights that sum to 1.
    mean : float
    """
    if mean <= 0 or mean >= 1:
        return np.full(len(published), min(max(mean, 0.0), 1.0))
    odds, low, high = published / (1 - published), -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        moved = odds * np.exp(middle)
        moved = moved / (1 + moved)
        low, high = (middle, high) if (moved * weights).sum() < mean else (low, middle)
    return moved
