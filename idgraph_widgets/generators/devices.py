"""Which devices people and homes have, and what their owners allow: functions of the keys alone.

Functions take `keys`, the hashes of persons: ``hashed(individual_id)``. A home's own devices are those of its person 0,
``hashed(household_id * 16)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.config import GenerationConfig, income_bounds
from idgraph_widgets.draws import SCALE, poisson_shares, step_index
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.generators.renewals import Renewals, lengths_around
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from idgraph_widgets.arrays import Coded
    from idgraph_widgets.generators.context import Context

PHONE, COMPUTER, TABLET, DESKTOP, TV, LATER_PHONE = 1, 2, 3, 4, 5, 9
"""Slots of devices: a person's phone and computer, a home's tablet, desktop and first TV, and the phones that replace a
person's first one; see `ids.device_number`."""

MAX_TVS = 4

LOW_INCOME = 30_000
"""USD a year."""

LOW_INCOME_FACTOR = 0.90
"""Owners of smartphones among adults in homes of low income, over all (82 of 91 %, Pew 2025)."""

CTV_IFA_TYPES = {
    "roku": "rida",
    "fire_tv": "afai",
    "apple_tv": "idfa",
    "samsung": "tifa",
    "lg": "lgudid",
    "vizio": "vida",
    "android_tv": "aaid",
}
"""Advertising identifier of each TV platform (ifa_types.csv)."""


@dataclass(frozen=True)
class Devices:
    """What devices need of a configuration.

    Attributes
    ----------
    youngest : int
        From this age somebody can have a smartphone.
    age_limits : tuple of int
        Upper ages (exclusive) of bands.
    phone_shares : ndarray of int64, shape (2, bands)
        Owners of smartphones in ten-thousandths, of homes below and from `LOW_INCOME`.
    more_tvs : dict of int to float
        Shares of homes by the number of TVs behind the first.
    phone_lengths : ndarray of int64
        Microseconds for which people keep a phone, each as likely as the others.
    """

    youngest: int
    age_limits: tuple[int, ...]
    phone_shares: np.ndarray
    more_tvs: dict[int, float]
    phone_lengths: np.ndarray


def prepare(config: GenerationConfig) -> Devices:
    """Ownership of phones by age and income, and numbers of TVs."""
    identity = config.demographics_config.identity_mappings
    ownership = identity.smartphone_ownership
    bands = sorted((int(band.replace("+", "-").split("-")[0]), share) for band, share in ownership.items())
    return Devices(
        youngest=bands[0][0],
        age_limits=(*(low for low, _ in bands[1:]), 200),
        phone_shares=np.array(_ownership(config, [share for _, share in bands]), np.int64).T,
        more_tvs=poisson_shares(max(0.0, identity.ctv_devices_per_home - 1), MAX_TVS - 1),
        phone_lengths=np.array(lengths_around(round(identity.phone_life_days * DAY)), np.int64),
    )


def _ownership(config: GenerationConfig, shares: list[float]) -> list[tuple[int, int]]:
    """Per age band the shares below and from `LOW_INCOME`, in ten-thousandths, that together give the configured."""
    poor = 0.0
    for label, low, high in income_bounds(config.household_config):
        inside = LOW_INCOME if high is None else min(high, LOW_INCOME)
        width = (high if high is not None else max(low, LOW_INCOME) + 1) - low
        poor += config.household_config.income_brackets[label] * max(0, inside - low) / width
    rates = []
    for share in shares:
        below, above = share * LOW_INCOME_FACTOR, share
        if poor < 1:
            above = (share - poor * below) / (1 - poor)
        if above > 1:
            # Where nearly everybody has one, so do most homes of low income.
            below, above = (share - (1 - poor)) / poor, 1.0
        elif poor >= 1:
            below = share
        rates.append((round(below * SCALE), round(above * SCALE)))
    return rates


def has_phone(context: Context, keys: np.ndarray, age: np.ndarray, income: np.ndarray) -> np.ndarray:
    """Whether persons have a smartphone.

    Fewer in homes of low income: Pew 2025 finds 82 % of adults under 30,000 USD a year and 91 % of all (seen-2).
    `smartphone_ownership` holds over all incomes.
    """
    devices = context.of(prepare)
    share = devices.phone_shares[(income >= LOW_INCOME).astype(np.intp), step_index(age, devices.age_limits)]
    return (age >= devices.youngest) & context.draws("devices").chance_in_scale("phone", share, keys)


def phones(context: Context, keys: np.ndarray) -> Renewals:
    """When persons replace their phones, by another of the same make."""
    lengths = context.of(prepare).phone_lengths
    return Renewals.of(context.draws("devices"), "phone", context.start, lengths, keys)


def phone_number(individual_id: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Device numbers (int64) of persons' phones, numbered from 0 to at most 7."""
    return ids.device_number(individual_id, np.where(number == 0, PHONE, LATER_PHONE - 1 + number))


def home_is_ios(context: Context, keys: np.ndarray) -> np.ndarray:
    """Whether homes' tablets, if any, are Apple's; persons' phones: see `people.platforms`."""
    share = context.config.demographics_config.identity_mappings.ios_share
    return context.draws("devices").chance("ios", share, keys)


def att_status(context: Context, keys: np.ndarray) -> Coded:
    """Persons' answers to App Tracking Transparency, for iOS devices."""
    shares = context.config.demographics_config.identity_mappings.att_shares
    return context.draws("devices").choose("att", shares, keys)


def tracking_allowed(context: Context, keys: np.ndarray, is_ios: np.ndarray) -> np.ndarray:
    """Whether mobile devices have an advertising identifier at the start of the window."""
    share = context.config.demographics_config.identity_mappings.android_opt_out_share
    opted_out = context.draws("devices").chance("android_opt_out", share, keys)
    return np.where(is_ios, att_status(context, keys) == "authorized", ~opted_out)
