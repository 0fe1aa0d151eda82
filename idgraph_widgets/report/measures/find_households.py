"""Households worth looking at: by number, name, city or identifier, and those whose graph shows most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.report.measures.query import ask, literal
from idgraph_widgets.schema.ids import PERSONS

if TYPE_CHECKING:
    import pandas as pd


def find_households(dataset, text: str, limit: int = 20) -> pd.DataFrame:
    """Households by number, surname, city or an identifier's exact value.

    Returns
    -------
    DataFrame
        ``household_id``, ``city``, ``state``, ``household_size``, ``family`` (the householder's surname); at
        most `limit` rows, lowest numbers first.
    """
    text = text.strip()
    if not text:
        return notable_households(dataset).head(limit)
    if text.isdigit() and len(text) < 16:
        return _found(dataset, f"select cast({int(text)} as bigint) as household_id", limit)
    wanted = literal(text.lower())
    return _found(
        dataset,
        f"""select household_id from individuals where lower(last_name) = {wanted}
        union select household_id from identity_mappings where lower(identifier_value) = {wanted}
        union select household_id from households where lower(city) = {wanted}""",
        limit,
    )


def _found(dataset, keys: str, limit: int) -> pd.DataFrame:
    """Households whose numbers a query names."""
    return ask(
        dataset,
        f"""select h.household_id, h.city, h.state, h.household_size, i.last_name as family
        from households h join individuals i on i.individual_id = h.household_id * {PERSONS} + 1
        join ({keys}) k on h.household_id = k.household_id
        order by h.household_id limit {int(limit)}""",
    )


def notable_households(dataset, limit: int = 12) -> pd.DataFrame:
    """Households of the first thousand whose graph shows most: with false links, and many shared ones.

    Returns
    -------
    DataFrame
        As `find_households`, and ``false_links``, ``shared_links``.
    """
    links = ask(
        dataset,
        f"""select household_id, false_links, shared_links from (
          select m.household_id, sum(case when t.relation not in ('owner', 'co_user') then 1 else 0 end) as false_links,
            sum(case when m.is_shared then 1 else 0 end) as shared_links, count(*) as links
          from identity_mappings m join truth_identity t on m.mapping_id = t.mapping_id
          where m.household_id <= 1000 group by m.household_id
        ) as counted where links <= 30
        order by least(false_links, 2) desc, shared_links desc, household_id limit {int(limit)}""",
    )
    if links.empty:
        return links
    keys = ", ".join(str(int(key)) for key in links.household_id)
    found = _found(dataset, f"select household_id from households where household_id in ({keys})", limit)
    return links.merge(found, on="household_id")
