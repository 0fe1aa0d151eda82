"""Mailboxes and phones, their hashes and other spellings: the identifiers people hand out themselves."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.generators import devices as dev
from idgraph_widgets.generators.identity_confidence import holds, mailbox_confidence
from idgraph_widgets.generators.identity_rows import (
    EMAIL,
    HASHED_EMAIL,
    HASHED_PHONE,
    PHONE,
    SLOTS_PER_KIND,
    TYPO,
    UID2,
    People,
    identifier_rows,
    opt_out,
)
from idgraph_widgets.generators.identity_values import (
    hash_variant,
    mistyped,
    respelt,
    takes_spellings,
    uid2_value,
    with_email,
    with_phone,
)

COUPLED_SHARE = 0.55
"""Share of adults who live with a spouse or partner, for the dial of shared mailboxes (ACS 2020-24, derived)."""

MAX_EMAILS = 4


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
    return identifier_rows(
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
    hashed = identifier_rows(
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
        identifier_rows(
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
    return identifier_rows(
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
    return identifier_rows(
        plain,
        p,
        PHONE,
        0,
        identifier_type=F.lit("phone"),
        identifier_value=F.col("phone"),
        source=p.d.choose("source/phone", {"crm": 0.7, "login": 0.3}, "individual_id"),
    ).unionAll(
        identifier_rows(
            hashed,
            p,
            HASHED_PHONE,
            0,
            identifier_type=F.lit("hashed_phone"),
            identifier_value=F.sha2(F.col("phone"), 256),
            source=F.lit("onboarding"),
        )
    )
