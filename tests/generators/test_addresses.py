"""Addresses: leases of all lengths, moves, places of a market, phones on the carrier's network at home."""

import numpy as np
import pytest

from idgraph_widgets.arrays import Coded
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.generators import addresses, device_addresses, people
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.people import household_moves, households
from idgraph_widgets.schema import ids

pytestmark = pytest.mark.quick


def _context(homes=100_000, **dials):
    config = GenerationConfig(seed=8)
    config.household_config.num_households = homes
    for name, value in dials.items():
        setattr(config.demographics_config.identity_mappings, name, value)
    return Context.make(config, people.PREPARE)


def test_no_lease_is_as_long_as_the_one_before():
    context = _context(home_ip_rotation_days=5.0)
    every = addresses.home_addresses(context, np.arange(1, 1_001)).between(context.start, context.end)
    same_home = every.home[2:] == every.home[:-2]
    length = every.ends - every.begins
    # The first and the last are cut by the window.
    inner = same_home & (every.begins[1:-1] > context.start) & (every.ends[1:-1] < context.end)
    whole = length[1:-1][inner]
    assert len(whole) > 10_000 and (np.diff(whole) != 0).mean() > 0.999
    assert whole.min() < 0.5 * 5 * DAY and whole.max() > 2 * 5 * DAY


def test_addresses_follow_one_another_without_gap_and_as_at_a_time():
    context = _context(home_ip_rotation_days=9.0, moves_per_year=0.5)
    known = addresses.home_addresses(context, np.arange(1, 501))
    every = known.between(context.start, context.end)
    follows = every.home[1:] == every.home[:-1]
    assert (every.begins[1:][follows] == every.ends[:-1][follows]).all()
    assert (every.number[1:][follows] > every.number[:-1][follows]).all()
    middle = (every.begins + every.ends) // 2
    inside = middle < context.end
    assert (known.at_all(every.home[inside], middle[inside]) == every.number[inside]).all()


@pytest.mark.parametrize("rate", [0.0, 0.07, 0.5])
def test_homes_move_at_the_rate_that_is_configured_within_their_market(rate):
    context = _context(moves_per_year=rate)
    homes = households.make(context, 1, 20_000)
    moves = household_moves.make(context, homes)
    expected = 20_000 * rate * 90 / 365.25
    assert abs(len(moves) - expected) <= 5 * expected**0.5
    market = dict(zip(homes.household_id.tolist(), homes.market_code.to_arrow().to_pylist(), strict=True))
    found = moves.market_code.to_arrow().to_pylist()
    assert [market[home] for home in moves.household_id.tolist()] == found
    before = addresses.home_addresses(context, moves.household_id)
    at = before.at(moves.moved_ts)
    assert (before.at(moves.moved_ts - 1) < at).all()


def _public(context, block):
    """Households and their public addresses, one person each, of a block."""
    home = np.arange(block * ids.BLOCK + 1, (block + 1) * ids.BLOCK + 1)
    return home, addresses.public_ip(context, ids.individual_id(home, 1)).to_pylist()


def test_a_public_address_joins_as_many_homes_in_every_block_and_none_of_two():
    context = _context(ids.MAX_HOUSEHOLDS)
    first, later = (_public(context, block)[1] for block in (0, 999))
    assert not set(first) & set(later)
    per_address = [len(found) / len(set(found)) for found in (first, later)]
    assert abs(per_address[0] / per_address[1] - 1) < 0.05


def test_a_public_address_is_of_one_market():
    context = _context(10_000, hot_ip_share=0.0)
    home, found = _public(context, 0)
    markets = households.make(context, 1, 10_000).market_code.to_arrow().to_pylist()
    of = {}
    for address, market in zip(found, markets, strict=True):
        of.setdefault(address, set()).add(market)
    assert len(home) == len(found)
    assert max(map(len, of.values())) == 1


def test_outsiders_live_beside_homes_with_addresses_of_their_own():
    context = _context(10_000)
    home = np.arange(1, 10_001)
    hidden = [ids.hidden_home(home, number) for number in range(ids.HIDDEN_HOMES)]
    every = np.concatenate([home, *hidden])
    ips = addresses.home_ip(context, every, np.zeros_like(every)).to_pylist()
    assert len(set(ips)) == len(every)
    theirs = addresses.public_ip(context, ids.individual_id(hidden[0], 1)).to_pylist()
    assert set(theirs) & set(_public(context, 0)[1])


def test_phones_are_partly_on_the_carriers_network_at_night():
    context = _context(10_000)
    person = np.repeat(ids.individual_id(np.arange(1, 1_001), 1), 20)
    night = context.start + np.tile(np.arange(20), 1_000) * DAY + 5 * DAY // 24
    for device, wanted in (("mobile", device_addresses.CELLULAR_AT_HOME), ("desktop", 0.0), ("ctv", 0.0)):
        kind = Coded(np.zeros(len(person), np.int32), (device,))
        found = device_addresses.device_ip(context, person, kind, night).to_pylist()
        cellular = np.mean([ip.startswith("2001:db8:") for ip in found])
        assert abs(cellular - wanted) < 0.01, device
