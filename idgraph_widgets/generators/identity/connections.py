"""IP addresses as identifiers: the home's, and those of public places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from idgraph_widgets.arrays import Columns
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators.addresses import home_addresses, home_ip, public_ip
from idgraph_widgets.generators.identity.rows import HOME_IP, PUBLIC_IP, identifier_rows

if TYPE_CHECKING:
    from idgraph_widgets.generators.identity.persons import People


def connection_rows(people: People) -> list[Columns]:
    """Rows of addresses that were captured."""
    return [_home_ips(people), _public_ips(people)]


def _home_ips(people: People) -> Columns:
    """The home's addresses, one row per member; the first one always where somebody is under 13."""
    context, homes = people.context, people.homes
    every = home_addresses(context, homes.household_id).between(context.start, context.end)
    is_first = every.begins == context.start
    of_family = is_first & homes.has_under_13[every.home]
    seen = of_family | people.observed("ip_address", hashed(every.number, homes.key[every.home]))
    seen = every.where(seen)
    home = seen.home
    value = home_ip(context, homes.household_id[home], seen.number)
    person, of = people.members(home)
    return identifier_rows(
        people,
        person,
        HOME_IP,
        seen.number[of],
        value.take(pa.array(of)),
        identifier_type="ip_address",
        is_shared=homes.size[home[of]] > 1,
        begins=seen.begins[of],
        ends=seen.ends[of],
        source="ad_server",
    )


def _public_ips(people: People) -> Columns:
    """Work and café networks where a person logs in: values that join strangers."""
    own = people.old_enough()
    own = own[people.draws.chance("public_ip", people.identity.public_ip_share, people.persons.key[own])]
    return identifier_rows(
        people,
        own,
        PUBLIC_IP,
        0,
        public_ip(people.context, people.persons.individual_id[own]),
        identifier_type="ip_address",
        source="ad_server",
    )
