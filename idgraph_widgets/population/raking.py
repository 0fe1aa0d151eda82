"""Iterative proportional fitting: correlated attributes that still meet a configured marginal."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.population.products import product


def rake(seed: np.ndarray, row_weights: np.ndarray, column_shares: np.ndarray, steps: int = 200) -> np.ndarray:
    """Conditional shares per row whose weighted mean is `column_shares`.

    Parameters
    ----------
    seed : ndarray, shape (rows, columns)
        The wanted association: relative shares of the columns in each row. Zeros stay zero.
    row_weights : ndarray, shape (rows,)
        Share of the population in each row.
    column_shares : ndarray, shape (columns,)
        The configured marginal.

    Returns
    -------
    ndarray, shape (rows, columns)
        Rows sum to 1. Where zeros of the seed make the marginal impossible, as near as they allow.
    """
    weights = row_weights / row_weights.sum()
    table = seed / seed.sum(axis=1, keepdims=True)
    target = column_shares / column_shares.sum()
    for _ in range(steps):
        current = product(weights, table)
        factor = np.divide(target, current, out=np.zeros_like(target), where=current > 0)
        table = table * factor
        sums = table.sum(axis=1, keepdims=True)
        # A row left without any allowed column (all its columns configured away) takes the marginal itself.
        table = np.where(sums > 0, table / np.where(sums > 0, sums, 1.0), target)
        if np.abs(product(weights, table) - target).max() < 1e-10:
            break
    return table
