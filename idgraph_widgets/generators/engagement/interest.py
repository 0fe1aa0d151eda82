"""What people who want a product read and watch: content about it, more often than taste alone.

Tastes are weighed so that wants and tastes together give each category of content its configured share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, code_in
from idgraph_widgets.config.affinity import CONTENT
from idgraph_widgets.draws import SCALE
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.generators.engagement import mix
from idgraph_widgets.generators.wants import spells
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES
from idgraph_widgets.schema.individuals import ADULT_AGE

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

STRONGEST = SCALE // 2
"""Chance, in ten-thousandths, that a session turns to a want, at most."""

MOST = 0.8
"""Share of a content category's engagements that wants bring, at most: tastes have the rest."""

YOUNG_ADULTS = 0.37
"""Share of adults among the sessions of people under 25, as found where there are children of all ages."""

_WORDS = tuple(dict.fromkeys(CONTENT.values()))
_PLACE = np.array([_WORDS.index(CONTENT[name]) for name in AD_PRODUCT_CATEGORIES], np.int32)


@dataclass(frozen=True)
class Interest:
    """How strongly wants turn sessions.

    Attributes
    ----------
    chance_e4 : ndarray of int64
        By position in ``AD_PRODUCT_CATEGORIES``: chance that a session turns to a want of usual strength, in
        ten-thousandths.
    turned : mapping of str to float
        By content category: share of all sessions that wants turn to it.
    """

    chance_e4: np.ndarray
    turned: dict[str, float]


def prepare(config: GenerationConfig) -> Interest:
    """Chances as configured, less for content of which there is too little."""
    share = config.campaign_config.intent_session_share
    strength = spells.prepare(config).strength_e4
    usual = float(np.minimum(strength * share, STRONGEST).mean()) / SCALE
    ages = mix.shares(config).sum(axis=(0, 2, 3))
    if config.demographics_config.age_range[0] < ADULT_AGE:
        ages[0] *= YOUNG_ADULTS
    wanted = spells.wanted(config, ages) * usual
    weights = config.engagement_config.category_weights
    total = sum(weights.values()) or 1.0
    chance, turned = np.zeros(len(wanted), np.int64), dict.fromkeys(weights, 0.0)
    for word, weight in weights.items():
        of = [place for place, name in enumerate(AD_PRODUCT_CATEGORIES) if CONTENT[name] == word]
        raw = float(wanted[of].sum())
        fits = min(1.0, MOST * weight / total / raw) if raw else 1.0
        chance[of] = round(share * fits * SCALE)
        turned[word] = raw * fits
    return Interest(chance, turned)


def in_content(context: Context, intents: Columns) -> Columns:
    """Spells of intent as spells of interest in content; see `engagement.spells.categories`.

    Parameters
    ----------
    context : Context
    intents : Columns
        What `wants.spells.make` gives.
    """
    product = code_in(intents.ad_product_category, AD_PRODUCT_CATEGORIES)
    chance = context.of(prepare).chance_e4[product]
    return Columns(
        individual_id=intents.individual_id,
        category=Coded(_PLACE[product], _WORDS),
        begins=intents.from_date * DAY,
        ends=intents.to_date * DAY,
        strength=np.minimum(intents.strength_e4 * chance // SCALE, STRONGEST),
    )
