"""Who uses which kind of device at which hour: by age, work and device."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Coded, Columns
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, Lottery
from idgraph_widgets.generators.context import Context
from idgraph_widgets.schema.identity_mappings import DEVICE_TYPES

DEVICE_KINDS = ("mobile", "desktop", "tv")
"""Kinds of devices with habits of their own; tablets count as mobile."""

TV = DEVICE_KINDS.index("tv")

_KIND_OF = np.array([{"desktop": 1, "ctv": TV}.get(name, 0) for name in DEVICE_TYPES], np.int8)

AGE_LIMITS = (25, 45, 65, 200)
"""Upper ages of the groups whose taste and hours differ."""

HOUR_TICKETS = 2048

# Hours later (+) or earlier (-) than the average curve, by age group: young people are up late (design).
_SHIFT = (1, 0, 0, -1)

# Use between 9 and 17 of people at work and of others, relative to the average curve (design).
_AT_WORK = (1.25, 0.75)

_TV_WEIGHTS = np.array(((12, 12, 80, 800), (3, 1, 4, 40)), np.int64)
USUAL_WEIGHT = 16
"""Weight of an identifier that is no TV when one is picked for a session; see `tv_weight`."""


@dataclass(frozen=True)
class Habits:
    """Hours of use.

    Attributes
    ----------
    hour : Lottery
        Local hours; groups are (works * 4 + age group) * 3 + kind of device.
    """

    hour: Lottery


def prepare(config: GenerationConfig) -> Habits:
    """The configured hours of use, shifted by age and work."""
    ec = config.engagement_config
    curves = (ec.mobile_hour_weights, ec.desktop_hour_weights, ec.tv_hour_weights)
    groups = {}
    for works, factor in enumerate(_AT_WORK):
        for age, shift in enumerate(_SHIFT):
            for kind, curve in enumerate(curves):
                shifted = [curve[(hour - shift) % 24] if curve[hour] else 0.0 for hour in range(24)]
                # Nobody is moved to hours that the curve leaves out, and where none is left, nobody is moved.
                moved = shifted if any(shifted) else curve
                weights = [moved[hour] * (factor if 9 <= hour < 17 else 1.0) for hour in range(24)]
                groups[_hour_group(works, age, kind)] = [round(weight, 12) for weight in weights]
    return Habits(Lottery.of(groups, HOUR_TICKETS))


def _hour_group(works, age_group, kind):
    return (works * len(AGE_LIMITS) + age_group) * len(DEVICE_KINDS) + kind


def device_kind(device_type: Coded) -> np.ndarray:
    """Index (int8) of `DEVICE_KINDS` of device types, none of them null."""
    by_word = np.array([_KIND_OF[DEVICE_TYPES.index(word)] for word in device_type.words], np.int8)
    return by_word[device_type.codes]


def age_group(age: np.ndarray) -> np.ndarray:
    """0..3 (int8): the group whose taste and hours a person shares."""
    return np.searchsorted(AGE_LIMITS[:-1], age, side="right").astype(np.int8)


def works(employment_status: Coded) -> np.ndarray:
    """1 (int8) for people at work, full time or part time, 0 for others."""
    return employment_status.isin(("employed_full_time", "employed_part_time")).astype(np.int8)


def tv_weight(people: Columns) -> np.ndarray:
    """Weight (int64) of a TV when an identifier of these people is picked: the old and those without work watch more.

    Set to bring TV engagements near hours of TV: 65 and over to 25-44 as 4.3 to 1.8, without work to at work
    as 3.6 to 2.0 (BLS American Time Use Survey, table 11A). Found are 2.0 and 1.6: half of the old have no TV to
    their name, and only the pick depends on age, not how often somebody uses any identifier.
    """
    return _TV_WEIGHTS[works(people.employment_status), age_group(people.age)]


def local_hour(context: Context, draws: Draws, users: Columns, keys: np.ndarray) -> np.ndarray:
    """Hour (int64) of the local day at which somebody of these ``works``, ``age_group`` and ``kind`` is active."""
    group = _hour_group(users.works.astype(np.int64), users.age_group, users.kind)
    hours = context.of(prepare).hour
    return hours.draw(draws.below("hour", HOUR_TICKETS, keys), group).astype(np.int64)
