"""What an impression or a click costs: the bid, more or less, as auctions have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.config.placements import PRICE_SIGMA
from idgraph_widgets.draws import SCALE, quantiles_lognormal

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

_QUANTILES = 64


@dataclass(frozen=True)
class PriceTables:
    """How prices vary: relative to the bid, in ten-thousandths, each equally likely; 1 on average."""

    factor_e4: np.ndarray


def prepare(config: GenerationConfig) -> PriceTables:
    """Quantiles of prices."""
    factor = np.array(quantiles_lognormal(1.0, PRICE_SIGMA, _QUANTILES, SCALE), np.int64)
    return PriceTables(factor * SCALE // round(float(factor.mean())))


def paid(context: Context, bid_micro: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """What is paid for a bid, in millionths of a USD; `exposure` are hashes (`chain`) of exposures' keys."""
    ticket = context.draws("campaign_exposures").below("price", _QUANTILES, exposure)
    return bid_micro * context.of(prepare).factor_e4[ticket] // SCALE
