"""TV markets differ: what a campaign delivers in each, and how demand for a category rises and falls there by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Column, coded, text
from idgraph_widgets.draws import SCALE, Draws, hashed, hashed_text, quantiles_lognormal
from idgraph_widgets.generators.context import DAY, Context

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig

_QUANTILES = 256

_SHOCKS = 32
"""Steps of demand: the fewer, the less of what is drawn is thinned out again."""

_WEEK = 7 * DAY


@dataclass(frozen=True)
class MarketTables:
    """How markets differ, each entry equally likely.

    Attributes
    ----------
    delivery_e4 : ndarray of int64, shape (256,)
        Delivery of a campaign in a market where it runs, in ten-thousandths; 1 on average.
    demand_e4 : ndarray of int64, shape (32,)
        Demand in a week, in ten-thousandths of the highest.
    """

    delivery_e4: np.ndarray
    demand_e4: np.ndarray


def prepare(config: GenerationConfig) -> MarketTables:
    """Quantiles of delivery and demand."""
    cfg = config.campaign_config
    delivery = np.array(quantiles_lognormal(1.0, cfg.market_sigma, _QUANTILES, SCALE), np.int64)
    return MarketTables(
        delivery_e4=delivery * SCALE // round(float(delivery.mean())),
        demand_e4=np.array([round(factor / max(_demand(config)) * SCALE) for factor in _demand(config)], np.int64),
    )


def _demand(config: GenerationConfig) -> list[int]:
    return quantiles_lognormal(1.0, config.campaign_config.demand_sigma, _SHOCKS, 1_000_000)


def most_demand(config: GenerationConfig) -> float:
    """The highest demand of any week, relative to the usual: what is drawn at that rate is thinned by `in_demand`."""
    demand = _demand(config)
    return max(demand) * len(demand) / sum(demand)


def in_demand(
    context: Context, draws: Draws, market: Column, category: np.ndarray, micros: np.ndarray, keys: np.ndarray
) -> np.ndarray:
    """Whether events drawn at the rate of the highest demand happen.

    Parameters
    ----------
    context : Context
    draws : Draws
        Of the events; the stream is ``demand``.
    market : text column
        Market of the home.
    category : ndarray of int64
        Position in ``AD_PRODUCT_CATEGORIES``.
    micros : ndarray of int64
        When, microseconds since 1970 in UTC: weeks count from the start of the window.
    keys : ndarray of uint64
        Hashes of the events' keys.
    """
    known = coded(market)
    week = (micros - context.start) // _WEEK
    shock = hashed(week, hashed(category, _hashes(known)[known.codes]))
    step = context.draws("markets").below("demand", _SHOCKS, shock)
    return draws.chance_in_scale("demand", context.of(prepare).demand_e4[step], keys)


def deliveries(context: Context, campaign_id: np.ndarray, market: Coded) -> np.ndarray:
    """What campaigns deliver in markets, in ten-thousandths, 0 where they do not run.

    Parameters
    ----------
    context : Context
    campaign_id : ndarray of int64
    market : Coded
        Of homes.

    Returns
    -------
    ndarray of int64, shape (campaigns, words of `market`)
    """
    d, share = context.draws("markets"), context.config.campaign_config.dark_market_share
    campaign = np.repeat(np.arange(len(campaign_id)), len(market.words))
    key = hashed(campaign_id[campaign], np.tile(_hashes(market), len(campaign_id)))
    weight = context.of(prepare).delivery_e4[d.below("delivery", _QUANTILES, key)]
    weight[d.chance("dark", share, key)] = 0
    return weight.reshape(len(campaign_id), len(market.words))


def _hashes(market: Coded) -> np.ndarray:
    """Hash of the name of each market."""
    return hashed_text(text(Coded(np.arange(len(market.words), dtype=np.int32), market.words)))
