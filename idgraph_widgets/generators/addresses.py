"""IP addresses of homes and public places: functions of who and when, in ranges nobody routes.

Homes live in 240.0.0.0/4 (unique per home and lease; later leases in 2001:db8::/32, which has more room), phones on
the carrier's network in 2001:db8::/32, work and café networks in 100.64.0.0/10: places of a market and a block of
households, which join strangers as often in a large dataset as in a small one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from idgraph_widgets import reference
from idgraph_widgets.arrays import Columns, explode, numbered_groups, order_by
from idgraph_widgets.arrays.texts import ipv4, ipv6_home
from idgraph_widgets.draws import hashed, scrambled
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.renewals import MEAN_INVERSE, Renewals, lengths_around
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.people.places import Cities

IPV4_LEASES = 8
"""A home's first leases, which have IPv4 addresses: for 10 million homes and those outside they fit 240.0.0.0/4."""

_LEASES = 2048
"""Leases of a home, fewer than: two years of the shortest."""

HOT_PLACES = 16
"""Public addresses of a block that many people use: as many as a home has room for members (design)."""

LEAST_PLACES = 16
"""Public addresses of a market in a block, at least: members of a home go to different ones."""


AWAY_SIGHTINGS = 0.25
"""Share of sightings of devices that are not TVs that fall in the hours out (design; see `device_addresses`)."""


MAX_PLACES = 4096
"""Public addresses of a block, at most: for a thousand blocks they fit 100.64.0.0/10."""

_HOME_NET = 240 << 24
_PUBLIC_NET = (100 << 24) + (64 << 16)


@dataclass(frozen=True)
class Addresses:
    """What addresses need of a configuration.

    Attributes
    ----------
    lease_lengths : ndarray of int64
        Microseconds for which homes keep an address in the middle, each as likely as the others.
    residence_lengths : ndarray of int64
        Microseconds for which homes stay at a place.
    public_days : float
        Share of days out on which those hours are spent on a public network.
    first_place, places : ndarray of int64
        By city: the first public address of its market among those of a block, and how many there are.
    """

    lease_lengths: np.ndarray
    residence_lengths: np.ndarray
    public_days: float
    first_place: np.ndarray
    places: np.ndarray


def prepare(config: GenerationConfig) -> Addresses:
    """Lengths of leases, the share of days on public networks, and the public addresses of markets."""
    from idgraph_widgets.generators.people import places  # which takes what people need, addresses too

    identity = config.demographics_config.identity_mappings
    lengths = lengths_around(round(identity.home_ip_rotation_days * DAY))
    known = places.prepare(config)
    market = known.cities.market_code
    first, count = _places_of_markets(identity.public_ip_pool_size, _market_shares(config, known))
    return Addresses(
        np.array(lengths, np.int64),
        np.array(lengths_around(_median_residence(identity.moves_per_year)), np.int64),
        # The dial is the share of sightings; these are the days on which those hours are spent there.
        min(1.0, identity.public_ip_share / AWAY_SIGHTINGS),
        first[market.codes],
        count[market.codes],
    )


def _median_residence(rate: float) -> int:
    """Median of the lengths of residences (microseconds) of which so many end in a year."""
    # Ten thousand years where nobody moves.
    return round(365.25 * DAY * MEAN_INVERSE / max(rate, 1e-4))


def _market_shares(config: GenerationConfig, known: Cities) -> list[float]:
    """Share of households of each market."""
    shares = config.household_config.location_distribution
    codes = known.cities.market_code.codes
    found = np.zeros(len(known.cities.market_code.words))
    for number, state in enumerate(reference.STATES):
        tickets = known.lottery.winners[number * known.lottery.tickets : (number + 1) * known.lottery.tickets]
        counts = np.bincount(codes[tickets], minlength=len(found))
        found += shares.get(state, 0.0) * counts / known.lottery.tickets
    return found.tolist()


def _places_of_markets(pool: int, shares: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """The first of `pool` addresses that is a market's, and how many are; few addresses are several markets'."""
    groups = min(len(shares), pool // LEAST_PLACES)
    of = np.arange(len(shares)) * groups // len(shares)
    weight = [sum(share for share, group in zip(shares, of, strict=True) if group == g) for g in range(groups)]
    spare = pool - groups * LEAST_PLACES
    running = [0.0, *accumulate(weight)]
    # Nine decimals: the last bit of a sum decides nothing.
    limits = [g * LEAST_PLACES + math.floor(round(running[g] / running[-1] * spare, 9)) for g in range(groups + 1)]
    first, count = np.array(limits[:-1], np.int64), np.diff(np.array(limits, np.int64))
    return first[of], count[of]


# --- homes ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HomeAddresses:
    """Addresses of homes, numbered from 0: another one with each lease and wherever a home moves to.

    Attributes
    ----------
    leases, moves : Renewals
        A row per home.
    """

    leases: Renewals
    moves: Renewals

    def at(self, micros: np.ndarray | int) -> np.ndarray:
        """Number of each home's address at that time."""
        return self.leases.at(micros) + self.moves.at(micros)

    def at_all(self, home: np.ndarray, micros: np.ndarray) -> np.ndarray:
        """`at`, for many rows about few homes: those at these places."""
        return self.leases.at_all(home, micros) + self.moves.at_all(home, micros)

    def between(self, start: int, end: int) -> Columns:
        """Every address from `start` until before `end`: ``home`` (place), ``number``, ``begins`` and ``ends``."""
        places = np.arange(len(self.leases))
        homes, moments = [places], [np.full(len(places), start)]
        for renewals in (self.leases, self.moves):
            first = renewals.at(start)
            # And the one that ends the last.
            row, later = explode(renewals.at(end - 1) - first + 1)
            homes.append(row)
            moments.append(renewals.take(row).begins(first[row] + later + 1))
        home, begins = np.concatenate(homes), np.concatenate(moments)
        order = order_by(home, begins)
        home, begins = home[order], begins[order]
        starts, run = numbered_groups(home)
        ends = np.append(begins[1:], end)
        # Of two changes within a second the first has no address that anybody could see.
        found = Columns(
            home=home, number=self.at(start)[home] + np.arange(len(home)) - starts[run], begins=begins, ends=ends
        )
        return found.where((begins < end) & (ends - begins > 1_000_000))


def home_addresses(context: Context, household_id: np.ndarray) -> HomeAddresses:
    """Addresses of homes: a lease lasts half to twice the configured median in the middle."""
    means, d, key = context.of(prepare), context.draws("addresses"), hashed(household_id)
    return HomeAddresses(
        Renewals.of(d, "lease", context.start, means.lease_lengths, key),
        Renewals.of(d, "move", context.start, means.residence_lengths, key),
    )


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
    """The IPv4 address of the network of the person's work or café: one of the market's in the home's block."""
    d, identity = context.draws("addresses"), context.config.demographics_config.identity_mappings
    means = context.of(prepare)
    home = ids.household_of(individual_id)
    home = np.where(ids.is_hidden(home), ids.beside(home), home)
    key = hashed(home)
    city = _cities(context, home)
    # A few places, as hotels and airports, see many: homes go there as a whole, so that members stay apart.
    is_hot = d.chance("hot_place", identity.hot_ip_share, key)
    crowd = np.where(is_hot, np.int64(HOT_PLACES), means.places[city])
    # Members of one home go to different places: a shared address would be the home's.
    place = (d.unit("place", hashed(ids.household_of(individual_id))) + ids.person_number(individual_id)) % crowd
    place += np.where(is_hot, 0, means.first_place[city])
    number = ids.block_of(home) * MAX_PLACES + place
    return ipv4(scrambled(d, "public", number, 22) + _PUBLIC_NET)


def _cities(context: Context, household_id: np.ndarray) -> np.ndarray:
    """Row of ``Cities.cities`` of homes."""
    from idgraph_widgets.generators.people import composition, places, states  # which need addresses themselves

    homes, place = np.unique(household_id, return_inverse=True)
    key = hashed(homes)
    state = states.states(context, composition.compositions(context, homes), key)
    return places.city(context, state, key)[place.reshape(-1)]
