"""Which devices people and homes have, and what their owners allow: functions of the keys alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.config import income_bounds
from idgraph_widgets.draws import SCALE
from idgraph_widgets.schema.individuals import TEEN_AGE

if TYPE_CHECKING:
    from idgraph_widgets.arrays import Coded
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

PHONE, COMPUTER, TABLET, DESKTOP, TV = 1, 2, 3, 4, 5
"""Numbers of device slots: a person's phone and computer, a home's tablet, desktop and first TV."""

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
class PhoneOwnership:
    """Shares of people with a smartphone.

    Attributes
    ----------
    youngest : int
        Age from which people own one.
    ages : ndarray of int64
        First ages of all bands but the first.
    owners_e4 : ndarray of int64, shape (2, bands)
        Ten-thousandths who own one, in homes below `LOW_INCOME` and in others.
    """

    youngest: int
    ages: np.ndarray
    owners_e4: np.ndarray


def prepare(config: GenerationConfig) -> PhoneOwnership:
    """Shares of owners by age and income that together give the configured ones.

    Fewer in homes of low income: Pew 2025 finds 82 % of adults under 30 000 USD a year and 91 % of all (seen-2).
    `smartphone_ownership` holds over all incomes.
    """
    ownership = config.demographics_config.identity_mappings.smartphone_ownership
    bands = sorted((int(band.replace("+", "-").split("-")[0]), share) for band, share in ownership.items())
    poor = _share_of_low_income(config)
    rates = []
    for _, share in bands:
        low = share * LOW_INCOME_FACTOR
        high = min(1.0, (share - poor * low) / (1 - poor)) if poor < 1 else share
        rates.append((round((low if poor < 1 else share) * SCALE), round(high * SCALE)))
    ages = np.array([first for first, _ in bands[1:]], np.int64)
    return PhoneOwnership(bands[0][0], ages, np.array(rates, np.int64).T)


def _share_of_low_income(config: GenerationConfig) -> float:
    """Share of homes below `LOW_INCOME`, as if incomes were spread evenly inside a bracket."""
    poor = 0.0
    for label, low, high in income_bounds(config.household_config):
        inside = LOW_INCOME if high is None else min(high, LOW_INCOME)
        width = (high if high is not None else max(low, LOW_INCOME) + 1) - low
        poor += config.household_config.income_brackets[label] * max(0, inside - low) / width
    return poor


def has_phone(context: Context, person: np.ndarray, age: np.ndarray, income: np.ndarray) -> np.ndarray:
    """Whether people have a smartphone.

    Parameters
    ----------
    context : Context
    person : ndarray of uint64
        Hashes of their ids (``chain(individual_id)``).
    age : ndarray of int64
    income : ndarray of int64
        Of their homes, in USD a year.
    """
    phones = context.of(prepare)
    band = np.searchsorted(phones.ages, age, side="right")
    owners_e4 = phones.owners_e4[(income >= LOW_INCOME).astype(np.intp), band]
    owns = context.draws("devices").chance_in_scale("phone", owners_e4, person)
    return owns & (age >= max(phones.youngest, TEEN_AGE))


def is_ios(context: Context, person: np.ndarray) -> np.ndarray:
    """Whether a person's phone, if any, is an iPhone; the person's other devices follow. `person`: hashes of ids."""
    share = context.config.demographics_config.identity_mappings.ios_share
    return context.draws("devices").chance("ios", share, person)


def att_status(context: Context, person: np.ndarray) -> Coded:
    """The answer to App Tracking Transparency, for iOS devices. `person`: hashes of ids."""
    shares = context.config.demographics_config.identity_mappings.att_shares
    return context.draws("devices").choose("att", shares, person)


def tracking_allowed(context: Context, person: np.ndarray) -> np.ndarray:
    """Whether people's mobile devices have an advertising id at the start of the window. `person`: hashes of ids."""
    share = context.config.demographics_config.identity_mappings.android_opt_out_share
    opted_out = context.draws("devices").chance("android_opt_out", share, person)
    return np.where(is_ios(context, person), att_status(context, person) == "authorized", ~opted_out)
