"""Mailboxes and phones, their hashes and other spellings: the identifiers people hand out themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, explode
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators.identity.confidence import drawn, holds
from idgraph_widgets.generators.identity.confidence import prepare as confidences
from idgraph_widgets.generators.identity.emails import addresses
from idgraph_widgets.generators.identity.mailboxes import mailbox_count
from idgraph_widgets.generators.identity.rows import (
    EMAIL,
    FOREVER,
    HASHED_EMAIL,
    HASHED_PHONE,
    PHONE,
    TYPO,
    UID2,
    after_start,
    identifier_rows,
    opt_out,
)
from idgraph_widgets.generators.identity.values import (
    MAX_MAILBOXES,
    hash_variant,
    mistyped,
    phone_numbers,
    respelt,
    sha256_hex,
    takes_spellings,
    uid2_value,
)
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.individuals import ADULT_AGE

if TYPE_CHECKING:
    import pyarrow as pa

    from idgraph_widgets.generators.identity.persons import People

_EMAIL_SOURCES = {"crm": 0.5, "newsletter": 0.3, "login": 0.2}
_HASHED_EMAIL_SOURCES = {"onboarding": 0.6, "login": 0.4}
_PHONE_SOURCES = {"crm": 0.7, "login": 0.3}


def contact_rows(people: People) -> list[Columns]:
    """Rows of mailboxes, phones and their hashes."""
    boxes = _mailboxes(people)
    kept = boxes.where(boxes.is_kept)
    return [
        _emails(people, boxes),
        _spellings(people, boxes.where(boxes.is_respelt)),
        _hashed_emails(people, boxes.where(boxes.is_hashed)),
        _mistyped(people, kept),
        _variants(people, kept),
        _uid2s(people, boxes.where(boxes.is_pseudonymous)),
        *_phones(people),
    ]


def _mailboxes(people: People) -> Columns:
    """Observed mailboxes, a row per person and mailbox.

    Returns
    -------
    Columns
        ``person`` (place), ``number`` (which of the person's), ``both`` (a couple shares it), ``is_kept`` (it was not
        recycled), ``is_respelt``, ``is_hashed`` and ``is_pseudonymous`` (whether another spelling, its hash and an id
        made from it are known, too), ``link`` (its slot), ``begins`` and ``ends`` of its life, ``key`` (hash of
        individual and number), ``owner``, ``owner_key`` (hash of owner and number), and the address: ``name``,
        ``domain`` and ``email``.
    """
    own = people.old_enough()
    count = mailbox_count(people.context, people.persons.key[own], people.persons.age[own])
    # Adults may open another one in the window, and give up any but the first.
    opens = (people.persons.age[own] >= ADULT_AGE) & (count < MAX_MAILBOXES)
    row, number = explode(count + opens)
    person = own[row]
    key = hashed(number, people.persons.key[person])
    is_new = number == count[row]
    changes = after_start(people, "mailbox", people.identity.mailbox_churn_per_90_days, key)
    begins = np.where(is_new, changes, people.context.start)
    ends = np.where(is_new | (number == 0), FOREVER, changes)
    both = people.persons.shares_mailbox[person] & (number == 0)
    # Everybody from 13 on is known by something of their own: the first mailbox, or else the phone.
    is_last_resort = (number == 0) & (both | ~people.persons.has_phone[person])
    in_window = begins < people.context.end
    seen = np.flatnonzero(in_window & (people.observed("email", key) | is_last_resort))
    person, number, both, key, begins, ends = (each[seen] for each in (person, number, both, key, begins, ends))
    link = number + EMAIL * ids.SLOTS_PER_KIND
    link_key = hashed(link, people.persons.key[person])
    confidence = drawn(people.context, people.context.of(confidences).mailbox, link_key)
    is_kept = both | holds(people.context, confidence, link_key)
    found = addresses(people.context, people.persons.individual_id[person], both, number)
    owner_key = hashed(number, hashed(found.owner))
    is_respelt = people.draws.chance("respelt", people.identity.email_variant_share, key)
    return Columns(
        person=person,
        number=number,
        both=both,
        is_kept=is_kept,
        is_respelt=~both & takes_spellings(found.domain) & is_respelt,
        is_hashed=people.observed("hashed_email", owner_key),
        is_pseudonymous=(number == 0) & people.observed("uid2_like", hashed(found.owner)),
        link=link,
        begins=begins,
        ends=ends,
        key=key,
        owner=found.owner,
        owner_key=owner_key,
        name=found.name,
        domain=found.domain,
        email=found.email,
    )


def _opt_out(people: People, boxes: Columns) -> np.ndarray:
    """When owners of mailboxes opt out, from the opening on."""
    return np.minimum(opt_out(people, "email", boxes.owner_key) + (boxes.begins - people.context.start), FOREVER)


def _of_one(noise: str, both: np.ndarray) -> Coded:
    """The noise of rows that belong to one person."""
    return Coded(np.where(both, np.int32(-1), np.int32(0)), (noise,))


def _emails(people: People, boxes: Columns) -> Columns:
    """Plain e-mail addresses."""
    return identifier_rows(
        people,
        boxes.person,
        EMAIL,
        boxes.number,
        boxes.email,
        identifier_type="email",
        is_shared=boxes.both,
        begins=boxes.begins,
        ends=boxes.ends,
        opts_out=_opt_out(people, boxes),
        noise=_of_one("email", boxes.both),
        # Whatever else is known of a mailbox stands for the address in its own row.
        is_named=boxes.is_respelt | boxes.is_hashed | boxes.is_pseudonymous,
        source=people.draws.choose("source/email", _EMAIL_SOURCES, boxes.owner_key),
    )


def _spellings(people: People, boxes: Columns) -> Columns:
    """Other spellings that were captured, too, of mailboxes that somebody has alone."""
    return identifier_rows(
        people,
        boxes.person,
        EMAIL,
        # The spelling has a slot of its own behind those of the mailboxes.
        boxes.number + MAX_MAILBOXES,
        respelt(boxes.name, boxes.domain, people.draws.unit("respelt_as", boxes.key)),
        identifier_type="email",
        link=boxes.link,
        begins=boxes.begins,
        ends=boxes.ends,
        opts_out=_opt_out(people, boxes),
        source=people.draws.choose("source/email", _EMAIL_SOURCES, boxes.owner_key),
    )


def _hashed_emails(people: People, boxes: Columns) -> Columns:
    """SHA-256 of addresses."""
    return identifier_rows(
        people,
        boxes.person,
        HASHED_EMAIL,
        boxes.number,
        sha256_hex(boxes.email),
        identifier_type="hashed_email",
        is_shared=boxes.both,
        link=boxes.link,
        begins=boxes.begins,
        ends=boxes.ends,
        noise=_of_one("hashed_email", boxes.both),
        source=_hashed_email_source(people, boxes),
    )


def _mistyped(people: People, kept: Columns) -> Columns:
    """Hashes of mistyped input."""
    boxes = kept.where(~kept.both & people.draws.chance("typo", people.identity.typo_share, kept.key))
    wrong = mistyped(boxes.email, people.draws.unit("typo_at", boxes.key))
    return _missing_hashes(people, boxes, 0, sha256_hex(wrong))


def _variants(people: People, kept: Columns) -> Columns:
    """Hashes that were made in another way."""
    boxes = kept.where(~kept.both & people.draws.chance("hash_variant", people.identity.hash_variant_share, kept.key))
    return _missing_hashes(
        people, boxes, MAX_MAILBOXES, hash_variant(boxes.email, people.draws.unit("hash_variant_as", boxes.key))
    )


def _missing_hashes(people: People, boxes: Columns, first: int, values: pa.StringArray) -> Columns:
    """Hashes that miss the address, in slots from `first`."""
    return identifier_rows(
        people,
        boxes.person,
        TYPO,
        boxes.number + first,
        values,
        identifier_type="hashed_email",
        begins=boxes.begins,
        ends=boxes.ends,
        noise="typo",
        source=_hashed_email_source(people, boxes),
    )


def _hashed_email_source(people: People, boxes: Columns) -> Coded:
    return people.draws.choose("source/hashed_email", _HASHED_EMAIL_SOURCES, boxes.owner_key)


def _uid2s(people: People, boxes: Columns) -> Columns:
    """Pseudonymous ids derived from the first mailbox."""
    return identifier_rows(
        people,
        boxes.person,
        UID2,
        0,
        uid2_value(people.context, boxes.email),
        identifier_type="uid2_like",
        is_shared=boxes.both,
        link=boxes.link,
        source="identity_partner",
    )


def _phones(people: People) -> tuple[Columns, Columns]:
    """Phone numbers and their hashes."""
    owners = people.old_enough("has_phone")
    key = people.persons.key[owners]
    # See `_mailboxes`: who is not known by the first mailbox is known by the phone.
    has_no_mail = ~people.observed("email", hashed(np.zeros_like(owners), key))
    plain = np.flatnonzero(people.observed("phone", key) | has_no_mail)
    in_hash = np.flatnonzero(people.observed("hashed_phone", key))
    person = people.persons.individual_id[owners]
    return (
        identifier_rows(
            people,
            owners[plain],
            PHONE,
            0,
            phone_numbers(people.context, person[plain]),
            identifier_type="phone",
            source=people.draws.choose("source/phone", _PHONE_SOURCES, key[plain]),
        ),
        identifier_rows(
            people,
            owners[in_hash],
            HASHED_PHONE,
            0,
            sha256_hex(phone_numbers(people.context, person[in_hash])),
            identifier_type="hashed_phone",
            link=PHONE * ids.SLOTS_PER_KIND,
            source="onboarding",
        ),
    )
