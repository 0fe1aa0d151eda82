"""How often people visit advertisers, so that the configured number of visits comes out.

A spell, or a period without one, has room for so many visits and no more: who shops often loses some there, and rates
are raised until the mean over everybody is right. What spells have no room for is visited without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, poisson_shares
from idgraph_widgets.generators import clocks
from idgraph_widgets.generators.activity import multipliers
from idgraph_widgets.generators.ads.markets import most_demand
from idgraph_widgets.generators.wants import spells
from idgraph_widgets.schema import ids

CLASSES = 32
"""Classes of readiness and of activity."""

MOST_OFTEN = 8.0
"""How much more often than on average anybody shops, at most."""

STEPS = 256
"""Means of a number of visits that are told apart: `mean_of` each step."""

MOST = ids.VISITS_PER_SPELL - 1
"""Visits of a spell, or of a period without one, at most."""

HIGHEST = 4.0 * MOST
"""Mean of a number of visits from which on there is no difference any more."""

_CUTS, _HALVINGS, _FULL = 8, 40, 0.9
_EVERY = 16


@dataclass(frozen=True)
class Rates:
    """Rates of visits in the busiest month, where demand is highest.

    Attributes
    ----------
    per_day : float
        Of a spell of strength 1, by a person who shops as often as others.
    idle : float
        Of such a person in a period, without a spell.
    shopping : ndarray of float64, shape (32, 32)
        How often people shop, relative to everybody, by readiness, each equally likely, and by activity.
    """

    per_day: float
    idle: float
    shopping: np.ndarray


def rates(config: GenerationConfig) -> Rates:
    """Over all adults and a year as many visits as configured, in spells and without."""
    cfg, table, shopping = config.campaign_config, spells.prepare(config), _shopping(config)
    # Drawn at the rate of the busiest month and the highest demand, and thinned in the others.
    visits = cfg.organic_visits_per_person_90_days / 90 * max(clocks.season("purchases")) * most_demand(config)
    at_a_time = spells.at_a_time(config)
    wanted = visits * cfg.intent_visit_share / at_a_time if at_a_time else 0.0
    people = np.sort(shopping.ravel())[_EVERY // 2 :: _EVERY]
    days, strength = table.days[_EVERY // 2 :: _EVERY], table.strength_e4[_EVERY // 2 :: _EVERY] / SCALE
    in_spells = (days[:, None, None] * strength[:, None] * people).ravel()
    per_day, kept = _raised(wanted, in_spells)
    unmet = visits - kept * wanted * at_a_time
    idle, _ = _raised(unmet * ids.PERIOD_DAYS, people)
    return Rates(per_day, idle, shopping)


def mean_of(step: int) -> float:
    """Mean number of visits of a step, which are finer where it is small."""
    return (step * step + step + 1 / 3) / STEPS**2 * HIGHEST


def step_of(mean_e9: np.ndarray) -> np.ndarray:
    """Step (int64) of means in thousand millionths."""
    return np.minimum(np.sqrt(mean_e9 / (HIGHEST * 1e9)) * STEPS, STEPS - 1).astype(np.int64)


def _shopping(config: GenerationConfig) -> np.ndarray:
    cfg = config.campaign_config
    activity = [m**cfg.shopping_activity for m in multipliers(config.engagement_config.activity_sigma, CLASSES)]
    found = np.outer(multipliers(cfg.shopping_sigma, CLASSES), activity)
    for _ in range(_CUTS):
        found = np.minimum(found / found.mean(), MOST_OFTEN)
    return found / found.mean()


def _raised(rate: float, exposure: np.ndarray) -> tuple[float, float]:
    """The rate that gives as many visits as `rate` would without a limit, and the part of them that there is room for.

    Parameters
    ----------
    rate : float
    exposure : ndarray of float64
        What the rate is multiplied by, of spells or periods that are equally likely.
    """
    grid, counts = _counts()
    wanted = rate * float(exposure.mean())
    if not wanted:
        return 0.0, 1.0
    target = min(wanted, _FULL * float(counts[-1]))
    low, high = 1.0, 64.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        reached = float(np.interp(middle * rate * exposure, grid, counts).mean())
        low, high = (middle, high) if reached < target else (low, middle)
    reached = float(np.interp(high * rate * exposure, grid, counts).mean())
    return high * rate, min(1.0, reached / wanted)


@cache
def _counts() -> tuple[np.ndarray, np.ndarray]:
    """Means, and the visits that each gives where they have a limit; kept, because the studio asks with every move."""
    grid = np.linspace(0.0, HIGHEST, 4 * STEPS)
    return grid, np.array([sum(n * share for n, share in poisson_shares(mean, MOST).items()) for mean in grid])
