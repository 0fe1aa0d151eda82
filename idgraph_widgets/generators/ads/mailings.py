"""E-mails: an advertiser sends a mailing to everybody a campaign reaches, some hours of a day apart by time zone."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns, Lookup, explode
from idgraph_widgets.draws import SCALE, hashed, hashed_keys
from idgraph_widgets.generators import clocks
from idgraph_widgets.generators.ads.graph import Graph
from idgraph_widgets.generators.ads.inventory import DRAWN
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema.campaigns import CHANNELS

_HOUR = 60 * clocks.MINUTE
_FIRST_HOUR, _HOURS = 7, 12
"""Local hours in which mailings are sent, from 7 in the morning on (design)."""

_SPREAD = 40 * clocks.MINUTE
"""Within how long a mailing reaches everybody in a time zone (design)."""


def offers(context: Context, plan: Columns, members: Columns, graph: Graph) -> Columns:
    """E-mails to people who opted in: ``campaign``, ``home``, ``individual_id``, ``micros``, ``key`` and ``placement``.

    See `in_sessions.offers` for what they are.
    """
    d, individuals = context.draws("campaign_exposures"), graph.individuals
    members = members.where(plan.channel_code[members.campaign] == CHANNELS.index("email"))
    members = members.where(individuals.email_opt_in[Lookup(individuals.individual_id)[members.individual_id]])
    sent = _sent(context, plan)
    starts = np.searchsorted(sent.campaign, np.arange(len(plan) + 1))
    of, number = explode(np.diff(starts)[members.campaign])
    mailing = starts[members.campaign[of]] + number
    person = members.individual_id[of]
    key = hashed(person, sent.key[mailing])
    offset = clocks.offsets(context, graph.households.state)[members.home[of]]
    at = sent.local[mailing] - offset * clocks.MINUTE + d.below("mailed", _SPREAD, key)
    # A market with less delivery gets a part of the mailings.
    kept = d.chance_in_scale("mailing", members.delivery_e4[of], key)
    return Columns(
        campaign=members.campaign[of],
        home=members.home[of],
        individual_id=person,
        micros=at + (at & 1),
        key=key,
        placement=np.full(len(at), DRAWN),
    ).where(kept)


def _sent(context: Context, plan: Columns) -> Columns:
    """Mailings by campaign: ``campaign`` (place), ``local`` (microseconds, of the clock on the wall) and ``key``."""
    d = context.draws("mailings")
    campaign, week = explode(np.where(plan.channel_code == CHANNELS.index("email"), -(-plan.flight_us // (7 * DAY)), 0))
    key = hashed_keys(plan.campaign_id[campaign], week)
    mean = round(context.config.campaign_config.mailings_per_week * SCALE)
    row, number = explode((mean + d.below("count", SCALE, key)) // SCALE)
    key = hashed(number, key[row])
    # Days of a week from a first one on, so that no two mailings of a week share one.
    day = (d.below("first", 7, hashed(week[row], hashed(plan.campaign_id[campaign[row]]))) + number) % 7
    hour = _FIRST_HOUR + d.below("hour", _HOURS, key)
    local = plan.start_us[campaign[row]] + (week[row] * 7 + day) * DAY + hour * _HOUR
    return Columns(campaign=campaign[row], local=local, key=key)
