"""Companion household_moves: which homes move in the window, when and where to, within their TV market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns, code_in, explode
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators.addresses import home_addresses
from idgraph_widgets.generators.people import places

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context

_PLACE = ("market_code", "city", "zip3", "county_size_class", "latitude", "longitude")


def make(context: Context, households: Columns) -> Columns:
    """Moves of households, by household and time: columns of the table."""
    moves = home_addresses(context, households.household_id).moves
    first = moves.at(context.start)
    row, before = explode(moves.at(context.end - 1) - first)
    number = first[row] + before + 1
    key = hashed(number, moves.key[row])
    cities = context.of(places.prepare).cities
    market = code_in(households.market_code, cities.market_code.words)[row]
    order = np.argsort(cities.market_code.codes, kind="stable")
    count = np.bincount(cities.market_code.codes, minlength=len(cities.market_code.words))
    begin = np.cumsum(count) - count
    to = order[begin[market] + context.draws("household_moves").below("city", count[market], key)]
    place = cities.select(*_PLACE).take(to)
    return Columns(
        household_id=households.household_id[row],
        move_number=before + 1,
        moved_ts=moves.take(row).begins(number),
        **{name: place[name] for name in _PLACE},
    )
