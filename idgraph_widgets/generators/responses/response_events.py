"""Table 9: response_events, and what really caused each purchase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, Nullable
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.affinity import AFFINITY, INCOME_POWER, MIDDLE_INCOME
from idgraph_widgets.draws import SCALE, hashed, quantiles_lognormal, scrambled
from idgraph_widgets.generators.ads.advertising import campaign_plan
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.responses.chains import CREATED, NOTHING, People, chains, or_null
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES
from idgraph_widgets.schema.response_events import PATHS, TYPES
from idgraph_widgets.schema.truth_conversion import ORIGINS

BASKETS = 4096
"""Tickets of the baskets."""

_CLICK, _VISIT, _SIGN_UP, _CART, _PURCHASE = range(len(TYPES))
_PARENT = {_SIGN_UP: _VISIT, _CART: _VISIT, _PURCHASE: _CART}

_INCOME_STEP = 5_000
_INCOME_STEPS = 80


@dataclass(frozen=True)
class ResponseTables:
    """What responses are drawn with.

    Attributes
    ----------
    cents : ndarray of int64, shape (BASKETS,)
        Value of a basket of a category of the usual price, in a home of middle income.
    price_e4 : ndarray of int64
        Price level in ten-thousandths by position in ``AD_PRODUCT_CATEGORIES``.
    income_e4 : ndarray of int64
        Factor in ten-thousandths by income in steps of 5,000 USD.
    """

    cents: np.ndarray
    price_e4: np.ndarray
    income_e4: np.ndarray


def prepare(config: GenerationConfig) -> ResponseTables:
    """Baskets."""
    basket = config.campaign_config.basket_value
    cents = quantiles_lognormal(basket["median"], basket["sigma"], BASKETS, 100)
    incomes = [(n + 0.5) * _INCOME_STEP / MIDDLE_INCOME for n in range(_INCOME_STEPS)]
    return ResponseTables(
        np.array([max(1, c) for c in cents], np.int64),
        np.array([round(AFFINITY[name].price * SCALE) for name in AD_PRODUCT_CATEGORIES], np.int64),
        np.array([round(income**INCOME_POWER * SCALE) for income in incomes], np.int64),
    )


def make(
    context: Context, campaigns: Columns, people: People, campaign_exposures: Columns, is_true: np.ndarray
) -> tuple[Columns, Columns]:
    """The responses of the people of some households, and what caused their purchases.

    Parameters
    ----------
    context : Context
    campaigns : Columns
        Table 7, complete.
    people : People
        See `chains.people_of`.
    campaign_exposures : Columns
        Table 8 of these households.
    is_true : ndarray of bool
        Whether an exposure met the person it is said to have met.

    Returns
    -------
    (Columns, Columns)
        Table 9, and ``truth_conversion`` with the private column ``individual_id``.
    """
    plan = campaign_plan(context, campaigns)
    events = _events(context, chains(context, plan, people, campaign_exposures, is_true))
    is_carried, is_purchase = events.exposure_id != NOTHING, events.kind == _PURCHASE
    path = np.where(events.click != NOTHING, 0, np.where(is_carried, 1, 2)).astype(np.int32)
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
        revenue=Nullable(_cents(context, events), is_purchase),
    )
    bought = events.where(is_purchase)
    origin = np.where(bought.origin == CREATED, 2, np.where(bought.exposure_id != NOTHING, 1, 0)).astype(np.int32)
    caused = Columns(
        response_id=bought.response_id,
        origin=Coded(origin, ORIGINS),
        causing_exposure_id=or_null(bought.cause),
        individual_id=bought.individual_id,
    )
    return responses, caused


def _cents(context: Context, events: Columns) -> np.ndarray:
    """Value of a basket, which follows the price level of the category and the income of the home."""
    tables, d = context.of(prepare), context.draws("response_events")
    usual = tables.cents[d.below("basket", BASKETS, hashed(events.response_id))]
    income = tables.income_e4[np.minimum(events.income // _INCOME_STEP, _INCOME_STEPS - 1)]
    return np.maximum(1, usual * tables.price_e4[events.category] // SCALE * income // SCALE)


def _events(context: Context, found: Columns) -> Columns:
    """One row per step of a chain that happens inside the window: adds ``kind``, ``at`` and the keys."""
    parts = []
    for kind, name in enumerate(TYPES):
        at = found[name]
        here = (at != NOTHING) & (at < context.end)
        some = found.where(here)
        parent = np.full(len(some), NOTHING, np.int64)
        if kind == _VISIT:
            parent = np.where(some.click != NOTHING, _key(context, some, _CLICK), NOTHING)
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
