"""Companion: content_catalog, the items people engage with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, Columns
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, lottery_tickets
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.fakes import american
from idgraph_widgets.generators.habits import DEVICE_KINDS
from idgraph_widgets.schema.content_catalog import CONTENT_TYPES

if TYPE_CHECKING:
    from faker import Faker

_LENGTH_SECONDS = {
    # Range of lengths, in seconds, log-uniform (design).
    "article": (60, 900),
    "video": (30, 3600),
    "live": (3600, 10800),
    "audio": (120, 3600),
    "game": (300, 3600),
}

_PUBLISHER_WORDS = ("Daily", "Media", "Network", "Digest", "Channel", "Studio")
_GENERAL_WORDS = ("Post", "Stream", "Times", "Portal", "Plus", "World", "One", "Tribune", "Live", "Today")

_GENERAL_SHARE = 0.5
"""Share of items with publishers of all categories; the others are with publishers of one category (design)."""

_ITEMS_OF_PUBLISHER = 30
"""Items per publisher that a catalog has, at least, before it has another one: a session stays with one (design)."""


@dataclass(frozen=True, eq=False)
class ContentCatalog:
    """The catalog and what engagements with its items need.

    Attributes
    ----------
    items : Columns
        Columns of the table; item ``content_id`` is row ``content_id - 1``, live items first.
    live_count : int
        Items 1 … live_count are live.
    popularity : ndarray of float64
        Share of an item within its category and type: Zipf. For lotteries only.
    places : tuple of str
        Apps, sites and TV apps of the publishers.
    place : ndarray of int32, shape (kinds of devices, items)
        Index in `places` of where an item is met on a device of each of `DEVICE_KINDS`.
    """

    items: Columns
    live_count: int
    popularity: np.ndarray
    places: tuple[str, ...]
    place: np.ndarray


def prepare(config: GenerationConfig) -> ContentCatalog:
    """The catalog for this configuration (cached by what decides about it)."""
    ec = config.engagement_config
    return _catalog(
        config.seed,
        ec.catalog_size,
        ec.popularity_exponent,
        tuple(ec.category_weights.items()),
        tuple(ec.content_type_weights.items()),
    )


def make(context: Context) -> Columns:
    """All content items: columns of the table, by rising key."""
    return context.of(prepare).items


@lru_cache(maxsize=4)
def _catalog(
    seed: int,
    size: int,
    exponent: float,
    categories: tuple[tuple[str, float], ...],
    types: tuple[tuple[str, float], ...],
) -> ContentCatalog:
    fake = american(Draws(seed, "content").salt("catalog"))
    pairs = [(c, t, cw * tw) for t, tw in types for c, cw in categories if cw * tw > 0]
    # Live items first, so that an event can name one by its number.
    pairs.sort(key=lambda pair: (pair[1] != "live", CONTENT_TYPES.index(pair[1])))
    dealt = np.bincount(
        lottery_tickets([weight for _, _, weight in pairs], max(size, len(pairs))), minlength=len(pairs)
    )
    genres = _genres()
    general, of_category = _publishers(fake, [c for c, _ in categories], size)
    # The first general publisher is the largest, twice the second.
    weights = [1 / (rank + 1) for rank in range(len(general))]
    rows, popularity = [], []
    for (category, content_type, _), count in zip(pairs, np.maximum(dealt, 1).tolist(), strict=True):
        low, high = _LENGTH_SECONDS[content_type]
        total = sum((rank + 1) ** -exponent for rank in range(count))
        for rank in range(count):
            rows.append(
                (
                    fake.catch_phrase().title(),
                    fake.random.choices(general, weights)[0]
                    if fake.random.random() < _GENERAL_SHARE
                    else fake.random.choice(of_category[category]),
                    category,
                    content_type,
                    fake.random.choice(genres.get(category, [category])),
                    round(low * (high / low) ** fake.random.random()),
                )
            )
            popularity.append((rank + 1) ** -exponent / total)
    title, publisher, categories_of, types_of, genre, length = zip(*rows, strict=True)
    coded_type = Coded(np.array([CONTENT_TYPES.index(word) for word in types_of], np.int32), CONTENT_TYPES)
    is_live = coded_type == "live"
    items = Columns(
        content_id=np.arange(1, len(rows) + 1, dtype=np.int64),
        title=pa.array(title, pa.string()),
        publisher=_coded(publisher),
        content_category=_coded(categories_of),
        content_type=coded_type,
        genre=_coded(genre),
        length_seconds=np.array(length, np.int64),
        is_live=is_live,
    )
    places, place = _places(publisher)
    return ContentCatalog(items, int(is_live.sum()), np.array(popularity), places, place)


def _publishers(fake: Faker, categories: list[str], size: int) -> tuple[list[str], dict[str, list[str]]]:
    """Names of the publishers of all categories, and by category of those of one; no name is there twice."""
    some = max(1, size // (2 * _ITEMS_OF_PUBLISHER))
    general = [f"{fake.unique.last_name()} {word}" for word in _GENERAL_WORDS[: max(2, some)]]
    own = _PUBLISHER_WORDS[: -(-some // len(categories))]
    return general, {c: [f"{fake.unique.last_name()} {word}" for word in own] for c in categories}


def _genres() -> dict[str, list[str]]:
    genres: dict[str, list[str]] = {}
    for row in reference.facts("iab_content_tier2"):
        genres.setdefault(row["tier1"], []).append(row["tier2"])
    return genres


def _places(publisher: tuple[str, ...]) -> tuple[tuple[str, ...], np.ndarray]:
    """Where items are met: apps on mobile devices and sites on desktops (reserved domains), TV apps on TVs."""
    named = []
    for name in publisher:
        slug = re.sub("[^a-z]", "", name.lower())
        met = {"mobile": f"example.{slug}.app", "desktop": f"{slug}.example", "tv": f"{name} TV"}
        named += [met[kind] for kind in DEVICE_KINDS]
    found = _coded(tuple(named))
    return found.words, np.ascontiguousarray(found.codes.reshape(-1, len(DEVICE_KINDS)).T)


def _coded(words: tuple[str, ...]) -> Coded:
    vocabulary = tuple(dict.fromkeys(words))
    index = {word: i for i, word in enumerate(vocabulary)}
    return Coded(np.array([index[word] for word in words], np.int32), vocabulary)
