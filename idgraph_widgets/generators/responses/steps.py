"""Steps of a chain: from a click to a visit, from a visit to a sign-up, a cart and a purchase, and when."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Columns, numbered_groups
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.affinity import AFFINITY
from idgraph_widgets.draws import hashed_keys
from idgraph_widgets.generators import own_hours
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES

AFTER_CLICK = ("site_visit", "sign_up", "add_to_cart", "purchase")

LAGS = 4096
"""Tickets of the lags."""

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class StepTables:
    """What steps are drawn with.

    Attributes
    ----------
    lag : ndarray of int64, shape (LAGS,)
        Microseconds from a visit to its conversion.
    once : ndarray of bool
        By position in ``AD_PRODUCT_CATEGORIES``: bought once in a spell.
    """

    lag: np.ndarray
    once: np.ndarray


def prepare(config: GenerationConfig) -> StepTables:
    """Lags, and what is bought once."""
    return StepTables(
        np.array(conversion_lags(), np.int64), np.array([AFFINITY[name].once for name in AD_PRODUCT_CATEGORIES])
    )


def keys(origin: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Hashes of chains."""
    return hashed_keys(origin, number)


def load_time(context: Context, key: np.ndarray) -> np.ndarray:
    """Microseconds from a click to the visit."""
    return context.draws("response_events").between("load", 1_000_000, 20_000_000, key)


def after_visit(context: Context, visits: Columns, origin: np.ndarray) -> dict[str, np.ndarray]:
    """When each step of a chain that begins with a visit happens, 0 where it does not, and the ``last`` of them.

    Times rise from parent to child.

    Parameters
    ----------
    context : Context
    visits : Columns
        See `organic.visits`.
    origin : ndarray of int64
    """
    cfg, d, key = context.config.campaign_config, context.draws("response_events"), keys(origin, visits.chain)
    tables = context.of(prepare)
    visit = visits.root
    lag = tables.lag[d.below("purchase_lag", LAGS, key)]
    carts = d.chance("cart", cfg.visit_to_cart, key)
    # The cart fills somewhere between 5 and 90 % of the way to the purchase.
    cart = visit + lag // 100 * d.between("cart_part", 5, 90, key) + d.below("cart_jitter", 1_000_000, key)
    cart = _at_own_hours(context, visits, visit, cart)
    buys = carts & d.chance("purchase", cfg.cart_to_purchase, key)
    purchase = _at_own_hours(context, visits, visit, visit + lag + d.below("purchase_jitter", 1_000_000, key))
    buys[_again(visits, np.flatnonzero(buys & tables.once[visits.category]), purchase)] = False
    found = {
        "site_visit": visit,
        "sign_up": _sign_up(context, visits, visit, key),
        "add_to_cart": np.where(carts, cart, 0),
        "purchase": np.where(buys, purchase, 0),
    }
    return {**found, "last": np.maximum.reduce(list(found.values()))}


def _again(visits: Columns, bought: np.ndarray, purchase: np.ndarray) -> np.ndarray:
    """Of visits whose goods are bought once, those that would buy after another of the same spell and advertiser."""
    order = bought[
        np.lexsort((visits.chain[bought], purchase[bought], visits.advertiser_id[bought], visits.intent[bought]))
    ]
    first, _ = numbered_groups(visits.intent[order], visits.advertiser_id[order])
    return np.delete(order, first)


def after_click(context: Context, chains: Columns, users: Columns) -> dict[str, np.ndarray]:
    """The visit that a click of curiosity leads to, and a sign-up; see `after_visit`, and `own_hours.users_of`."""
    key = keys(chains.origin, chains.chain)
    there = context.draws("response_events").chance("visit", context.config.campaign_config.click_to_visit, key)
    visit = np.where(there, _odd(chains.click + load_time(context, key)), 0)
    return {"site_visit": visit, "sign_up": np.where(there, _sign_up(context, users, visit, key), 0)}


def _sign_up(context: Context, users: Columns, visit: np.ndarray, key: np.ndarray) -> np.ndarray:
    cfg, d = context.config.campaign_config, context.draws("response_events")
    lag = context.of(prepare).lag[d.below("sign_up_lag", LAGS, key)]
    at = _at_own_hours(context, users, visit, visit + lag + d.below("sign_up_jitter", 1_000_000, key))
    return np.where(d.chance("sign_up", cfg.visit_to_sign_up, key), at, 0)


def _at_own_hours(context: Context, users: Columns, visit: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The moments, odd; those on a later local day than the visit at hours such people keep, 30 days later at most."""
    return _odd(np.minimum(own_hours.moved(context, users, visit, at), visit + 30 * DAY))


def _odd(micros: np.ndarray) -> np.ndarray:
    return micros - micros % 2 + 1


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
