"""Fictional places: cities with their TV market, ZIP3 and coarse coordinates, inside a real state."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, Columns, code_in
from idgraph_widgets.draws import Draws, Lottery, lottery_tickets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

CITY_TICKETS = 1024
MARKETS = 200
"""Fictional TV markets in the country, about as many as there are real ones (210 DMAs; memory)."""

SPREAD_HUNDREDTHS = 25
"""How far a city lies from the centre of its ZIP3 at most, in hundredths of a degree (design)."""

COUNTY_CLASSES = {
    "1m_plus": "hh_pct_county_1m_plus",
    "250k_1m": "hh_pct_county_250k_1m",
    "50k_250k": "hh_pct_county_50k_250k",
    "under_50k": "hh_pct_county_lt50k",
}
"""County size classes and the column of ``state_shares`` with the state's percentage in each."""


@lru_cache(maxsize=4)
def cities(seed: int) -> dict[str, list[dict]]:
    """Cities per state, largest first, each with its share of the state's households in ``weight``.

    Names come from Faker; none is meant to exist. Latitude and longitude are in hundredths of a degree. Cities of
    one ZIP3 lie near each other and in one TV market.
    """
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(Draws(seed, "places").salt("cities"))
    geography = {row["state"]: row for row in reference.state_geography()}
    shares = {row["state"]: row for row in reference.state_shares()}
    markets = _markets({state: row["household_share"] for state, row in shares.items()})
    result = {}
    for state in reference.STATES:
        count = min(120, max(40, round(shares[state]["household_share"] * 1500)))
        names: dict[str, None] = {}
        while len(names) < count:
            names.setdefault(fake.city())
        weights = [(rank + 1) ** -0.6 for rank in range(count)]
        classes = _county_classes(shares[state], weights)
        zip3s = geography[state]["zip3s"]
        centres = [_coordinates(fake.random, geography[state]) for _ in zip3s]
        result[state] = [
            {
                "city": name,
                "zip3": zip3s[i % len(zip3s)],
                "market_code": f"{state}-{i % len(zip3s) % markets[state] + 1:02d}",
                "county_size_class": classes[i],
                "weight": weights[i],
                **_near(fake.random, centres[i % len(zip3s)], geography[state]),
            }
            for i, name in enumerate(names)
        ]
    return result


@dataclass(frozen=True)
class Places:
    """All cities, and the lottery that gives homes theirs.

    Attributes
    ----------
    lottery : Lottery
        Rows of `cities`, a group per state in the order of ``reference.STATES``.
    cities : Columns
        ``city``, ``zip3``, ``market_code``, ``county_size_class``, ``census_region``, ``time_zone``, ``latitude`` and
        ``longitude`` (degrees).
    """

    lottery: Lottery
    cities: Columns


def prepare(config: GenerationConfig) -> Places:
    """The cities of this seed."""
    regions = {row["state"]: row["region"] for row in reference.state_shares()}
    zones = {row["state"]: row["time_zone"] for row in reference.state_geography()}
    winners, rows = [], []
    for state, places in cities(config.seed).items():
        tickets = lottery_tickets([place["weight"] for place in places], CITY_TICKETS)
        winners.append(np.array(tickets, np.int32) + np.int32(len(rows)))
        rows += [{**place, "census_region": regions[state], "time_zone": zones[state]} for place in places]
    texts = ("city", "zip3", "market_code", "county_size_class", "census_region", "time_zone")
    return Places(
        Lottery(np.concatenate(winners), CITY_TICKETS),
        Columns(
            **{name: _coded([row[name] for row in rows]) for name in texts},
            latitude=np.array([row["lat_hundredths"] for row in rows], np.int64) / 100.0,
            longitude=np.array([row["lon_hundredths"] for row in rows], np.int64) / 100.0,
        ),
    )


def state_and_city(context: Context, lottery: Lottery, keys: np.ndarray) -> tuple[Coded, np.ndarray]:
    """State of homes, and row of ``Places.cities``; `keys` are ``chain(household_id)``."""
    d = context.draws("households")
    shares = context.config.household_config.location_distribution
    state = Coded(code_in(d.choose("state", shares, keys), reference.STATES), reference.STATES)
    return state, lottery.draw(d.below("city", CITY_TICKETS, keys), state.codes.astype(np.int64))


def _coded(texts: Sequence[str]) -> Coded:
    words = tuple(dict.fromkeys(texts))
    place = {word: i for i, word in enumerate(words)}
    return Coded(np.array([place[text] for text in texts], np.int32), words)


def _markets(shares: dict[str, float]) -> dict[str, int]:
    """At least one market per state, the rest by households."""
    counts = dict.fromkeys(shares, 1)
    for winner in lottery_tickets(list(shares.values()), MARKETS - len(shares)):
        counts[list(shares)[winner]] += 1
    return counts


def _county_classes(row: dict, weights: list[float]) -> list[str]:
    """Large cities lie in large counties, so that each class holds about the state's share of households."""
    shares = {name: row[column] for name, column in COUNTY_CLASSES.items() if row[column] > 0}
    total, running, classes = sum(weights), 0.0, []
    percent = sum(shares.values())
    for weight in weights:
        middle = (running + weight / 2) / total * percent
        running += weight
        above = (name for name, upper in zip(shares, accumulate(shares.values()), strict=True) if middle < upper)
        classes.append(next(above, tuple(COUNTY_CLASSES)[-1]))
    return classes


def _coordinates(random, row: dict) -> dict[str, int]:
    return {
        "lat_hundredths": random.randint(_above(row["lat_min"]), _below(row["lat_max"])),
        "lon_hundredths": random.randint(_above(row["lon_min"]), _below(row["lon_max"])),
    }


def _near(random, centre: dict[str, int], row: dict) -> dict[str, int]:
    """A place at most `SPREAD_HUNDREDTHS` from the centre of its ZIP3 in each direction, inside the state."""
    near = {}
    for axis in ("lat", "lon"):
        low, high = _above(row[f"{axis}_min"]), _below(row[f"{axis}_max"])
        moved = centre[f"{axis}_hundredths"] + random.randint(-SPREAD_HUNDREDTHS, SPREAD_HUNDREDTHS)
        near[f"{axis}_hundredths"] = min(max(moved, low), high)
    return near


def _above(degrees: float) -> int:
    """A whole number of hundredths that is certainly above `degrees`."""
    return math.floor(degrees * 100) + 2


def _below(degrees: float) -> int:
    """A whole number of hundredths that is certainly below `degrees`."""
    return math.ceil(degrees * 100) - 2
