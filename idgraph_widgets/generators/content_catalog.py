"""Companion: content_catalog, the items people engage with, and how popular they are to whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, lottery_tickets, small_frame
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES, TABLE

_LENGTH_SECONDS = {
    # Range of lengths, in seconds, log-uniform (design).
    "article": (60, 900),
    "video": (30, 3600),
    "live": (3600, 10800),
    "audio": (120, 3600),
    "game": (300, 3600),
}

DEVICE_KINDS = ("mobile", "desktop", "tv")
"""Kinds of devices with habits of their own; tablets count as mobile."""

_ON_DEVICE = {
    # How well a content type fits a device kind (design): nobody reads articles on a TV.
    "mobile": {"article": 1.2, "video": 0.8, "live": 0.5, "audio": 1.4, "game": 1.4},
    "desktop": {"article": 1.5, "video": 0.8, "live": 0.5, "audio": 0.8, "game": 0.9},
    "tv": {"article": 0.0, "video": 3.0, "live": 3.0, "audio": 0.4, "game": 0.3},
}

AGE_LIMITS = (25, 45, 65, 200)
"""Upper ages of the groups whose taste and hours differ."""

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

CONTENT_TICKETS = 4096


@dataclass(frozen=True, eq=False)
class Catalog:
    """The catalog on the driver.

    Attributes
    ----------
    items : DataFrame (pandas)
        Columns of ``TABLE``.
    popularity : ndarray, shape (items,)
        Share of an item within its category and type: Zipf.
    live_count : int
        Items 1 … live_count are live.
    """

    items: pd.DataFrame
    popularity: np.ndarray
    live_count: int


def generate_content_catalog(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """All content items: columns of ``TABLE``."""
    return TABLE.select(small_frame(spark, catalog_of(config).items))


def catalog_of(config: GenerationConfig) -> Catalog:
    """The catalog for this configuration (cached by what decides about it)."""
    ec = config.engagement_config
    return _catalog(
        config.seed,
        ec.catalog_size,
        ec.popularity_exponent,
        tuple(ec.category_weights.items()),
        tuple(ec.content_type_weights.items()),
    )


@lru_cache(maxsize=4)
def _catalog(seed, size, exponent, categories, types) -> Catalog:
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(Draws(seed, "content").salt("catalog"))
    pairs = [(c, t, cw * tw) for t, tw in types for c, cw in categories if cw * tw > 0]
    # Live items first, so that an event can name one by its number.
    pairs.sort(key=lambda pair: (pair[1] != "live", CONTENT_TYPES.index(pair[1])))
    dealt = lottery_tickets([weight for _, _, weight in pairs], max(size, len(pairs)))
    counts = [max(1, dealt.count(i)) for i in range(len(pairs))]
    genres = _genres()
    publishers = {c: [f"{fake.last_name()} {word}" for word in _PUBLISHER_WORDS] for c, _ in categories}
    rows, popularity = [], []
    for (category, content_type, _), count in zip(pairs, counts):
        low, high = _LENGTH_SECONDS[content_type]
        total = sum((rank + 1) ** -exponent for rank in range(count))
        for rank in range(count):
            rows.append(
                (
                    len(rows) + 1,
                    fake.catch_phrase().title(),
                    fake.random.choice(publishers[category]),
                    category,
                    content_type,
                    fake.random.choice(genres.get(category, [category])),
                    round(low * (high / low) ** fake.random.random()),
                    content_type == "live",
                )
            )
            popularity.append((rank + 1) ** -exponent / total)
    items = pd.DataFrame(rows, columns=list(TABLE.column_names))
    return Catalog(items, np.array(popularity), int((items["content_type"] == "live").sum()))


_PUBLISHER_WORDS = ("Daily", "Media", "Network", "Digest", "Channel", "Studio", "Journal", "Now")


def _genres() -> dict[str, list[str]]:
    genres: dict[str, list[str]] = {}
    for row in reference.facts("iab_content_tier2"):
        genres.setdefault(row["tier1"], []).append(row["tier2"])
    return genres


def profile_number(age_group: int, is_male: int, device_kind: int) -> int:
    """Number of a taste profile; see `content_lottery`."""
    return (age_group * 2 + is_male) * len(DEVICE_KINDS) + device_kind


def content_lottery(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """Lottery of items by taste profile: (``content_ticket``, ``content_id``).

    The ticket is ``profile * CONTENT_TICKETS + draw``. Over all profiles, categories and types keep their
    configured weights as far as devices allow.
    """
    ec = config.engagement_config
    key = (tuple(ec.category_weights.items()), tuple(ec.content_type_weights.items()))
    return F.broadcast(small_frame(spark, _lottery_frame(catalog_of(config), *key)))


@lru_cache(maxsize=4)
def _lottery_frame(catalog: Catalog, categories: tuple, types: tuple) -> pd.DataFrame:
    weights = _profile_weights(dict(categories), dict(types))
    pairs = list(zip(catalog.items["content_category"], catalog.items["content_type"]))
    tickets, ids = [], []
    for profile, shares in weights.items():
        item_weights = np.array([shares.get(pair, 0.0) for pair in pairs]) * catalog.popularity
        tickets.append(profile * CONTENT_TICKETS + np.arange(CONTENT_TICKETS))
        ids.append(np.array(lottery_tickets(item_weights, CONTENT_TICKETS)) + 1)
    return pd.DataFrame({"content_ticket": np.concatenate(tickets), "content_id": np.concatenate(ids)})


def _profile_weights(category_weights: dict, type_weights: dict) -> dict[int, dict[tuple[str, str], float]]:
    """Shares of (category, type) per profile, raked to both configured marginals."""
    categories = [c for c, w in category_weights.items() if w > 0]
    types = [t for t, w in type_weights.items() if w > 0]
    profiles = [(a, m, k) for a in range(len(AGE_LIMITS)) for m in range(2) for k in range(len(DEVICE_KINDS))]
    table = np.zeros((len(profiles), len(categories), len(types)))
    weight = np.array([_AGE_WEIGHT[a] * _DEVICE_WEIGHT[k] for a, _, k in profiles])
    for i, (age, male, kind) in enumerate(profiles):
        for j, category in enumerate(categories):
            ages, sexes = _TASTE.get(category, _NEUTRAL)
            for n, content_type in enumerate(types):
                table[i, j, n] = ages[age] * sexes[male] * (_ON_DEVICE[DEVICE_KINDS[kind]][content_type] + 1e-6)
    wanted_c = np.array([category_weights[c] for c in categories])
    wanted_t = np.array([type_weights[t] for t in types])
    for _ in range(50):
        table /= table.sum(axis=(1, 2), keepdims=True)
        table *= (wanted_c / _mean(table, weight).sum(axis=1))[None, :, None]
        table *= (wanted_t / _mean(table, weight).sum(axis=0))[None, None, :]
    table /= table.sum(axis=(1, 2), keepdims=True)
    return {
        profile_number(*profile): {
            (c, t): float(table[i, j, n]) for j, c in enumerate(categories) for n, t in enumerate(types)
        }
        for i, profile in enumerate(profiles)
    }


# Expected shares of engagements by age group and device kind, for raking (measured on a default run).
_AGE_WEIGHT = (0.27, 0.29, 0.26, 0.18)
_DEVICE_WEIGHT = (0.48, 0.12, 0.40)


def _mean(table: np.ndarray, weight: np.ndarray) -> np.ndarray:
    mean = np.tensordot(weight / weight.sum(), table, axes=1)
    return np.maximum(mean / mean.sum(), 1e-12)
