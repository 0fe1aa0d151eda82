"""Which item each event of a session is about: by taste, mostly with one publisher, never the same twice in a row."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from idgraph_widgets.arrays import Columns
from idgraph_widgets.draws import Draws
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import content_catalog, taste
from idgraph_widgets.generators.engagement.sessions import NOT_LIVE
from idgraph_widgets.generators.engagement.spells import NO_CATEGORY
from idgraph_widgets.schema.ids import EVENTS_PER_SESSION


def items(context: Context, d: Draws, met: Columns, events: Columns) -> np.ndarray:
    """Row (int64) of the catalog of each event.

    The first view of a session is of anything (or of the broadcast that drew it, or of the category that its person
    is in the market for). Each later one is with the publisher of the first, with the configured chance, or of
    anything (or of that category) again.

    Parameters
    ----------
    context : Context
    d : Draws
    met : Columns
        One row per session, as `sessions.make` gives them, with ``category`` of `spells.categories`.
    events : Columns
        By session and number: ``session`` (row of `met`), ``number`` in it, ``key`` (the hash of both), ``is_view``.
        An event that is no view is about the item of the one before.
    """
    profile, category = taste.profile(met)[events.session], met.category[events.session]
    rows = np.arange(len(events))
    about = rows - ~events.is_view
    stays = (events.number > 0) & d.chance(
        "stays", context.config.engagement_config.session_publisher_share, events.key
    )
    free = np.flatnonzero(events.is_view & ~stays)
    item = np.zeros(len(events), np.int64)
    item[free] = _anything(context, d, "content", category[free], profile[free], events.key[free])
    first = np.flatnonzero(events.number == 0)
    item[first] = np.where(met.live_row == NOT_LIVE, item[first], met.live_row)
    catalog, tastes = context.of(content_catalog.prepare), context.of(taste.prepare)
    publisher = catalog.items.publisher.codes[item[first]]
    # Who is in the market for something stays with what the publisher has about it.
    group = np.where(met.category != NO_CATEGORY, tastes.shelf[item[first]], publisher)

    # One number of all sessions after the other, because nobody begins again what has just ended.
    by_number = np.argsort(events.number.astype(np.int8), kind="stable")
    cuts = np.searchsorted(events.number[by_number], np.arange(1, EVENTS_PER_SESSION + 1))
    for low, high in pairwise(cuts):
        now = by_number[low:high]
        now = now[events.is_view[now]]
        before = item[about[now - 1]]
        some = np.flatnonzero(stays[now])
        here = now[some]
        item[here] = tastes.of_publisher.draw(
            d, "with_publisher", group[events.session[here]], profile[here], events.key[here], before[some]
        )
        # Where the publisher has no other, or the choice was free and fell on it.
        again = now[(item[now] == before) | (item[now] < 0)]
        item[again] = _anything(context, d, "another", category[again], profile[again], events.key[again])
    return item[about]


def _anything(
    context: Context, d: Draws, stream: str, category: np.ndarray, profile: np.ndarray, key: np.ndarray
) -> np.ndarray:
    """Items chosen from all of the catalog, or from the category that a session's person is in the market for."""
    item = taste.content_row(context, d, stream, profile, key)
    within = np.flatnonzero(category != NO_CATEGORY)
    if len(within):
        of_category = context.of(taste.prepare).of_category
        item[within] = of_category.draw(d, f"{stream}_wanted", category[within], profile[within], key[within])
    return item
