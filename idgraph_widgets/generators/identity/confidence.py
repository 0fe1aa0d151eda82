"""Confidence in a link and whether it holds: drawn from the person and the slot, so any table can ask.

`keys` are hashes of person and slot: ``chained(individual_id, slot)``.
"""

from __future__ import annotations

import math

import numpy as np

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE
from idgraph_widgets.generators.context import Context

CONFIDENCE_TICKETS = 1024


def prepare(config: GenerationConfig) -> np.ndarray:
    """Quantiles of the beta distribution of confidence, in ten-thousandths below 1 (int64)."""
    shape = config.demographics_config.identity_mappings.probabilistic_confidence
    alpha, beta = shape["alpha"], shape["beta"]
    n = 4096
    grid = [(i + 0.5) / n for i in range(n)]
    density = [math.exp((alpha - 1) * math.log(x) + (beta - 1) * math.log(1 - x)) for x in grid]
    total, running, values, next_ticket = sum(density), 0.0, [], 0
    for x, weight in zip(grid, density, strict=True):
        running += weight / total
        while next_ticket < CONFIDENCE_TICKETS and (next_ticket + 0.5) / CONFIDENCE_TICKETS <= running + 1e-12:
            values.append(min(SCALE - 1, max(1, round(x * SCALE))))
            next_ticket += 1
    values.extend([values[-1]] * (CONFIDENCE_TICKETS - len(values)))
    return np.array(values, np.int64)


def guessed_confidence(context: Context, keys: np.ndarray) -> np.ndarray:
    """Confidence in links that were made without a log-in, in ten-thousandths."""
    return context.of(prepare)[context.draws("noise").below("confidence", CONFIDENCE_TICKETS, keys)]


def mailbox_confidence(context: Context, keys: np.ndarray) -> np.ndarray:
    """Confidence in mailboxes, in ten-thousandths.

    Certain but for the share that belongs to a new owner; the doubt is spread evenly around that share.
    """
    share = context.config.demographics_config.identity_mappings.recycled_email_share
    return SCALE - context.draws("noise").below("doubt", max(0, round(2 * share * SCALE)) + 1, keys)


def holds(context: Context, confidence: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Whether links of that confidence (ten-thousandths) are true."""
    return context.draws("noise").chance_in_scale("true", confidence, keys)
