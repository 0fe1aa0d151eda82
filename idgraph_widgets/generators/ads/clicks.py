"""Which exposures are clicked: out of curiosity, or on the way to a visit that would have happened anyway."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns, Lookup, among, code_in, matches
from idgraph_widgets.config.placements import CLICKED_BY_PLACEMENT, CREATIVE_CLICKS
from idgraph_widgets.draws import SCALE, hashed, quantiles_lognormal
from idgraph_widgets.generators.ads import advertising
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.campaign_exposures import PLACEMENT_NAMES

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig

_QUANTILES = 1024
_MINUTE = 60_000_000
_LAST_SECONDS = 2_000_000

_CLICKS = 10**8
"""What the chance of a click is expressed in."""


CREATIVES = len(CREATIVE_CLICKS)

_ORDERS = np.array(list(permutations(round(factor * SCALE) for factor in CREATIVE_CLICKS)), np.int64)
"""Clicks on creatives 1, 2, … in ten-thousandths, in every order."""


@dataclass(frozen=True)
class ClickTables:
    """How people click.

    Attributes
    ----------
    readiness_e4 : ndarray of int64, shape (1024,)
        How readily people click, relative to everybody, in ten-thousandths, each equally likely; 1 on average.
    placement_e4 : ndarray of int64
        Clicks by position in ``PLACEMENT_NAMES``, relative to those of the channel; 1 on average over its placements.
    """

    readiness_e4: np.ndarray
    placement_e4: np.ndarray


def prepare(config: GenerationConfig) -> ClickTables:
    """Readiness to click, and where it is clicked."""
    sigma = config.campaign_config.click_readiness_sigma
    readiness = np.array(quantiles_lognormal(1.0, sigma, _QUANTILES, SCALE), np.int64)
    return ClickTables(
        readiness * SCALE // round(float(readiness.mean())),
        np.array([round(CLICKED_BY_PLACEMENT.get(name, 1.0) * SCALE) for name in PLACEMENT_NAMES], np.int64),
    )


def creative(context: Context, exposure: np.ndarray) -> np.ndarray:
    """Number (from 1) of the creative that is shown; `exposure` are hashes (`chain`) of exposures' keys."""
    return context.draws("campaign_exposures").between("creative", 1, CREATIVES, exposure)


def viewable(context: Context, plan: Columns, shown: Columns) -> np.ndarray:
    """Whether exposures are seen; see `curious` for what is taken."""
    return context.draws("campaign_exposures").chance_in_scale(
        "viewable", context.of(advertising.prepare).view_e4[_place(plan, shown)], hashed(shown.exposure_id)
    )


def curious(context: Context, plan: Columns, shown: Columns) -> np.ndarray:
    """Whether viewable exposures are clicked out of curiosity; not in a day's last seconds, which leave no time to.

    Only what is seen is clicked, so that over all exposures the configured rates come out. Some people click often,
    most hardly ever; what stands on top, a good creative and a young flight are clicked more.

    Parameters
    ----------
    context : Context
    plan : Columns
        See `campaign_plan`.
    shown : Columns
        ``exposure_id``, ``campaign_id``, ``creative_id``, ``individual_id`` (whom they are said to meet),
        ``placement``, ``device_type`` and ``exposure_ts`` of exposures.
    """
    d, tables, channels = context.draws("campaign_exposures"), context.of(prepare), context.of(advertising.prepare)
    place = _place(plan, shown)
    channel, placement, _ = place
    of = Lookup(plan.campaign_id)[shown.campaign_id]
    wear = wear_factor(context, shown.exposure_ts - plan.start_us[of], plan.flight_us[of])
    order = _ORDERS[d.below("creatives", len(_ORDERS), hashed(plan.campaign_id))][of]
    drawn = order[np.arange(len(of)), shown.creative_id % ids.CREATIVE_SLOTS - 1]
    per_seen = channels.click_e12[channel] // np.maximum(channels.view_e4[place], 1)  # of 10^8
    readiness = tables.readiness_e4[d.below("readiness", _QUANTILES, hashed(shown.individual_id))]
    limit = per_seen * tables.placement_e4[placement] // SCALE * drawn // SCALE * wear // SCALE * readiness // SCALE
    return (shown.exposure_ts % DAY < DAY - _LAST_SECONDS) & (
        d.below("click", _CLICKS, hashed(shown.exposure_id)) < limit
    )


def wear_factor(context: Context, elapsed: np.ndarray, flight: np.ndarray) -> np.ndarray:
    """Clicks at a moment of a flight, in ten-thousandths of the usual: ads wear out, linearly, around their mean.

    Parameters
    ----------
    context : Context
    elapsed, flight : ndarray of int64
        Microseconds since the flight's start, and its length.
    """
    drop = round(context.config.campaign_config.wear_out * SCALE)
    return SCALE + drop // 2 - elapsed * drop // flight


def _place(plan: Columns, shown: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Channel, placement and device of exposures: where they are in the tables of `advertising.Channels`."""
    channel = plan.channel_code[Lookup(plan.campaign_id)[shown.campaign_id]]
    placement = code_in(shown.placement, PLACEMENT_NAMES).astype(np.int64)
    return channel, placement, advertising.device_index(shown.device_type)


def in_reach(context: Context, exposed: np.ndarray, visit: np.ndarray) -> np.ndarray:
    """Whether a click on an exposure could be the way to a visit: soon after, and on the exposure's UTC date."""
    reach = context.config.campaign_config.capture_minutes * _MINUTE
    return (exposed < visit) & (visit <= exposed + reach) & (visit // DAY == exposed // DAY)


def may_click(context: Context, plan: Columns, shown: Columns, lives: Columns) -> np.ndarray:
    """Whether viewable exposures may be clicked: a campaign that pays for clicks sets money aside for them.

    Parameters
    ----------
    context : Context
    plan, shown : Columns
        See `curious`.
    lives : Columns
        Visits that happen anyway: ``individual_id``, ``advertiser_id`` and ``site_visit``.
    """
    of = Lookup(plan.campaign_id)[shown.campaign_id]
    seen = Columns(individual_id=shown.individual_id, advertiser_id=plan.advertiser_id[of], micros=shown.exposure_ts)
    return curious(context, plan, shown) | ((plan.click_limit[of] > 0) & on_the_way(context, seen, lives))


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
