"""Who uses which kind of device: groups of people and devices whose taste and hours differ."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Coded, Columns
from idgraph_widgets.schema.identity_mappings import DEVICE_TYPES

DEVICE_KINDS = ("mobile", "desktop", "tv")
"""Kinds of devices with habits of their own; tablets count as mobile."""

DESKTOP, TV = DEVICE_KINDS.index("desktop"), DEVICE_KINDS.index("tv")

_KIND_OF = np.array([{"desktop": 1, "ctv": TV}.get(name, 0) for name in DEVICE_TYPES], np.int8)

AGE_LIMITS = (25, 45, 65, 200)
"""Upper ages of the groups whose taste and hours differ."""

_TV_WEIGHTS = np.array(((192, 64, 640, 51200), (48, 4, 32, 51200)), np.int64)
USUAL_WEIGHT = 256
"""Weight of an identifier that is no TV when one is picked for a session; see `tv_weight`, `desktop_weights`."""


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


def desktop_weights(weekend_odds: float) -> np.ndarray:
    """Weights (int64) of a desktop when an identifier is picked, on a weekday and on a weekend."""
    return np.array([USUAL_WEIGHT, max(1, round(USUAL_WEIGHT * weekend_odds))], np.int64)


def tv_weight(people: Columns) -> np.ndarray:
    """Weight (int64) of a TV when an identifier of these people is picked: the old and those without work watch more.

    Set to bring TV engagements near hours of TV: 65 and over to 25-44 as 4.3 to 1.8, without work to at work
    as 3.6 to 2.0 (BLS American Time Use Survey, table 11A). Found are 2.1 and 1.6: half of the old have no TV to
    their name, and only the pick depends on age, not how often somebody uses any identifier.
    """
    return _TV_WEIGHTS[works(people.employment_status), age_group(people.age)]
