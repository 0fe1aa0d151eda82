"""Homes: where they are, who lives in them and what they earn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators import addresses
from idgraph_widgets.generators.people import places, states
from idgraph_widgets.generators.people.composition import compositions
from idgraph_widgets.generators.people.income import incomes

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context


REMEMBERED = 8
"""Results of `make` and `individuals.make` that are there for others who need the same homes and people."""


def make(context: Context, first: int, last: int) -> Columns:
    """Households `first` to `last`, both included: columns of the table."""
    return context.remembered(_made, REMEMBERED)(first, last)


def _made(context: Context, first: int, last: int) -> Columns:
    household_id = np.arange(first, last + 1, dtype=np.int64)
    key = hashed(household_id)
    home = compositions(context, household_id)
    state = states.states(context, home, key)
    place = context.of(places.prepare).cities.take(places.city(context, state, key))
    income_bracket, annual_income = incomes(context, home.household_type, state.codes, home.age, key)
    known_ips = addresses.home_addresses(context, household_id)
    return Columns(
        household_id=household_id,
        state=state,
        census_region=place.census_region,
        county_size_class=place.county_size_class,
        city=place.city,
        zip3=place.zip3,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=place.time_zone,
        market_code=place.market_code,
        income_bracket=income_bracket,
        annual_income=annual_income,
        household_size=home.size,
        household_type=home.household_type,
        has_children=home.minors > 0,
        home_ip=addresses.home_ip(context, household_id, known_ips.at(context.start)),
    )
