"""How far people get with what they look at: a quarter drawn by type of content, then a place within it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws, cumulative_thresholds
from idgraph_widgets.generators.context import Context
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES

_QUARTERS = 4


@dataclass(frozen=True)
class Endings:
    """Where views end.

    Attributes
    ----------
    limits : ndarray of int64, shape (types, 4)
        Upper unit thresholds of views that end in each quarter; what lies above them all reaches the end.
    """

    limits: np.ndarray


def prepare(config: GenerationConfig) -> Endings:
    """Thresholds of the quarters in which views of each type of content end."""
    ec = config.engagement_config
    shares = [getattr(ec, f"{content_type}_view_ends") for content_type in CONTENT_TYPES]
    return Endings(np.array([cumulative_thresholds(of_type)[:_QUARTERS] for of_type in shares], np.int64))


def parts(context: Context, draws: Draws, content_type: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Ten-thousandths (int64) of an item that a view of this type covers, 10 000 where it reaches the end."""
    limits = context.of(prepare).limits
    unit = draws.unit("ends", keys)
    quarter = np.zeros(len(keys), np.int64)
    for i in range(_QUARTERS):
        quarter += unit >= limits[content_type, i]
    size = SCALE // _QUARTERS
    return np.where(quarter == _QUARTERS, SCALE, quarter * size + draws.below("within_quarter", size, keys))
