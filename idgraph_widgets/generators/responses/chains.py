"""Where chains of responses begin, and which exposure each carries.

Three origins, told apart by the truth only: a click on a viewable exposure; a visit that a viewable exposure
caused without a click; a visit that would have happened anyway. The last two are drawn from (person, period of 30
days, k), and the last knows of no campaign.

Most people who buy after a click would have bought anyway: an ad finds those who are about to buy. So of the
purchases after a click only ``ad_lift / (1 + ad_lift)`` are caused by it, and people in a campaign's holdout buy
what they would have bought after the clicks they were kept from (`ghosts`), without click or exposure. Both arms
of the experiment then buy alike but for ``ad_lift``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Columns, Nullable, among, explode
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import chain, chained, poisson_shares, quantiles_lognormal
from idgraph_widgets.generators.ads.advertising import campaign_periods, clicked, worn
from idgraph_widgets.generators.clocks import in_season, season
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.individuals import ADULT_AGE

CLICK, CAUSED, ORGANIC = range(ids.ORIGINS)
"""Origins of a chain."""

NOTHING = 0
"""Stands for a key or a time that is not there: keys begin at 1, and nothing happens in 1970."""

_CLICK_LAGS = 64


@dataclass(frozen=True)
class ChainTables:
    """What chains are drawn with.

    Attributes
    ----------
    organic, caused : dict of int to float
        Shares of the number of visits of a person in a period.
    click_lag : ndarray of int64, shape (64,)
        Microseconds from an exposure to its click, by ticket.
    """

    organic: dict[int, float]
    caused: dict[int, float]
    click_lag: np.ndarray


def prepare(config: GenerationConfig) -> ChainTables:
    """Numbers of visits and lags of clicks."""
    cfg = config.campaign_config
    usual = cfg.organic_visits_per_person_90_days * ids.PERIOD_DAYS / 90 * max(season("purchases"))
    most = ids.VISITS_PER_PERIOD - 1
    # Seconds until the click: median 6, at least 1.
    seconds = [max(1, s) for s in quantiles_lognormal(6.0, 1.1, _CLICK_LAGS)]
    return ChainTables(
        poisson_shares(usual, most), poisson_shares(usual * cfg.ad_lift, most), np.array(seconds, np.int64) * 1_000_000
    )


def chains(
    context: Context, plan: Columns, individuals: Columns, campaign_exposures: Columns, ghosts: Columns
) -> Columns:
    """One row per chain that begins inside the window.

    Parameters
    ----------
    context : Context
    plan : Columns
        See `campaign_plan`.
    individuals, campaign_exposures, ghosts : Columns
        Of the same households.

    Returns
    -------
    Columns
        ``origin``, ``chain`` (number within the origin), ``unclicked`` (a chain of origin `CLICK` that begins with the
        visit, since its click was held back), ``individual_id``, ``advertiser_id``, ``root`` (microseconds),
        ``cause`` (the exposure without which there would be no chain) and what the chain carries: ``campaign_id``,
        ``exposure_id``, ``exposed`` (its time), ``until``, the end of its window and of that of its cause, and
        ``over``, when no exposure of the campaign can act any more. `NOTHING` where there is none.
    """
    shown = _with_plan(plan, campaign_exposures.select("exposure_id", "campaign_id", "individual_id", "is_viewable"))
    shown = shown.with_columns(exposed=campaign_exposures.exposure_ts)
    caused = _visits(context, individuals, "caused", context.of(prepare).caused, CAUSED)
    others = Columns.concat([_organic(context, individuals), _held_back(context, plan, ghosts)])
    # Few people visit: only their exposures can be carried or a cause.
    visitors = np.concatenate([caused.individual_id, others.individual_id])
    near = in_order(shown.where(among(shown.individual_id, visitors)))
    visits = Columns.concat([_caused(caused, near), others])
    visits = visits.where(visits.root < context.end)
    return Columns.concat([_clicks(context, shown), _carrying(visits, near)])


def in_order(shown: Columns) -> Columns:
    """Exposures by person, advertiser and time; of two at the same time the lower key counts as the later one."""
    return shown.take(np.lexsort((-shown.exposure_id, shown.exposed, shown.advertiser_id, shown.individual_id)))


def odd(micros: np.ndarray) -> np.ndarray:
    """The odd number of microseconds at or after; exposures are even, so the two never tie."""
    return micros - micros % 2 + 1


def load_time(context: Context, keys: np.ndarray) -> np.ndarray:
    """Microseconds from a click to the visit."""
    return context.draws("response_events").between("load", 1_000_000, 20_000_000, keys)


def buys(context: Context, name: str, share: float, keys: np.ndarray) -> np.ndarray:
    """Whether a chain takes the step of that name."""
    return context.draws("response_events").chance(name, share, keys)


def carried(individual: np.ndarray, advertiser: np.ndarray, shown: Columns) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of rows with exposures of the same person and advertiser.

    Parameters
    ----------
    individual, advertiser : ndarray of int64
    shown : Columns
        ``individual_id`` and ``advertiser_id``, ordered by them.

    Returns
    -------
    (row, exposure)
        Positions; by rising row, and within a row in the order of `shown`.
    """
    here, there = (_pair(*keys) for keys in ((individual, advertiser), (shown.individual_id, shown.advertiser_id)))
    first = np.searchsorted(there, here, side="left")
    row, number = explode(np.searchsorted(there, here, side="right") - first)
    return row, first[row] + number


def _pair(individual: np.ndarray, advertiser: np.ndarray) -> np.ndarray:
    return individual * np.int64(1 << 24) + advertiser


def _with_plan(plan: Columns, rows: Columns) -> Columns:
    """Add the advertiser and the limits and times of each row's campaign."""
    order = np.argsort(plan.campaign_id)
    place = order[np.searchsorted(plan.campaign_id, rows.campaign_id, sorter=order)]
    names = ("advertiser_id", "click_limit", "window_us", "start_us", "flight_us")
    return rows.with_columns(**{name: plan[name][place] for name in names})


def _over(shown: Columns) -> np.ndarray:
    """When the last window of a campaign's exposures ends."""
    return shown.start_us + shown.flight_us + shown.window_us


def _latest(visits: Columns, shown: Columns) -> np.ndarray:
    """Position of the latest exposure of the same advertiser whose campaign's window reaches the visit, or -1."""
    row, seen = carried(visits.individual_id, visits.advertiser_id, shown)
    exposed, root = shown.exposed[seen], visits.root[row]
    inside = (exposed < root) & (root <= exposed + shown.window_us[seen])
    latest = np.full(len(visits), -1, np.int64)
    # Exposures of a visit come in the order of time, so the last assignment is the latest one.
    latest[row[inside]] = seen[inside]
    return latest


def _clicks(context: Context, shown: Columns) -> Columns:
    limit = worn(context, shown.click_limit, shown.exposed - shown.start_us, shown.flight_us)
    click = shown.is_viewable & clicked(context, chain(shown.exposure_id), shown.exposed, limit)
    found = shown.where(click)
    keys = chain(found.exposure_id)
    return Columns(
        origin=np.full(len(found), CLICK, np.int64),
        chain=ids.click_chain(found.exposure_id),
        unclicked=np.zeros(len(found), bool),
        individual_id=found.individual_id,
        advertiser_id=found.advertiser_id,
        root=_click_time(context, found.exposed, keys),
        cause=np.where(_is_incremental(context, keys), found.exposure_id, NOTHING),
        campaign_id=found.campaign_id,
        exposure_id=found.exposure_id,
        exposed=found.exposed,
        until=found.exposed + found.window_us,
        over=_over(found),
    )


def _is_incremental(context: Context, keys: np.ndarray) -> np.ndarray:
    """Whether what follows the click on an exposure would not have followed without it."""
    lift = context.config.campaign_config.ad_lift
    return context.draws("response_events").chance("incremental", lift / (1 + lift), keys)


def _click_time(context: Context, exposed: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """When an exposure is clicked, never past its UTC day."""
    d = context.draws("response_events")
    ticket = d.unit("click_lag", keys) >> (53 - 6)  # 64 tickets
    at = exposed + context.of(prepare).click_lag[ticket] + d.below("click_jitter", 900_000, keys)
    return np.minimum(odd(at), exposed - exposed % DAY + (DAY - 1))


def _held_back(context: Context, plan: Columns, ghosts: Columns) -> Columns:
    """Chains that held-out people begin with a visit: those that end in a purchase no ad would have caused."""
    cfg = context.config.campaign_config
    found = _with_plan(plan, ghosts)
    found = found.with_columns(exposed=found.exposure_us)
    number, origin = ids.click_chain(found.exposure_id), np.full(len(found), CLICK, np.int64)
    keys, exposure = chained(origin, number), chain(found.exposure_id)
    kept = (
        buys(context, "visit", cfg.click_to_visit, keys)
        & buys(context, "cart", cfg.visit_to_cart, keys)
        & buys(context, "purchase", cfg.cart_to_purchase, keys)
        & ~_is_incremental(context, exposure)
    )
    visits = Columns(
        origin=origin,
        chain=number,
        individual_id=found.individual_id,
        advertiser_id=found.advertiser_id,
        root=odd(_click_time(context, found.exposed, exposure) + load_time(context, keys)),
        cause=np.full(len(found), NOTHING, np.int64),
        cause_until=found.exposed + found.window_us,
        unclicked=np.ones(len(found), bool),
    )
    return visits.where(kept)


def _caused(visits: Columns, shown: Columns) -> Columns:
    """Visits that come on top while an ad works: the hazard of a visit is ``1 + ad_lift`` times the usual one.

    They are drawn like the visits that happen anyway, at ``ad_lift`` times their rate, and those remain that
    follow a viewable exposure of their advertiser within its attribution window: the latest one is the cause.
    """
    seen = shown.where(shown.is_viewable)
    latest = _latest(visits, seen)
    visits, latest = visits.where(latest >= 0), latest[latest >= 0]
    cause = seen.take(latest)
    return visits.with_columns(
        cause=cause.exposure_id, cause_until=cause.exposed + cause.window_us, unclicked=np.zeros(len(visits), bool)
    )


def _organic(context: Context, individuals: Columns) -> Columns:
    """Visits that happen with or without ads."""
    visits = _visits(context, individuals, "organic", context.of(prepare).organic, ORGANIC)
    nothing = np.full(len(visits), NOTHING, np.int64)
    return visits.with_columns(cause=nothing, cause_until=nothing, unclicked=np.zeros(len(visits), bool))


def _visits(context: Context, individuals: Columns, stream: str, shares: dict[int, float], origin: int) -> Columns:
    """Visits of adults, in season, drawn from (person, period, k)."""
    d = context.draws("response_events")
    periods = campaign_periods(context.config)
    adults = individuals.individual_id[individuals.age >= ADULT_AGE]
    person = np.repeat(adults, periods)
    period = np.tile(np.arange(periods, dtype=np.int64), len(adults))
    row, number = explode(d.choose(stream, shares, chained(person, period)))
    person, period = person[row], period[row]
    chain_number = ids.visit_chain(person, period, number)
    keys = chain(chain_number)
    start = context.start + period * (ids.PERIOD_DAYS * DAY)
    root = odd(start + d.below(f"{stream}_time", ids.PERIOD_DAYS * DAY, keys))
    origins = np.full(len(root), origin, np.int64)
    visits = Columns(
        origin=origins,
        chain=chain_number,
        individual_id=person,
        advertiser_id=d.between(f"{stream}_advertiser", 1, context.config.campaign_config.num_advertisers, keys),
        root=root,
    )
    return visits.where(in_season(context, d, "purchases", root, chained(origins, chain_number)))


def _carrying(visits: Columns, shown: Columns) -> Columns:
    """Visits with the latest exposure of the same advertiser whose campaign's window reaches them."""
    latest = _latest(visits, shown)
    has = latest >= 0
    at = np.maximum(latest, 0) if len(shown) else np.zeros(0, np.int64)

    def of_latest(values: np.ndarray) -> np.ndarray:
        if not len(shown):
            return np.full(len(visits), NOTHING, np.int64)
        return np.where(has, values[at], NOTHING)

    until = of_latest(shown.exposed + shown.window_us)
    # An ad acts within its own window only, even where the chain carries a later one.
    caused = visits.cause_until
    until = np.where(until == NOTHING, caused, np.where(caused == NOTHING, until, np.minimum(until, caused)))
    return Columns(
        origin=visits.origin,
        chain=visits.chain,
        unclicked=visits.unclicked,
        individual_id=visits.individual_id,
        advertiser_id=visits.advertiser_id,
        root=visits.root,
        cause=visits.cause,
        campaign_id=of_latest(shown.campaign_id),
        exposure_id=of_latest(shown.exposure_id),
        exposed=of_latest(shown.exposed),
        until=until,
        over=of_latest(_over(shown)),
    )


def or_null(values: np.ndarray) -> Nullable:
    """Keys or times, null where there is `NOTHING`."""
    return Nullable(values, values != NOTHING)
