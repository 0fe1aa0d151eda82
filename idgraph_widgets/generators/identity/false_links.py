"""False links: rows that assert one person and carry somebody else's identifier.

A captured identifier is matched without a log-in with some confidence, drawn first, and is true with that
probability. Where it is not, the row repeats the identifier of a row of the person it really belongs to: somebody
in the same household, or in a lower-numbered household of the same block. Mailboxes can be recycled, which is
the same with a high confidence. All of it is settled among identifiers alive at the start of the window, so a
later end changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Columns, run_starts
from idgraph_widgets.draws import SCALE, chained
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.identity.confidence import guessed_confidence, holds, mailbox_confidence
from idgraph_widgets.generators.identity.rows import COPIED, NOISES
from idgraph_widgets.schema import ids

REPEATS = {"cookie": "cookie", "ad_id": "ad_id", "email": "email", "typo": "hashed_email"}
"""Kinds of noise, and the kind of row that a false link of it repeats."""

_REPEATED = np.array([NOISES.index(REPEATS[noise]) if noise in REPEATS else -1 for noise in NOISES])
"""The same, by place in `NOISES`."""


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
    """

    is_guessed: np.ndarray
    confidence: np.ndarray
    is_true: np.ndarray


def claims(context: Context, rows: Columns) -> Claims:
    """How sure the graph is of these rows, and which hold."""
    share = context.config.demographics_config.identity_mappings.probabilistic_share
    confidence = np.full(len(rows), SCALE)
    is_guessed, is_true = np.zeros(len(rows), bool), np.ones(len(rows), bool)

    captured = np.flatnonzero(rows.noise.isin(("cookie", "ad_id")) & _from_start(context, rows))
    captured = captured[context.draws("noise").chance("probabilistic", share, _keys(rows, captured))]
    is_guessed[captured] = True
    is_guessed[rows.noise == "typo"] = True

    guessed, mail = np.flatnonzero(is_guessed), np.flatnonzero(rows.noise == "email")
    for some, how in ((guessed, guessed_confidence), (mail, mailbox_confidence)):
        keys = _keys(rows, some)
        confidence[some] = how(context, keys)
        is_true[some] = holds(context, confidence[some], keys)
    return Claims(is_guessed, confidence, is_true)


def sources_of(context: Context, rows: Columns, is_true: np.ndarray, before: Columns | None) -> Columns:
    """The rows that false links may repeat: per household and kind the first true one alive at the start.

    Parameters
    ----------
    context : Context
    rows : Columns
        Rows of consecutive households.
    is_true : ndarray of bool
    before : Columns or None
        The result for lower-numbered households of the block.

    Returns
    -------
    Columns
        ``kind`` (place in `NOISES`), ``individual_id`` and `COPIED`, those of `before` first; within a kind by rising
        household.
    """
    repeated = rows.noise.isin(REPEATS.values())
    found = np.flatnonzero(repeated & is_true & _from_start(context, rows))
    person, slot, kind = rows.individual_id[found], rows.slot[found], rows.noise.codes[found]
    order = np.lexsort((ids.mapping_number(person, slot), kind))
    first = order[run_starts(kind[order], ids.household_of(person[order]))]
    sources = rows.select("individual_id", *COPIED).take(found[first]).with_columns(kind=kind[first])
    return sources if before is None else Columns.concat([before, sources])


def repeated_sources(context: Context, rows: Columns, sources: Columns) -> np.ndarray:
    """What false rows turn into.

    Parameters
    ----------
    context : Context
    rows : Columns
        Rows that do not hold, with ``individual_id``, ``slot`` and ``noise``.
    sources : Columns
        Of all lower-numbered households of the block and of the rows' own.

    Returns
    -------
    ndarray of int64
        Place in `sources` of the row that each repeats; -1 where there is none to repeat (in the first households of
        a block), or an earlier row of the person repeats it already.
    """
    place = np.full(len(rows), -1)
    wanted = _REPEATED[rows.noise.codes]
    for kind in np.unique(wanted):
        some = np.flatnonzero(wanted == kind)
        offered = np.flatnonzero(sources.kind == kind)
        place[some] = _drawn(context, rows.take(some), sources.individual_id, offered, NOISES[kind] == "email")
    return _once(rows, place)


def _drawn(
    context: Context, rows: Columns, source_person: np.ndarray, offered: np.ndarray, is_email: bool
) -> np.ndarray:
    """The sources among `offered` that rows of one kind draw, -1 for none."""
    if len(offered) == 0:
        return np.full(len(rows), -1)
    share = context.config.demographics_config.identity_mappings.same_household_false_share
    d, keys = context.draws("noise"), _keys(rows, np.arange(len(rows)))
    household, offering = ids.household_of(rows.individual_id), ids.household_of(source_person[offered])
    # How many lower-numbered households of the block offer one, which is also where the own one would stand.
    lower = np.searchsorted(offering, household)
    own = offered[np.minimum(lower, len(offered) - 1)]
    is_of_home = (ids.household_of(source_person[own]) == household) & (source_person[own] != rows.individual_id)
    # A recycled mailbox belonged to strangers; other links often stay at home, where devices lie about.
    stays = np.zeros(len(rows), bool) if is_email else is_of_home & d.chance("same_household", share, keys)
    elsewhere = offered[d.below("target", np.maximum(lower, 1), keys)]
    return np.where(stays, own, np.where(lower > 0, elsewhere, -1))


def _once(rows: Columns, place: np.ndarray) -> np.ndarray:
    """Two false links of a person to the same identifier are one, the first."""
    found = np.flatnonzero(place >= 0)
    order = found[np.lexsort((rows.slot[found], place[found], rows.individual_id[found]))]
    first = order[run_starts(rows.individual_id[order], place[order])]
    once = np.full(len(place), -1)
    once[first] = place[first]
    return once


def _from_start(context: Context, rows: Columns) -> np.ndarray:
    return rows.begins == context.start


def _keys(rows: Columns, some: np.ndarray) -> np.ndarray:
    return chained(rows.individual_id[some], rows.slot[some])
