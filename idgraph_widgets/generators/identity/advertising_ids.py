"""Advertising ids of phones, tablets and TVs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Coded, Columns, explode
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators import devices
from idgraph_widgets.generators.identity.persons import People, home_itself
from idgraph_widgets.generators.identity.rows import AD_ID, CTV, FOREVER, TABLET_AD_ID, identifier_rows, opt_out
from idgraph_widgets.generators.identity.values import masked_uuids
from idgraph_widgets.schema import ids


def advertising_id_rows(people: People) -> list[Columns]:
    """Rows of advertising ids that were captured."""
    return [_phones(people), _tablets(people), _televisions(people)]


def _phones(people: People) -> Columns:
    """IDFA and GAID of people's own phones, one after the other."""
    context = people.context
    owner = people.old_enough("has_phone", "ad_tracking_allowed")
    phones = devices.phones(context, people.persons.key[owner])
    first = phones.at(context.start)
    row, later = explode(phones.at(context.end - 1) - first + 1)
    person, phones, number = owner[row], phones.take(row), first[row] + later
    key = hashed(number, people.persons.key[person])
    seen = np.flatnonzero(people.observed("mobile_ad_id", key))
    person, phones, number, later, key = person[seen], phones.take(seen), number[seen], later[seen], key[seen]
    begins = np.where(later == 0, context.start, phones.begins(number))
    device = devices.phone_number(people.persons.individual_id[person], number)
    is_ios = people.persons.is_ios[person]
    return identifier_rows(
        people,
        person,
        AD_ID,
        number,
        masked_uuids(context, "ad_id", hashed(device), upper=is_ios),
        device_number=device,
        device_type="mobile",
        begins=begins,
        ends=phones.begins(number + 1),
        # Whoever gets a phone is asked then.
        opts_out=np.minimum(opt_out(people, "phone", key) + (begins - context.start), FOREVER),
        noise="ad_id",
        **_of_mobile(is_ios),
    )


def _tablets(people: People) -> Columns:
    """IDFA and GAID of the home's tablet, shared by all members; it answers to the home, as a device of person 0."""
    homes, home = people.homes, home_itself(people.homes.household_id)
    key = hashed(home)
    home_is_ios = devices.home_is_ios(people.context, key)
    allowed = devices.tracking_allowed(people.context, key, home_is_ios) & people.observed("mobile_ad_id", homes.key)
    tablet = np.flatnonzero(homes.has_tablet & allowed)
    number = ids.device_number(home[tablet], devices.TABLET)
    is_ios = home_is_ios[tablet]
    value = masked_uuids(people.context, "ad_id", hashed(number), upper=is_ios)
    out = opt_out(people, "tablet", homes.key[tablet])
    person, of = people.members(tablet)
    return identifier_rows(
        people,
        person,
        TABLET_AD_ID,
        0,
        value.take(pa.array(of)),
        device_number=number[of],
        device_type="tablet",
        is_shared=homes.size[tablet[of]] > 1,
        opts_out=out[of],
        **_of_mobile(is_ios[of]),
    )


def _of_mobile(is_ios: np.ndarray) -> dict[str, Coded | str]:
    """What rows of mobile devices have in common."""
    code = np.where(is_ios, np.int32(0), np.int32(1))
    return {
        "identifier_type": Coded(code, ("idfa", "gaid")),
        "platform": Coded(code, ("ios", "android")),
        "ifa_type": Coded(code, ("idfa", "aaid")),
        # Only an authorised iOS device has an idfa, and a row exists only where there is one.
        "att_status": Coded(np.where(is_ios, np.int32(0), np.int32(-1)), ("authorized",)),
        "source": "app_sdk",
    }


def _televisions(people: People) -> Columns:
    """Advertising ids of the home's TVs, shared by all members."""
    homes, d = people.homes, people.context.draws("devices")
    equipped = np.flatnonzero(d.chance("ctv_home", people.identity.ctv_home_share, homes.key))
    more = d.choose("tvs", people.context.of(devices.prepare).more_tvs, homes.key[equipped])
    row, tv = explode(more + 1)
    home = equipped[row]
    key = hashed(tv, homes.key[home])
    seen = np.flatnonzero(people.observed("ctv_id", key))
    home, tv, key = home[seen], tv[seen], key[seen]
    platform = d.choose("ctv_platform", people.identity.ctv_platform_shares, key)
    number = ids.device_number(home_itself(homes.household_id[home]), devices.TV + tv)
    value = masked_uuids(people.context, "ctv", hashed(number))
    out = opt_out(people, "ctv", key)
    person, of = people.members(home)
    return identifier_rows(
        people,
        person,
        CTV,
        tv[of],
        value.take(pa.array(of)),
        identifier_type="ctv_id",
        device_number=number[of],
        device_type="ctv",
        platform=platform.take(of),
        ifa_type=Coded(platform.codes[of], tuple(devices.CTV_IFA_TYPES[word] for word in platform.words)),
        is_shared=homes.size[home[of]] > 1,
        opts_out=out[of],
        source="ctv_app",
    )
