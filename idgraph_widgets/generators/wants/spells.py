"""Companion truth_intent: spells in which a person is in the market for a category of products.

A spell is drawn from (person, period of 30 days, number); periods before the window have theirs, too. Cadence and end
are drawn beforehand, not from what is bought. At most `AT_A_TIME` go on at once, and none of a category that a person
wants already: who comes later is dropped, so that a later end of the window changes no spell.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, Lookup, explode, group_starts
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.affinity import AFFINITY, INCOMES
from idgraph_widgets.draws import SCALE, Draws, Lottery, hashed, hashed_keys, poisson_shares, quantiles_lognormal
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.habits import AGE_LIMITS, age_group
from idgraph_widgets.generators.wants.advertisers import advertisers
from idgraph_widgets.generators.wants.periods import periods
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES
from idgraph_widgets.schema.individuals import ADULT_AGE

AT_A_TIME = 3
"""Spells of a person at one time, at most."""

LONGEST_DAYS = ids.EARLY_PERIODS * ids.PERIOD_DAYS
"""Days of a spell, at most: what begins before the periods that are drawn has ended when the window begins."""

_TICKETS = 1024
_QUANTILES = 256
_MONTHS = 12
_SIMULATED = 6_000


@dataclass(frozen=True)
class SpellTables:
    """What spells are drawn with.

    Attributes
    ----------
    count : dict of int to float
        Shares of the number of spells that begin in a period.
    category : Lottery
        Positions in ``AD_PRODUCT_CATEGORIES``; see `_profile` for the groups.
    days : ndarray of int64, shape (256,)
        Lengths, each equally likely.
    strength_e4 : ndarray of int64, shape (256,)
        Strengths in ten-thousandths, each equally likely; 1 on average.
    month : ndarray of int64
        Month (January is 0) of each day from the first of the earliest period on.
    """

    count: dict[int, float]
    category: Lottery
    days: np.ndarray
    strength_e4: np.ndarray
    month: np.ndarray


def prepare(config: GenerationConfig) -> SpellTables:
    """Tables of spells: of categories that some advertiser of the dataset sells."""
    cfg = config.campaign_config
    usual = quantiles_lognormal(cfg.intent_days["median"], cfg.intent_days["sigma"], _QUANTILES)
    days = np.clip(np.array(usual, np.int64), 1, LONGEST_DAYS)
    strength = np.array(quantiles_lognormal(1.0, cfg.intent_sigma, _QUANTILES, SCALE), np.int64)
    begun = cfg.intents_at_a_time * ids.PERIOD_DAYS / days.mean()
    first = np.datetime64(config.start_date) - ids.EARLY_PERIODS * ids.PERIOD_DAYS
    count = ids.EARLY_PERIODS + periods(config)
    day = first + np.arange(count * ids.PERIOD_DAYS)
    return SpellTables(
        count=poisson_shares(begun, ids.SPELLS - 2),
        category=_lottery(_sold(config)),
        days=days,
        strength_e4=strength * SCALE // round(float(strength.mean())),
        month=day.astype("datetime64[M]").astype(np.int64) % _MONTHS,
    )


def _sold(config: GenerationConfig) -> frozenset[str]:
    return frozenset(row["ad_product_category"] for row in advertisers(config))


@lru_cache(maxsize=4)
def _lottery(sold: frozenset[str]) -> Lottery:
    """Categories by profile; kept, because the studio asks for the same with every move of a dial."""
    return Lottery.of(_categories(sold), _TICKETS)


def _categories(sold: frozenset[str]) -> dict[int, list[float]]:
    """Weights of categories by profile."""
    found = {}
    for month in range(_MONTHS):
        for age in range(len(AGE_LIMITS)):
            for children in range(2):
                for income in range(len(INCOMES) + 1):
                    found[int(_profile(month, age, children, income))] = [
                        _liking(name, month, age, children, income) if name in sold else 0.0
                        for name in AD_PRODUCT_CATEGORIES
                    ]
    return found


def _liking(category: str, month: int, age: int, children: int, income: int) -> float:
    affinity = AFFINITY[category]
    liking = affinity.ages[age] * affinity.incomes[income] * dict(affinity.months).get(month + 1, 1.0)
    return round(liking * (affinity.children if children else 1.0), 9)


def _profile(month: Any, age: Any, children: Any, income: Any) -> Any:
    """Number of a group of people and a month whose wants are alike; of one, or of each row."""
    return ((month * len(AGE_LIMITS) + age) * 2 + children) * (len(INCOMES) + 1) + income


def wanted(config: GenerationConfig, ages: np.ndarray) -> np.ndarray:
    """Spells that go on at a time, over a year, by position in ``AD_PRODUCT_CATEGORIES``.

    Parameters
    ----------
    config : GenerationConfig
    ages : ndarray of float, shape (4,)
        Share of adults of each age group in those over whom the mean is taken; children count as nothing.
    """
    found = np.zeros(len(AD_PRODUCT_CATEGORIES))
    of = _categories(_sold(config))
    for month, age in product(range(_MONTHS), range(len(AGE_LIMITS))):
        groups = [int(_profile(month, age, *who)) for who in product(range(2), range(len(INCOMES) + 1))]
        liking = np.array([of[group] for group in groups])
        shares = liking / np.maximum(liking.sum(axis=1, keepdims=True), 1e-12)
        found += ages[age] * shares.mean(axis=0) / _MONTHS
    return found * at_a_time(config)


def at_a_time(config: GenerationConfig) -> float:
    """Spells that go on at a time, in units of the usual strength, per adult: some find no room and are dropped."""
    tables, d = prepare(config), Draws(0, "expected_intents")
    count = 3 * ids.EARLY_PERIODS
    row, period = np.divmod(np.arange(_SIMULATED * count), count)
    slot, number = explode(d.choose("count", tables.count, hashed_keys(row, period)))
    row, period = row[slot], period[slot]
    key = hashed_keys(row, period * ids.SPELLS + number)
    groups = len(tables.category.winners) // _TICKETS
    day = period * ids.PERIOD_DAYS + d.below("day", ids.PERIOD_DAYS, key)
    begun = Columns(
        intent_id=ids.intent_id(row, period, number),
        individual_id=row,
        category=tables.category.draw(d.below("category", _TICKETS, key), row % groups).astype(np.int64),
        from_date=day,
        to_date=day + tables.days[d.below("days", _QUANTILES, key)],
    )
    kept = begun.where(_has_room(begun))
    first, last = ids.EARLY_PERIODS * ids.PERIOD_DAYS, count * ids.PERIOD_DAYS
    days = np.clip(np.minimum(kept.to_date, last) - np.maximum(kept.from_date, first), 0, None).sum()
    return float(days) / _SIMULATED / (last - first)


def make(context: Context, households: Columns, individuals: Columns) -> Columns:
    """The spells of the adults of some homes that touch the window.

    Parameters
    ----------
    context : Context
    households, individuals : Columns
        Tables 1 and 2 of these homes.

    Returns
    -------
    Columns
        Columns of ``truth_intent``, by rising key, and ``strength_e4`` (int64).
    """
    tables, d = context.of(prepare), context.draws("truth_intent")
    adult = individuals.where(individuals.age >= ADULT_AGE)
    home = Lookup(households.household_id)[adult.household_id]
    count = ids.EARLY_PERIODS + periods(context.config)
    row = np.repeat(np.arange(len(adult)), count)
    period = np.tile(np.arange(count, dtype=np.int64) - ids.EARLY_PERIODS, len(adult))
    slot, number = explode(
        d.choose("count", tables.count, hashed_keys(adult.individual_id[row], period + ids.EARLY_PERIODS))
    )
    row, period = row[slot], period[slot]
    key = hashed(ids.intent_id(adult.individual_id[row], period, number))
    day = period * ids.PERIOD_DAYS + d.below("day", ids.PERIOD_DAYS, key)
    profile = _profile(
        tables.month[day + ids.EARLY_PERIODS * ids.PERIOD_DAYS],
        age_group(adult.age).astype(np.int64)[row],
        households.has_children[home].astype(np.int64)[row],
        np.searchsorted(INCOMES, households.annual_income[home], side="right")[row],
    )
    first = context.start // DAY
    begun = Columns(
        intent_id=ids.intent_id(adult.individual_id[row], period, number),
        individual_id=adult.individual_id[row],
        category=tables.category.draw(d.below("category", _TICKETS, key), profile).astype(np.int64),
        from_date=first + day,
        to_date=first + day + tables.days[d.below("days", _QUANTILES, key)],
        strength_e4=tables.strength_e4[d.below("strength", _QUANTILES, key)],
    )
    begun = begun.where(begun.from_date < context.end // DAY)
    kept = begun.where(_has_room(begun))
    kept = kept.where(kept.to_date > first)
    return Columns(
        intent_id=kept.intent_id,
        individual_id=kept.individual_id,
        ad_product_category=Coded(kept.category.astype(np.int32), AD_PRODUCT_CATEGORIES),
        from_date=kept.from_date,
        to_date=kept.to_date,
        strength=kept.strength_e4 / SCALE,
        strength_e4=kept.strength_e4,
    )


def _has_room(begun: Columns) -> np.ndarray:
    """Whether a spell begins while fewer than `AT_A_TIME` others, and none of its category, go on.

    One person's spells are settled in the order in which they begin, all people at once.
    """
    order = np.lexsort((begun.intent_id, begun.from_date, begun.individual_id))
    starts = group_starts(begun.individual_id[order])
    counts = np.diff(np.append(starts, len(order)))
    ends = np.zeros((len(starts), AT_A_TIME), np.int64)
    wanted = np.full((len(starts), AT_A_TIME), -1, np.int64)
    room = np.zeros(len(begun), bool)
    for rank in range(int(counts.max(initial=0))):
        person = np.flatnonzero(counts > rank)
        row = order[starts[person] + rank]
        start, category = begun.from_date[row], begun.category[row]
        going = ends[person] > start[:, None]
        free = ~going
        fits = free.any(axis=1) & ~(going & (wanted[person] == category[:, None])).any(axis=1)
        person, row, place = person[fits], row[fits], free[fits].argmax(axis=1)
        ends[person, place], wanted[person, place] = begun.to_date[row], begun.category[row]
        room[row] = True
    return room
