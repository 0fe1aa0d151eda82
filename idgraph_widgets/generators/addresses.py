"""IP addresses of homes, phones and public places: functions of who and when, in ranges nobody routes.

Homes live in 240.0.0.0/4 (unique per home and lease; later leases in 2001:db8::/32, which has more room), phones on
the carrier's network in 2001:db8::/32, work and café networks in 100.64.0.0/10, a fixed pool that joins strangers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Coded, Columns
from idgraph_widgets.arrays.texts import ipv4, ipv6, ipv6_home
from idgraph_widgets.draws import chain, scrambled
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig

IPV4_LEASES = 24
"""A home's first leases, which have IPv4 addresses: for 10 million homes they fit 240.0.0.0/4."""

_LEASES = 2048
"""Leases of a home, fewer than: two years of the shortest."""

HOT_PLACES = 16
"""Public addresses that many people use: as many as a home has room for members (design)."""

AWAY_DAYS = 0.55
"""Share of days on which somebody is out by day (design)."""

AWAY_SIGHTINGS = 0.25
"""Share of sightings of devices that are not TVs that fall in those hours of such days (design)."""

_AWAY_HOURS = (13, 22)
"""Hours of the day in UTC, both included: daytime in every state but Hawaii."""

_HOUR = DAY // 24
_HOME_NET = 240 << 24
_PUBLIC_NET = (100 << 24) + (64 << 16)


@dataclass(frozen=True)
class Addresses:
    """What addresses need of a configuration.

    Attributes
    ----------
    lease_lengths : ndarray of int64
        Microseconds for which homes keep an address, each as likely as the others.
    public_days : float
        Share of days out on which those hours are spent on a public network.
    """

    lease_lengths: np.ndarray
    public_days: float


def prepare(config: GenerationConfig) -> Addresses:
    """Lengths of leases and the share of days on public networks."""
    identity = config.demographics_config.identity_mappings
    thousandth = max(1, round(identity.home_ip_rotation_days * DAY / 1000))
    # Log-uniform in [1/2, 2] in 16 steps: its median is the configured one.
    lengths = [round(1000 * 2 ** ((i - 7.5) / 8)) * thousandth for i in range(16)]
    # The dial is the share of sightings; these are the days on which those hours are spent there.
    return Addresses(np.array(lengths, np.int64), min(1.0, identity.public_ip_share / AWAY_SIGHTINGS))


# --- homes ----------------------------------------------------------------------------------------------------


def home_leases(context: Context, household_id: np.ndarray) -> Columns:
    """Leases of addresses of homes.

    A home keeps an address for half to twice the configured median, the same length each time; the first lease began
    ``phase`` before the window.

    Returns
    -------
    Columns
        ``length`` and ``phase``, both in microseconds.
    """
    d, key, lengths = context.draws("addresses"), chain(household_id), context.of(prepare).lease_lengths
    length = lengths[d.index("lease_length", [1.0] * len(lengths), key)]
    return Columns(length=length, phase=d.below("phase", length, key))


def lease_at(context: Context, leases: Columns, micros: np.ndarray | int) -> np.ndarray:
    """Number of the home's lease at that time, from 0, a row of `home_leases` per home."""
    elapsed = micros - context.start + leases.phase
    # Toward zero: the first lease is also that of times before it began.
    return np.where(elapsed < 0, -(-elapsed // leases.length), elapsed // leases.length)


def home_ip(context: Context, household_id: np.ndarray, lease: np.ndarray) -> pa.StringArray:
    """The home's address in its n-th lease, which is nobody else's and never comes back: IPv4 first, then IPv6."""
    d = context.draws("addresses")
    if (lease < IPV4_LEASES).all():
        return ipv4(scrambled(d, "home", household_id * IPV4_LEASES + lease, 28) + _HOME_NET)
    late = lease >= IPV4_LEASES
    early_ips = home_ip(context, household_id[~late], lease[~late])
    late_ips = ipv6_home(scrambled(d, "home_ipv6", household_id[late] * _LEASES + lease[late], 36))
    place = np.where(late, len(early_ips) + np.cumsum(late) - 1, np.cumsum(~late) - 1)
    return pa.concat_arrays([early_ips, late_ips]).take(pa.array(place))


# --- public places --------------------------------------------------------------------------------------------


def public_ip(context: Context, individual_id: np.ndarray) -> pa.StringArray:
    """The IPv4 address of the network of the person's work or café: one of a fixed pool."""
    d, identity = context.draws("addresses"), context.config.demographics_config.identity_mappings
    # Members of one home go to different places: a shared address would be the home's.
    home = chain(ids.household_of(individual_id))
    # A few places, as hotels and airports, see many: homes go there as a whole, so that members stay apart.
    is_hot = d.chance("hot_place", identity.hot_ip_share, home)
    crowd = np.where(is_hot, np.int64(HOT_PLACES), np.int64(identity.public_ip_pool_size))
    place = (d.unit("place", home) + ids.person_number(individual_id)) % crowd
    return ipv4(scrambled(d, "public", place, 22) + _PUBLIC_NET)


# --- devices --------------------------------------------------------------------------------------------------


def device_ip(context: Context, individual_id: np.ndarray, device_type: Coded, micros: np.ndarray) -> pa.StringArray:
    """The address that a device of a (true) person has at a time, a row per device and time; see `device_ips`."""
    found, place = device_ips(context, individual_id, device_type, micros)
    return found.take(pa.array(place))


def device_ips(
    context: Context, individual_id: np.ndarray, device_type: Coded, micros: np.ndarray
) -> tuple[pa.StringArray, np.ndarray]:
    """The addresses that devices of (true) people have at some times.

    A TV is always at home. Other devices are at home in the evening, at night and on some days; otherwise a
    phone is on the carrier's network, and any device may be on the public network of work or a café.

    Parameters
    ----------
    context : Context
    individual_id : ndarray of int64
        The true persons, of homes whose numbers lie close together, such as a block's.
    device_type : Coded
        mobile, tablet, desktop or ctv.
    micros : ndarray of int64
        Microseconds since 1970 in UTC.

    Returns
    -------
    (pyarrow.StringArray, ndarray of int32)
        Addresses, fewer than rows; and per row the place of its own among them.
    """
    day = micros // DAY
    hour = (micros - day * DAY) // _HOUR
    out = np.flatnonzero((device_type != "ctv") & (hour >= _AWAY_HOURS[0]) & (hour <= _AWAY_HOURS[1]))
    d, key = context.draws("addresses"), chain(day[out], chain(individual_id[out]))
    away = d.chance("away", AWAY_DAYS, key)
    out, key = out[away], key[away]
    is_public = d.chance("public", context.of(prepare).public_days, key)
    is_mobile = ~is_public & (device_type == "mobile")[out]

    home_ips, place = _home_ips(context, ids.household_of(individual_id), micros)
    public_ips = public_ip(context, individual_id[out[is_public]])
    mobile_ips = _mobile_ip(context, individual_id[out[is_mobile]], key[is_mobile])
    place[out[is_public]] = len(home_ips) + np.arange(len(public_ips))
    place[out[is_mobile]] = len(home_ips) + len(public_ips) + np.arange(len(mobile_ips))
    return pa.concat_arrays([home_ips, public_ips, mobile_ips]), place


def _home_ips(context: Context, household_id: np.ndarray, micros: np.ndarray) -> tuple[pa.StringArray, np.ndarray]:
    """Addresses of homes, one per home and lease that occurs, and per row the place of its own (int32)."""
    if len(household_id) == 0:
        return pa.array([], pa.string()), np.zeros(0, np.int32)
    low, high = int(household_id.min()), int(household_id.max())
    number = household_id - low
    leases = home_leases(context, np.arange(low, high + 1, dtype=np.int64))
    lease = lease_at(context, leases.take(number), micros)
    most = int(lease.max()) + 1
    slot = number * most + lease
    occurs = np.zeros((high - low + 1) * most, bool)
    occurs[slot] = True
    place = np.cumsum(occurs, dtype=np.int32) - np.int32(1)
    home, lease = np.divmod(np.flatnonzero(occurs), most)
    return home_ip(context, home + low, lease), place[slot]


def _mobile_ip(context: Context, individual_id: np.ndarray, key: np.ndarray) -> pa.StringArray:
    """The carrier's IPv6 address of a phone on a day: the network changes, the host part is the person's own.

    `key` is the hash of person and day.
    """
    d = context.draws("addresses")
    network = (d.hash("mobile_net", key) & np.uint64(0xFFFFFFFF)).view(np.int64)
    return ipv6(network, scrambled(d, "mobile_host", individual_id, 32))
