"""At which local hour people begin a session: by age, work, kind of device and weekend, raked to configured curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Columns
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, Lottery
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.engagement import mix
from idgraph_widgets.generators.habits import AGE_LIMITS, DEVICE_KINDS
from idgraph_widgets.population import rake

HOUR_TICKETS = 2048

_SHIFT = (1, 0, 0, -1)
"""Hours later (+) or earlier (-) than the average curve, by age group: young people are up late (design)."""

_AT_WORK = (1.25, 0.75)
"""Use between 9 and 17 on weekdays of people without work and at work, relative to the average curve (design)."""

_RARE = 0.05
"""What an hour keeps, at least, of its weight for people whose own curve leaves it out."""


@dataclass(frozen=True)
class Hours:
    """Hours of use.

    Attributes
    ----------
    hour : Lottery
        Local hours; groups are ((weekend * 2 + works) * 4 + age group) * 3 + kind of device.
    begins : ndarray of int64, shape (groups, 25)
        First ticket of each hour, and the number of tickets.
    """

    hour: Lottery
    begins: np.ndarray


def prepare(config: GenerationConfig) -> Hours:
    """The configured hours of use, shifted by age and work so that over all people they are as configured."""
    ec = config.engagement_config
    weights = mix.shares(config).sum(axis=2)
    curves = (
        (ec.mobile_hour_weights, ec.desktop_hour_weights, ec.tv_hour_weights),
        (ec.mobile_weekend_hour_weights, ec.desktop_weekend_hour_weights, ec.tv_weekend_hour_weights),
    )
    groups = {}
    for weekend, of_kind in enumerate(curves):
        for kind, curve in enumerate(of_kind):
            at_work = (1.0, 1.0) if weekend else _AT_WORK
            own = [[_own(curve, factor, shift) for shift in _SHIFT] for factor in at_work]
            table = rake(np.array(own).reshape(-1, 24), weights[:, :, kind].ravel(), np.array(curve))
            for row, of_group in enumerate(table):
                group = (weekend * len(table) + row) * len(DEVICE_KINDS) + kind
                groups[group] = [round(weight, 12) for weight in of_group.tolist()]
    hour = Lottery.of(groups, HOUR_TICKETS)
    rows = hour.winners.reshape(-1, HOUR_TICKETS)
    return Hours(hour, np.stack([np.searchsorted(row, np.arange(25)) for row in rows]).astype(np.int64))


def _own(curve: tuple[float, ...], factor: float, shift: int) -> list[float]:
    """A group's curve before it is raked: nobody is active at an hour that the configured curve leaves out."""
    moved = [max(curve[(hour - shift) % 24], _RARE * curve[hour]) if curve[hour] else 0.0 for hour in range(24)]
    return [weight * (factor if 9 <= hour < 17 else 1.0) for hour, weight in enumerate(moved)]


def local_hour(context: Context, draws: Draws, users: Columns, keys: np.ndarray) -> np.ndarray:
    """Hour (int64) of the local day at which somebody of ``works``, ``age_group`` and ``kind`` is active.

    ``weekend`` tells, per row, whether the day is a Saturday or Sunday.
    """
    lottery = context.of(prepare).hour
    return lottery.draw(draws.below("hour", HOUR_TICKETS, keys), _group(users)).astype(np.int64)


def local_moment(context: Context, users: Columns, part: np.ndarray) -> np.ndarray:
    """Microsecond (int64) of the local day up to which that part of such people's day of use lies.

    Rises with `part`, which is in microseconds of a day: what an even day would bring in order comes in order, and at
    the hours of somebody of ``works``, ``age_group`` and ``kind``. ``weekend`` is as for `local_hour`.
    """
    tables, group = context.of(prepare), _group(users)
    tickets = part * HOUR_TICKETS
    hour = tables.hour.draw(tickets // DAY, group).astype(np.int64)
    first, after = tables.begins[group, hour], tables.begins[group, hour + 1]
    return (hour * DAY + (tickets - first * DAY) // (after - first)) // 24


def _group(users: Columns) -> np.ndarray:
    of = users.weekend.astype(np.int64) * 2 + users.works
    return (of * len(AGE_LIMITS) + users.age_group) * len(DEVICE_KINDS) + users.kind
