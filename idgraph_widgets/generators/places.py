"""Fictional places: cities with their TV market, ZIP3 and coarse coordinates, inside a real state."""

from __future__ import annotations

import math
from functools import lru_cache

from pyspark.sql import DataFrame, SparkSession

from idgraph_widgets import reference
from idgraph_widgets.draws import Draws, lottery, lottery_tickets

CITY_TICKETS = 1024
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
def cities(seed: int) -> dict[str, list[dict]]:
    """Cities per state, largest first, each with its share of the state's households in ``weight``.

    Names come from Faker; none is meant to exist. Latitude and longitude are in hundredths of a degree.
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
        result[state] = [
            {
                "city": name,
                "zip3": _zip3(geography[state], i),
                "market_code": f"{state}-{i % markets[state] + 1:02d}",
                "county_size_class": classes[i],
                "weight": weights[i],
                **_coordinates(fake.random, geography[state]),
            }
            for i, name in enumerate(names)
        ]
    return result


def city_lottery(spark: SparkSession, seed: int) -> DataFrame:
    """Lottery of cities, one group per state in the order of ``reference.STATES``: ticket ``city_ticket``."""
    geography = {row["state"]: row for row in reference.state_geography()}
    shares = {row["state"]: row for row in reference.state_shares()}
    groups = {}
    for index, (state, places) in enumerate(cities(seed).items()):
        rows = [
            {
                **{k: v for k, v in place.items() if k != "weight"},
                "census_region": shares[state]["region"],
                "time_zone": geography[state]["time_zone"],
            }
            for place in places
        ]
        groups[index] = (rows, [place["weight"] for place in places])
    return lottery(spark, groups, CITY_TICKETS, "city_ticket")


def _markets(shares: dict[str, float]) -> dict[str, int]:
    """At least one market per state, the rest by households."""
    counts = dict.fromkeys(shares, 1)
    for winner in lottery_tickets(list(shares.values()), MARKETS - len(shares)):
        counts[list(shares)[winner]] += 1
    return counts


def _county_classes(row: dict, weights: list[float]) -> list[str]:
    """Large cities lie in large counties, so that each class holds about the state's share of households."""
    total, running, classes = sum(weights), 0.0, []
    percent = sum(row[column] for column in COUNTY_CLASSES.values())
    for weight in weights:
        middle = (running + weight / 2) / total * percent
        running += weight
        upper = 0.0
        for name, column in COUNTY_CLASSES.items():
            upper += row[column]
            if middle < upper and row[column] > 0:
                break
        classes.append(name)
    return classes


def _zip3(row: dict, index: int) -> str:
    return row["zip3s"][index % len(row["zip3s"])]


def _coordinates(random, row: dict) -> dict[str, int]:
    return {
        "lat_hundredths": random.randint(_above(row["lat_min"]), _below(row["lat_max"])),
        "lon_hundredths": random.randint(_above(row["lon_min"]), _below(row["lon_max"])),
    }


def _above(degrees: float) -> int:
    """A whole number of hundredths that is certainly above `degrees`."""
    return math.floor(degrees * 100) + 2


def _below(degrees: float) -> int:
    """A whole number of hundredths that is certainly below `degrees`."""
    return math.ceil(degrees * 100) - 2
