"""Sessions as arithmetic: how many there can be, how many events one has, how many of these follow another."""

from __future__ import annotations

import math

from idgraph_widgets.schema.ids import EVENTS_PER_SESSION

SESSION_LIMIT = 30
"""Sessions in a week that somebody has on average, at most: what the layout of keys has room for."""

MOST_SESSIONS_PER_WEEK = 20
"""Sessions in a week that all people have on average, at most: the busiest need room above."""


def session_lengths(mean: float) -> dict[int, float]:
    """Shares of sessions by their number of events, which falls off geometrically and has that mean.

    Examples
    --------
    >>> shares = session_lengths(3.0)
    >>> round(sum(events * share for events, share in shares.items()), 6), max(shares)
    (3.0, 8)
    """
    low, high = 0.0, 0.999
    for _ in range(60):
        q = (low + high) / 2
        weights = {n: q ** (n - 1) for n in range(1, EVENTS_PER_SESSION + 1)}
        found = sum(n * w for n, w in weights.items()) / sum(weights.values())
        low, high = (q, high) if found < mean else (low, q)
    return {n: round(w / sum(weights.values()), 9) for n, w in weights.items()}


def act_chance(events_per_session: float, acts: float) -> float:
    """Chance that an event is drawn as a click or share, so that `acts` is their share of all events.

    The first event of a session is none, and one directly after another does not count: of an event's chance a the
    second event keeps a, later ones a (1 - a).

    Examples
    --------
    >>> round(act_chance(3.0, 0.09), 2)
    0.15
    """
    lengths = session_lengths(events_per_session)
    second = 1 - lengths[1]
    later = events_per_session - 1 - second
    both, wanted = second + later, acts * events_per_session
    if later < 1e-6:
        return wanted / second if second > 1e-9 else 0.0
    return (both - max(0.0, both * both - 4 * later * wanted) ** 0.5) / (2 * later)


def most_clicks(events_per_session: float) -> float:
    """Highest share of clicks and shares among events: each follows a view in its session."""
    lengths = session_lengths(events_per_session)
    second = 1 - lengths[1]
    later = events_per_session - 1 - second
    chance = 0.9 * min(1.0, (second + later) / max(2 * later, 1e-9))
    # Nine tenths of what a chance could give: sessions are cut at the end of an identifier's life.
    return math.floor(chance * (second + (1 - chance) * later) / events_per_session * 1000) / 1000
