"""Which content for whom: items by age, sex and kind of device, raked to the configured marginals."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from idgraph_widgets.arrays import Columns
from idgraph_widgets.config import EngagementConfig, GenerationConfig
from idgraph_widgets.draws import Draws, Lottery
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import content_catalog, interest, mix
from idgraph_widgets.generators.engagement.within import Within
from idgraph_widgets.generators.habits import AGE_LIMITS, DEVICE_KINDS

_ON_DEVICE = {
    # How well a content type fits a device kind (design): nobody reads articles on a TV.
    "mobile": {"article": 1.2, "video": 0.8, "live": 0.5, "audio": 1.4, "game": 1.4},
    "desktop": {"article": 1.5, "video": 0.8, "live": 0.5, "audio": 0.8, "game": 0.9},
    "tv": {"article": 0.0, "video": 3.0, "live": 3.0, "audio": 0.4, "game": 0.3},
}

_TASTE = {
    # Relative liking by (age group, female, male): first four ages, then the sexes (design; direction as in
    # published reader profiles: sport and games more men and younger, home and health more women and older).
    "Automotive": ((0.8, 1.0, 1.1, 1.0), (0.6, 1.4)),
    "Business and Finance": ((0.6, 1.1, 1.1, 0.9), (0.8, 1.2)),
    "Entertainment": ((1.3, 1.0, 0.9, 0.9), (1.1, 0.9)),
    "Food & Drink": ((0.8, 1.1, 1.0, 1.0), (1.2, 0.8)),
    "Healthy Living": ((0.8, 1.0, 1.0, 1.2), (1.2, 0.8)),
    "Hobbies & Interests": ((0.9, 0.9, 1.1, 1.2), (1.0, 1.0)),
    "Home & Garden": ((0.4, 1.0, 1.2, 1.3), (1.2, 0.8)),
    "Personal Finance": ((0.6, 1.1, 1.1, 1.0), (0.9, 1.1)),
    "Shopping": ((1.0, 1.1, 0.9, 0.8), (1.3, 0.7)),
    "Sports": ((1.1, 1.1, 1.0, 0.8), (0.6, 1.4)),
    "Style & Fashion": ((1.5, 1.1, 0.8, 0.6), (1.5, 0.5)),
    "Technology & Computing": ((1.2, 1.2, 0.9, 0.6), (0.7, 1.3)),
    "Travel": ((0.8, 1.0, 1.1, 1.1), (1.1, 0.9)),
    "Video Gaming": ((1.7, 1.1, 0.7, 0.7), (0.7, 1.3)),
}

_NEUTRAL = ((1.0, 1.0, 1.0, 1.0), (1.0, 1.0))

_RAKINGS = 50

CONTENT_TICKETS = 4096
"""Tickets of a lottery of the catalog's items, at least: more than items, so that each can be drawn."""


@dataclass(frozen=True)
class Taste:
    """What people choose.

    Attributes
    ----------
    content : Lottery
        Rows of the catalog; groups are taste profiles. Over all profiles, and what wants bring, categories and
        types have their configured weights as far as devices allow.
    of_publisher, of_category : Within
        The same items with the same weights: by publisher, and then by publisher and category; by category.
    shelf : ndarray of int64
        By row of the catalog: the group of `of_publisher` that has its publisher's items of its category.
    """

    content: Lottery
    of_publisher: Within
    of_category: Within
    shelf: np.ndarray


def prepare(config: GenerationConfig) -> Taste:
    """One lottery of the catalog's items per taste profile."""
    ec = config.engagement_config
    catalog = content_catalog.prepare(config)
    categories = {name: weight for name, weight in ec.category_weights.items() if weight > 0}
    types = _chosen_types(ec)
    at = {pair: i for i, pair in enumerate(product(categories, types))}
    category, content_type = catalog.items.content_category, catalog.items.content_type
    cell = [
        at[category.words[c], content_type.words[t]]
        for c, t in zip(category.codes.tolist(), content_type.codes.tolist(), strict=True)
    ]
    # Wants bring people to some categories; tastes give the rest.
    turned = interest.prepare(config).turned
    tastes = {name: weight / sum(categories.values()) - turned[name] for name, weight in categories.items()}
    shares = _raked(tastes, types, mix.shares(config).sum(axis=0).ravel())
    groups = {of: row.ravel()[cell] * catalog.popularity for of, row in enumerate(shares)}
    tickets = CONTENT_TICKETS
    while tickets < len(cell):
        tickets *= 4
    weights = np.stack([groups[of] for of in range(len(groups))])
    publisher = catalog.items.publisher
    of_publisher = Within.of(publisher.codes, len(publisher.words), weights, category.codes)
    shelf = publisher.codes.astype(np.int64) * len(category.words) + category.codes
    return Taste(
        Lottery.of(groups, tickets),
        of_publisher.divided(shelf, len(publisher.words) * len(category.words)),
        Within.of(category.codes, len(category.words), weights),
        len(publisher.words) + shelf,
    )


def profile(users: Columns) -> np.ndarray:
    """Number (int64) of the taste profile of people: ``age_group``, ``is_male`` (0 or 1) and ``kind`` of device."""
    return _profile(users.age_group.astype(np.int64), users.is_male, users.kind)


def content_row(context: Context, draws: Draws, stream: str, profile: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Row (int64) of the catalog, an item that people of the profile choose from all there is."""
    lottery = context.of(prepare).content
    return lottery.draw(draws.below(stream, lottery.tickets, keys), profile).astype(np.int64)


def _profile(age_group: Any, is_male: Any, kind: Any) -> Any:
    """Number of a taste profile, of one person or of each row."""
    return (age_group * 2 + is_male) * len(DEVICE_KINDS) + kind


def _chosen_types(ec: EngagementConfig) -> dict[str, float]:
    """Shares of types among events whose item is chosen by taste: live broadcasts bring a share of their own."""
    types = {name: weight for name, weight in ec.content_type_weights.items() if weight > 0}
    drawn = ec.live_event_share / ec.events_per_session
    if "live" not in types or len(types) == 1:
        return types
    # The items of a type are in the catalog, so a type that is left without a share keeps next to none.
    types["live"] = max(1e-9, types["live"] - drawn)
    return types


def _raked(categories: dict[str, float], types: dict[str, float], weight: np.ndarray) -> np.ndarray:
    """Shares by profile, category and type, raked to both configured marginals; `weight` are shares of the profiles."""
    profiles = list(product(range(len(AGE_LIMITS)), range(2), range(len(DEVICE_KINDS))))
    shares = np.zeros((len(profiles), len(categories), len(types)))
    for age, male, kind in profiles:
        for c, category in enumerate(categories):
            ages, sexes = _TASTE.get(category, _NEUTRAL)
            for t, content_type in enumerate(types):
                liking = ages[age] * sexes[male] * (_ON_DEVICE[DEVICE_KINDS[kind]][content_type] + 1e-6)
                shares[_profile(age, male, kind), c, t] = liking
    wanted_categories = np.array(list(categories.values()))
    wanted_types = np.array(list(types.values()))
    for _ in range(_RAKINGS):
        shares /= shares.sum(axis=(1, 2), keepdims=True)
        shares *= (wanted_categories / _mean(shares, weight).sum(axis=1))[None, :, None]
        shares *= (wanted_types / _mean(shares, weight).sum(axis=0))[None, None, :]
    return shares / shares.sum(axis=(1, 2), keepdims=True)


def _mean(shares: np.ndarray, weight: np.ndarray) -> np.ndarray:
    mean = np.tensordot(weight / weight.sum(), shares, axes=1)
    return np.maximum(mean / mean.sum(), 1e-12)
