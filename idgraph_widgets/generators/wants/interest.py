"""What people who want a product read and watch: content about it, more often than taste alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, code_in
from idgraph_widgets.config.affinity import CONTENT
from idgraph_widgets.draws import SCALE
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context

_WORDS = tuple(dict.fromkeys(CONTENT.values()))
_PLACE = np.array([_WORDS.index(CONTENT[name]) for name in AD_PRODUCT_CATEGORIES], np.int32)


def in_content(context: Context, intents: Columns) -> Columns:
    """Spells of intent as spells of interest in content; see `engagement.spells.categories`.

    Parameters
    ----------
    context : Context
    intents : Columns
        What `spells.make` gives.
    """
    share = round(context.config.campaign_config.intent_session_share * SCALE)
    return Columns(
        individual_id=intents.individual_id,
        category=Coded(_PLACE[code_in(intents.ad_product_category, AD_PRODUCT_CATEGORIES)], _WORDS),
        begins=intents.from_date * DAY,
        ends=intents.to_date * DAY,
        strength=np.minimum(intents.strength_e4 * share // SCALE, SCALE // 2),
    )
