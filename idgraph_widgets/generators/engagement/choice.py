"""Which item each event of a session is about: by taste, mostly with one publisher, never the same twice in a row."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns
from idgraph_widgets.draws import Draws
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import content_catalog, taste
from idgraph_widgets.generators.engagement.sessions import NOT_LIVE
from idgraph_widgets.generators.engagement.spells import NO_CATEGORY


def items(context: Context, d: Draws, met: Columns, events: Columns) -> np.ndarray:
    """Row (int64) of the catalog of each event.

    The first view of a session is of anything (or of the broadcast that drew it, or of the category that its person
    is in the market for). Each later one is with the publisher of the first, with the configured chance, or of
    anything again.

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
    profile = taste.profile(met)[events.session]
    rows = np.arange(len(events))
    about = rows - ~events.is_view
    item = _anything(context, d, "content", met, events, profile, rows)
    live_row = met.live_row[events.session]
    item = np.where((events.number == 0) & (live_row != NOT_LIVE), live_row, item)

    # An event's number is how many rows before it its session begins.
    publisher = context.of(content_catalog.prepare).items.publisher.codes[item[rows - events.number]]
    of_publisher = context.of(taste.prepare).of_publisher

    def with_publisher(stream: str, some: np.ndarray) -> np.ndarray:
        return of_publisher.draw(d, stream, publisher[some], profile[some], events.key[some])

    later = (events.number > 0) & events.is_view
    stays = later & d.chance("stays", context.config.engagement_config.session_publisher_share, events.key)
    some = np.flatnonzero(stays)
    item[some] = with_publisher("with_publisher", some)

    # Nobody begins again what has just ended: another of the publisher's, or anything where it has hardly others.
    again = _repeated(item, about, later)
    some = again[stays[again]]
    item[some] = with_publisher("another", some)
    again = _repeated(item, about, later)
    item[again] = _anything(context, d, "another_content", met, events, profile, again)
    return item[about]


def _anything(context: Context, d: Draws, stream: str, met: Columns, events: Columns, profile, some) -> np.ndarray:
    """Items chosen from all of the catalog, or from the category that a session's person is in the market for."""
    key, of = events.key[some], profile[some]
    item = taste.content_row(context, d, stream, of, key)
    category = met.category[events.session[some]]
    within = np.flatnonzero(category != NO_CATEGORY)
    if len(within):
        of_category = context.of(taste.prepare).of_category
        item[within] = of_category.draw(d, f"{stream}_wanted", category[within], of[within], key[within])
    return item


def _repeated(item: np.ndarray, about: np.ndarray, later: np.ndarray) -> np.ndarray:
    """Later views of the item that the event before was about."""
    before = np.roll(item[about], 1)
    return np.flatnonzero(later & (item == before))
