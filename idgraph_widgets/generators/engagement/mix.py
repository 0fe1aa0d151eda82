"""Who engages on what: shares of engagements by age group, sex and kind of device in a configured population.

Taste depends on all three, so what everybody's tastes add up to depends on how many there are of each. The shares of
the default population are known; those of any other are counted on its first homes, in sessions of their own.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from idgraph_widgets.config import EngagementConfig, GenerationConfig
from idgraph_widgets.generators import clocks, identity, people
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import content_catalog, habits, sessions
from idgraph_widgets.generators.engagement.habits import AGE_LIMITS, DEVICE_KINDS
from idgraph_widgets.generators.identity import identity_mappings
from idgraph_widgets.generators.people import households, individuals

_DEFAULT = (
    # Women (and nonbinary people), then men, by age group: mobile, desktop, tv.
    ((0.0593, 0.0096, 0.0642), (0.0608, 0.0099, 0.0650)),
    ((0.0879, 0.0227, 0.0345), (0.0875, 0.0221, 0.0351)),
    ((0.0720, 0.0191, 0.0429), (0.0662, 0.0179, 0.0407)),
    ((0.0370, 0.0120, 0.0507), (0.0315, 0.0094, 0.0419)),
)
"""Shares of the default population, counted as those of another are, on 24 000 homes."""

_HOMES, _DAYS = 2_000, 56
"""Homes and days that the shares of another population are counted on."""


def profile(age_group: np.ndarray, is_male: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Number of the profile of people with one taste on a kind of device."""
    return (age_group * 2 + is_male) * len(DEVICE_KINDS) + kind


def profile_shares(config: GenerationConfig) -> np.ndarray:
    """Share of engagements by `profile`: of the population and its devices, whatever number of homes and days."""
    plain = GenerationConfig(seed=config.seed, start_date=config.start_date)
    if _population(config) == _population(plain):
        return np.array(_DEFAULT).ravel() / np.sum(_DEFAULT)
    plain.household_config, plain.demographics_config = config.household_config, config.demographics_config
    plain.end_date = type(config.start_date).fromordinal(config.start_date.toordinal() + _DAYS)
    # Many short sessions of equally active people: as even a count as can be had.
    plain.engagement_config = EngagementConfig(events_per_person_day=0.5, activity_sigma=0.0, events_per_session=1.0)
    return _counted(plain.to_json())


def _population(config: GenerationConfig) -> dict:
    """What decides who there is and what devices they have."""
    homes, demographics = config.household_config.to_dict(), config.demographics_config.to_dict()
    del homes["num_households"], demographics["source_records"]
    return {**homes, **demographics}


@lru_cache(maxsize=4)
def _counted(config: str) -> np.ndarray:
    """Shares counted on a sample; a profile that is not met has a share that is next to none."""
    made = GenerationConfig.from_json(config, check=False)
    kernels = (clocks.prepare, habits.prepare, content_catalog.prepare, sessions.prepare)
    context = Context.make(made, (*people.PREPARE, *identity.PREPARE, *kernels))
    homes = households.make(context, 1, _HOMES)
    persons = individuals.make(context, homes)
    mappings, truth, _ = identity_mappings.make(context, homes, persons, None)
    met = sessions.make(context, homes, persons, mappings, truth)
    of = profile(met.age_group.astype(np.int64), met.is_male, met.kind)
    counts = np.bincount(of, minlength=len(AGE_LIMITS) * 2 * len(DEVICE_KINDS)) + 1e-6
    return counts / counts.sum()
