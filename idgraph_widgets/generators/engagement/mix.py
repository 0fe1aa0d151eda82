"""Who engages on what: shares of engagements by work, age group, sex and kind of device in a configured population.

Taste and hours depend on these, so what everybody's add up to depends on how many there are of each. The shares of the
default population are known; those of any other are worked out from its first homes.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.generators import clocks, identity, people
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import identifiers
from idgraph_widgets.generators.habits import AGE_LIMITS, DEVICE_KINDS, TV, USUAL_WEIGHT
from idgraph_widgets.generators.identity import identity_mappings
from idgraph_widgets.generators.people import households, individuals

_SHAPE = (2, len(AGE_LIMITS), 2, len(DEVICE_KINDS))

_DEFAULT = (
    (
        ((0.0388, 0.0060, 0.0571), (0.0385, 0.0053, 0.0590)),
        ((0.0198, 0.0049, 0.0108), (0.0123, 0.0032, 0.0058)),
        ((0.0197, 0.0047, 0.0166), (0.0136, 0.0035, 0.0114)),
        ((0.0340, 0.0102, 0.0436), (0.0274, 0.0076, 0.0326)),
    ),
    (
        ((0.0152, 0.0045, 0.0082), (0.0169, 0.0048, 0.0076)),
        ((0.0660, 0.0176, 0.0252), (0.0723, 0.0189, 0.0279)),
        ((0.0552, 0.0136, 0.0234), (0.0585, 0.0151, 0.0244)),
        ((0.0084, 0.0022, 0.0093), (0.0077, 0.0018, 0.0092)),
    ),
)
"""Shares of the default population, as those of another are found, from 24,000 homes: people without work, then those
at work, by age group; women (and nonbinary people), then men; mobile, desktop, tv."""

_HOMES, _DAYS, _MOMENTS = 2_000, 56, 16
"""Homes that the shares of another population are found from, and moments of how many days they are looked at."""


def shares(config: GenerationConfig) -> np.ndarray:
    """Share of engagements by work (without, with), age group, sex (not male, male) and kind of device.

    Of the population and its devices on a weekday, whatever number of homes and days: weekends move a hundredth or so
    from desktops to other devices.
    """
    plain = GenerationConfig(seed=config.seed, start_date=config.start_date)
    if _population(config) == _population(plain):
        return np.array(_DEFAULT) / np.sum(_DEFAULT)
    plain.household_config, plain.demographics_config = config.household_config, config.demographics_config
    plain.end_date = config.start_date + timedelta(days=_DAYS)
    return _found(plain.to_json())


def _population(config: GenerationConfig) -> dict[str, Any]:
    """What decides who there is and what devices they have."""
    homes, demographics = config.household_config.to_dict(), config.demographics_config.to_dict()
    del homes["num_households"], demographics["source_records"]
    return {**homes, **demographics}


@lru_cache(maxsize=4)
def _found(config: str) -> np.ndarray:
    """Of whom sessions would be, at each of some moments, if all people had as many; none is left without a share."""
    context = Context.make(
        GenerationConfig.from_json(config, check=False), (*people.PREPARE, *identity.PREPARE, clocks.prepare)
    )
    homes = households.make(context, 1, _HOMES)
    persons = individuals.make(context, homes)
    mappings, truth, _ = identity_mappings.make(context, homes, persons, None)
    users = identifiers.make(context, homes, persons, mappings, truth)
    weight = np.where(users.kind == TV, users.tv_weight, USUAL_WEIGHT).astype(float)
    _, person = np.unique(users.individual_id, return_inverse=True)
    of = np.ravel_multi_index((users.works, users.age_group, users.is_male, users.kind), _SHAPE)
    found = np.full(np.prod(_SHAPE), 1e-6)
    for moment in np.linspace(context.start, context.end, 2 * _MOMENTS + 1)[1::2]:
        alive = np.where((users.first <= moment) & (moment <= users.last), weight, 0.0)
        of_person = np.bincount(person, alive)
        found += np.bincount(of, alive / np.maximum(of_person[person], 1.0), minlength=len(found))
    return (found / found.sum()).reshape(_SHAPE)
