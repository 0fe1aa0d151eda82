"""Products of the small matrices of distributions."""

from __future__ import annotations

import numpy as np

_SUBSCRIPTS = {(1, 2): "j,jk->k", (2, 1): "ij,j->i", (2, 2): "ij,jk->ik"}


def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The matrix product of two arrays, a matrix at least one of them.

    By numpy's own loops, not by a BLAS library as ``@``: on matrices this small its threads cost more, waiting for one
    another, than the sums (fifteen times on two busy cores), and its order of summation differs between machines.
    """
    return np.einsum(_SUBSCRIPTS[left.ndim, right.ndim], left, right)
