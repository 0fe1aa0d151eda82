"""The identifiers people and homes really have, before any noise: one row per (person, identifier).

Every function returns rows with the same columns (`ROW`), for identifiers that were observed. Lives are in
microseconds since 1970: ``a`` is the first instant in the window, ``b`` the end (exclusive, beyond the window if
it goes on), ``out`` the opt-out or null. Nothing here depends on the end of the window but how far
generations are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws
from idgraph_widgets.generators import devices as dev
from idgraph_widgets.generators.addresses import (
    end_micros,
    lease_at,
    start_micros,
    with_home_ip,
    with_leases,
    with_public_ip,
)
from idgraph_widgets.generators.identity_confidence import holds, mailbox_confidence
from idgraph_widgets.generators.identity_cookies import (
    THIRD_PARTY_BROWSERS,
    browser_of,
    computer_platform,
    with_generations,
)
from idgraph_widgets.generators.identity_values import (
    cookie_value,
    hash_variant,
    masked_uuid,
    mistyped,
    respelt,
    takes_spellings,
    uid2_value,
    with_email,
    with_phone,
)

FOREVER = 1 << 60
"""End of a life that goes on, microseconds."""

ROW = (
    "individual_id", "household_id", "slot", "identifier_type", "identifier_value", "device_no", "device_type",
    "platform", "browser", "cookie_scope", "ifa_type", "att_status", "is_shared", "a", "b", "out", "personal",
    "source",
)  # fmt: skip
"""Columns of a row. ``slot`` numbers a person's identifiers; ``personal`` names the kind of noise it can suffer."""

EMAIL, HASHED_EMAIL, TYPO, UID2, PHONE, HASHED_PHONE, AD_ID, TABLET_AD_ID, CTV, HOME_IP, PUBLIC_IP = range(11)
COOKIE = 11
"""Kinds of slots; cookies take six, one per scope and device (phone, computer, desktop)."""

COUPLED_SHARE = 0.55
"""Share of adults who live with a spouse or partner, for the dial of shared mailboxes (ACS 2020-24, derived)."""

SLOTS_PER_KIND = 1024

SLOT_BITS = 15
"""Bits of a slot number: 32 kinds of `SLOTS_PER_KIND`."""
MAX_EMAILS = 4

SHORT_LIVED = 0.2
"""Observation of Safari's cookies relative to others (design)."""


@dataclass(frozen=True)
class People:
    """The frame identifiers are made from, and the draws.

    Attributes
    ----------
    config : GenerationConfig
    persons : DataFrame
        individual_id, household_id, pn, age, first_name, last_name, and what `persons` adds.
    """

    config: GenerationConfig
    persons: DataFrame

    @property
    def d(self) -> Draws:
        return Draws(self.config.seed, "identity")

    @property
    def identity(self):
        return self.config.demographics_config.identity_mappings

    def observed(self, share: str, *keys: Column | str) -> Column:
        """Whether an identifier of that kind was captured."""
        return self.d.chance(f"observed/{share}", self.identity.observation_shares[share], *keys)

    @property
    def own(self) -> DataFrame:
        """People old enough for identifiers of their own."""
        return self.persons.filter(F.col("age") >= dev.TEEN)


def persons(config: GenerationConfig, households: DataFrame, individuals: DataFrame) -> DataFrame:
    """People with what decides about their identifiers: the frame of `People`."""
    d = dev.draws(config)
    identity = config.demographics_config.identity_mappings
    home = households.select(
        "household_id",
        F.col("household_size").cast("bigint").alias("size"),
        F.col("household_type").isin("married_couple", "cohabiting").alias("is_couple"),
        F.col("annual_income").alias("income"),
    )
    young = individuals.groupBy("household_id").agg((F.min("age") < dev.TEEN).alias("has_under_13"))
    df = individuals.select(
        "individual_id",
        "household_id",
        F.col("person_number").cast("bigint").alias("pn"),
        F.col("age").cast("bigint").alias("age"),
        "role",
        "first_name",
        "last_name",
        "ad_tracking_allowed",
    ).join(home.join(young, "household_id"), "household_id")
    person = F.col("individual_id")
    return (
        df.withColumn("has_phone", (F.col("age") >= dev.TEEN) & dev.has_phone(config, person, F.col("age"), F.col("income")))
        .withColumn("ios", dev.is_ios(config, person))
        .withColumn(
            "has_computer",
            (F.col("age") >= dev.ADULT) & d.chance("computer", identity.personal_computer_share, person),
        )
        .withColumn("has_desktop", d.chance("desktop", identity.shared_desktop_share, "household_id"))
        .withColumn("has_tablet", d.chance("tablet", identity.shared_tablet_share, "household_id"))
    )


def own_rows(p: People) -> DataFrame:
    """All observed identifiers, without noise."""
    frames = [emails(p), hashed_emails(p), uid2s(p), phones(p), ad_ids(p), ctv_ids(p), home_ips(p), public_ips(p)]
    return reduce(lambda left, right: left.unionAll(right), [*frames, cookies(p)])


def _rows(df: DataFrame, p: People, kind: int, number: Column | int, **values) -> DataFrame:
    """Project to `ROW`, filling what is not given."""
    number = F.lit(number).cast("bigint") if isinstance(number, int) else number
    start = F.lit(start_micros(p.config)).cast("bigint")
    text = F.lit(None).cast("string")
    defaults = {
        "individual_id": F.col("individual_id"),
        "household_id": F.col("household_id"),
        "slot": F.lit(kind * SLOTS_PER_KIND).cast("bigint") + number,
        "device_no": F.lit(None).cast("bigint"),
        **{
            name: text
            for name in ("device_type", "platform", "browser", "cookie_scope", "ifa_type", "att_status", "personal")
        },
        "is_shared": F.lit(False),
        "a": start,
        "b": F.lit(FOREVER).cast("bigint"),
        "out": F.lit(None).cast("bigint"),
    }
    columns = {**defaults, **values}
    return df.select(*[columns[name].alias(name) for name in ROW])


def opt_out(p: People, stream: str, *keys) -> Column:
    """When somebody who had not opted out at the start does so: microseconds, null beyond 30 years."""
    rate = p.identity.opt_out_per_90_days
    if rate <= 0:
        return F.lit(None).cast("bigint")
    at = p.d.below(f"opt_out/{stream}", max(1, round(90 * 86_400 / rate)), *keys)
    return F.lit(start_micros(p.config)).cast("bigint") + (at + F.lit(1)) * F.lit(1_000_000).cast("bigint")


# --- e-mail, hashes, phone -------------------------------------------------------------------------------


def mailbox_count(p: People) -> Column:
    """How many mailboxes a person has."""
    extra = p.d.count("emails", max(0.0, p.identity.emails_per_adult - 1), MAX_EMAILS - 1, "individual_id")
    return F.when(F.col("age") >= dev.ADULT, extra + F.lit(1)).otherwise(F.lit(1).cast("bigint"))


def shares_mailbox(p: People) -> Column:
    """Whether a person's first mailbox is also the partner's."""
    of_couple = F.col("is_couple") & F.col("role").isin("householder", "spouse", "partner")
    # The dial is the share of all adults; only couples share a mailbox.
    share = min(1.0, p.identity.shared_email_share / COUPLED_SHARE)
    return of_couple & p.d.chance("shared_email", share, "household_id")


def mailboxes(p: People) -> DataFrame:
    """One row per person and observed mailbox ``j``: adds ``email``, ``owner`` and ``both`` (a couple shares it)."""
    boxes = p.own.withColumn("j", F.explode(F.sequence(F.lit(0).cast("bigint"), mailbox_count(p) - F.lit(1))))
    boxes = boxes.withColumn("both", shares_mailbox(p) & (F.col("j") == 0))
    # Everybody from 13 on is known by something of their own: the first mailbox, or else the phone.
    seen = p.observed("email", "individual_id", "j")
    return with_address(p, boxes.filter(seen | ((F.col("j") == 0) & (F.col("both") | ~F.col("has_phone")))))


def first_mailboxes(p: People) -> DataFrame:
    """Everybody's first mailbox, observed or not: columns as of `mailboxes`."""
    return with_address(p, p.own.withColumn("j", F.lit(0).cast("bigint")).withColumn("both", shares_mailbox(p)))


def with_address(p: People, boxes: DataFrame) -> DataFrame:
    """Add ``owner`` and ``email`` to mailboxes with ``j`` and ``both``."""
    head = F.col("household_id") * F.lit(16) + F.lit(1)
    boxes = boxes.withColumn("owner", F.when(F.col("both"), head).otherwise(F.col("individual_id")))
    name = F.when(F.col("both"), F.lit("family.")).otherwise(F.concat_ws(".", "first_name", "last_name"))
    return with_email(p.config, boxes, name, F.col("owner"), F.col("j"))


def kept_mailboxes(p: People) -> DataFrame:
    """Mailboxes without the recycled ones: a hash stands for an address that the person still has."""
    slot = F.lit(EMAIL * SLOTS_PER_KIND).cast("bigint") + F.col("j")
    confidence = mailbox_confidence(p.config, F.col("individual_id"), slot)
    return mailboxes(p).filter(F.col("both") | holds(p.config, confidence, F.col("individual_id"), slot))


def emails(p: People) -> DataFrame:
    """Plain e-mail addresses, and other spellings of them that reach the same mailbox."""
    # The spelling has a slot of its own behind those of the mailboxes.
    boxes = mailboxes(p).withColumn("also", _respelt(p))
    boxes = boxes.withColumn("spelling", F.explode(F.array_compact(F.array(F.lit(0), F.when(F.col("also"), F.lit(1))))))
    other = F.col("spelling") == 1
    value = F.when(other, respelt(F.col("email"), p.d.unit("respelt_as", "individual_id", "j")))
    return _rows(
        boxes,
        p,
        EMAIL,
        F.col("j") + F.col("spelling").cast("bigint") * F.lit(MAX_EMAILS),
        identifier_type=F.lit("email"),
        identifier_value=value.otherwise(F.col("email")),
        is_shared=F.col("both"),
        out=opt_out(p, "email", "owner", "j"),
        personal=F.when(~F.col("both") & ~other, F.lit("email")),
        source=p.d.choose("source/email", {"crm": 0.5, "newsletter": 0.3, "login": 0.2}, "owner", "j"),
    )


def _respelt(p: People) -> Column:
    """Whether a mailbox was captured in another spelling, too: one that the person still has, alone."""
    slot = F.lit(EMAIL * SLOTS_PER_KIND).cast("bigint") + F.col("j")
    confidence = mailbox_confidence(p.config, F.col("individual_id"), slot)
    kept = ~F.col("both") & holds(p.config, confidence, F.col("individual_id"), slot)
    drawn = p.d.chance("respelt", p.identity.email_variant_share, "individual_id", "j")
    return kept & takes_spellings(F.col("email")) & drawn


def hashed_emails(p: People) -> DataFrame:
    """SHA-256 of observed addresses, and hashes that miss them: of mistyped input, or made in another way."""
    boxes = kept_mailboxes(p)
    source = p.d.choose("source/hashed_email", {"onboarding": 0.6, "login": 0.4}, "owner", "j")
    good = boxes.filter(p.observed("hashed_email", "owner", "j"))
    hashed = _rows(
        good,
        p,
        HASHED_EMAIL,
        F.col("j"),
        identifier_type=F.lit("hashed_email"),
        identifier_value=F.sha2(F.col("email"), 256),
        is_shared=F.col("both"),
        personal=F.when(~F.col("both"), F.lit("hashed_email")),
        source=source,
    )
    typed = p.d.chance("typo", p.identity.typo_share, "individual_id", "j")
    other = p.d.chance("hash_variant", p.identity.hash_variant_share, "individual_id", "j")
    # 0 mistyped, 1 made in another way; each has slots of its own.
    misses = F.array_compact(F.array(F.when(typed, F.lit(0)), F.when(other, F.lit(1))))
    missed = boxes.filter(~F.col("both")).withColumn("miss", F.explode(misses))
    wrong = mistyped(F.col("email"), p.d.unit("typo_at", "individual_id", "j"))
    variant = hash_variant(F.col("email"), p.d.unit("hash_variant_as", "individual_id", "j"))
    return hashed.unionAll(
        _rows(
            missed,
            p,
            TYPO,
            F.col("j") + F.col("miss").cast("bigint") * F.lit(MAX_EMAILS),
            identifier_type=F.lit("hashed_email"),
            identifier_value=F.when(F.col("miss") == 0, F.sha2(wrong, 256)).otherwise(variant),
            personal=F.lit("typo"),
            source=source,
        )
    )


def uid2s(p: People) -> DataFrame:
    """Pseudonymous ids derived from the first mailbox."""
    boxes = kept_mailboxes(p).filter((F.col("j") == 0) & p.observed("uid2_like", "owner"))
    return _rows(
        boxes,
        p,
        UID2,
        0,
        identifier_type=F.lit("uid2_like"),
        identifier_value=uid2_value(p.config, F.col("email")),
        is_shared=F.col("both"),
        source=F.lit("identity_partner"),
    )


def phones(p: People) -> DataFrame:
    """Phone numbers and their hashes."""
    owners = with_phone(p.config, p.own.filter("has_phone"), F.col("individual_id"))
    # See `mailboxes`: who is not known by the first mailbox is known by the phone.
    no_mail = ~p.observed("email", "individual_id", F.lit(0).cast("bigint"))
    plain = owners.filter(p.observed("phone", "individual_id") | no_mail)
    hashed = owners.filter(p.observed("hashed_phone", "individual_id"))
    return _rows(
        plain,
        p,
        PHONE,
        0,
        identifier_type=F.lit("phone"),
        identifier_value=F.col("phone"),
        source=p.d.choose("source/phone", {"crm": 0.7, "login": 0.3}, "individual_id"),
    ).unionAll(
        _rows(
            hashed,
            p,
            HASHED_PHONE,
            0,
            identifier_type=F.lit("hashed_phone"),
            identifier_value=F.sha2(F.col("phone"), 256),
            source=F.lit("onboarding"),
        )
    )


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
    phones_ = _rows(
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
        F.col("has_tablet")
        & dev.tracking_allowed(p.config, home)
        & p.observed("mobile_ad_id", "household_id")
    )
    tablet_device = dev.device_id(F.col("household_id"), F.lit(0), F.lit(dev.TABLET))
    return phones_.unionAll(
        _rows(
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
    return _rows(
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
    return _rows(
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
    return _rows(
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
    place = F.when(is_first, F.lit(0)).otherwise(F.lit(3)) + F.when(
        F.col("device_slot") == dev.PHONE, 0
    ).when(F.col("device_slot") == dev.COMPUTER, 1).otherwise(2)
    prefix = F.when(is_first, F.lit("fp1.")).otherwise(F.lit("tp1."))
    return _rows(
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
