"""What stands before the @ of mailboxes: names in the patterns that people use, and a number that makes them unique.

A local part is a pattern of the owner's names with three digits, which for one spelling differ from block to block.
Within a block, the mailboxes of one spelling are counted: all but the first have a fourth digit, and where ten people
have thought of the same, random characters are the last resort. So local parts are unique whatever the number of
homes, and a mailbox keeps its own when homes are appended. Dots do not count, as for the mailboxes of Gmail.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets.arrays import Coded, Columns, Lookup, coded, explode, group_starts, order_by, vocabulary
from idgraph_widgets.arrays.texts import digits, fixed, joined
from idgraph_widgets.draws import hashed, hashed_text, scrambled
from idgraph_widgets.generators.identity.mailboxes import mailbox_count, shares_mailbox
from idgraph_widgets.generators.identity.values import MAX_MAILBOXES, base36
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.individuals import ADULT_AGE, TEEN_AGE

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context

PATTERNS = {
    ("first", ".", "last"): 0.30,
    ("first", "", "last"): 0.22,
    ("initial", "", "last"): 0.17,
    ("first", "_", "last"): 0.09,
    ("first", "", "last_initial"): 0.08,
    ("last", ".", "first"): 0.06,
    ("initial", ".", "last"): 0.05,
    ("last", "", "initial"): 0.03,
}
"""Patterns of local parts and how common they are (design; order as in published lists of address formats)."""

FAMILY = ("last", "", "family")
"""The pattern of a couple's mailbox."""

_CODES = 1000
_STEP = 387
"""Without a common factor with `_CODES`: each block has a code of its own."""

_MOST = 10
"""Mailboxes of one spelling in a block that digits tell apart."""

_CACHED_BLOCKS = 16
"""As many as workers have at hand at a time; two megabytes each."""


def local_parts(context: Context, owner: np.ndarray, number: np.ndarray) -> pa.StringArray:
    """Local parts of mailboxes: those of that number of these individuals, who are old enough to have any."""
    block = ids.block_of(ids.household_of(owner))
    found = pa.array([], pa.string())
    place = np.zeros(len(owner), np.int64)
    for one in np.unique(block).tolist():
        owners, first, texts = context.remembered(_of_block, _CACHED_BLOCKS)(one)
        some = np.flatnonzero(block == one)
        place[some] = first[np.searchsorted(owners, owner[some])] + number[some] + len(found)
        found = pa.concat_arrays([found, texts])
    return found.take(pa.array(place))


def _of_block(context: Context, block: int) -> tuple[np.ndarray, np.ndarray, pa.StringArray]:
    """People of a block who have mailboxes, rising; the position of each one's first local part, and all of these."""
    owners = _owners(context, block)
    row, number = explode(owners.boxes)
    of = owners.take(row)
    mailbox = of.individual_id * MAX_MAILBOXES + number
    spelling, plain = _spelt(context, of, number, hashed(mailbox))
    plain = plain.dictionary_encode()
    which = plain.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    short = (hashed_text(plain.dictionary) % np.uint64(_CODES)).view(np.int64)
    code = (short[which] + block * _STEP) % _CODES
    order = order_by(which)
    starts = group_starts(which[order])
    count = np.empty(len(order), np.int64)
    count[order] = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    first = np.cumsum(owners.boxes) - owners.boxes
    return owners.individual_id, first, joined(spelling, _numbered(context, code, count, mailbox))


def _owners(context: Context, block: int) -> Columns:
    """People of a block who can have mailboxes: ``individual_id``, ``first``, ``last``, ``both``, ``boxes``."""
    from idgraph_widgets.generators.people import households, individuals

    # All there could be, however many the dataset has: who comes later does not count.
    homes = households.make(context, block * ids.BLOCK + 1, (block + 1) * ids.BLOCK)
    people = individuals.make(context, homes)
    people = people.select("individual_id", "household_id", "role", "age", "first_name", "last_name")
    people = people.where(people.age >= TEEN_AGE)
    # And one that may be opened.
    boxes = mailbox_count(context, hashed(people.individual_id), people.age) + (people.age >= ADULT_AGE)
    kind = homes.household_type.take(Lookup(homes.household_id)[people.household_id])
    return Columns(
        individual_id=people.individual_id,
        first=_letters(people.first_name),
        last=_letters(people.last_name),
        boxes=np.minimum(boxes, MAX_MAILBOXES),
        both=shares_mailbox(context, kind, people.role, hashed(people.household_id)),
    )


def _spelt(
    context: Context, owners: Columns, number: np.ndarray, keys: np.ndarray
) -> tuple[pa.StringArray, pa.StringArray]:
    """Names in patterns, a row per mailbox; and the same without dots."""
    names = {
        "first": owners.first,
        "last": owners.last,
        "initial": _initials(owners.first),
        "last_initial": _initials(owners.last),
        "family": Coded(np.zeros(len(owners), np.int32), ("family",)),
    }
    of = context.draws("identity_values").index("pattern", list(PATTERNS.values()), keys)
    of = np.where(owners.both & (number == 0), len(PATTERNS), of)
    every = (*PATTERNS, FAMILY)
    one, other = (_picked(names, [pattern[side] for pattern in every], of) for side in (0, 2))
    between = [
        Coded(of.astype(np.int32), tuple(pattern[1].strip(dropped) for pattern in every)) for dropped in ("", ".")
    ]
    return tuple(joined(one, some, other) for some in between)


def _picked(names: dict[str, Coded], which: list[str], of: np.ndarray) -> pa.StringArray:
    """Of each row the text of the column ``which[of]``."""
    begins, codes = 0, np.empty(len(of), np.int64)
    for name, column in names.items():
        rows = np.flatnonzero(np.array([one == name for one in which])[of])
        codes[rows] = column.codes[rows] + begins
        begins += len(column.words)
    words = pa.concat_arrays([vocabulary(column.words) for column in names.values()])
    return words.take(pa.array(codes))


def _numbered(context: Context, code: np.ndarray, count: np.ndarray, mailbox: np.ndarray) -> pa.StringArray:
    """What makes a spelling unique: three digits and, of all but the first of a block, what tells them apart."""
    three = fixed(digits(code, 3))
    more = Coded(np.minimum(count, _MOST - 1).astype(np.int32), ("", *map(str, range(1, _MOST)))).to_arrow()
    more = more.cast(pa.string())
    crowded = np.flatnonzero(count >= _MOST)
    if len(crowded):
        random = joined("-", base36(scrambled(context.draws("identity_values"), "email", mailbox[crowded], 30)))
        place = np.full(len(count), -1)
        place[crowded] = np.arange(len(crowded))
        more = pc.coalesce(random.take(pa.array(place, mask=place < 0)), more)
    return joined(three, more)


def _letters(names: Coded | pa.Array) -> Coded:
    names = coded(names)
    return Coded(names.codes, _lower(names.words))


@lru_cache(maxsize=8)
def _lower(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(re.sub("[^a-z]", "", word.lower()) or "x" for word in words)


def _initials(names: Coded) -> Coded:
    return Coded(names.codes, _first_letters(names.words))


@lru_cache(maxsize=8)
def _first_letters(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word[0] for word in words)
