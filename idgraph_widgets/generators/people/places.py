"""Fictional cities with their TV market, where people of a real ZIP3 live."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, Columns
from idgraph_widgets.draws import Draws, Lottery, lottery_tickets
from idgraph_widgets.generators.fakes import american

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

CITY_TICKETS = 4096
MARKETS = 200
"""Fictional TV markets in the country, about as many as there are real ones (210 DMAs; memory)."""

COUNTY_CLASSES = {
    "1m_plus": "hh_pct_county_1m_plus",
    "250k_1m": "hh_pct_county_250k_1m",
    "50k_250k": "hh_pct_county_50k_250k",
    "under_50k": "hh_pct_county_lt50k",
}
"""County size classes and the column of ``state_shares`` with the state's percentage in each."""


@lru_cache(maxsize=4)
def cities(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Cities per state, largest first, each with its share of the state's households in ``weight``.

    Names come from Faker; none is meant to exist. A city lies where people of its ZIP3 live: ZIP3s have the households
    of their people, cities those of their surroundings. Latitude and longitude are in hundredths of a degree. A TV
    market is a row of neighbouring ZIP3s.
    """
    fake = american(Draws(seed, "places").salt("cities"))
    shares = {row["state"]: row for row in reference.state_shares()}
    counts = _market_counts({state: row["household_share"] for state, row in shares.items()})
    result = {}
    for state in reference.STATES:
        zip3s = {row["zip3"]: row["people"] for row in _centres()[state]}
        places = _places()[state]
        around: dict[str, int] = {}
        for place in places:
            around[place["zip3"]] = around.get(place["zip3"], 0) + place["people"]
        weight = [zip3s[place["zip3"]] * place["people"] / around[place["zip3"]] for place in places]
        # Rounded and then by place, so that a platform's last bit decides no order.
        order = sorted(range(len(places)), key=lambda i: (-round(weight[i], 3), i))
        weights = [weight[i] for i in order]
        names: dict[str, None] = {}
        while len(names) < len(places):
            names.setdefault(fake.city())
        markets, classes = _markets(zip3s, counts[state]), _county_classes(shares[state], weights)
        result[state] = [
            {
                "city": name,
                "zip3": places[i]["zip3"],
                "market_code": f"{state}-{markets[places[i]['zip3']]:02d}",
                "county_size_class": classes[rank],
                "weight": weights[rank],
                "lat_hundredths": round(places[i]["latitude"] * 100),
                "lon_hundredths": round(places[i]["longitude"] * 100),
            }
            for rank, (i, name) in enumerate(zip(order, names, strict=True))
        ]
    return result


def _centres() -> dict[str, list[dict[str, Any]]]:
    return _by_state("zip3_centres")


def _places() -> dict[str, list[dict[str, Any]]]:
    return _by_state("zip3_places")


@lru_cache(maxsize=2)
def _by_state(name: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in reference.facts(name):
        found.setdefault(row["state"], []).append(row)
    return found


def _markets(zip3s: dict[str, int], markets: int) -> dict[str, int]:
    """The number of each ZIP3's market: neighbouring numbers together, markets of about as many people."""
    total, before, found = sum(zip3s.values()), 0, {}
    for zip3, people in sorted(zip3s.items()):
        found[zip3] = (2 * before + people) * markets // (2 * total)
        before += people
    # A market that would be a part of one ZIP3 does not exist.
    place = {market: i for i, market in enumerate(sorted(set(found.values())), 1)}
    return {zip3: place[market] for zip3, market in found.items()}


@dataclass(frozen=True)
class Cities:
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


def prepare(config: GenerationConfig) -> Cities:
    """The cities of this seed."""
    regions = {row["state"]: row["region"] for row in reference.state_shares()}
    zones = {row["state"]: row["time_zone"] for row in reference.state_geography()}
    winners: list[np.ndarray] = []
    rows: list[dict[str, Any]] = []
    for state, places in cities(config.seed).items():
        tickets = lottery_tickets([place["weight"] for place in places], CITY_TICKETS)
        winners.append(np.array(tickets, np.int32) + np.int32(len(rows)))
        rows += [{**place, "census_region": regions[state], "time_zone": zones[state]} for place in places]
    texts = ("city", "zip3", "market_code", "county_size_class", "census_region", "time_zone")
    return Cities(
        Lottery(np.concatenate(winners), CITY_TICKETS),
        Columns(
            **{name: _coded([row[name] for row in rows]) for name in texts},
            latitude=np.array([row["lat_hundredths"] for row in rows], np.int64) / 100.0,
            longitude=np.array([row["lon_hundredths"] for row in rows], np.int64) / 100.0,
        ),
    )


def city(context: Context, state: Coded, keys: np.ndarray) -> np.ndarray:
    """Row of ``Cities.cities`` in which homes of these states lie; `keys` are ``hashed(household_id)``."""
    ticket = context.draws("households").below("city", CITY_TICKETS, keys)
    return context.of(prepare).lottery.draw(ticket, state.codes.astype(np.int64))


def _coded(texts: Sequence[str]) -> Coded:
    words = tuple(dict.fromkeys(texts))
    place = {word: i for i, word in enumerate(words)}
    return Coded(np.array([place[text] for text in texts], np.int32), words)


def _market_counts(shares: dict[str, float]) -> dict[str, int]:
    """At least one market per state, the rest by households."""
    counts = dict.fromkeys(shares, 1)
    for winner in lottery_tickets(list(shares.values()), MARKETS - len(shares)):
        counts[list(shares)[winner]] += 1
    return counts


def _county_classes(row: dict[str, Any], weights: list[float]) -> list[str]:
    """Large cities lie in large counties, so that each class holds about the state's share of households."""
    shares = {name: row[column] for name, column in COUNTY_CLASSES.items() if row[column] > 0}
    total, running, classes = sum(weights), 0.0, []
    names, upper = (*shares, tuple(COUNTY_CLASSES)[-1]), list(accumulate(shares.values()))
    percent = sum(shares.values())
    for weight in weights:
        middle = (running + weight / 2) / total * percent
        running += weight
        classes.append(names[bisect_right(upper, middle)])
    return classes
