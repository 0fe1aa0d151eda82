"""Sessions: when somebody uses which identifier. Drawn per asserted person from (person, week, number)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from idgraph_widgets.arrays import Columns, explode, numbered_groups
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.session_model import SESSION_LIMIT
from idgraph_widgets.draws import Draws, Lottery, hashed, hashed_keys
from idgraph_widgets.generators import clocks, habits
from idgraph_widgets.generators.activity import activity_class, multipliers
from idgraph_widgets.generators.clocks import MINUTE
from idgraph_widgets.generators.context import DAY, Context, micros
from idgraph_widgets.generators.engagement import content_catalog, hours, identifiers
from idgraph_widgets.generators.habits import DESKTOP, TV, USUAL_WEIGHT
from idgraph_widgets.schema import ids

WEEK_CLASSES = 64
COUNT_TICKETS = 1024
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

_EVENING = 4
"""The window's first hours, in which the evening of the local day before is still going on: a quarter of a day."""


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
    weekend : ndarray of int64, shape (7,)
        1 for those days that are a Saturday or Sunday, else 0.
    desktop_weights : ndarray of int64
        Weights of a desktop on a weekday and on a weekend; see `habits.desktop_weights`.
    live_row : ndarray of int64, shape (weeks * LIVE_EVENTS_PER_WEEK,)
        Row of the catalog of each live event; empty where nothing is live.
    live_begins : ndarray of int64
        Start of each live event, microseconds since the start of its week.
    """

    weeks: int
    count: Lottery
    days: dict[int, float]
    weekend: np.ndarray
    desktop_weights: np.ndarray
    live_row: np.ndarray
    live_begins: np.ndarray


def prepare(config: GenerationConfig) -> SessionTables:
    """Numbers of sessions, days of the week and the weeks' live events."""
    weeks = -(-(micros(config.end_date) - micros(config.start_date)) // _WEEK)
    # From the configured weekdays, Monday first.
    first, weights = config.start_date.weekday(), config.engagement_config.weekday_weights
    days = {day: weights[(first + day) % 7] for day in range(7)}
    weekend = np.array([(first + day) % 7 >= 5 for day in range(7)], np.int64)
    desktops = habits.desktop_weights(config.engagement_config.weekend_desktop_odds)
    return SessionTables(weeks, _counts(config), days, weekend, desktops, *_live_events(config, weeks))


def _counts(config: GenerationConfig) -> Lottery:
    """Sessions of a week: Poisson around a mean that is lognormal over classes of activity, and over weeks of each.

    What makes a week a busy one shows in nothing but the number of its sessions, so it needs no draw of its own: the
    weeks of a person are drawn from the mixture.
    """
    ec = config.engagement_config
    # At the rate of the busiest month; other months leave some out.
    mean = ec.events_per_person_day * 7 / ec.events_per_session * max(clocks.season("engagements"))
    weeks = multipliers(ec.week_sigma, WEEK_CLASSES) if ec.week_sigma else [1.0]
    classes = _means(multipliers(ec.activity_sigma), mean)
    shares = _poisson([rate for usual in classes for rate in _means(weeks, usual)])
    mixed = shares.reshape(len(classes), len(weeks), -1).mean(axis=1).round(12)
    return Lottery.of(dict(enumerate(mixed)), COUNT_TICKETS)


def _poisson(means: list[float]) -> np.ndarray:
    """Shares of 0 … MAX_SESSIONS sessions by mean, one row each; the tail above goes to the last.

    By products alone, which are the same on every platform.
    """
    rate = np.array(means)
    shares = [np.array([math.exp(-mean) for mean in means])]
    for count in range(1, MAX_SESSIONS):
        shares.append(shares[-1] * rate / count)
    return np.stack([*shares, np.maximum(0.0, 1.0 - sum(shares))], axis=1)


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
    key = hashed_keys(week, which)
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
    first_row, _ = numbered_groups(users.individual_id)
    owned = np.diff(np.append(first_row, len(users)))
    planned = _planned(context, d, users.individual_id[first_row])
    weights = context.of(prepare).desktop_weights
    row = _picked(d, users, first_row[planned.person], owned[planned.person], planned, weights)
    met = np.flatnonzero(row >= 0)
    planned, row = planned.take(met), row[met]
    t = _time(context, d, users, row, planned)
    happens = np.flatnonzero((t >= users.first[row]) & (t <= users.last[row]))
    planned, row, t = planned.take(happens), row[happens], t[happens]
    user = users.take(row)
    return Columns(
        session_id=ids.session_id(user.individual_id, planned.week + 1, planned.number),
        **{name: user[name] for name in ("individual_id", "mapping_id", "device_type", "last", "actor_id")},
        **{name: user[name] for name in ("kind", "age_group", "is_male")},
        t=t,
        logged_in=user.known & d.chance("logged_in", LOGGED_IN_SHARE, planned.key),
        live_row=planned.live_row,
    )


def _planned(context: Context, d: Draws, person: np.ndarray) -> Columns:
    """Sessions of these people, whatever identifiers they have.

    Which identifiers can be met is decided at a moment of the session's own day, the ``anchor``, so that a later end
    of the window adds no session before the earlier end. The window begins in the evening of a local day, the last one
    of the week before: so there is that day, too, with anchors in the first hours that there are.

    Returns
    -------
    Columns
        ``person`` (position among them), ``week`` (-1 before the window), ``number`` (from 1), ``day`` (of the week),
        ``weekend`` (1 where that is one; broadcasts have days of their own and count as weekdays), ``live_row``,
        ``anchor`` and ``key`` (the hash of person, week and number).
    """
    tables = context.of(prepare)
    who, week = explode(np.full(len(person), tables.weeks + 1))
    week -= 1
    by_person = hashed(person)
    by_week = hashed(week, by_person[who])
    activity = activity_class(context, by_person)
    count = tables.count.draw(d.below("count", COUNT_TICKETS, by_week), activity[who])
    slot, number = explode(count)
    number += 1
    who, week, key = who[slot], week[slot], hashed(number, by_week[slot])
    day = d.choose("weekday", tables.days, key)
    reached = np.flatnonzero((week >= 0) | (day == 6))
    who, week, number, key, day = who[reached], week[reached], number[reached], key[reached], day[reached]
    at = d.below("anchor", DAY, key)
    anchor = context.start + np.where(week >= 0, week * _WEEK + day * DAY + at, at // _EVENING)
    live_row = np.full(len(key), NOT_LIVE, np.int64)
    if len(tables.live_row):
        share = context.config.engagement_config.live_event_share
        drawn = np.flatnonzero((week >= 0) & d.chance("live_draws", share, key))
        at = week[drawn] * LIVE_EVENTS_PER_WEEK + d.below("live", LIVE_EVENTS_PER_WEEK, key[drawn])
        joined = d.below("live_join", LIVE_SPREAD_MINUTES * MINUTE, key[drawn])
        live_row[drawn] = tables.live_row[at]
        anchor[drawn] = context.start + week[drawn] * _WEEK + tables.live_begins[at] + joined
    weekend = np.where(live_row == NOT_LIVE, tables.weekend[day], 0)
    planned = Columns(
        person=who, week=week, number=number, day=day, weekend=weekend, live_row=live_row, anchor=anchor, key=key
    )
    return planned.where(clocks.in_season(context, d, "engagements", anchor, key))


def _picked(
    d: Draws, users: Columns, first_row: np.ndarray, owned: np.ndarray, planned: Columns, desktop_weights: np.ndarray
) -> np.ndarray:
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
        kind = users.kind[row]
        tvs = np.bincount(session[kind == TV], minlength=high - low)
        desktops = np.bincount(session[kind == DESKTOP], minlength=high - low)
        some = np.flatnonzero(found)
        counts = (tvs[some], desktops[some], (found - tvs - desktops)[some])
        weights = (
            users.tv_weight[first_row[low:high][some]], desktop_weights[planned.weekend[low:high][some]], USUAL_WEIGHT
        )  # fmt: skip
        index = _pick(d, counts, weights, planned.key[low:high][some])
        picked[low + some] = row[(np.cumsum(found) - found)[some] + index]
    return picked


def _pick(d: Draws, counts: tuple[Any, ...], weights: tuple[Any, ...], key: np.ndarray) -> np.ndarray:
    """Number of the identifier picked among TVs, desktops and others, in this order: so many, of such weights."""
    (tvs, desktops, others), (tv, desktop, other) = counts, weights
    first, second = tvs * tv, desktops * desktop
    at = d.below("identifier", first + second + others * other, key)
    after = at - first
    of_rest = np.where(after < second, after // desktop, desktops + (after - second) // other)
    return np.where(after < 0, at // tv, tvs + of_rest)


def _time(context: Context, d: Draws, users: Columns, row: np.ndarray, planned: Columns) -> np.ndarray:
    """When sessions begin: at an hour that suits the true person and the device, or when a live event is joined."""
    user = users.select("works", "age_group", "kind", "offset").take(row)
    hour = hours.local_hour(context, d, user.with_columns(weekend=planned.weekend), planned.key)
    local = planned.day * DAY + hour * _HOUR + d.below("within_hour", _HOUR, planned.key)
    # No state is ahead of UTC, so this is never before the day began.
    usual = context.start + planned.week * _WEEK + local - user.offset * MINUTE
    return np.where(planned.live_row == NOT_LIVE, usual, planned.anchor)
