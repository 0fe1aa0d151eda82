"""IP addresses of homes, phones and public places: functions of who and when, in ranges nobody routes.

Homes live in 240.0.0.0/4 (unique per home and lease), phones on the carrier's network in 2001:db8::/32, work
and café networks in 100.64.0.0/10, a fixed pool that joins strangers.
"""

from __future__ import annotations

from datetime import datetime, timezone

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, int_div, with_scrambled

LEASES = 24
"""Distinct addresses a home has before it returns to its first: 10 million homes × 24 fit 240.0.0.0/4."""

DAY = 86_400_000_000
"""Microseconds in a day."""


def start_micros(config: GenerationConfig) -> int:
    """Start of the window, microseconds since 1970 in UTC."""
    return _micros(config.start_date)


def end_micros(config: GenerationConfig) -> int:
    """End of the window (exclusive), microseconds since 1970 in UTC."""
    return _micros(config.end_date)


def _micros(day) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp()) * 1_000_000


def with_leases(config: GenerationConfig, df: DataFrame, household_id: Column) -> DataFrame:
    """Add the home's lease of addresses: ``lease_length`` and ``lease_phase``, both in microseconds.

    A home keeps an address for half to twice the configured median, the same length each time; the first
    lease began ``lease_phase`` before the window.
    """
    d = Draws(config.seed, "addresses")
    days = config.demographics_config.identity_mappings.home_ip_rotation_days
    # Log-uniform in [1/2, 2] in 16 steps: its median is the configured one.
    factors = {round(1000 * 2 ** ((i - 7.5) / 8)): 1.0 for i in range(16)}
    per_mille = d.choose("lease_length", factors, household_id)
    df = df.withColumn("lease_length", per_mille * F.lit(max(1, round(days * DAY / 1000))).cast("bigint"))
    return df.withColumn("lease_phase", d.below("phase", F.col("lease_length"), household_id))


def lease_at(config: GenerationConfig, micros: Column) -> Column:
    """Number of the home's lease at that time, from 0; needs `with_leases`."""
    elapsed = micros - F.lit(start_micros(config)) + F.col("lease_phase")
    return F.call_function("div", elapsed, F.col("lease_length"))


def with_home_ip(config: GenerationConfig, df: DataFrame, name: str, household_id: Column, lease: Column) -> DataFrame:
    """Add the home's IPv4 address in its n-th lease, as text."""
    return _with_text(_with_home(config, df, name, household_id, lease), name)


def with_public_ip(config: GenerationConfig, df: DataFrame, name: str, individual_id: Column) -> DataFrame:
    """Add the IPv4 address of the network of the person's work or café, as text: one of a fixed pool."""
    return _with_text(_with_public(config, df, name, individual_id), name)


def _with_home(config, df: DataFrame, name: str, household_id: Column, lease: Column) -> DataFrame:
    slot = household_id * F.lit(LEASES).cast("bigint") + F.pmod(lease, F.lit(LEASES).cast("bigint"))
    df = with_scrambled(df, name, Draws(config.seed, "addresses"), "home", slot, 28)
    return df.withColumn(name, F.col(name) + F.lit(_HOME_NET).cast("bigint"))


def _with_public(config, df: DataFrame, name: str, individual_id: Column) -> DataFrame:
    d = Draws(config.seed, "addresses")
    size = config.demographics_config.identity_mappings.public_ip_pool_size
    # Members of one home go to different places: a shared address would be the home's.
    home, person = int_div(individual_id, 16), F.pmod(individual_id, F.lit(16).cast("bigint"))
    share = config.demographics_config.identity_mappings.hot_ip_share
    # A few places, as hotels and airports, see many: homes go there as a whole, so that members stay apart.
    crowd = F.when(d.chance("hot_place", share, home), F.lit(HOT_PLACES)).otherwise(F.lit(size)).cast("bigint")
    place = F.pmod(d.unit("place", home) + person, crowd)
    df = with_scrambled(df, name, d, "public", place, 22)
    return df.withColumn(name, F.col(name) + F.lit(_PUBLIC_NET).cast("bigint"))


def _with_text(df: DataFrame, name: str) -> DataFrame:
    """Turn an IPv4 address from a number into dotted text."""
    octets = [F.shiftright(name, shift).bitwiseAND(F.lit(255)).cast("string") for shift in (24, 16, 8, 0)]
    return df.withColumn(name, F.concat_ws(".", *octets))


HOT_PLACES = 16
"""Public addresses that many people use: as many as a home has room for members (design)."""

_HOME_NET = 240 << 24
_PUBLIC_NET = (100 << 24) + (64 << 16)


def with_ip(
    config: GenerationConfig, df: DataFrame, household_id: str, individual_id: str, device_type: str, micros: str
) -> DataFrame:
    """Add ``ip_address``: what a device of this (true) person has at that time.

    A TV is always at home. Other devices are at home in the evening, at night and on some days; otherwise a
    phone is on the carrier's network, and any device may be on the public network of work or a café.

    Parameters
    ----------
    df : DataFrame
    household_id, individual_id : str
        Columns with the true person's ids.
    device_type : str
        Column: mobile, tablet, desktop or ctv.
    micros : str
        Column, BIGINT microseconds since 1970 in UTC.
    """
    d = Draws(config.seed, "addresses")
    identity = config.demographics_config.identity_mappings
    person, kind = F.col(individual_id), F.col(device_type)
    df = df.withColumn("ip_day", int_div(F.col(micros), DAY))
    hour = int_div(F.pmod(F.col(micros), F.lit(DAY)), DAY // 24)
    away = (kind != "ctv") & hour.between(*_AWAY_HOURS) & d.chance("away", AWAY_DAYS, person, "ip_day")
    # The dial is the share of sightings; these are the days on which those hours are spent there.
    public = d.chance("public", min(1.0, identity.public_ip_share / AWAY_SIGHTINGS), person, "ip_day")
    df = df.withColumn("ip_away", away).withColumn("ip_public", F.col("ip_away") & public)
    df = with_leases(config, df, F.col(household_id))
    df = _with_home(config, df, "ip_home", F.col(household_id), lease_at(config, F.col(micros)))
    df = _with_public(config, df, "ip_at_work", person)
    df = df.withColumn("ip_address", F.when(F.col("ip_public"), F.col("ip_at_work")).otherwise(F.col("ip_home")))
    df = _with_text(with_scrambled(df, "ip_host", d, "mobile_host", person, 32), "ip_address")
    on_network = F.col("ip_away") & ~F.col("ip_public") & (kind == "mobile")
    df = df.withColumn("ip_address", F.when(on_network, _mobile_ip(d, person)).otherwise(F.col("ip_address")))
    return df.drop("ip_day", "ip_away", "ip_public", "ip_home", "ip_at_work", "ip_host", "lease_length", "lease_phase")


AWAY_DAYS = 0.55
"""Share of days on which somebody is out by day (design)."""

_AWAY_HOURS = (13, 22)
"""Hours of the day in UTC, both included: daytime in every state but Hawaii."""

AWAY_SIGHTINGS = 0.25
"""Share of sightings of devices that are not TVs that fall in those hours of such days (design)."""


def _mobile_ip(d: Draws, person: Column) -> Column:
    """The carrier's IPv6 address of a phone on a day: the network changes, the host part is the person's own."""
    network = F.lpad(F.lower(F.hex(d.hash("mobile_net", person, "ip_day").bitwiseAND(F.lit(0xFFFFFFFF)))), 8, "0")
    host = F.lpad(F.lower(F.hex("ip_host")), 8, "0")
    return F.concat(
        F.lit("2001:db8:"),
        F.substring(network, 1, 4),
        F.lit(":"),
        F.substring(network, 5, 4),
        F.lit("::"),
        F.substring(host, 1, 4),
        F.lit(":"),
        F.substring(host, 5, 4),
    )
