"""Which devices people and homes have, and what their owners allow: functions of the keys alone."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig, income_bounds
from idgraph_widgets.draws import Draws, steps

TEEN = 13
"""Youngest age with identifiers of one's own (COPPA: none under 13)."""

ADULT = 18

PHONE, COMPUTER, TABLET, DESKTOP, TV = 1, 2, 3, 4, 5
"""Numbers of device slots: a person's phone and computer, a home's tablet, desktop and first TV."""

MAX_TVS = 4

LOW_INCOME = 30_000
"""USD a year."""

LOW_INCOME_FACTOR = 0.90
"""Owners of smartphones among adults in homes of low income, over all (82 of 91 %, Pew 2025)."""

SLOTS = 16
"""Device slots per person; the home's devices use person number 0."""

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


def draws(config: GenerationConfig) -> Draws:
    """The streams of devices, shared by every table that needs to know one."""
    return Draws(config.seed, "devices")


def has_phone(config: GenerationConfig, individual_id: Column, age: Column, income: Column) -> Column:
    """Whether the person has a smartphone.

    Fewer in homes of low income: Pew 2025 finds 82 % of adults under 30 000 USD a year and 91 % of all (seen-2).
    `smartphone_ownership` holds over all incomes.
    """
    ownership = config.demographics_config.identity_mappings.smartphone_ownership
    bands = sorted((int(band.replace("+", "-").split("-")[0]), share) for band, share in ownership.items())
    limits = [low for low, _ in bands[1:]] + [200]
    poor, others = ([F.lit(rate[k]).cast("bigint") for rate in _ownership(config, bands)] for k in range(2))
    chance = F.when(income < LOW_INCOME, steps(age, limits, poor)).otherwise(steps(age, limits, others))
    return (age >= bands[0][0]) & draws(config).chance("phone", chance, individual_id)


def _ownership(config: GenerationConfig, bands) -> list[tuple[int, int]]:
    """Per age band the shares below and from `LOW_INCOME`, in ten-thousandths, that together give the configured."""
    poor = 0.0
    for label, low, high in income_bounds(config.household_config):
        inside = LOW_INCOME if high is None else min(high, LOW_INCOME)
        width = (high if high is not None else max(low, LOW_INCOME) + 1) - low
        poor += config.household_config.income_brackets[label] * max(0, inside - low) / width
    rates = []
    for _, share in bands:
        low = share * LOW_INCOME_FACTOR
        high = min(1.0, (share - poor * low) / (1 - poor)) if poor < 1 else share
        rates.append((round((low if poor < 1 else share) * 10_000), round(high * 10_000)))
    return rates


def is_ios(config: GenerationConfig, individual_id: Column) -> Column:
    """Whether the person's phone, if any, is an iPhone; the person's other devices follow (see `computer`)."""
    return draws(config).chance("ios", config.demographics_config.identity_mappings.ios_share, individual_id)


def att_status(config: GenerationConfig, individual_id: Column) -> Column:
    """The answer to App Tracking Transparency, for iOS devices."""
    return draws(config).choose("att", config.demographics_config.identity_mappings.att_shares, individual_id)


def tracking_allowed(config: GenerationConfig, individual_id: Column) -> Column:
    """Whether the person's mobile devices have an advertising identifier at the start of the window."""
    opted_out = draws(config).chance(
        "android_opt_out", config.demographics_config.identity_mappings.android_opt_out_share, individual_id
    )
    return F.when(is_ios(config, individual_id), att_status(config, individual_id) == "authorized").otherwise(
        ~opted_out
    )


def device_id(household_id: Column, person_number: Column, slot: Column) -> Column:
    """Unscrambled number of a device: unique over homes, people (0: the home's own) and slots."""
    return (household_id * F.lit(16) + person_number) * F.lit(SLOTS) + slot
