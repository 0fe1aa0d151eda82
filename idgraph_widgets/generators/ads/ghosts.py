"""Ghost clicks: clicks that held-out people were kept from, known to the generator alone.

Advertisers log such *ghost ads* for a control group to know whom the campaign would have reached. Here they tell
what people in a holdout buy anyway, so that they buy like everybody else but for the effect of the ad.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns
from idgraph_widgets.generators.ads.budgets import running

if TYPE_CHECKING:
    from idgraph_widgets.generators.ads.exposures import Planned
    from idgraph_widgets.generators.context import Context


def make(context: Context, planned: Planned, stops: Columns) -> Columns:
    """Viewable exposures that a held-out person would have clicked, before the campaign's budget ended.

    Parameters
    ----------
    context : Context
    planned : Planned
        See `exposures.plan`.
    stops : Columns
        See `budgets.stops`.

    Returns
    -------
    Columns
        ``exposure_id``, ``campaign_id``, ``individual_id`` (asserted), ``exposure_us``; by rising key.
    """
    rows = running(context, planned, stops)
    rows = rows.where(rows.held)
    return Columns(
        exposure_id=rows.exposure_id,
        campaign_id=rows.campaign_id.astype(np.int64),
        individual_id=planned.identifiers.individual_id[rows.identifier],
        exposure_us=rows.micros,
    )
