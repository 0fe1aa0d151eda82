"""Companion: households kept from seeing a campaign, so that lift can be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns, group_starts
from idgraph_widgets.generators.ads.advertising import held_out
from idgraph_widgets.generators.ads.reach import targeted
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context


def make(context: Context, campaigns: Columns, audience_attributes: Columns) -> Columns:
    """The holdout of every campaign among the homes of `audience_attributes`.

    Returns
    -------
    Columns
        Columns of the table, one row per campaign and held-out household, by rising campaign and household.
    """
    campaign, row = targeted(campaigns.target_segment_id, audience_attributes.segment_id)
    home = ids.household_of(audience_attributes.individual_id[row])
    order = np.lexsort((home, campaigns.campaign_id[campaign]))
    campaign, home = campaign[order], home[order]
    eligible = group_starts(campaign, home)
    campaign_id, home = campaigns.campaign_id[campaign[eligible]], home[eligible]
    kept = held_out(context, campaign_id, home)
    return Columns(campaign_id=campaign_id[kept], household_id=home[kept])
