"""Which exposures are clicked: out of curiosity, or on the way to a visit that would have happened anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns, among, matches
from idgraph_widgets.draws import SCALE, chain, quantiles_lognormal
from idgraph_widgets.generators.context import DAY, Context

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig

_QUANTILES = 256
_MINUTE = 60_000_000
_LAST_SECONDS = 2_000_000


@dataclass(frozen=True)
class ClickTables:
    """How people click.

    Attributes
    ----------
    readiness_e4 : ndarray of int64, shape (256,)
        How readily people click, relative to everybody, in ten-thousandths, each equally likely; 1 on average.
    """

    readiness_e4: np.ndarray


def prepare(config: GenerationConfig) -> ClickTables:
    """Readiness to click."""
    sigma = config.campaign_config.click_readiness_sigma
    readiness = np.array(quantiles_lognormal(1.0, sigma, _QUANTILES, SCALE), np.int64)
    return ClickTables(readiness * SCALE // round(float(readiness.mean())))


def curious(
    context: Context, exposure: np.ndarray, individual_id: np.ndarray, micros: np.ndarray, limit: np.ndarray
) -> np.ndarray:
    """Whether viewable exposures are clicked out of curiosity; not in a day's last seconds, which leave no time to.

    Parameters
    ----------
    context : Context
    exposure : ndarray of uint64
        Hashes (`chain`) of their keys.
    individual_id : ndarray of int64
        Whom they are said to meet: some people click often, most hardly ever.
    micros : ndarray of int64
        When, microseconds since 1970 in UTC.
    limit : ndarray of int64
        Thresholds of a unit draw; see `advertising.worn`.
    """
    d = context.draws("campaign_exposures")
    readiness = context.of(prepare).readiness_e4[d.below("readiness", _QUANTILES, chain(individual_id))]
    return (micros % DAY < DAY - _LAST_SECONDS) & (d.unit("click", exposure) < limit // SCALE * readiness)


def in_reach(context: Context, exposed: np.ndarray, visit: np.ndarray) -> np.ndarray:
    """Whether a click on an exposure could be the way to a visit: soon after, and on the exposure's UTC date."""
    reach = context.config.campaign_config.capture_minutes * _MINUTE
    return (exposed < visit) & (visit <= exposed + reach) & (visit // DAY == exposed // DAY)


def on_the_way(context: Context, shown: Columns, lives: Columns) -> np.ndarray:
    """Whether exposures are seen shortly before a visit of the same person to their advertiser.

    Parameters
    ----------
    context : Context
    shown : Columns
        ``individual_id``, ``advertiser_id`` and ``micros``.
    lives : Columns
        Visits that happen anyway: ``individual_id``, ``advertiser_id`` and ``site_visit``.
    """
    found = np.zeros(len(shown), bool)
    some = np.flatnonzero(among(shown.individual_id, lives.individual_id))
    exposure, visit = matches(shown.individual_id[some], lives.individual_id)
    exposure = some[exposure]
    near = shown.advertiser_id[exposure] == lives.advertiser_id[visit]
    near &= in_reach(context, shown.micros[exposure], lives.site_visit[visit])
    found[exposure[near]] = True
    return found
