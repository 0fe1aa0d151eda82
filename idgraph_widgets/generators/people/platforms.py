"""Whose phones and computers are Apple's: younger and richer people's more often, and the same people's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded
from idgraph_widgets.draws import UNIT_BITS
from idgraph_widgets.generators.people.ages import along_ages
from idgraph_widgets.generators.people.education import education_of
from idgraph_widgets.generators.people.tables import shifted
from idgraph_widgets.schema.individuals import TEEN_AGE

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.draws import Draws
    from idgraph_widgets.generators.context import Context

_BY_AGE = ((17, 0.73), (18, 0.66), (29, 0.66), (40, 0.54), (57, 0.48), (70, 0.42))
"""Share of iPhones by age, before it is moved to `ios_share` (design; in the direction of surveys that find more among
teenagers and young adults)."""

_BY_INCOME = (0.64, 1.0, 1.5)
"""Odds of an iPhone by income group, low to high, over the middle one's (design)."""

MAC_ODDS = 4.0
"""Odds of a Mac among people with an iPhone, over those without (design)."""

_MAC = "macos"


@dataclass(frozen=True)
class Platforms:
    """Shares of Apple's devices.

    Attributes
    ----------
    phones : ndarray of int64, shape (AGES, 3)
        Unit thresholds of an iPhone, by age and income group.
    computers : tuple of dict of str to float
        Shares of platforms of computers, of people without and with an iPhone.
    """

    phones: np.ndarray
    computers: tuple[dict[str, float], dict[str, float]]


def prepare(config: GenerationConfig) -> Platforms:
    """Shares that give `ios_share` over everybody from 13, and `desktop_platform_shares` over all computers."""
    identity = config.demographics_config.identity_mappings
    persons = education_of(config)[0].sum(axis=1)
    persons[:TEEN_AGE] = 0
    by_age = along_ages(_BY_AGE)
    odds = (by_age / (1 - by_age))[:, None] * np.array(_BY_INCOME)
    weights = persons / persons.sum() if persons.sum() > 0 else np.full(persons.shape, 1 / persons.size)
    shares = shifted((odds / (1 + odds)).ravel(), weights.ravel(), identity.ios_share).reshape(odds.shape)
    limits = np.rint(np.round(shares, 9) * (1 << UNIT_BITS)).astype(np.int64)
    return Platforms(limits, _computers(identity.desktop_platform_shares, identity.ios_share))


def _computers(shares: dict[str, float], ios: float) -> tuple[dict[str, float], dict[str, float]]:
    """Shares without and with an iPhone that give `shares` together."""
    mac = shares.get(_MAC, 0.0) / sum(shares.values())
    if not 0 < mac < 1:
        return shares, shares
    base = np.array([1 / 2, MAC_ODDS / (1 + MAC_ODDS)])
    moved = shifted(base, np.array([1 - ios, ios]), mac)
    found = [
        {
            name: round(float(own) if name == _MAC else share * (1 - own) / (1 - mac), 9)
            for name, share in shares.items()
        }
        for own in moved
    ]
    return found[0], found[1]


def is_ios(context: Context, keys: np.ndarray, age: np.ndarray, income_group: np.ndarray) -> np.ndarray:
    """Whether persons' mobile devices, if any, are Apple's.

    Parameters
    ----------
    context : Context
    keys : ndarray of uint64
        Hashes of ids.
    age : ndarray of int64
    income_group : ndarray of int64
        Of the home, 0 low to 2 high: see `education.income_groups`.
    """
    return context.draws("devices").unit("ios", keys) < context.of(prepare).phones[age, income_group]


def computers(context: Context, d: Draws, keys: np.ndarray, with_iphone: np.ndarray, is_home: np.ndarray) -> Coded:
    """Operating systems of computers.

    Parameters
    ----------
    context : Context
    d : Draws
    keys : ndarray of uint64
        Hashes of device numbers.
    with_iphone : ndarray of bool
        Of the persons whose computers they are.
    is_home : ndarray of bool
        Which are a home's, of whom anybody may have an iPhone.
    """
    configured = context.config.demographics_config.identity_mappings.desktop_platform_shares
    home, without, owner = (
        d.choose("computer_platform", shares, keys) for shares in (configured, *context.of(prepare).computers)
    )
    return Coded(np.where(is_home, home.codes, np.where(with_iphone, owner.codes, without.codes)), home.words)
