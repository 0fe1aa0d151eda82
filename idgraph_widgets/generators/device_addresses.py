"""The IP address that a device has at a time: at home, out on the carrier's network, or in a public place."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Coded, divided
from idgraph_widgets.arrays.texts import ipv6
from idgraph_widgets.draws import hashed, scrambled
from idgraph_widgets.generators.addresses import home_addresses, home_ip, prepare, public_ip
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema import ids

_HOUR = DAY // 24

AWAY_DAYS = 0.55
"""Share of days on which somebody is out by day (design)."""

CELLULAR_AT_HOME = 0.2
"""Share of hours in which a phone that is at home is on the carrier's network all the same (design)."""

_AWAY_HOURS = (13, 22)
"""Hours of the day in UTC, both included: daytime in every state but Hawaii."""


def device_ip(context: Context, individual_id: np.ndarray, device_type: Coded, micros: np.ndarray) -> pa.StringArray:
    """The address that a device of a (true) person has at a time, a row per device and time; see `device_ips`."""
    found, place = device_ips(context, individual_id, device_type, micros)
    return found.take(pa.array(place))


def device_ips(
    context: Context, individual_id: np.ndarray, device_type: Coded, micros: np.ndarray
) -> tuple[pa.StringArray, np.ndarray]:
    """The addresses that devices of (true) people have at some times.

    A TV is always at home. Other devices are at home in the evening, at night and on some days; otherwise a
    phone is on the carrier's network, and any device may be on the public network of work or a café. Now and then a
    phone is on the carrier's network at home, too.

    Parameters
    ----------
    context : Context
    individual_id : ndarray of int64
        The true persons, of homes whose numbers lie close together, such as a block's, and outsiders beside them.
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
    d, key = context.draws("addresses"), hashed(day[out], hashed(individual_id[out]))
    away = d.chance("away", AWAY_DAYS, key)
    out, key = out[away], key[away]
    public = out[d.chance("public", context.of(prepare).public_days, key)]

    is_mobile = np.zeros(len(micros), bool)
    is_mobile[out] = True
    phone = np.flatnonzero(device_type == "mobile")
    by_hour = hashed(micros[phone] // _HOUR, hashed(individual_id[phone]))
    is_mobile[phone] |= d.chance("cellular_at_home", CELLULAR_AT_HOME, by_hour)
    is_mobile[public] = False
    mobile = phone[is_mobile[phone]]

    home_ips, place = ips_of_homes(context, ids.household_of(individual_id), micros)
    public_ips = public_ip(context, individual_id[public])
    mobile_ips = _mobile_ip(context, individual_id[mobile], hashed(day[mobile], hashed(individual_id[mobile])))
    place[public] = len(home_ips) + np.arange(len(public_ips))
    place[mobile] = len(home_ips) + len(public_ips) + np.arange(len(mobile_ips))
    return pa.concat_arrays([home_ips, public_ips, mobile_ips]), place


def ips_of_homes(context: Context, household_id: np.ndarray, micros: np.ndarray) -> tuple[pa.StringArray, np.ndarray]:
    """Addresses of homes, one per home and lease that occurs, and per row the position of its own (int32)."""
    if len(household_id) == 0:
        return pa.array([], pa.string()), np.zeros(0, np.int32)
    outside = ids.is_hidden(household_id)
    if outside.any() and not outside.all():
        # The numbers of outsiders' homes lie far above those of the others, but close together, too.
        inner, inner_place = ips_of_homes(context, household_id[~outside], micros[~outside])
        outer, outer_place = ips_of_homes(context, household_id[outside], micros[outside])
        place = np.empty(len(household_id), np.int32)
        place[~outside], place[outside] = inner_place, outer_place + np.int32(len(inner))
        return pa.concat_arrays([inner, outer]), place
    low, high = int(household_id.min()), int(household_id.max())
    number = household_id - low
    known = home_addresses(context, np.arange(low, high + 1, dtype=np.int64))
    lease = known.at_all(number, micros)
    most = int(lease.max()) + 1
    slot = number * most + lease
    occurs = np.zeros((high - low + 1) * most, bool)
    occurs[slot] = True
    place = np.cumsum(occurs, dtype=np.int32) - np.int32(1)
    home, lease = divided(np.flatnonzero(occurs), most)
    return home_ip(context, home + low, lease), place[slot]


def _mobile_ip(context: Context, individual_id: np.ndarray, key: np.ndarray) -> pa.StringArray:
    """The carrier's IPv6 address of a phone on a day: the network changes, the host part is the person's own.

    `key` is the hash of person and day.
    """
    d = context.draws("addresses")
    network = (d.hash("mobile_net", key) & np.uint64(0xFFFFFFFF)).view(np.int64)
    return ipv6(network, scrambled(d, "mobile_host", individual_id, 32))
