"""Visits to advertisers that people make of themselves: in their spells of intent, now and then without one.

They know of no campaign. The same visits are drawn once more, at `ad_lift` times the rate, as what ads can create
(`responses.chains`): an ad multiplies a person's own hazard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Columns, Lookup, code_in, explode
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws, Lottery, hashed, poisson_shares
from idgraph_widgets.generators import clocks, own_hours
from idgraph_widgets.generators.activity import ACTIVITY_CLASSES, activity_class
from idgraph_widgets.generators.ads.markets import in_demand
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.responses import rates
from idgraph_widgets.generators.wants.advertisers import advertisers
from idgraph_widgets.generators.wants.periods import periods
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES
from idgraph_widgets.schema.individuals import ADULT_AGE

STREAMS = ("organic", "created")
"""The visits people make anyway, and those that ads can create."""

_TICKETS = 1024
_NO_SPELL = ids.SPELLS - 1


@dataclass(frozen=True)
class OrganicTables:
    """What visits are drawn with.

    Attributes
    ----------
    count : mapping of str to Lottery
        By stream: number of visits; groups are steps of the mean.
    per_day_e9 : int
        Visits a day of a spell of strength 1, in the busiest month, in thousand millionths.
    idle_per_period_e9 : int
        Visits of a person in a period without a spell, in the busiest month, in thousand millionths.
    shopping_e4 : ndarray of int64, shape (32, 32)
        How often people shop, relative to everybody, in ten-thousandths: by readiness, each equally likely, and by
        activity; 1 on average.
    sellers : ndarray of int64
        Advertisers, those of a category one after the other.
    first, sold_by : ndarray of int64
        By category: where its advertisers begin among `sellers`, and how many they are.
    """

    count: dict[str, Lottery]
    per_day_e9: int
    idle_per_period_e9: int
    shopping_e4: np.ndarray
    sellers: np.ndarray
    first: np.ndarray
    sold_by: np.ndarray


def prepare(config: GenerationConfig) -> OrganicTables:
    """Rates of visits: over all adults and a year as many as configured, in spells and without."""
    found, lift = rates.rates(config), {"organic": 1.0, "created": config.campaign_config.ad_lift}
    pool = advertisers(config)
    of = [
        [row["advertiser_id"] for row in pool if row["ad_product_category"] == name] for name in AD_PRODUCT_CATEGORIES
    ]
    sold_by = np.array([len(sellers) for sellers in of], np.int64)
    return OrganicTables(
        count={
            stream: Lottery.of(
                {
                    n: list(poisson_shares(rates.mean_of(n) * lift[stream], rates.MOST).values())
                    for n in range(rates.STEPS)
                },
                _TICKETS,
            )
            for stream in STREAMS
        },
        per_day_e9=round(found.per_day * 1e9),
        idle_per_period_e9=round(found.idle * 1e9),
        shopping_e4=np.rint(found.shopping * SCALE).astype(np.int64),
        sellers=np.array([seller for sellers in of for seller in sellers], np.int64),
        first=np.cumsum(sold_by) - sold_by,
        sold_by=sold_by,
    )


def visits(context: Context, households: Columns, individuals: Columns, intents: Columns, stream: str) -> Columns:
    """Visits of one of the `STREAMS`: of spells that touch the window all, also those before and after it.

    Parameters
    ----------
    context : Context
    households, individuals : Columns
        Tables 1 and 2.
    intents : Columns
        What `spells.make` gives for the same homes.
    stream : str

    Returns
    -------
    Columns
        ``chain`` (number within the stream), ``intent`` (the spell, or what stands for one), ``individual_id``,
        ``advertiser_id``, ``category`` (position in ``AD_PRODUCT_CATEGORIES``), ``income`` (of the home, USD a year),
        ``root`` (microseconds since 1970 in UTC, odd) and what `own_hours.users_of`
        tells.
    """
    tables, d = context.of(prepare), context.draws(f"visits_{stream}")
    found = Columns.concat([_in_spells(context, individuals, intents, stream), _idle(context, individuals, stream)])
    key = hashed(found.chain)
    seller = found.first + d.below("advertiser", found.sold_by, key)
    person = Lookup(individuals.individual_id)[found.individual_id]
    home = Lookup(households.household_id)[ids.household_of(found.individual_id)]
    users = own_hours.users_of(context, d, households.select("state").take(home).state, individuals, person, key)
    root = own_hours.drawn(context, d, users, found.day, key)
    root = root - root % 2 + 1
    found = Columns(
        chain=found.chain,
        intent=found.intent,
        individual_id=found.individual_id,
        advertiser_id=tables.sellers[seller],
        category=np.searchsorted(tables.first + tables.sold_by, seller, side="right"),
        income=households.annual_income[home],
        root=root,
        **{name: users[name] for name in own_hours.USERS},
    )
    markets = households.select("market_code").take(home).market_code
    wanted = in_demand(context, d, markets, found.category, root, key)
    return found.where(wanted & clocks.in_season(context, d, "purchases", root, key))


def _in_spells(context: Context, individuals: Columns, intents: Columns, stream: str) -> Columns:
    """Visits in spells, evenly over their days."""
    tables, d = context.of(prepare), context.draws(f"visits_{stream}")
    category = code_in(intents.ad_product_category, AD_PRODUCT_CATEGORIES)
    days = intents.to_date - intents.from_date
    often = _often(context, intents.individual_id)
    mean = days * tables.per_day_e9 // SCALE * intents.strength_e4 // SCALE * often
    row, number = explode(_count(context, d, stream, mean, intents.intent_id))
    numbered = ids.visit_chain(intents.intent_id[row], number)
    return Columns(
        chain=numbered,
        intent=intents.intent_id[row],
        individual_id=intents.individual_id[row],
        first=tables.first[category[row]],
        sold_by=tables.sold_by[category[row]],
        day=intents.from_date[row] + d.below("day", days[row], hashed(numbered)),
    )


def _often(context: Context, individual_id: np.ndarray) -> np.ndarray:
    """How often people shop, in ten-thousandths of the usual."""
    key = hashed(individual_id)
    readiness = context.draws("visits_organic").below("readiness", rates.CLASSES, key)
    activity = activity_class(context, key) * rates.CLASSES // ACTIVITY_CLASSES
    return context.of(prepare).shopping_e4[readiness, activity]


def _count(context: Context, d: Draws, stream: str, mean_e9: np.ndarray, intent_id: np.ndarray) -> np.ndarray:
    """Number of visits (int64) of spells, or of what stands for one, with these means in thousand millionths."""
    tables = context.of(prepare)
    ticket = d.below("count", _TICKETS, hashed(intent_id))
    found = tables.count[stream].draw(ticket, rates.step_of(mean_e9)).astype(np.int64)
    # The lowest step stands for small means, but none for none.
    return np.where(mean_e9 > 0, found, 0)


def _idle(context: Context, individuals: Columns, stream: str) -> Columns:
    """Visits without a spell, to any advertiser."""
    tables, d = context.of(prepare), context.draws(f"visits_{stream}")
    # The window begins in the evening of a local day of the period before.
    count = periods(context.config) + 1
    adults = individuals.individual_id[individuals.age >= ADULT_AGE]
    person = np.repeat(adults, count)
    period = np.tile(np.arange(-1, count - 1, dtype=np.int64), len(adults))
    intent = ids.intent_id(person, period, _NO_SPELL)
    mean = tables.idle_per_period_e9 // SCALE * np.repeat(_often(context, adults), count)
    row, number = explode(_count(context, d, stream, mean, intent))
    numbered = ids.visit_chain(intent[row], number)
    n = len(row)
    return Columns(
        chain=numbered,
        intent=intent[row],
        individual_id=person[row],
        first=np.zeros(n, np.int64),
        sold_by=np.full(n, len(tables.sellers), np.int64),
        day=context.start // DAY + period[row] * ids.PERIOD_DAYS + d.below("day", ids.PERIOD_DAYS, hashed(numbered)),
    )
