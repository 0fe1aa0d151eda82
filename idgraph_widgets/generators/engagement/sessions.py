"""Sessions: when somebody uses which identifier. Drawn per asserted person from (person, week, number)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Columns, explode, first_of_runs
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.engagement import SESSION_LIMIT
from idgraph_widgets.draws import Draws, Lottery, chain, chained, poisson_shares
from idgraph_widgets.generators import clocks
from idgraph_widgets.generators.activity import activity_class, multipliers
from idgraph_widgets.generators.clocks import MINUTE
from idgraph_widgets.generators.context import DAY, Context, micros
from idgraph_widgets.generators.engagement import content_catalog, hours, identifiers
from idgraph_widgets.generators.engagement.habits import TV, USUAL_WEIGHT
from idgraph_widgets.schema import ids

COUNT_TICKETS = 512
MAX_SESSIONS = 2 * SESSION_LIMIT
"""Most sessions of one person in a week: of those who have as many on average as anybody, hardly a week has more."""

LIVE_EVENTS_PER_WEEK = 3
LIVE_SPREAD_MINUTES = 90
"""Within how many minutes of its start people join a live event."""

LOGGED_IN_SHARE = 0.45
"""Share of sessions on a known identifier in which the person is logged in (design)."""

NOT_LIVE = -1

_WEEK = 7 * DAY
_HOUR = 60 * MINUTE
_PAIRS = 1 << 18
"""Pairs of session and identifier looked at in one go: a bound on memory, whatever a part holds."""


@dataclass(frozen=True)
class SessionTables:
    """What sessions are drawn with.

    Attributes
    ----------
    weeks : int
        Weeks the window touches, counted from its start.
    count : Lottery
        Sessions of a week; groups are classes of activity.
    days : dict of int to float
        Share of each day of a week counted from the start of the window.
    live_row : ndarray of int64, shape (weeks * LIVE_EVENTS_PER_WEEK,)
        Row of the catalog of each live event; empty where nothing is live.
    live_begins : ndarray of int64
        Start of each live event, microseconds since the start of its week.
    """

    weeks: int
    count: Lottery
    days: dict[int, float]
    live_row: np.ndarray
    live_begins: np.ndarray


def prepare(config: GenerationConfig) -> SessionTables:
    """Numbers of sessions, days of the week and the weeks' live events."""
    weeks = -(-(micros(config.end_date) - micros(config.start_date)) // _WEEK)
    # From the configured weekdays, Monday first.
    first, weights = config.start_date.weekday(), config.engagement_config.weekday_weights
    days = {day: weights[(first + day) % 7] for day in range(7)}
    return SessionTables(weeks, _counts(config), days, *_live_events(config, weeks))


def _counts(config: GenerationConfig) -> Lottery:
    """Sessions of a week: Poisson around a mean that is lognormal over classes of activity."""
    ec = config.engagement_config
    # At the rate of the busiest month; other months leave some out.
    mean = ec.events_per_person_day * 7 / ec.events_per_session * max(clocks.season("engagements"))
    shares = (poisson_shares(m, MAX_SESSIONS) for m in _means(multipliers(ec.activity_sigma), mean))
    return Lottery.of({q: list(of_class.values()) for q, of_class in enumerate(shares)}, COUNT_TICKETS)


def _means(multipliers: list[float], mean: float) -> list[float]:
    """Means in proportion to rising multipliers with that mean over all; what the busiest may not do, others do."""
    most, left = SESSION_LIMIT, len(multipliers)
    while left:
        scale = (mean * len(multipliers) - most * (len(multipliers) - left)) / sum(multipliers[:left])
        fit = sum(m * scale <= most for m in multipliers[:left]) if mean < most else 0
        if fit == left:
            return [m * scale for m in multipliers[:left]] + [most] * (len(multipliers) - left)
        left = fit
    return [most] * len(multipliers)


def _live_events(config: GenerationConfig, weeks: int) -> tuple[np.ndarray, np.ndarray]:
    """Row of the catalog and start within the week of each week's live events."""
    count = content_catalog.prepare(config).live_count
    if not count or config.engagement_config.live_event_share <= 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    d = Draws(config.seed, "sessions")
    week, which = explode(np.full(weeks, LIVE_EVENTS_PER_WEEK))
    key = chained(week, which)
    # Events start between 17:00 and 02:00 UTC, noon to nine in the evening on the East coast.
    minute = 17 * 60 + d.below("live_start", 9 * 4, key) * 15
    begins = (d.below("live_day", 7, key) * DAY + minute * MINUTE) % _WEEK
    return d.below("live_content", count, key), begins


def make(
    context: Context, households: Columns, individuals: Columns, identity_mappings: Columns, truth_identity: Columns
) -> Columns:
    """The sessions of a part, each with the identifier it runs through and its true person.

    Parameters
    ----------
    context : Context
    households, individuals : Columns
        Tables 1 and 2 with, at least, the asserted and the true persons and the homes of the latter.
    identity_mappings, truth_identity : Columns
        Table 3 of the part and its truth, row by row.

    Returns
    -------
    Columns
        By rising ``session_id``; ``individual_id`` (asserted), ``mapping_id``, ``device_type``, ``last`` (end of the
        identifier's life), ``t`` (start of the session), ``actor_id``, ``kind`` (of ``DEVICE_KINDS``),
        ``age_group`` and ``is_male`` (0 or 1) of the true person, ``logged_in``, and ``live_row`` (row in the catalog
        of the live event that draws the session, or `NOT_LIVE`). Times are microseconds since 1970 in UTC.
    """
    d = context.draws("sessions")
    users = identifiers.make(context, households, individuals, identity_mappings, truth_identity)
    first_row, _ = first_of_runs(users.individual_id)
    owned = np.diff(np.append(first_row, len(users)))
    planned = _planned(context, d, users.individual_id[first_row])
    row = _picked(d, users, first_row[planned.person], owned[planned.person], planned)
    met = np.flatnonzero(row >= 0)
    planned, row = planned.take(met), row[met]
    t = _time(context, d, users, row, planned)
    happens = np.flatnonzero((t >= users.first[row]) & (t <= users.last[row]))
    planned, row, t = planned.take(happens), row[happens], t[happens]
    user = users.take(row)
    return Columns(
        session_id=ids.session_id(user.individual_id, planned.week, planned.number),
        **{name: user[name] for name in ("individual_id", "mapping_id", "device_type", "last", "actor_id")},
        **{name: user[name] for name in ("kind", "age_group", "is_male")},
        t=t,
        logged_in=user.known & d.chance("logged_in", LOGGED_IN_SHARE, planned.key),
        live_row=planned.live_row,
    )


def _planned(context: Context, d: Draws, person: np.ndarray) -> Columns:
    """Sessions of these people, whatever identifiers they have.

    Which identifiers can be met is decided at a moment of the session's own day, the ``anchor``, so that a later end
    of the window adds no session before the earlier end.

    Returns
    -------
    Columns
        ``person`` (place among them), ``week``, ``number`` (from 1), ``day`` (of the week), ``live_row``, ``anchor``
        and ``key`` (the hash of person, week and number).
    """
    tables = context.of(prepare)
    who, week = explode(np.full(len(person), tables.weeks))
    by_person = chain(person)
    by_week = chain(week, by_person[who])
    activity = activity_class(context, by_person)
    count = tables.count.draw(d.below("count", COUNT_TICKETS, by_week), activity[who])
    slot, number = explode(count)
    number += 1
    who, week, key = who[slot], week[slot], chain(number, by_week[slot])
    day = d.choose("weekday", tables.days, key)
    anchor = context.start + week * _WEEK + day * DAY + d.below("anchor", DAY, key)
    live_row = np.full(len(key), NOT_LIVE, np.int64)
    if len(tables.live_row):
        drawn = np.flatnonzero(d.chance("live_draws", context.config.engagement_config.live_event_share, key))
        at = week[drawn] * LIVE_EVENTS_PER_WEEK + d.below("live", LIVE_EVENTS_PER_WEEK, key[drawn])
        joined = d.below("live_join", LIVE_SPREAD_MINUTES * MINUTE, key[drawn])
        live_row[drawn] = tables.live_row[at]
        anchor[drawn] = context.start + week[drawn] * _WEEK + tables.live_begins[at] + joined
    planned = Columns(person=who, week=week, number=number, day=day, live_row=live_row, anchor=anchor, key=key)
    return planned.where(clocks.in_season(context, d, "engagements", anchor, key))


def _picked(d: Draws, users: Columns, first_row: np.ndarray, owned: np.ndarray, planned: Columns) -> np.ndarray:
    """Row of the identifier that each session runs through, among those alive at its anchor; -1 if there is none.

    `first_row` and `owned` tell, per session, where the person's identifiers begin among `users` and how many they
    are.
    """
    picked = np.full(len(planned), -1, np.int64)
    pairs = np.cumsum(owned)
    cuts = np.searchsorted(pairs, np.arange(_PAIRS, pairs[-1] if len(pairs) else 0, _PAIRS))
    for low, high in zip([0, *cuts], [*cuts, len(planned)], strict=True):
        session, number = explode(owned[low:high])
        row = first_row[low:high][session] + number
        anchor = planned.anchor[low:high][session]
        alive = np.flatnonzero((users.first[row] <= anchor) & (anchor <= users.last[row]))
        session, row = session[alive], row[alive]
        found = np.bincount(session, minlength=high - low)
        tvs = np.bincount(session[users.kind[row] == TV], minlength=high - low)
        some = np.flatnonzero(found)
        index = _pick(
            d, tvs[some], found[some], users.tv_weight[first_row[low:high][some]], planned.key[low:high][some]
        )
        picked[low + some] = row[(np.cumsum(found) - found)[some] + index]
    return picked


def _pick(d: Draws, tvs: np.ndarray, found: np.ndarray, weight: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Number of the identifier picked among those found: TVs come first and weigh their own."""
    heavy = tvs * weight
    at = d.below("identifier", heavy + (found - tvs) * USUAL_WEIGHT, key)
    return np.where(at < heavy, at // weight, tvs + (at - heavy) // USUAL_WEIGHT)


def _time(context: Context, d: Draws, users: Columns, row: np.ndarray, planned: Columns) -> np.ndarray:
    """When sessions begin: at an hour that suits the true person and the device, or when a live event is joined."""
    user = users.select("works", "age_group", "kind", "offset").take(row)
    hour = hours.local_hour(context, d, user, planned.key)
    local = planned.day * DAY + hour * _HOUR + d.below("within_hour", _HOUR, planned.key)
    # No state is ahead of UTC, so this is never before the day began.
    usual = context.start + planned.week * _WEEK + local - user.offset * MINUTE
    return np.where(planned.live_row == NOT_LIVE, usual, planned.anchor)
