"""IP addresses as identifiers: the home's, and those of public places."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Columns, explode
from idgraph_widgets.draws import chain
from idgraph_widgets.generators.addresses import home_ip, home_leases, lease_at, public_ip
from idgraph_widgets.generators.identity.persons import People
from idgraph_widgets.generators.identity.rows import HOME_IP, PUBLIC_IP, identifier_rows


def connection_rows(people: People) -> list[Columns]:
    """Rows of addresses that were captured."""
    return [_home_ips(people), _public_ips(people)]


def _home_ips(people: People) -> Columns:
    """The home's leases, one row per member; the first one always where somebody is under 13."""
    context, homes = people.context, people.homes
    leases = home_leases(context, homes.household_id)
    home, lease = explode(lease_at(context, leases, context.end - 1) + 1)
    of_family = (lease == 0) & homes.has_under_13[home]
    seen = np.flatnonzero(of_family | people.observed("ip_address", chain(lease, homes.key[home])))
    home, lease = home[seen], lease[seen]
    value = home_ip(context, homes.household_id[home], lease)
    length = leases.length[home]
    begins = context.start - leases.phase[home] + lease * length
    person, of = people.members(home)
    return identifier_rows(
        people,
        person,
        HOME_IP,
        lease[of],
        value.take(pa.array(of)),
        identifier_type="ip_address",
        is_shared=homes.size[home[of]] > 1,
        begins=np.maximum(begins, context.start)[of],
        ends=(begins + length)[of],
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
