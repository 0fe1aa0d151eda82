"""Searches, and the ads that answer them: before a visit to an advertiser, and for a want that leads to none."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns, Lookup, code_in, explode, matches
from idgraph_widgets.draws import SCALE, hashed, hashed_keys
from idgraph_widgets.generators import clocks, own_hours
from idgraph_widgets.generators.ads.graph import Graph
from idgraph_widgets.generators.ads.inventory import DRAWN
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema.campaign_exposures import PLACEMENT_NAMES
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES, CHANNELS

_LEAST_LEAD, _MOST_LEAD = 40_000_000, 12 * clocks.MINUTE
"""How long a search lies before the visit that it leads to (design)."""

_TOP = PLACEMENT_NAMES.index("search_top")


def offers(context: Context, plan: Columns, members: Columns, graph: Graph) -> Columns:
    """Ads that answer searches of people whom campaigns reach.

    Parameters
    ----------
    context : Context
    plan, members : Columns
        See `in_sessions.offers`.
    graph : Graph
        Of the same homes.

    Returns
    -------
    Columns
        ``campaign``, ``home``, ``individual_id``, ``micros``, ``key`` and ``placement`` (`DRAWN`, where it hangs on
        nothing); see `in_sessions.offers`.
    """
    members = members.where(plan.channel_code[members.campaign] == CHANNELS.index("search"))
    found = Columns.concat(
        [_before_visits(context, plan, members, graph.lives), _wanting(context, plan, members, graph)]
    )
    # In a market with more delivery more searches are answered.
    share = round(context.config.campaign_config.impressions_per_view * SCALE)
    answered = np.minimum(share * found.delivery_e4 // SCALE, SCALE)
    kept = context.draws("campaign_exposures").chance_in_scale("answered", answered, found.key)
    return found.select("campaign", "home", "individual_id", "micros", "key", "placement").where(kept)


def _before_visits(context: Context, plan: Columns, members: Columns, lives: Columns) -> Columns:
    """Searches that a visit to the campaign's advertiser begins with, on its UTC date: its ad is on top of the page."""
    member, visit = matches(members.individual_id, lives.individual_id)
    own = plan.advertiser_id[members.campaign[member]] == lives.advertiser_id[visit]
    member, visit = member[own], visit[own]
    key = hashed_keys(lives.origin[visit], lives.chain[visit])
    d, at = context.draws("searches"), lives.site_visit[visit]
    lead = np.minimum(d.between("lead", _LEAST_LEAD, _MOST_LEAD, key), at % DAY)
    found = _searched(plan, members.take(member), at - lead, key)
    begins = d.chance("visit", context.config.campaign_config.search_visit_share, key)
    return found.with_columns(placement=np.full(len(found), _TOP)).where(begins)


def _wanting(context: Context, plan: Columns, members: Columns, graph: Graph) -> Columns:
    """Searches for the category of the campaign's advertiser, by people in the market for it."""
    intents, individuals = graph.intents, graph.individuals
    category = code_in(intents.ad_product_category, AD_PRODUCT_CATEGORIES)
    member, intent = matches(members.individual_id, intents.individual_id)
    campaign = members.campaign[member]
    same = (
        (plan.category[campaign] == category[intent])
        & (intents.from_date[intent] * DAY < plan.start_us[campaign] + plan.flight_us[campaign])
        & (intents.to_date[intent] * DAY >= plan.start_us[campaign])
    )
    member, intent = member[same], intent[same]
    d, spell = context.draws("searches"), hashed(intents.intent_id[intent])
    days = intents.to_date[intent] - intents.from_date[intent]
    rate = round(context.config.campaign_config.searches_per_week * SCALE / 7)
    mean = days * rate * intents.strength_e4[intent] // SCALE
    row, number = explode((mean + d.below("count", SCALE, spell)) // SCALE)
    member, intent = member[row], intent[row]
    key = hashed(number, spell[row])
    day = intents.from_date[intent] + d.below("day", days[row], key)
    person = Lookup(individuals.individual_id)[members.individual_id[member]]
    state = graph.households.select("state").take(members.home[member]).state
    users = own_hours.users_of(context, d, state, individuals, person, key)
    found = _searched(plan, members.take(member), own_hours.drawn(context, d, users, day, key), key)
    return found.with_columns(placement=np.full(len(found), DRAWN))


def _searched(plan: Columns, members: Columns, at: np.ndarray, search: np.ndarray) -> Columns:
    """A search as an offer to a campaign: each is asked for itself."""
    return members.with_columns(micros=at + (at & 1), key=hashed(plan.campaign_id[members.campaign], search))
