"""Hashed keys → uniform integers → distributions, on numpy arrays: the only source of randomness.

A draw is a pure function of (seed, stream name, keys), so it does not depend on row order, chunks, files or engine.
All arithmetic is on integers; tables of distributions are made once, on the driver, and rounded there.
"""

from idgraph_widgets.draws.draws import (
    SCALE,
    UNIT_BITS,
    Draws,
    cumulative_thresholds,
    picks,
    poisson_shares,
    step_index,
    threshold,
)
from idgraph_widgets.draws.hashing import SEED, hashed, hashed_keys, hashed_text, hashed_words, salted
from idgraph_widgets.draws.lottery import Lottery, lottery_tickets, quantiles_lognormal
from idgraph_widgets.draws.permutation import scrambled

__all__ = [
    "SCALE",
    "SEED",
    "UNIT_BITS",
    "Draws",
    "Lottery",
    "cumulative_thresholds",
    "hashed",
    "hashed_keys",
    "hashed_text",
    "hashed_words",
    "lottery_tickets",
    "picks",
    "poisson_shares",
    "quantiles_lognormal",
    "salted",
    "scrambled",
    "step_index",
    "threshold",
]
