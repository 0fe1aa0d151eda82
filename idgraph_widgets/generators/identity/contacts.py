"""Mailboxes and phones, their hashes and other spellings: the identifiers people hand out themselves."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Coded, Columns, explode
from idgraph_widgets.draws import chain
from idgraph_widgets.generators.identity.confidence import holds, mailbox_confidence
from idgraph_widgets.generators.identity.mailboxes import Addresses, addresses, mailbox_count
from idgraph_widgets.generators.identity.persons import People
from idgraph_widgets.generators.identity.rows import (
    EMAIL,
    HASHED_EMAIL,
    HASHED_PHONE,
    PHONE,
    TYPO,
    UID2,
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

_EMAIL_SOURCES = {"crm": 0.5, "newsletter": 0.3, "login": 0.2}
_HASHED_EMAIL_SOURCES = {"onboarding": 0.6, "login": 0.4}
_PHONE_SOURCES = {"crm": 0.7, "login": 0.3}


def contact_rows(people: People) -> list[Columns]:
    """Rows of mailboxes, phones and their hashes."""
    boxes = _mailboxes(people)
    # A hash stands for an address that the person still has.
    kept = boxes.where(boxes.is_kept)
    return [
        _emails(people, boxes),
        _spellings(people, kept),
        _hashed_emails(people, kept),
        _mistyped(people, kept),
        _variants(people, kept),
        _uid2s(people, kept),
        *_phones(people),
    ]


def first_mailboxes(people: People) -> tuple[np.ndarray, pa.StringArray]:
    """Everybody's first mailbox, observed or not: (place of a person, e-mail address)."""
    person = people.old_enough()
    return person, _addresses(people, person, people.persons.shares_mailbox[person], np.zeros_like(person)).email


def _mailboxes(people: People) -> Columns:
    """Observed mailboxes, a row per person and mailbox.

    Returns
    -------
    Columns
        ``person`` (place), ``number`` (which of the person's), ``both`` (a couple shares it), ``is_kept`` (it was not
        recycled), ``key`` (hash of individual and number), ``owner``, ``owner_key`` (hash of owner and number), and
        the address: ``name``, ``domain`` and ``email``.
    """
    own = people.old_enough()
    row, number = explode(mailbox_count(people.context, people.persons.key[own], people.persons.age[own]))
    person = own[row]
    key = chain(number, people.persons.key[person])
    both = people.persons.shares_mailbox[person] & (number == 0)
    # Everybody from 13 on is known by something of their own: the first mailbox, or else the phone.
    is_last_resort = (number == 0) & (both | ~people.persons.has_phone[person])
    seen = np.flatnonzero(people.observed("email", key) | is_last_resort)
    person, number, both, key = person[seen], number[seen], both[seen], key[seen]
    link = chain(number + EMAIL * ids.SLOTS_PER_KIND, people.persons.key[person])
    is_true = holds(people.context, mailbox_confidence(people.context, link), link)
    found = _addresses(people, person, both, number)
    return Columns(
        person=person,
        number=number,
        both=both,
        is_kept=both | is_true,
        key=key,
        owner=found.owner,
        owner_key=chain(number, chain(found.owner)),
        name=found.name,
        domain=found.domain,
        email=found.email,
    )


def _addresses(people: People, person: np.ndarray, both: np.ndarray, number: np.ndarray) -> Addresses:
    persons = people.persons.select("individual_id", "first_name", "last_name").take(person)
    return addresses(people.context, persons.individual_id, persons.first_name, persons.last_name, both, number)


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
        opts_out=opt_out(people, "email", boxes.owner_key),
        noise=_of_one("email", boxes.both),
        source=people.draws.choose("source/email", _EMAIL_SOURCES, boxes.owner_key),
    )


def _spellings(people: People, kept: Columns) -> Columns:
    """Other spellings that were captured, too, of mailboxes that somebody has alone."""
    drawn = people.draws.chance("respelt", people.identity.email_variant_share, kept.key)
    boxes = kept.where(~kept.both & takes_spellings(kept.domain) & drawn)
    return identifier_rows(
        people,
        boxes.person,
        EMAIL,
        # The spelling has a slot of its own behind those of the mailboxes.
        boxes.number + MAX_MAILBOXES,
        respelt(boxes.name, boxes.domain, people.draws.unit("respelt_as", boxes.key)),
        identifier_type="email",
        opts_out=opt_out(people, "email", boxes.owner_key),
        source=people.draws.choose("source/email", _EMAIL_SOURCES, boxes.owner_key),
    )


def _hashed_emails(people: People, kept: Columns) -> Columns:
    """SHA-256 of addresses."""
    boxes = kept.where(people.observed("hashed_email", kept.owner_key))
    return identifier_rows(
        people,
        boxes.person,
        HASHED_EMAIL,
        boxes.number,
        sha256_hex(boxes.email),
        identifier_type="hashed_email",
        is_shared=boxes.both,
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
        people,
        boxes,
        MAX_MAILBOXES,
        hash_variant(boxes.email, people.draws.unit("hash_variant_as", boxes.key)),
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
        noise="typo",
        source=_hashed_email_source(people, boxes),
    )


def _hashed_email_source(people: People, boxes: Columns) -> Coded:
    return people.draws.choose("source/hashed_email", _HASHED_EMAIL_SOURCES, boxes.owner_key)


def _uid2s(people: People, kept: Columns) -> Columns:
    """Pseudonymous ids derived from the first mailbox."""
    boxes = kept.where((kept.number == 0) & people.observed("uid2_like", chain(kept.owner)))
    return identifier_rows(
        people,
        boxes.person,
        UID2,
        0,
        uid2_value(people.context, boxes.email),
        identifier_type="uid2_like",
        is_shared=boxes.both,
        source="identity_partner",
    )


def _phones(people: People) -> tuple[Columns, Columns]:
    """Phone numbers and their hashes."""
    owners = people.old_enough("has_phone")
    key = people.persons.key[owners]
    # See `_mailboxes`: who is not known by the first mailbox is known by the phone.
    has_no_mail = ~people.observed("email", chain(np.zeros_like(owners), key))
    plain = np.flatnonzero(people.observed("phone", key) | has_no_mail)
    hashed = np.flatnonzero(people.observed("hashed_phone", key))
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
            owners[hashed],
            HASHED_PHONE,
            0,
            sha256_hex(phone_numbers(people.context, person[hashed])),
            identifier_type="hashed_phone",
            source="onboarding",
        ),
    )
