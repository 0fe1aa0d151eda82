"""Table 9: response_events, and what really caused each purchase."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, Nullable
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import chain, chained, quantiles_lognormal, scrambled
from idgraph_widgets.generators.ads.advertising import campaign_plan
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.responses.chains import CLICK, NOTHING, ORGANIC, buys, chains, load_time, odd, or_null
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.response_events import PATHS, TYPES

LAGS = 4096
"""Tickets of the lag and basket tables."""

_CLICK, _VISIT, _SIGN_UP, _CART, _PURCHASE = range(len(TYPES))
_PARENT = {_SIGN_UP: _VISIT, _CART: _VISIT, _PURCHASE: _CART}
_DAY_SECONDS = 86_400
_MINUTE = 60_000_000


@dataclass(frozen=True)
class ResponseTables:
    """What responses are drawn with.

    Attributes
    ----------
    lag : ndarray of int64, shape (LAGS,)
        Microseconds from a visit to its conversion.
    cents : ndarray of int64, shape (LAGS,)
        Value of a basket.
    """

    lag: np.ndarray
    cents: np.ndarray


def prepare(config: GenerationConfig) -> ResponseTables:
    """Lags and baskets."""
    basket = config.campaign_config.basket_value
    cents = quantiles_lognormal(basket["median"], basket["sigma"], LAGS, 100)
    return ResponseTables(np.array(conversion_lags(), np.int64), np.array([max(1, c) for c in cents], np.int64))


def make(
    context: Context, campaigns: Columns, individuals: Columns, campaign_exposures: Columns, ghosts: Columns
) -> tuple[Columns, Columns]:
    """The responses of the people of some households, and what caused their purchases.

    Parameters
    ----------
    context : Context
    campaigns : Columns
        Table 7, complete.
    individuals, campaign_exposures : Columns
        Tables 2 and 8 of these households.
    ghosts : Columns
        What held-out people were kept from; see `ghosts.make`.

    Returns
    -------
    (Columns, Columns)
        Table 9, and ``truth_conversion`` with the private column ``individual_id``.
    """
    plan = campaign_plan(context, campaigns)
    found = chains(context, plan, individuals, campaign_exposures, ghosts)
    times = _times(context, found)
    events = _events(context, found, times)
    with_click = (events.origin == CLICK) & ~events.unclicked
    path = np.where(with_click, 0, np.where(events.exposure_id != NOTHING, 1, 2)).astype(np.int32)
    d = context.draws("response_events")
    cents = context.of(prepare).cents[d.below("basket", LAGS, chain(events.response_id))]
    is_carried, is_purchase = events.exposure_id != NOTHING, events.kind == _PURCHASE
    responses = Columns(
        response_id=events.response_id,
        advertiser_id=events.advertiser_id,
        campaign_id=or_null(events.campaign_id),
        exposure_id=or_null(events.exposure_id),
        individual_id=events.individual_id,
        parent_response_id=or_null(events.parent),
        conversion_path=Coded(path, PATHS),
        response_type=Coded(events.kind.astype(np.int32), TYPES),
        response_ts=events.at,
        lag_seconds=Nullable((events.at - events.exposed) // 1_000_000, is_carried),
        revenue=Nullable(cents, is_purchase),
    )
    bought = events.where(is_purchase)
    caused = Columns(
        response_id=bought.response_id, causing_exposure_id=or_null(bought.cause), individual_id=bought.individual_id
    )
    return responses, caused


def _events(context: Context, found: Columns, times: dict[int, np.ndarray]) -> Columns:
    """One row per step of a chain that happens inside the window and in reach: adds ``kind``, ``at`` and the keys."""
    parts = []
    with_click = (found.origin == CLICK) & ~found.unclicked
    for kind, at in times.items():
        here = (at != NOTHING) & (at < context.end) & ((found.until == NOTHING) | (at <= found.until))
        some = found.where(here)
        parent = np.full(len(some), NOTHING, np.int64)
        if kind == _VISIT:
            parent = np.where(with_click[here], _key(context, some, _CLICK), NOTHING)
        elif kind in _PARENT:
            parent = _key(context, some, _PARENT[kind])
        parts.append(
            some.with_columns(
                kind=np.full(len(some), kind, np.int64),
                at=at[here],
                response_id=_key(context, some, kind),
                parent=parent,
            )
        )
    return Columns.concat(parts)


def _key(context: Context, found: Columns, kind: int) -> np.ndarray:
    """Key of a step of a chain: scrambled, because its number would tell the chain's origin."""
    number = ids.response_number(found.chain, kind, found.origin)
    return scrambled(context.draws("response_events"), "response_id", number, ids.RESPONSE_BITS, rounds=4) + 1


def _times(context: Context, found: Columns) -> dict[int, np.ndarray]:
    """When each step of a chain happens, `NOTHING` where it does not. Times rise from parent to child."""
    cfg, d = context.config.campaign_config, context.draws("response_events")
    keys = chained(found.origin, found.chain)
    lag = context.of(prepare).lag
    purchase_lag = _in_reach(found, lag[d.below("purchase_lag", LAGS, keys)])
    sign_up_lag = _in_reach(found, lag[d.below("sign_up_lag", LAGS, keys)])

    def jitter(name: str) -> np.ndarray:
        return d.below(name, 1_000_000, keys)

    def where(happens: np.ndarray, at: np.ndarray) -> np.ndarray:
        return np.where(happens, at, NOTHING)

    with_click = (found.origin == CLICK) & ~found.unclicked
    clicked_through = odd(found.root + load_time(context, keys))
    visits = ~with_click | buys(context, "visit", cfg.click_to_visit, keys)
    visit = np.where(with_click, clicked_through, found.root)
    # The cart fills somewhere between 5 and 90 % of the way to the purchase.
    part = purchase_lag // 100 * d.between("cart_part", 5, 90, keys)
    carts = visits & buys(context, "cart", cfg.visit_to_cart, keys)
    signs_up = visits & buys(context, "sign_up", cfg.visit_to_sign_up, keys)
    purchases = carts & buys(context, "purchase", cfg.cart_to_purchase, keys)
    return {
        _CLICK: where(with_click, found.root),
        _VISIT: where(visits, visit),
        _SIGN_UP: where(signs_up, odd(visit + sign_up_lag + jitter("sign_up_jitter"))),
        _CART: where(carts, odd(visit + part + jitter("cart_jitter"))),
        _PURCHASE: where(purchases, odd(visit + purchase_lag + jitter("purchase_jitter"))),
    }


def _in_reach(found: Columns, lag: np.ndarray) -> np.ndarray:
    """The lag, or for a chain that no ad caused a part of it, so that the chain ends within the window it carries.

    What comes after that window is not written. Were all of it lost to people who have seen an ad, they would buy
    less than those held out, and the ad would seem to do harm. So what they would have done before the campaign's
    last window ends, when its holdout is compared, is done within the window of their exposure.
    """
    margin = 2_000_000  # what jitter and rounding may add
    room = found.until - found.root - margin - _MINUTE
    has_window = (found.until != NOTHING) & (found.over != NOTHING)
    late = has_window & (room > _MINUTE) & (lag >= room) & (found.root + lag < found.over)
    moved = lag % np.maximum(room, _MINUTE) + _MINUTE
    return np.where((found.origin == ORGANIC) & late, moved, lag)


def conversion_lags() -> list[int]:
    """Quantiles of the time from a visit to its conversion, in microseconds (whole seconds, at least 60).

    The mixture .36 Exp(20 min) + .29 Exp(2 d) + .35 Exp(12 d), cut at 30 days: 36 % within an hour, 52 %
    within a day, as published for conversions after a click (Chapelle, KDD 2014).
    """
    parts = ((0.36, 20 * 60.0), (0.29, 2.0 * _DAY_SECONDS), (0.35, 12.0 * _DAY_SECONDS))
    cut = 30 * _DAY_SECONDS

    def below(seconds: float) -> float:
        return sum(share * (1 - math.exp(-seconds / mean)) for share, mean in parts)

    lags, total, low = [], below(cut), 0
    for i in range(LAGS):
        target = (i + 0.5) / LAGS * total
        high = cut
        while low < high:  # first whole second at which the share is reached
            middle = (low + high) // 2
            if below(middle) < target:
                low = middle + 1
            else:
                high = middle
        lags.append(max(60, low) * 1_000_000)
    return lags
