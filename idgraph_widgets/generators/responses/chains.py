"""Chains of responses, and what ads have to do with them.

Organic life is drawn without looking at any campaign (`wants.organic`). An exposure can

* *capture* an organic chain: the click on it, or the label of the attribution window, goes there; same visits, same
  purchases, same times;
* *create* a chain that ends in a purchase: `ad_lift` times the person's own hazard, as far as impressions built up;
* be clicked out of *curiosity*: a visit perhaps, and no purchase.

Only created chains have a cause. What a false link shows captures and creates nothing: it met somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Columns, Lookup, Nullable, among
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, hashed, quantiles_lognormal
from idgraph_widgets.generators import own_hours
from idgraph_widgets.generators.ads import clicks
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.responses import organic, steps
from idgraph_widgets.generators.responses.carrying import carried, in_order, latest_exposure
from idgraph_widgets.schema import ids

CURIOUS, CREATED, ORGANIC = range(ids.ORIGINS)
"""Origins of a chain."""

NOTHING = 0
"""Stands for a key or a time that is not there: keys begin at 1, and nothing happens in 1970."""

_CLICK_LAGS = 64
_HALF_LIFE_DAYS = 7


@dataclass(frozen=True)
class People:
    """Some homes, their people, and what these do whatever is advertised.

    Attributes
    ----------
    households, individuals, intents : Columns
        Tables 1 and 2 and ``truth_intent``.
    lives : Columns
        Organic chains: ``individual_id``, ``advertiser_id``, ``category``, ``income``, the times of the steps (0 where
        there is none) and of the ``last``.
    """

    households: Columns
    individuals: Columns
    intents: Columns
    lives: Columns


@dataclass(frozen=True)
class ChainTables:
    """What ads do, as integers.

    Attributes
    ----------
    click_lag : ndarray of int64, shape (64,)
        Microseconds from an exposure to its click, by ticket.
    adstock_e4 : ndarray of int64
        What is left of an impression after so many whole days, in ten-thousandths of the full lift.
    """

    click_lag: np.ndarray
    adstock_e4: np.ndarray


def prepare(config: GenerationConfig) -> ChainTables:
    """Lags of clicks, and how impressions fade."""
    cfg = config.campaign_config
    # Seconds until the click: median 6, at least 1.
    seconds = [max(1, s) for s in quantiles_lognormal(6.0, 1.1, _CLICK_LAGS)]
    left = [
        round(cfg.ad_adstock * 2 ** (-day / _HALF_LIFE_DAYS) * SCALE) for day in range(cfg.attribution_window_days + 1)
    ]
    return ChainTables(np.array(seconds, np.int64) * 1_000_000, np.array(left, np.int64))


def chains(
    context: Context, plan: Columns, people: People, campaign_exposures: Columns, is_true: np.ndarray
) -> Columns:
    """One row per chain that begins inside the window, with the time of each of its steps.

    Parameters
    ----------
    context : Context
    plan : Columns
        See `campaign_plan`.
    people : People
    campaign_exposures : Columns
        Table 8 of the same households.
    is_true : ndarray of bool
        Whether an exposure met the person it is said to have met.

    Returns
    -------
    Columns
        ``origin``, ``chain`` (number within the origin), ``individual_id``, ``advertiser_id``, ``category``,
        ``income``, ``cause`` (the exposure that created it), what the chain carries, ``campaign_id``, ``exposure_id``
        and ``exposed`` (its time), and the times of the steps: ``click``, ``site_visit``, ``sign_up``, ``add_to_cart``
        and ``purchase``. `NOTHING` where there is none.
    """
    shown = _with_plan(
        plan,
        campaign_exposures.select("exposure_id", "campaign_id", "individual_id", "is_viewable").with_columns(
            exposed=campaign_exposures.exposure_ts
        ),
    )
    seen = campaign_exposures.is_viewable
    shown = shown.with_columns(is_curious=seen & clicks.curious(context, plan, campaign_exposures))
    lives = people.lives
    extra = _life(context, people.households, people.individuals, people.intents, CREATED)
    extra = extra.where(extra.purchase != NOTHING)
    # Few people visit: only their exposures can be carried or a cause.
    visitors = np.concatenate([lives.individual_id, extra.individual_id])
    near = in_order(shown.where(is_true & among(shown.individual_id, visitors)))
    return Columns.concat(
        [_captured(context, lives, near), _created(context, extra, near), _curious(context, shown, people)]
    )


def people_of(context: Context, households: Columns, individuals: Columns, intents: Columns) -> People:
    """The organic life of the people of some homes; `intents` are what `spells.make` gives."""
    return People(households, individuals, intents, _life(context, households, individuals, intents, ORGANIC))


def _with_plan(plan: Columns, rows: Columns) -> Columns:
    """Add the advertiser and the limits and times of each row's campaign."""
    order = np.argsort(plan.campaign_id)
    place = order[np.searchsorted(plan.campaign_id, rows.campaign_id, sorter=order)]
    names = ("advertiser_id", "click_limit", "window_us")
    return rows.with_columns(**{name: plan[name][place] for name in names})


def _life(context: Context, households: Columns, individuals: Columns, intents: Columns, origin: int) -> Columns:
    """Chains that begin with a visit in the window, with all their steps, those after it included."""
    stream = "created" if origin == CREATED else "organic"
    visits = organic.visits(context, households, individuals, intents, stream)
    origins = np.full(len(visits), origin, np.int64)
    nothing = np.full(len(visits), NOTHING, np.int64)
    found = visits.with_columns(origin=origins, click=nothing, **steps.after_visit(context, visits, origins))
    return found.where((found.root > context.start) & (found.root < context.end))


def _carrying(chains: Columns, shown: Columns, place: np.ndarray, cause: np.ndarray) -> Columns:
    """Chains with the exposure at a position of `shown` that each carries, -1 for none."""
    at = np.maximum(place, 0) if len(shown) else np.zeros(0, np.int64)

    def of_place(values: np.ndarray) -> np.ndarray:
        return np.where(place >= 0, values[at], NOTHING) if len(shown) else np.full(len(chains), NOTHING, np.int64)

    names = ("origin", "chain", "individual_id", "advertiser_id", "category", "income", "click", *steps.AFTER_CLICK)
    return chains.select(*names).with_columns(
        cause=cause,
        campaign_id=of_place(shown.campaign_id),
        exposure_id=of_place(shown.exposure_id),
        exposed=of_place(shown.exposed),
    )


def _captured(context: Context, lives: Columns, near: Columns) -> Columns:
    """Organic chains, with the click or the label that an exposure takes; whole ones only, the others stay organic."""
    nothing = np.full(len(lives), NOTHING, np.int64)
    latest = latest_exposure(lives, near)
    at = np.maximum(latest, 0)
    if not len(near):
        return _carrying(lives, near, latest, nothing)
    whole = (latest >= 0) & (lives.last <= near.exposed[at] + near.window_us[at])
    latest = np.where(whole, latest, -1)
    # The click comes while the page before it is still there, as long before the visit as the new one takes to load.
    click = odd(lives.site_visit - steps.load_time(context, _keys(lives)))
    exposed = near.exposed[at]
    taken = whole & near.is_viewable[at] & ~near.is_curious[at] & (near.click_limit[at] > 0) & (click > exposed)
    taken &= clicks.in_reach(context, exposed, lives.site_visit)
    return _carrying(lives.with_columns(click=np.where(taken, click, NOTHING)), near, latest, nothing)


def _created(context: Context, extra: Columns, near: Columns) -> Columns:
    """Purchases that ads add: the latest viewable exposure in reach is the cause, the latest one takes the label."""
    seen = near.where(near.is_viewable)
    cause = latest_exposure(extra, seen)
    works = cause >= 0
    if len(seen):
        built_up = _adstock(context, extra, seen)
        works &= context.draws("response_events").chance_in_scale("created", built_up, _keys(extra))
    extra, cause = extra.where(works), cause[works]
    latest = latest_exposure(extra, near)
    if len(extra):
        last = extra.last
        whole = (last <= seen.exposed[cause] + seen.window_us[cause]) & (
            last <= near.exposed[latest] + near.window_us[latest]
        )
        extra, cause, latest = extra.where(whole), cause[whole], latest[whole]
    return _carrying(extra, near, latest, seen.exposure_id[cause])


def _adstock(context: Context, extra: Columns, seen: Columns) -> np.ndarray:
    """How far impressions have built up at each visit, in ten-thousandths of the full lift."""
    left = context.of(prepare).adstock_e4
    row, exposure = carried(extra.individual_id, extra.advertiser_id, seen)
    age = extra.site_visit[row] - seen.exposed[exposure]
    inside = (age > 0) & (age <= seen.window_us[exposure])
    total = np.bincount(row[inside], left[age[inside] // DAY], minlength=len(extra))
    return np.minimum(total.astype(np.int64), SCALE)


def _curious(context: Context, shown: Columns, people: People) -> Columns:
    """Clicks that lead to a visit at most.

    Captured and created clicks are so few beside them that the published click-through rate is all theirs.
    """
    found = shown.where(shown.is_curious)
    n = len(found)
    nothing, origin = np.full(n, NOTHING, np.int64), np.full(n, CURIOUS, np.int64)
    at = _click_time(context, found.exposed, hashed(found.exposure_id))
    chains = Columns(
        origin=origin,
        chain=ids.click_chain(found.exposure_id),
        individual_id=found.individual_id,
        advertiser_id=found.advertiser_id,
        category=nothing,
        income=nothing,
        click=at,
        add_to_cart=nothing,
        purchase=nothing,
    )
    person = Lookup(people.individuals.individual_id)[found.individual_id]
    home = Lookup(people.households.household_id)[ids.household_of(found.individual_id)]
    state = people.households.select("state").take(home).state
    d = context.draws("response_events")
    users = own_hours.users_of(context, d, state, people.individuals, person, _keys(chains))
    chains = chains.with_columns(**steps.after_click(context, chains, users))
    limit = found.exposed + found.window_us
    chains = chains.with_columns(sign_up=np.where(chains.sign_up <= limit, chains.sign_up, NOTHING))
    return _carrying(chains, found, np.arange(n), nothing)


def _click_time(context: Context, exposed: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """When an exposure is clicked, never past its UTC day."""
    d = context.draws("response_events")
    ticket = d.unit("click_lag", keys) >> (53 - 6)  # 64 tickets
    at = exposed + context.of(prepare).click_lag[ticket] + d.below("click_jitter", 900_000, keys)
    return np.minimum(odd(at), exposed - exposed % DAY + (DAY - 1))


def _keys(chains: Columns) -> np.ndarray:
    return steps.keys(chains.origin, chains.chain)


def odd(micros: np.ndarray) -> np.ndarray:
    """The odd number of microseconds at or after; exposures are even, so the two never tie."""
    return micros - micros % 2 + 1


def or_null(values: np.ndarray) -> Nullable:
    """Keys or times, null where there is `NOTHING`."""
    return Nullable(values, values != NOTHING)
