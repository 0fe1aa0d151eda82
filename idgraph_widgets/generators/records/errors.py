"""What happens to a record's cells: chosen, written in some format, outdated, mistyped, swapped, left empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, Columns, Nullable, code_in, coded
from idgraph_widgets.arrays.texts import joined, letters, ragged
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.generators.identity.emails import addresses
from idgraph_widgets.generators.identity.values import phone_numbers
from idgraph_widgets.generators.records.entry import Cell, Entry
from idgraph_widgets.generators.records.typos import neighbours
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.source_records import CELLS, SYSTEMS

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

ALWAYS_THERE = {"web_signup": "email", "loyalty": "phone", "subscription": "address_line"}
"""The cell a system cannot do without."""

_SETS_OF_CELLS = tuple(
    ",".join(name for place, name in enumerate(CELLS) if number >> place & 1) for number in range(1 << len(CELLS))
)
"""Names of cells with commas between; bit i of a place says whether cell i is among them."""

_DAYS_OFF = np.array([1, 30, 365, 3653], np.int64)
_SECOND = 1_000_000


@dataclass(frozen=True)
class Nicknames:
    """Nicknames of first names.

    Attributes
    ----------
    first_names : tuple of str
        Those that have nicknames.
    begin, count : ndarray of int64
        Where the nicknames of each stand in `nicknames`, and how many they are.
    nicknames : tuple of str
    """

    first_names: tuple[str, ...]
    begin: np.ndarray
    count: np.ndarray
    nicknames: tuple[str, ...]


def prepare(_config: GenerationConfig | None = None) -> Nicknames:
    """The nicknames of each first name; the same for every configuration."""
    found: dict[str, list[str]] = {}
    for row in reference.facts("nicknames"):
        found.setdefault(row["first_name"], []).append(row["nickname"])
    count = np.array([len(some) for some in found.values()], np.int64)
    return Nicknames(
        tuple(found), np.cumsum(count) - count, count, tuple(name for some in found.values() for name in some)
    )


def entered(
    context: Context, adults: Columns, homes: Columns, adult: np.ndarray, system: np.ndarray, number: np.ndarray
) -> Columns:
    """The cells of records as entered.

    Parameters
    ----------
    context : Context
    adults, homes : Columns
        See `facts.adults_of` and `facts.homes_of`.
    adult : ndarray of int64
        Row of `adults` that each record is about.
    system : ndarray of int64
        Position in ``SYSTEMS``.
    number : ndarray of int64
        The records' unscrambled numbers.

    Returns
    -------
    Columns
        `CELLS`, ``updated_ts``, and ``corrupted_columns``: names of the cells that are not as they should be.
    """
    entry = Entry(context, system, hashed(number))
    people = adults.take(adult)
    is_short = entry.draws.chance("format", entry.dials.other_format_share, entry.key)
    stale_address = entry.happens("former_address", entry.dials.former_address_share)
    first_name, last_name, stale_name = _names(entry, people)
    cells = {
        "first_name": first_name,
        "last_name": last_name,
        "address_line": _of_home(entry, "address_line", homes, people.home, stale_address, is_short=is_short),
        "city": _of_home(entry, "city", homes, people.home, stale_address),
        "zip3": _of_home(entry, "zip3", homes, people.home, stale_address, typed=False),
    }
    texts, differs = {}, {}
    texts["email"], differs["email"] = _emails(entry, people)
    texts["phone"], differs["phone"] = _phones(entry, people, is_short)
    birth_date = _birth_dates(entry, people.birth_date)
    differs["birth_date"] = birth_date != people.birth_date
    blank = _blanks(entry)
    for name, cell in cells.items():
        differs[name], texts[name] = cell.differs(), cell.text(blank.get(name))
    for name, gone in blank.items():
        differs[name] = differs[name] | gone
    for name in ("email", "phone"):
        texts[name] = pc.if_else(pa.array(blank[name]), pa.scalar(None, pa.string()), texts[name])
    return Columns(
        **texts,
        birth_date=Nullable(birth_date, ~blank["birth_date"]),
        updated_ts=_updated(entry, stale_name | stale_address),
        corrupted_columns=_named(differs),
    )


# --- names, mailboxes, phones ---------------------------------------------------------------------------------


def _names(entry: Entry, people: Columns) -> tuple[Cell, Cell, np.ndarray]:
    """First names, surnames, and whether a surname is that of before the marriage."""
    nicknames = entry.context.of(prepare)
    first, last, former = coded(people.first_name), coded(people.last_name), people.former_name
    words = (first.words, nicknames.nicknames, last.words, former.words)
    texts = pa.concat_arrays([pa.array(some, pa.string()) for some in words])
    nickname_at, last_at, former_at = np.cumsum([len(some) for some in words[:-1]])

    named = code_in(first, nicknames.first_names)
    has_nickname = (named >= 0) & entry.happens("nickname", entry.dials.nickname_share)
    which = nicknames.begin[named] + entry.draws.unit("nickname/which", entry.key) % nicknames.count[named]
    is_stale = entry.happens("former_name", entry.dials.former_surname_share) & ~former.is_null()
    right_first, right_last = first.codes.astype(np.int64), last.codes + last_at
    first_name = Cell(texts, right_first, np.where(has_nickname, which + nickname_at, right_first))
    first_name = first_name.typed(entry, "first_name")
    last_name = Cell(first_name.texts, right_last, np.where(is_stale, former.codes + former_at, right_last))
    last_name = last_name.typed(entry, "last_name")

    is_swapped = entry.happens("swapped_names", entry.dials.swapped_names_share)
    texts, one, other = last_name.texts, first_name.entered, last_name.entered
    return (
        Cell(texts, right_first, np.where(is_swapped, other, one)),
        Cell(texts, right_last, np.where(is_swapped, one, other)),
        is_stale,
    )


def _emails(entry: Entry, people: Columns) -> tuple[pa.StringArray, np.ndarray]:
    """Addresses of which of the person's mailboxes the system was given, and whether they are wrong."""
    number = entry.draws.below("mailbox", people.boxes, entry.key)
    both = people.both & (number == 0)
    found = addresses(entry.context, people.individual_id, both, number)
    # Only the local part, so that the domain stays a reserved one.
    every = np.arange(len(number))
    name = Cell(found.name, every, every).typed(entry, "email")
    return joined(name.text(), "@", found.domain), name.differs()


def _phones(entry: Entry, people: Columns, is_short: np.ndarray) -> tuple[pa.StringArray, np.ndarray]:
    """Numbers of the person or of the home, in one of two formats, and whether they are wrong."""
    is_own = people.has_phone & ~entry.draws.chance("landline", entry.dials.landline_share, entry.key)
    # Person 0 of a home is the home itself.
    home = ids.individual_id(ids.household_of(people.individual_id), 0)
    numbers = phone_numbers(entry.context, np.where(is_own, people.individual_id, home))
    plain = letters(numbers)[1].reshape(len(numbers), 12)
    matrix = np.zeros((len(numbers), 14), np.uint8)
    matrix[:, :12] = plain
    spoken = np.frombuffer(b"(...) ...-....", np.uint8)
    matrix[is_short] = spoken
    for at, digits in ((1, plain[:, 2:5]), (6, plain[:, 5:8]), (10, plain[:, 8:12])):
        matrix[is_short, at : at + digits.shape[1]] = digits[is_short]
    length = np.where(is_short, 14, 12)
    # Only the last four characters: they are digits in every format, and the area code stays as it is.
    wrong = np.flatnonzero(entry.happens("typo/phone", entry.dials.typo_share))
    place = length[wrong] - 4 + entry.draws.below("typo_at/phone", 4, entry.key[wrong])
    matrix[wrong, place] = neighbours(matrix[wrong, place])
    differs = np.zeros(len(numbers), bool)
    differs[wrong] = True
    return ragged(matrix, length), differs


def _birth_dates(entry: Entry, born: np.ndarray) -> np.ndarray:
    """Days since 1970 with month and day swapped, or a day, a month, a year or ten years off."""
    d, dials = entry.draws, entry.dials
    days = born.astype("datetime64[D]")
    months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    day = (days - months.astype("datetime64[D]")).astype(np.int64)  # both from 0
    month = (months - years.astype("datetime64[M]")).astype(np.int64)
    can = day < 12
    swapped_month = years.astype("datetime64[M]").astype(np.int64) + np.where(can, day, 0)
    swapped = swapped_month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + month
    sign = d.below("birth/sign", 2, entry.key) * 2 - 1
    wrong = born + sign * _DAYS_OFF[d.below("birth/off", len(_DAYS_OFF), entry.key)]
    return np.select(
        [
            can & entry.happens("birth/swapped", dials.swapped_birth_date_share),
            entry.happens("birth/wrong", dials.wrong_birth_date_share),
        ],
        [swapped, wrong],
        born,
    )


# --- addresses ------------------------------------------------------------------------------------------------


def _of_home(
    entry: Entry,
    name: str,
    homes: Columns,
    home: np.ndarray,
    is_stale: np.ndarray,
    *,
    is_short: np.ndarray | None = None,
    typed: bool = True,
) -> Cell:
    """A part of the address, of now or of before the last move, in one of two formats where there are two."""
    variants = [homes[name], homes[f"before_{name}"]]
    right = home
    if is_short is not None:
        variants += [homes[f"short_{name}"], homes[f"short_before_{name}"]]
        right = home + is_short * (2 * len(homes))
    cell = Cell(pa.concat_arrays(variants), right, right + is_stale * len(homes))
    return cell.typed(entry, name) if typed else cell


# --- cells ----------------------------------------------------------------------------------------------------


def _blanks(entry: Entry) -> dict[str, np.ndarray]:
    """Empty cells, but for the one a system cannot do without; city and zip3 go with the address line."""
    blank = {}
    for name, share in entry.dials.missing_shares.items():
        sure = [SYSTEMS.index(system) for system, cell in ALWAYS_THERE.items() if cell == name]
        blank[name] = entry.draws.chance(f"missing/{name}", share, entry.key) & ~np.isin(entry.system, sure)
    return {**blank, "city": blank["address_line"], "zip3": blank["address_line"]}


def _named(differs: dict[str, np.ndarray]) -> Coded:
    """The names of the cells that differ."""
    codes = np.zeros(len(differs[CELLS[0]]), np.int32)
    for place, name in enumerate(CELLS):
        codes += differs[name].astype(np.int32) << place
    return Coded(codes, _SETS_OF_CELLS)


def _updated(entry: Entry, is_stale: np.ndarray) -> np.ndarray:
    """Within the audience lookback; what is outdated was touched in its first half."""
    span = entry.context.config.audience_config.lookback_days * DAY
    seconds = np.where(is_stale, np.int64(span // 2 // _SECOND), np.int64(span // _SECOND))
    return entry.context.start + entry.draws.below("updated", seconds, entry.key) * _SECOND
