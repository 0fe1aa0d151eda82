"""What identifiers look like as rows, and the numbering of a person's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, code_in
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.identity_mappings import (
    ATT_STATUSES,
    BROWSERS,
    COOKIE_SCOPES,
    DEVICE_TYPES,
    IDENTIFIER_TYPES,
    IFA_TYPES,
    PLATFORMS,
    SOURCES,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from idgraph_widgets.generators.identity.persons import People

FOREVER = 1 << 60
"""End of a life that goes on, or time of an opt-out that never comes: microseconds."""

EMAIL, HASHED_EMAIL, TYPO, UID2, PHONE, HASHED_PHONE, AD_ID, TABLET_AD_ID, CTV, HOME_IP, PUBLIC_IP = range(11)
COOKIE = 11
"""Kinds of slots; cookies take six, one per scope and device (phone, computer, desktop)."""

NOISES = ("email", "hashed_email", "typo", "cookie", "ad_id")
"""Kinds of rows of one person of which a false link may carry, or repeat, somebody else's; others are null."""

_WORDS = {
    "identifier_type": IDENTIFIER_TYPES,
    "device_type": DEVICE_TYPES,
    "platform": PLATFORMS,
    "browser": BROWSERS,
    "cookie_scope": COOKIE_SCOPES,
    "ifa_type": IFA_TYPES,
    "att_status": ATT_STATUSES,
    "noise": NOISES,
    "source": SOURCES,
}

COPIED = (
    "identifier_type",
    "identifier_value",
    "device_number",
    "device_type",
    "platform",
    "browser",
    "cookie_scope",
    "ifa_type",
    "att_status",
    "ends",
    "opts_out",
)
"""What describes the identifier, not its link to a person: a false link takes it over from the row it repeats."""


def identifier_rows(
    people: People,
    person: np.ndarray,
    kind: int,
    number: np.ndarray | int,
    identifier_value: pa.StringArray,
    **values: np.ndarray | Coded | str | int,
) -> Columns:
    """Rows of identifiers that were observed.

    Parameters
    ----------
    people : People
    person : ndarray of int64
        Position of each row's person in ``people.persons``.
    kind : int
    number : ndarray of int64 or int
        Among the person's of that kind, from 0.
    identifier_value : pyarrow.StringArray
    **values
        Columns of the result, one value for all or one per row; what is not given is null, does not end and is not
        shared.

    Returns
    -------
    Columns
        ``individual_id``; ``slot``; ``identifier_type``, ``identifier_value``; ``device_number`` (-1 for none),
        ``device_type``, ``platform``, ``browser``, ``cookie_scope``, ``ifa_type``, ``att_status``; ``is_shared``;
        the life in microseconds since 1970: ``begins`` (the first instant in the window), ``ends`` (exclusive, beyond
        the window if it goes on) and ``opts_out``; ``noise`` and ``source``; ``age`` of the person; ``link``: the
        slot that decides whether the link holds, of identifiers that are made from another one that other's; and
        ``is_named``: whether other rows are made from this one, so that it never carries another's identifier.
    """
    n = len(person)
    defaults = {"device_number": -1, "is_shared": False, "is_named": False}
    defaults |= {"begins": people.context.start, "ends": FOREVER}
    numbers = {name: _filled(values.get(name, default), n) for name, default in defaults.items()}
    texts = {name: _coded(values.get(name), words, n) for name, words in _WORDS.items()}
    slot = _filled(number, n) + kind * ids.SLOTS_PER_KIND
    return Columns(
        individual_id=people.persons.individual_id[person],
        age=people.persons.age[person],
        slot=slot,
        link=_filled(values.get("link", slot), n),
        identifier_value=identifier_value,
        **numbers,
        **texts,
        opts_out=_filled(values.get("opts_out", FOREVER), n),
    )


def _filled(value: Any, n: int) -> np.ndarray:
    return value if isinstance(value, np.ndarray) else np.full(n, value, bool if isinstance(value, bool) else np.int64)


def _coded(value: Any, words: tuple[str, ...], n: int) -> Coded:
    if isinstance(value, Coded):
        return Coded(code_in(value, words), words)
    return Coded(np.full(n, -1 if value is None else words.index(value), np.int32), words)


def opt_out(people: People, stream: str, keys: np.ndarray) -> np.ndarray:
    """When somebody who had not opted out at the start does so: microseconds since 1970, `FOREVER` for never."""
    return after_start(people, f"opt_out/{stream}", people.identity.opt_out_per_90_days, keys)


def after_start(people: People, stream: str, rate: float, keys: np.ndarray) -> np.ndarray:
    """When what happens to that share in 90 days happens: microseconds since 1970, `FOREVER` for never."""
    if rate <= 0:
        return np.full(len(keys), FOREVER)
    # Within some thousand years: microseconds have no room for a rarer one, and no window for this one.
    longest = min(10**11, round(90 * 86_400 / max(rate, 1e-9)))
    seconds = people.draws.below(stream, max(1, longest), keys)
    return people.context.start + (seconds + 1) * 1_000_000
