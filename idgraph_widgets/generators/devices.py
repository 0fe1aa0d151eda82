"""Which devices people and homes have, and what their owners allow: functions of the keys alone."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, steps

TEEN = 13
"""Youngest age with identifiers of one's own (COPPA: none under 13)."""

ADULT = 18

PHONE, COMPUTER, TABLET, DESKTOP, TV = 1, 2, 3, 4, 5
"""Numbers of device slots: a person's phone and computer, a home's tablet, desktop and first TV."""

MAX_TVS = 4

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


def has_phone(config: GenerationConfig, individual_id: Column, age: Column) -> Column:
    """Whether the person has a smartphone."""
    ownership = config.demographics_config.identity_mappings.smartphone_ownership
    bands = sorted((int(band.replace("+", "-").split("-")[0]), share) for band, share in ownership.items())
    limits = [low for low, _ in bands[1:]] + [200]
    chances = [F.lit(round(share * 10_000)).cast("bigint") for _, share in bands]
    return (age >= bands[0][0]) & draws(config).chance("phone", steps(age, limits, chances), individual_id)


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
