"""Distributions too large for a CASE expression: small frames to join on a uniform integer.

Joining a frame of a few thousand rows costs less than an array literal of a few dozen on every
engine measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.draws.frames import small_frame


def lottery_tickets(weights: Sequence[float], tickets: int) -> list[int]:
    """Deal `tickets` tickets to the weights, by largest remainder: index of the winner per ticket."""
    share = np.asarray(weights, dtype=float)
    exact = share / share.sum() * tickets
    counts = np.floor(exact + 1e-9).astype(int)
    # By remainder rounded to nine decimals, then by index, so that a platform's last bit is not a winner.
    order = np.lexsort((np.arange(len(share)), -np.round(exact - counts, 9)))
    counts[order[: tickets - counts.sum()]] += 1
    return np.repeat(np.arange(len(share)), counts).tolist()


def lottery(
    spark: SparkSession,
    groups: Mapping[int, tuple[Sequence[Mapping[str, Any]], Sequence[float]]],
    tickets: int,
    ticket: str,
) -> DataFrame:
    """A frame that deals the winner's columns to each ticket, per group.

    Parameters
    ----------
    groups : mapping of int to (rows, weights)
        One lottery per group; a single one is ``{0: (rows, weights)}``.
    tickets : int
        Tickets per group.
    ticket : str
        Name of the BIGINT column ``group * tickets + ticket``, to join on
        ``group * tickets + draws.below(stream, tickets, ...)``.
    """
    numbers: list[np.ndarray] = []
    columns: dict[str, list[np.ndarray]] = {}
    for group, (rows, weights) in groups.items():
        winners = np.array(lottery_tickets(weights, tickets))
        numbers.append(group * tickets + np.arange(tickets))
        for name in rows[0]:
            columns.setdefault(name, []).append(np.array([row[name] for row in rows])[winners])
    frame = {ticket: np.concatenate(numbers), **{name: np.concatenate(parts) for name, parts in columns.items()}}
    return F.broadcast(small_frame(spark, pd.DataFrame(frame)))


def quantiles_lognormal(median: float, sigma: float, n: int, scale: float = 1.0) -> list[int]:
    """Mid-point quantiles of a lognormal distribution, times `scale`, as integers."""
    normal = NormalDist()
    return [round(median * math.exp(sigma * normal.inv_cdf((i + 0.5) / n)) * scale) for i in range(n)]


def quantile_frame(spark: SparkSession, values: Sequence[int], ticket: str, value: str) -> DataFrame:
    """A frame (ticket 0..n-1, value) to join on ``draws.below(stream, n, ...)``."""
    return F.broadcast(
        small_frame(spark, pd.DataFrame({ticket: range(len(values)), value: list(values)}, dtype="int64"))
    )
