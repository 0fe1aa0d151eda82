"""IP addresses of homes, phones and public places: functions of who and when, in ranges nobody routes.

Homes live in 240.0.0.0/4 (unique per home and lease), phones on the carrier's network in 2001:db8::/32, work
and café networks in 100.64.0.0/10, a fixed pool that joins strangers.
"""

from __future__ import annotations

from datetime import datetime, timezone

from pyspark.sql import Column
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, int_div, scramble

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


def lease_length(config: GenerationConfig, household_id: Column) -> Column:
    """How long a home keeps an address, in microseconds: half to twice the configured median, per home.

    Leases begin up to one length before the window, so the first one is cut there.
    """
    d = Draws(config.seed, "addresses")
    days = config.demographics_config.identity_mappings.home_ip_rotation_days
    # Log-uniform in [1/2, 2] in 16 steps: its median is the configured one.
    factors = {round(1000 * 2 ** ((i - 7.5) / 8)): 1.0 for i in range(16)}
    per_mille = d.choose("lease_length", factors, household_id)
    return per_mille * F.lit(max(1, round(days * DAY / 1000))).cast("bigint")


def lease_phase(config: GenerationConfig, household_id: Column) -> Column:
    """How long before the window the first lease began, in microseconds (less than its length)."""
    return Draws(config.seed, "addresses").below("phase", lease_length(config, household_id), household_id)


def lease_at(config: GenerationConfig, household_id: Column, micros: Column) -> Column:
    """Number of the home's lease at that time, from 0."""
    elapsed = micros - F.lit(start_micros(config)) + lease_phase(config, household_id)
    return F.call_function("div", elapsed, lease_length(config, household_id))


def home_ip(config: GenerationConfig, household_id: Column, lease: Column) -> Column:
    """The home's IPv4 address in its n-th lease, as text."""
    d = Draws(config.seed, "addresses")
    slot = household_id * F.lit(LEASES).cast("bigint") + F.pmod(lease, F.lit(LEASES).cast("bigint"))
    return _ipv4(scramble(d, "home", slot, 28), 240)


def home_ip_at(config: GenerationConfig, household_id: Column, micros: Column) -> Column:
    """The home's IPv4 address at that time (microseconds), as text."""
    return home_ip(config, household_id, lease_at(config, household_id, micros))


def mobile_ip_at(config: GenerationConfig, individual_id: Column, micros: Column) -> Column:
    """The carrier's IPv6 address of a person's phone on that UTC day, as text."""
    d = Draws(config.seed, "addresses")
    day = int_div(micros, DAY)
    network = F.lower(F.hex(d.hash("mobile_net", individual_id, day).bitwiseAND(F.lit(0xFFFFFFFF))))
    network = F.lpad(network, 8, "0")
    # The low part holds the person and is unique; nothing in it can be read back without the seed.
    host = F.lpad(F.lower(F.hex(scramble(d, "mobile_host", individual_id, 32))), 8, "0")
    return F.concat(
        F.lit("2001:db8:"), F.substring(network, 1, 4), F.lit(":"), F.substring(network, 5, 4),
        F.lit("::"), F.substring(host, 1, 4), F.lit(":"), F.substring(host, 5, 4),
    )  # fmt: skip


def public_ip(config: GenerationConfig, place: Column) -> Column:
    """The IPv4 address of the n-th work or café network of the pool, as text."""
    d = Draws(config.seed, "addresses")
    return _ipv4(scramble(d, "public", place, 22), 100, 64)


def public_place(config: GenerationConfig, stream: str, *keys: Column) -> Column:
    """Number of one of the pool's networks, the same for the same keys."""
    size = config.demographics_config.identity_mappings.public_ip_pool_size
    return Draws(config.seed, "addresses").below(f"place/{stream}", size, *keys)


def ip_at(
    config: GenerationConfig, household_id: Column, individual_id: Column, device_type: Column, micros: Column
) -> Column:
    """The address a device of this (true) person has at that time.

    A TV is always at home. Other devices are at home in the evening, at night and on some days; otherwise a
    phone is on the carrier's network and any device may be on the public network of work or a café.

    Parameters
    ----------
    household_id, individual_id : Column
        The true person's.
    device_type : Column
        mobile, tablet, desktop or ctv.
    micros : Column
        BIGINT, microseconds since 1970 in UTC.
    """
    d = Draws(config.seed, "addresses")
    identity = config.demographics_config.identity_mappings
    day = int_div(micros, DAY)
    hour = int_div(F.pmod(micros, F.lit(DAY)), DAY // 24)
    # Hours 13-22 UTC are daytime in every state but Hawaii; where a person is stays the same for the hour.
    away = (hour >= 13) & (hour < 23) & d.chance("away", 0.55, individual_id, day)
    public = d.chance("public", min(1.0, identity.public_ip_share / 0.55 * 2.4), individual_id, day)
    return (
        F.when((device_type != "ctv") & away & public, public_ip(config, public_place(config, "person", individual_id)))
        .when((device_type == "mobile") & away, mobile_ip_at(config, individual_id, micros))
        .otherwise(home_ip_at(config, household_id, micros))
    )


def _ipv4(number: Column, first: int, second: int = 0) -> Column:
    """Dotted text of first.second.0.0 + number."""
    base = (first << 24) + (second << 16)
    value = number + F.lit(base).cast("bigint")
    octets = [F.shiftright(value, shift).bitwiseAND(F.lit(255)).cast("string") for shift in (24, 16, 8, 0)]
    return F.concat_ws(".", *octets)
