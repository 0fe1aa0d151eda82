"""The identifiers people and homes really have, before any noise: one row per (person, identifier).

Every function returns rows with the same columns (`ROW`), for identifiers that were observed. Lives are in
microseconds since 1970: ``a`` is the first instant in the window, ``b`` the end (exclusive, beyond the window if
it goes on), ``out`` the opt-out or null. Nothing here depends on the end of the window but how far
generations are counted.
"""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.generators import devices as dev
from idgraph_widgets.generators.addresses import (
    end_micros,
    lease_at,
    start_micros,
    with_home_ip,
    with_leases,
    with_public_ip,
)
from idgraph_widgets.generators.identity_contacts import emails, hashed_emails, phones, uid2s
from idgraph_widgets.generators.identity_cookies import (
    THIRD_PARTY_BROWSERS,
    browser_of,
    computer_platform,
    with_generations,
)
from idgraph_widgets.generators.identity_rows import (
    AD_ID,
    COOKIE,
    CTV,
    HOME_IP,
    PUBLIC_IP,
    SLOTS_PER_KIND,
    TABLET_AD_ID,
    People,
    identifier_rows,
    opt_out,
)
from idgraph_widgets.generators.identity_values import cookie_value, masked_uuid

SHORT_LIVED = 0.2
"""Observation of Safari's cookies relative to others (design)."""


def own_rows(p: People) -> DataFrame:
    """All observed identifiers, without noise."""
    frames = [emails(p), hashed_emails(p), uid2s(p), phones(p), ad_ids(p), ctv_ids(p), home_ips(p), public_ips(p)]
    return reduce(lambda left, right: left.unionAll(right), [*frames, cookies(p)])


# --- devices ---------------------------------------------------------------------------------------------


def _mobile_values(p: People, ios: Column, device_no: Column) -> dict[str, Column]:
    uuid = masked_uuid(p.config, "ad_id", device_no)
    return {
        "identifier_type": F.when(ios, F.lit("idfa")).otherwise(F.lit("gaid")),
        "identifier_value": F.when(ios, F.upper(uuid)).otherwise(uuid),
        "device_no": device_no,
        "platform": F.when(ios, F.lit("ios")).otherwise(F.lit("android")),
        "ifa_type": F.when(ios, F.lit("idfa")).otherwise(F.lit("aaid")),
        # Only an authorised iOS device has an idfa, and a row exists only where there is one.
        "att_status": F.when(ios, F.lit("authorized")),
        "source": F.lit("app_sdk"),
    }


def ad_ids(p: People) -> DataFrame:
    """IDFA and GAID of phones, and of the home's tablet (shared by all members)."""
    person_device = dev.device_id(F.col("household_id"), F.col("pn"), F.lit(dev.PHONE))
    phone = p.own.filter(
        F.col("has_phone") & F.col("ad_tracking_allowed") & p.observed("mobile_ad_id", "individual_id")
    )
    phones_ = identifier_rows(
        phone,
        p,
        AD_ID,
        0,
        **_mobile_values(p, F.col("ios"), person_device),
        device_type=F.lit("mobile"),
        out=opt_out(p, "phone", "individual_id"),
        personal=F.lit("ad_id"),
    )
    # The tablet answers to the householder, as a device of person 0 of the home.
    home = F.col("household_id") * F.lit(16)
    tablet = p.persons.filter(
        F.col("has_tablet") & dev.tracking_allowed(p.config, home) & p.observed("mobile_ad_id", "household_id")
    )
    tablet_device = dev.device_id(F.col("household_id"), F.lit(0), F.lit(dev.TABLET))
    return phones_.unionAll(
        identifier_rows(
            tablet,
            p,
            TABLET_AD_ID,
            0,
            **_mobile_values(p, dev.is_ios(p.config, home), tablet_device),
            device_type=F.lit("tablet"),
            is_shared=F.col("size") > 1,
            out=opt_out(p, "tablet", "household_id"),
        )
    )


def ctv_ids(p: People) -> DataFrame:
    """Advertising ids of the home's TVs, shared by all members."""
    identity, d = p.identity, dev.draws(p.config)
    more = d.count("tvs", max(0.0, identity.ctv_devices_per_home - 1), dev.MAX_TVS - 1, "household_id")
    homes = p.persons.filter(d.chance("ctv_home", identity.ctv_home_share, "household_id"))
    tvs = homes.withColumn("tv", F.explode(F.sequence(F.lit(0).cast("bigint"), more)))
    tvs = tvs.filter(p.observed("ctv_id", "household_id", "tv"))
    tvs = tvs.withColumn("platform", d.choose("ctv_platform", identity.ctv_platform_shares, "household_id", "tv"))
    device = dev.device_id(F.col("household_id"), F.lit(0), F.lit(dev.TV) + F.col("tv"))
    ifa_type = F.lit(None).cast("string")
    for platform, code in dev.CTV_IFA_TYPES.items():
        ifa_type = F.when(F.col("platform") == platform, code).otherwise(ifa_type)
    return identifier_rows(
        tvs,
        p,
        CTV,
        F.col("tv"),
        identifier_type=F.lit("ctv_id"),
        identifier_value=masked_uuid(p.config, "ctv", device),
        device_no=device,
        device_type=F.lit("ctv"),
        platform=F.col("platform"),
        ifa_type=ifa_type,
        is_shared=F.col("size") > 1,
        out=opt_out(p, "ctv", "household_id", "tv"),
        source=F.lit("ctv_app"),
    )


# --- addresses -------------------------------------------------------------------------------------------


def home_ips(p: People) -> DataFrame:
    """The home's leases, one row per member; the first one always where somebody is under 13."""
    home, start = F.col("household_id"), F.lit(start_micros(p.config)).cast("bigint")
    homes = with_leases(p.config, p.persons, home)
    last = lease_at(p.config, F.lit(end_micros(p.config) - 1).cast("bigint"))
    rows = homes.withColumn("lease", F.explode(F.sequence(F.lit(0).cast("bigint"), last)))
    first_of_family = (F.col("lease") == 0) & F.col("has_under_13")
    rows = rows.filter(first_of_family | p.observed("ip_address", "household_id", "lease"))
    rows = with_home_ip(p.config, rows, "ip", home, F.col("lease"))
    begin = start - F.col("lease_phase") + F.col("lease") * F.col("lease_length")
    return identifier_rows(
        rows,
        p,
        HOME_IP,
        F.col("lease"),
        identifier_type=F.lit("ip_address"),
        identifier_value=F.col("ip"),
        is_shared=F.col("size") > 1,
        a=F.greatest(begin, start),
        b=begin + F.col("lease_length"),
        source=F.lit("ad_server"),
    )


def public_ips(p: People) -> DataFrame:
    """Work and café networks where a person logs in: values that join strangers."""
    rows = p.own.filter(p.d.chance("public_ip", p.identity.public_ip_share, "individual_id"))
    return identifier_rows(
        with_public_ip(p.config, rows, "ip", F.col("individual_id")),
        p,
        PUBLIC_IP,
        0,
        identifier_type=F.lit("ip_address"),
        identifier_value=F.col("ip"),
        source=F.lit("ad_server"),
    )


# --- cookies ---------------------------------------------------------------------------------------------


def cookies(p: People) -> DataFrame:
    """First- and third-party cookies of phones, personal computers and profiles on the home's desktop."""
    kinds = ((dev.PHONE, "has_phone"), (dev.COMPUTER, "has_computer"), (dev.DESKTOP, "has_desktop"))
    slots = F.array(*[F.when(F.col(flag), F.lit(slot).cast("bigint")) for slot, flag in kinds])
    profiles = p.own.withColumn("device_slot", F.explode(F.array_compact(slots)))
    owner = F.when(F.col("device_slot") == dev.DESKTOP, F.lit(0).cast("bigint")).otherwise(F.col("pn"))
    profiles = profiles.withColumn("device_no", dev.device_id(F.col("household_id"), owner, F.col("device_slot")))
    is_phone = F.col("device_slot") == dev.PHONE
    phone = F.when(F.col("ios"), F.lit("ios")).otherwise(F.lit("android"))
    platform = F.when(is_phone, phone).otherwise(computer_platform(p.config, p.d, F.col("device_no")))
    profiles = profiles.withColumn("platform", platform)
    browser = browser_of(p.config, p.d, F.col("platform"), F.col("device_no"), F.col("individual_id"))
    profiles = profiles.withColumn("browser", browser)
    takes_third = F.col("browser").isin(*THIRD_PARTY_BROWSERS)
    scopes = F.array(F.lit("first_party"), F.when(takes_third, F.lit("third_party")))
    profiles = profiles.withColumn("scope", F.explode(F.array_compact(scopes)))
    rows = with_generations(p.config, p.d, profiles)
    return _cookie_rows(p, rows.filter(_cookie_seen(p)))


def _cookie_seen(p: People) -> Column:
    """A Safari cookie lives for days, another for months: seen less often each, so as often a day."""
    keys = ("individual_id", "device_no", "scope", "gen")
    shares = p.identity.observation_shares

    def chance(factor: float) -> Column:
        first = p.d.chance("observed/cookie", shares["first_party_cookie"] * factor, *keys)
        third = p.d.chance("observed/cookie", shares["third_party_cookie"] * factor, *keys)
        return F.when(F.col("scope") == "first_party", first).otherwise(third)

    return F.when(F.col("browser") == "safari", chance(SHORT_LIVED)).otherwise(chance(1.0))


def _cookie_rows(p: People, rows: DataFrame) -> DataFrame:
    is_first = F.col("scope") == "first_party"
    # One kind of slot per device slot and scope, so that a later generation keeps its number.
    place = F.when(is_first, F.lit(0)).otherwise(F.lit(3)) + F.when(F.col("device_slot") == dev.PHONE, 0).when(
        F.col("device_slot") == dev.COMPUTER, 1
    ).otherwise(2)
    prefix = F.when(is_first, F.lit("fp1.")).otherwise(F.lit("tp1."))
    return identifier_rows(
        rows,
        p,
        COOKIE,
        place.cast("bigint") * F.lit(SLOTS_PER_KIND) + F.col("gen"),
        identifier_type=F.lit("cookie"),
        identifier_value=F.concat(
            prefix, cookie_value(p.config, F.col("scope"), F.col("device_no"), F.col("individual_id"), F.col("gen"))
        ),
        device_no=F.col("device_no"),
        device_type=F.when(F.col("device_slot") == dev.PHONE, F.lit("mobile")).otherwise(F.lit("desktop")),
        platform=F.col("platform"),
        browser=F.col("browser"),
        cookie_scope=F.col("scope"),
        att_status=F.when(F.col("platform") == "ios", dev.att_status(p.config, F.col("individual_id"))),
        a=F.col("a"),
        b=F.col("b"),
        personal=F.lit("cookie"),
        source=F.lit("web_tag"),
    )
