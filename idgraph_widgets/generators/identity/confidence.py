"""Confidence in a link and whether it holds: drawn from the person and the slot, so any table can ask.

`keys` are hashes of person and slot: ``hashed_keys(individual_id, slot)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.draws import SCALE

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

CONFIDENCE_TICKETS = 1024

LEAST_DOUBT = 0.001
"""Doubt in the surest link that was made by a log-in (design)."""


@dataclass(frozen=True)
class Confidences:
    """What confidence is drawn from, in ten-thousandths by ticket.

    Attributes
    ----------
    guessed : ndarray of int64
        Of links that were made without a log-in.
    known : ndarray of int64
        Of links that were made by a log-in.
    mailbox : ndarray of int64
        Of mailboxes.
    """

    guessed: np.ndarray
    known: np.ndarray
    mailbox: np.ndarray


def prepare(config: GenerationConfig) -> Confidences:
    """Quantiles of confidence by how a link was made."""
    identity = config.demographics_config.identity_mappings
    shape = identity.probabilistic_confidence
    return Confidences(
        np.array(_beta(shape["alpha"], shape["beta"]), np.int64),
        np.array(_certain_but_for(identity.deterministic_error_share), np.int64),
        np.array(_certain_but_for(identity.recycled_email_share), np.int64),
    )


def _beta(alpha: float, beta: float) -> list[int]:
    """Quantiles of a beta distribution, below 1."""
    n = 4096
    grid = [(i + 0.5) / n for i in range(n)]
    density = [math.exp((alpha - 1) * math.log(x) + (beta - 1) * math.log(1 - x)) for x in grid]
    total, running, values, next_ticket = sum(density), 0.0, [], 0
    for x, weight in zip(grid, density, strict=True):
        running += weight / total
        while next_ticket < CONFIDENCE_TICKETS and (next_ticket + 0.5) / CONFIDENCE_TICKETS <= running + 1e-12:
            values.append(min(SCALE - 1, max(1, round(x * SCALE))))
            next_ticket += 1
    return values + [values[-1]] * (CONFIDENCE_TICKETS - len(values))


def _certain_but_for(share: float) -> list[int]:
    """Quantiles of a confidence near 1 whose mean doubt is `share`: most links are surer than the mean."""
    least = min(LEAST_DOUBT, share)
    # Doubt rises with the square of the ticket, less steeply where it would pass 1.
    power = min(2.0, (1 - least) / (share - least) - 1) if share > least else 2.0
    most = (share - least) * (power + 1)
    doubts = (least + most * ((i + 0.5) / CONFIDENCE_TICKETS) ** power for i in range(CONFIDENCE_TICKETS))
    lowest = 1 if share > 0 else 0
    return [SCALE - max(lowest, round(round(doubt, 9) * SCALE)) for doubt in doubts]


def drawn(context: Context, quantiles: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Confidence in links from one of the tables of `Confidences`, in ten-thousandths."""
    return quantiles[context.draws("noise").below("confidence", CONFIDENCE_TICKETS, keys)]


def holds(context: Context, confidence: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Whether links of that confidence (ten-thousandths) are true."""
    return context.draws("noise").chance_in_scale("true", confidence, keys)


def goes_outside(context: Context, keys: np.ndarray) -> np.ndarray:
    """Whether a link, if it is false, belongs to somebody outside the dataset."""
    return context.draws("noise").chance(
        "outside", context.config.demographics_config.identity_mappings.outsider_share, keys
    )
