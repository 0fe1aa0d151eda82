"""The names that a dataset is made of: what another library's data decides, and a digest to compare it by."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from idgraph_widgets.arrays import text
from idgraph_widgets.generators import extras
from idgraph_widgets.generators.engagement import content_catalog
from idgraph_widgets.generators.people import names, places
from idgraph_widgets.generators.records import errors, facts

if TYPE_CHECKING:
    from idgraph_widgets.arrays import Columns
    from idgraph_widgets.generators.context import Context

_CITY = ("city", "zip3", "market_code", "county_size_class")
_ITEM = ("title", "publisher", "content_category", "content_type", "genre")


def name_pools(context: Context) -> dict[str, list[Any]]:
    """Every pool of names that this context's rows are drawn from, each in its order.

    Returns
    -------
    dict of str to list
        First names, surnames, nicknames and streets as texts; cities and content items as lists of texts.
    """
    nicknames = context.of(errors.prepare)
    return {
        "first_names": list(context.of(names.prepare).first_names),
        "last_names": list(context.of(names.prepare).last_names),
        "nicknames": list(nicknames.nicknames),
        "streets": list(context.of(facts.prepare).names),
        "cities": _rows(context.of(places.prepare).cities, _CITY),
        "content": _rows(context.of(content_catalog.prepare).items, _ITEM),
        **_own_pools(context),
    }


def _own_pools(context: Context) -> dict[str, list[Any]]:
    """Texts of Faker that columns of one's own are drawn from."""
    return {
        f"{one.column.table}.{one.column.name}": [one.pool.words[code] for code in one.pool.codes.tolist()]
        for columns in context.of(extras.prepare).values()
        for one in columns
        if one.pool is not None
    }


def names_digest(context: Context) -> str:
    """SHA-256 (hex) over the names that are really used.

    Names come from published facts and from a library of names; another version of it may hold others. What counts
    is not its number but whether these pools are the same: then an append adds rows like those that are there.
    """
    data = json.dumps(name_pools(context), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(data.encode()).hexdigest()


def _rows(columns: Columns, wanted: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(zip(*(text(columns[name]).to_pylist() for name in wanted), strict=True))
