"""Which links hold, and whose identifiers those carry that do not.

A link is made with some confidence, drawn first, and is true with that probability; what a home shares is certain.
Where a link does not hold, the identifier is most often that of an outsider, somebody of whom the dataset knows
nothing else, and looks and lives as one of the asserted person would. Otherwise the row repeats the identifier of a
row of the person it really belongs to: somebody in the same household, or in a lower-numbered household of the same
block. Some rows that do hold repeat another home's identifier, too: an account shared with a grown child. What is
repeated is settled among identifiers alive at the start of the window, so a later end changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns, group_starts, order_by
from idgraph_widgets.draws import SCALE, hashed_keys
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.generators.identity.confidence import drawn, goes_outside, holds, prepare
from idgraph_widgets.generators.identity.rows import COPIED, EMAIL, NOISES
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.individuals import ADULT_AGE

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context

REPEATS = {"cookie": "cookie", "ad_id": "ad_id", "email": "email", "typo": "hashed_email"}
"""Kinds of rows, and the kind of row that one of it can repeat."""

_REPEATED = np.array([NOISES.index(REPEATS[noise]) if noise in REPEATS else -1 for noise in NOISES])
"""The same, by position in `NOISES`."""

GENERATION = 18
"""Years, at least, between people of two homes who use one account."""

_TRIES = 4
"""Homes in which a parent or grown child is looked for."""


@dataclass(frozen=True)
class Claims:
    """What the graph claims about its rows.

    Attributes
    ----------
    is_guessed : ndarray of bool
        Whether the link was made without a log-in.
    confidence : ndarray of int64
        Ten-thousandths.
    is_true : ndarray of bool
    is_repeat : ndarray of bool
        Whether the row is to carry the identifier of another person's row, if one is found.
    """

    is_guessed: np.ndarray
    confidence: np.ndarray
    is_true: np.ndarray
    is_repeat: np.ndarray


def claims(context: Context, rows: Columns) -> Claims:
    """How sure the graph is of these rows, which hold, and which are to repeat another's."""
    identity, d = context.config.demographics_config.identity_mappings, context.draws("noise")
    keys = hashed_keys(rows.individual_id, rows.link)
    captured = rows.noise.isin(("cookie", "ad_id"))
    is_guessed = captured & d.chance("probabilistic", identity.probabilistic_share, keys)
    is_guessed |= rows.noise == "typo"
    is_mail = (rows.link // ids.SLOTS_PER_KIND) == EMAIL

    confidence, quantiles = np.full(len(rows), SCALE), context.of(prepare)
    for some, of in (
        (is_guessed, quantiles.guessed),
        (is_mail & ~rows.is_shared, quantiles.mailbox),
        (~is_guessed & ~is_mail & ~rows.is_shared, quantiles.known),
    ):
        place = np.flatnonzero(some)
        confidence[place] = drawn(context, of, keys[place])
    is_true = holds(context, confidence, keys)

    # Who logs in is known to the graph, so only guesses and recycled mailboxes mix up people of the dataset.
    mixed_up = ~is_true & (is_guessed | (rows.noise == "email")) & ~rows.is_named & ~goes_outside(context, keys)
    shared = is_true & is_guessed & captured & d.chance("co_user", identity.co_user_share, keys)
    return Claims(is_guessed, confidence, is_true, mixed_up | shared)


def sources_of(context: Context, rows: Columns, seen: np.ndarray, claimed: Claims, before: Columns | None) -> Columns:
    """The rows that others may repeat: per household and kind the first true one observed on the first day.

    Parameters
    ----------
    context : Context
    rows : Columns
        Rows of consecutive households.
    seen : ndarray of int64
        When each was first observed.
    claimed : Claims
    before : Columns or None
        The result for lower-numbered households of the block.

    Returns
    -------
    Columns
        ``kind`` (position in `NOISES`), ``individual_id``, ``age`` and `COPIED`, those of `before` first; within a kind
        by rising household.
    """
    own = claimed.is_true & ~claimed.is_repeat & rows.noise.isin(REPEATS.values())
    # Whatever the window, what is repeated is in it.
    found = np.flatnonzero(own & (rows.begins == context.start) & (seen < context.start + DAY))
    person, slot, kind = rows.individual_id[found], rows.slot[found], rows.noise.codes[found]
    order = order_by(kind, ids.mapping_number(person, slot))
    first = order[group_starts(kind[order], ids.household_of(person[order]))]
    sources = rows.select("individual_id", "age", *COPIED).take(found[first]).with_columns(kind=kind[first])
    return sources if before is None else Columns.concat([before, sources])


def repeated_sources(context: Context, rows: Columns, is_true: np.ndarray, sources: Columns) -> np.ndarray:
    """Which sources rows repeat.

    Parameters
    ----------
    context : Context
    rows : Columns
        Rows that are to repeat one, with ``individual_id``, ``age``, ``slot``, ``link``, ``noise`` and ``begins``.
    is_true : ndarray of bool
        Whether it is to be theirs, too.
    sources : Columns
        Of all lower-numbered households of the block and of the rows' own.

    Returns
    -------
    ndarray of int64
        Position in `sources` of the row that each repeats; -1 where there is none to repeat (in the first households of
        a block, or because its life is over), or an earlier row repeats it already.
    """
    place = np.full(len(rows), -1)
    wanted = _REPEATED[rows.noise.codes]
    for kind in np.unique(wanted):
        offered = np.flatnonzero(sources.kind == kind)
        if len(offered):
            some, other = np.flatnonzero((wanted == kind) & ~is_true), np.flatnonzero((wanted == kind) & is_true)
            is_email = NOISES[kind] == "email"
            place[some] = _mixed_up(context, rows.take(some), sources.individual_id, offered, is_email)
            place[other] = _co_used(context, rows.take(other), sources, offered)
    over = np.minimum(sources.ends, sources.opts_out)[place] <= rows.begins + DAY if len(sources) else True
    return _once(rows, is_true, np.where(over, -1, place))


def _mixed_up(
    context: Context, rows: Columns, source_person: np.ndarray, offered: np.ndarray, is_email: bool
) -> np.ndarray:
    """The sources among `offered` that false rows of one kind repeat, -1 for none."""
    share = context.config.demographics_config.identity_mappings.same_household_false_share
    d, keys = context.draws("noise"), hashed_keys(rows.individual_id, rows.slot)
    household, offering = ids.household_of(rows.individual_id), ids.household_of(source_person[offered])
    # How many lower-numbered households of the block offer one, which is also where the own one would stand.
    lower = np.searchsorted(offering, household)
    own = offered[np.minimum(lower, len(offered) - 1)]
    is_of_home = (ids.household_of(source_person[own]) == household) & (source_person[own] != rows.individual_id)
    # A recycled mailbox belonged to strangers; other links often stay at home, where devices lie about.
    stays = np.zeros(len(rows), bool) if is_email else is_of_home & d.chance("same_household", share, keys)
    elsewhere = offered[d.below("target", np.maximum(lower, 1), keys)]
    return np.where(stays, own, np.where(lower > 0, elsewhere, -1))


def _co_used(context: Context, rows: Columns, sources: Columns, offered: np.ndarray) -> np.ndarray:
    """The sources among `offered` that adults use together with a parent or grown child, -1 for none."""
    d, keys = context.draws("noise"), hashed_keys(rows.individual_id, rows.slot)
    offering = ids.household_of(sources.individual_id[offered])
    lower = np.searchsorted(offering, ids.household_of(rows.individual_id))
    place = np.full(len(rows), -1)
    for number in range(_TRIES):
        other = offered[d.below(f"co_used/{number}", np.maximum(lower, 1), keys)]
        apart = np.abs(sources.age[other] - rows.age) >= GENERATION
        fits = (lower > 0) & apart & (np.minimum(sources.age[other], rows.age) >= ADULT_AGE)
        place = np.where((place < 0) & fits, other, place)
    return place


def _once(rows: Columns, is_true: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The same, but an identifier is repeated by one row of a person only, and truly by one person of a home."""
    found = np.flatnonzero(place >= 0)
    once = np.full(len(place), -1)
    home = ids.household_of(rows.individual_id)
    order = found[order_by(home[found], place[found], ~is_true[found], rows.individual_id[found], rows.slot[found])]
    of_home, of_place = home[order], place[order]
    # True ones come first: the first of a home, and with it false ones of other people.
    first_of_home = np.zeros(len(order), bool)
    first_of_home[group_starts(of_home, of_place)] = True
    kept = order[first_of_home | ~is_true[order]]
    pair = order_by(rows.individual_id[kept], place[kept], ~is_true[kept], rows.slot[kept])
    kept = kept[pair]
    first = kept[group_starts(rows.individual_id[kept], place[kept])]
    once[first] = place[first]
    return once
