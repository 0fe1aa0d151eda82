"""Distributions as tables: tickets dealt to winners, made once and looked up with a uniform integer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np


def lottery_tickets(weights: Sequence[float], tickets: int) -> list[int]:
    """Deal `tickets` tickets to the weights, by largest remainder: index of the winner per ticket."""
    return _dealt(weights, tickets).tolist()


def _dealt(weights: Sequence[float], tickets: int) -> np.ndarray:
    share = np.asarray(weights, dtype=float)
    exact = share / share.sum() * tickets
    counts = np.floor(exact + 1e-9).astype(int)
    # By remainder rounded to nine decimals, then by index, so that a platform's last bit is not a winner.
    order = np.lexsort((np.arange(len(share)), -np.round(exact - counts, 9)))
    counts[order[: tickets - counts.sum()]] += 1
    return np.repeat(np.arange(len(share)), counts)


@dataclass(frozen=True)
class Lottery:
    """Several lotteries of equally many tickets side by side.

    Attributes
    ----------
    winners : ndarray of int32
        Index of the winner at ``group * tickets + ticket``; -1 where a group has no lottery.
    tickets : int
        Tickets per group.
    """

    winners: np.ndarray
    tickets: int

    @classmethod
    def of(cls, groups: Mapping[int, Sequence[float]], tickets: int) -> Lottery:
        """Lotteries by group number, each given by the weights of its entries."""
        winners = np.full((max(groups, default=-1) + 1) * tickets, -1, np.int32)
        for group, weights in groups.items():
            winners[group * tickets : (group + 1) * tickets] = _dealt(weights, tickets)
        return cls(winners, tickets)

    def draw(self, tickets: np.ndarray, groups: np.ndarray | int = 0) -> np.ndarray:
        """Winners of drawn tickets (``draws.below(stream, lottery.tickets, keys)``), one group per row or for all."""
        return self.winners[groups * self.tickets + tickets]


def quantiles_lognormal(median: float, sigma: float, n: int, scale: float = 1.0) -> list[int]:
    """Mid-point quantiles of a lognormal distribution, times `scale`, as integers."""
    normal = NormalDist()
    return [round(median * math.exp(sigma * normal.inv_cdf((i + 0.5) / n)) * scale) for i in range(n)]
