"""How far people get with what they look at: a quarter drawn by type of content, then a place within it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws, Lottery
from idgraph_widgets.generators.context import Context
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES

_QUARTERS = 4
_TICKET_BITS = 12


@dataclass(frozen=True)
class Endings:
    """Where views end.

    Attributes
    ----------
    quarter : Lottery
        Quarters in which views end, 4 for those that reach the end; groups are types of content.
    """

    quarter: Lottery


def prepare(config: GenerationConfig) -> Endings:
    """The quarters in which views of each type of content end."""
    ec = config.engagement_config
    shares = {i: getattr(ec, f"{content_type}_view_ends") for i, content_type in enumerate(CONTENT_TYPES)}
    return Endings(Lottery.of(shares, 1 << _TICKET_BITS))


def parts(context: Context, draws: Draws, content_type: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Ten-thousandths (int64) of an item that a view of this type covers, 10,000 where it reaches the end."""
    # The lower bits of a draw are the ticket, the others the place within the quarter.
    unit = draws.unit("ends", keys)
    quarter = context.of(prepare).quarter.draw(unit & ((1 << _TICKET_BITS) - 1), content_type).astype(np.int64)
    size = SCALE // _QUARTERS
    return np.where(quarter == _QUARTERS, SCALE, quarter * size + (unit >> _TICKET_BITS) % size)
