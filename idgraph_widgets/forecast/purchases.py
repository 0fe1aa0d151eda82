"""How many purchases a configuration will give, with and without ads, computed from the configuration alone.

An expectation in the terms of the configuration, with constants of ``calibration.json`` that were measured on
the largest preset (``python -m benchmarks.calibrate``): it says how a dial works and how large a dataset is needed, not
how one seed turns out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.forecast.calibration import calibration
from idgraph_widgets.forecast.campaigns import mean_days_inside
from idgraph_widgets.forecast.estimate import estimate
from idgraph_widgets.forecast.people import People

_HALF_LIFE_DAYS = 7
"""In which an impression loses half of its effect."""


@dataclass(frozen=True)
class Purchases:
    """Expected purchases.

    Attributes
    ----------
    organic, captured, created : float
        Bought anyway, without a campaign; bought anyway, with a campaign's click or label; added by ads.
    lift : float
        What a campaign adds to the purchases of people it reaches, at its advertiser and in its time.
    held_out : float
        Purchases, of the same kind, of people whom one campaign would reach and who are held out of it.
    campaigns : float
    """

    organic: float
    captured: float
    created: float
    lift: float
    held_out: float
    campaigns: float


def expected_purchases(config: GenerationConfig) -> Purchases:
    """What a configuration lets expect.

    Raises
    ------
    ConfigError
        If `config` is not valid.

    Examples
    --------
    >>> found = expected_purchases(GenerationConfig())
    >>> found.organic > found.captured > found.created > 0
    True
    """
    exposures = estimate(config).tables["campaign_exposures"].rows
    return purchases_with(config, exposures, calibration()["purchases"])


def purchases_with(config: GenerationConfig, exposures: float, measured: Mapping[str, float]) -> Purchases:
    """What so many exposures let expect.

    Parameters
    ----------
    config : GenerationConfig
    exposures : float
    measured : mapping of str to float
        ``bought``: purchases over what the configured shares give, since some goods are bought once in a spell and some
        purchases lie past the window's end; ``reached``: people whom a campaign reaches, over those eligible times
        reach_share; ``covered`` and ``works``: of the organic purchases in a campaign's time by people it reached, how
        many it gets the credit for, and what ads add over ad_lift as far as impressions build up.
    """
    cfg, days = config.campaign_config, config.window_days
    adults = config.household_config.num_households * People.of(config).adults
    visits = adults * cfg.organic_visits_per_person_90_days / 90 * days
    anyway = visits * cfg.visit_to_cart * cfg.cart_to_purchase * measured["bought"]
    campaigns, window = cfg.campaigns_per_period * days / 30, cfg.attribution_window_days
    # Of people and days: in a campaign's time; of people: those whom it reaches, or would.
    time = mean_days_inside(cfg.flight_days["min"] + window, cfg.flight_days["max"] + window, days) / days
    reached = min(1.0, measured["reached"] * calibration()["eligible_share"] * cfg.reach_share)
    seen = 1 - math.exp(-reached * (1 - cfg.holdout_share) * campaigns / cfg.num_advertisers * time)
    viewable = sum(share * cfg.viewability[channel] for channel, share in cfg.channel_mix.items())
    lasts = _HALF_LIFE_DAYS / math.log(2) * (1 - 2 ** (-window / _HALF_LIFE_DAYS))
    impressions = exposures * viewable * lasts / (adults * cfg.num_advertisers * days)
    works = 1 - math.exp(-impressions * cfg.ad_adstock / seen)
    created = anyway * seen * cfg.ad_lift * min(1.0, measured["works"] * works)
    captured = anyway * seen * measured["covered"]
    in_its_time = anyway / cfg.num_advertisers * time * reached
    return Purchases(
        organic=anyway - captured,
        captured=captured,
        created=created,
        lift=created / campaigns / (in_its_time * (1 - cfg.holdout_share)) if in_its_time else 0.0,
        held_out=in_its_time * cfg.holdout_share,
        campaigns=campaigns,
    )
