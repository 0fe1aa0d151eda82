"""What people are in the market for: spells in which their sessions turn to a category more often than taste alone."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns, code_in, explode, matches
from idgraph_widgets.draws import SCALE, Draws, hashed
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import content_catalog

NO_CATEGORY = -1


def categories(context: Context, d: Draws, met: Columns, spells: Columns | None) -> np.ndarray:
    """Category (int64, code of the catalog's categories) that each session turns to, `NO_CATEGORY` for most.

    Parameters
    ----------
    context : Context
    d : Draws
    met : Columns
        One row per session: ``session_id``, ``actor_id``, ``t``.
    spells : Columns or None
        ``individual_id`` (whose it truly is), ``category`` (a content category; others have no effect), ``begins`` and
        ``ends`` (microseconds since 1970, the end excluded) and ``strength``: the chance, in ten-thousandths, that a
        session of the person within the spell turns to the category. Spells of one person that overlap add up, in
        their order here, to 10,000 at most.
    """
    found = np.full(len(met), NO_CATEGORY, np.int64)
    if spells is None or not len(spells):
        return found
    category = code_in(spells.category, context.of(content_catalog.prepare).items.content_category.words)
    session, spell = matches(met.actor_id, spells.individual_id)
    t = met.t[session]
    lies = (spells.begins[spell] <= t) & (t < spells.ends[spell]) & (category[spell] >= 0)
    session, spell = session[lies], spell[lies]
    begins = np.flatnonzero(np.diff(session, prepend=-1))
    until = np.cumsum(spells.strength[spell])
    # Strengths of the session's own spells so far, this one included.
    _, place = explode(np.diff(np.append(begins, len(session))))
    first = np.arange(len(session)) - place
    before = np.where(first > 0, until[first - 1], 0)
    at = d.below("wanted", SCALE, hashed(met.session_id))[session]
    drawn = (at < until - before) & (at >= until - before - spells.strength[spell])
    found[session[drawn]] = category[spell[drawn]]
    return found
