"""What happens to a record's cells: chosen, written in some format, outdated, mistyped, swapped, left empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, Columns, Nullable, code_in, text
from idgraph_widgets.arrays.texts import joined, letters, ragged
from idgraph_widgets.config.records import SYSTEMS
from idgraph_widgets.draws import SCALE, chain
from idgraph_widgets.generators.context import DAY
from idgraph_widgets.generators.identity.mailboxes import addresses
from idgraph_widgets.generators.identity.values import phone_numbers
from idgraph_widgets.generators.records.typos import SHORTEST, mistyped, neighbours
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.source_records import CELLS

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.config.records import RecordsConfig
    from idgraph_widgets.draws import Draws
    from idgraph_widgets.generators.context import Context

ALWAYS_THERE = {"web_signup": "email", "loyalty": "phone", "subscription": "address_line"}
"""The cell a system cannot do without."""

_ABBREVIATIONS = {
    "Street": "St",
    "Avenue": "Ave",
    "Drive": "Dr",
    "Road": "Rd",
    "Lane": "Ln",
    "Court": "Ct",
    "Boulevard": "Blvd",
}

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


@dataclass(frozen=True)
class Entry:
    """How people type into the systems.

    Attributes
    ----------
    context : Context
    system : ndarray of int64
        Place in ``SYSTEMS`` of each record.
    key : ndarray of uint64
        Hash of each record's number.
    """

    context: Context
    system: np.ndarray
    key: np.ndarray

    @property
    def dials(self) -> RecordsConfig:
        """Shares of errors."""
        return self.context.config.demographics_config.source_records

    @property
    def draws(self) -> Draws:
        """The streams of records."""
        return self.context.draws("source_records")

    def happens(self, stream: str, share: float) -> np.ndarray:
        """Whether an error of that share happens in a record, given how error-prone its system is."""
        factors = [self.dials.error_factors[name] for name in SYSTEMS]
        parts = np.array([min(SCALE, round(share * factor * SCALE)) for factor in factors], np.int64)
        return self.draws.chance_in_scale(stream, parts[self.system], self.key)


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
        Place in ``SYSTEMS``.
    number : ndarray of int64
        The records' unscrambled numbers.

    Returns
    -------
    Columns
        `CELLS`, ``updated_ts``, and ``corrupted_columns``: names of the cells that are not as they should be.
    """
    entry = Entry(context, system, chain(number))
    people = adults.take(adult)
    is_short = entry.draws.chance("format", entry.dials.other_format_share, entry.key)
    stale_address = entry.happens("former_address", entry.dials.former_address_share)
    first_name, last_name, stale_name = _names(entry, people)
    is_swapped = entry.happens("swapped_names", entry.dials.swapped_names_share)
    true_first, true_last = text(people.first_name), text(people.last_name)
    first_name, last_name = _typed(entry, "first_name", first_name), _typed(entry, "last_name", last_name)
    email, email_differs = _emails(entry, people)
    phone, phone_differs = _phones(entry, people, is_short)
    birth_date = _birth_dates(entry, people.birth_date)
    line, true_line = _lines(homes, people.home, is_short, stale_address)
    city, true_city = _now_or_before(homes, "city", people.home, stale_address)
    zip3, true_zip3 = _now_or_before(homes, "zip3", people.home, stale_address)
    line, city = _typed(entry, "address_line", line), _typed(entry, "city", city)
    cells = {
        "first_name": _either(is_swapped, last_name, first_name),
        "last_name": _either(is_swapped, first_name, last_name),
        "email": email,
        "phone": phone,
        "address_line": line,
        "city": city,
        "zip3": zip3,
    }
    true_cells = {
        "first_name": true_first,
        "last_name": true_last,
        "address_line": true_line,
        "city": true_city,
        "zip3": true_zip3,
    }
    differs = {name: _differs(cells[name], true) for name, true in true_cells.items()}
    differs |= {"email": email_differs, "phone": phone_differs, "birth_date": birth_date != people.birth_date}
    blank = _blanks(entry)
    for name, gone in blank.items():
        differs[name] = differs[name] | gone
        if name in cells:
            cells[name] = pc.if_else(pa.array(gone), pa.scalar(None, pa.string()), cells[name])
    return Columns(
        **cells,
        birth_date=Nullable(birth_date, ~blank["birth_date"]),
        updated_ts=_updated(entry, stale_name | stale_address),
        corrupted_columns=_named(differs),
    )


# --- names, mailboxes, phones ---------------------------------------------------------------------------------


def _names(entry: Entry, people: Columns) -> tuple[pa.StringArray, pa.StringArray, np.ndarray]:
    """First names or nicknames, surnames of now or of before the marriage, and whether it is the latter."""
    pool = entry.context.of(prepare)
    named = code_in(people.first_name, pool.first_names)
    is_short = (named >= 0) & entry.happens("nickname", entry.dials.nickname_share)
    which = pool.begin[named] + entry.draws.unit("nickname/which", entry.key) % pool.count[named]
    first_name = _either(is_short, text(Coded(which.astype(np.int32), pool.nicknames)), text(people.first_name))
    is_stale = entry.happens("former_name", entry.dials.former_surname_share) & ~people.former_name.is_null()
    return first_name, _either(is_stale, text(people.former_name), text(people.last_name)), is_stale


def _emails(entry: Entry, people: Columns) -> tuple[pa.StringArray, np.ndarray]:
    """Addresses of which of the person's mailboxes the system was given, and whether they are wrong."""
    number = entry.draws.below("mailbox", people.boxes, entry.key)
    found = addresses(
        entry.context, people.individual_id, people.first_name, people.last_name, people.both & (number == 0), number
    )
    # Only the local part, so that the domain stays a reserved one.
    name = _typed(entry, "email", found.name)
    return joined(name, "@", found.domain), _differs(name, found.name)


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


def _lines(
    homes: Columns, home: np.ndarray, is_short: np.ndarray, is_stale: np.ndarray
) -> tuple[pa.StringArray, pa.StringArray]:
    """Address lines in one of two formats: as entered, and those of now."""
    lines = [homes.address_line, homes.before_address_line]
    every = pa.concat_arrays([*lines, *(_abbreviated(line) for line in lines)])
    now = home + is_short * (2 * len(homes))
    return every.take(pa.array(now + is_stale * len(homes))), every.take(pa.array(now))


def _abbreviated(line: pa.StringArray) -> pa.StringArray:
    for word, abbreviation in _ABBREVIATIONS.items():
        line = pc.replace_substring(line, f" {word}", f" {abbreviation}")
    return line


def _now_or_before(
    homes: Columns, name: str, home: np.ndarray, is_stale: np.ndarray
) -> tuple[pa.StringArray, pa.StringArray]:
    """A cell of the address: as entered, and that of now."""
    every = pa.concat_arrays([homes[name], homes[f"before_{name}"]])
    return every.take(pa.array(home + is_stale * len(homes))), every.take(pa.array(home))


# --- cells ----------------------------------------------------------------------------------------------------


def _typed(entry: Entry, name: str, texts: pa.StringArray) -> pa.StringArray:
    """The texts, some with a typing error; `name` names the streams."""
    length = np.diff(letters(texts)[0])
    happens = entry.happens(f"typo/{name}", entry.dials.typo_share)
    rows = np.flatnonzero(happens & (length >= SHORTEST))
    unit = entry.draws.unit(f"typo_at/{name}", entry.key[rows])
    wrong = mistyped(texts.take(pa.array(rows)), unit % (length[rows] - 1), (unit >> 24) % 4)
    place = np.arange(len(texts))
    place[rows] = len(texts) + np.arange(len(rows))
    return pa.concat_arrays([texts, wrong]).take(pa.array(place))


def _either(condition: np.ndarray, one: pa.StringArray, other: pa.StringArray) -> pa.StringArray:
    return pc.if_else(pa.array(condition), one, other)


def _differs(one: pa.StringArray, other: pa.StringArray) -> np.ndarray:
    return pc.not_equal(one, other).to_numpy(zero_copy_only=False)


def _blanks(entry: Entry) -> dict[str, np.ndarray]:
    """Empty cells, but for the one a system cannot do without; city and zip3 go with the address line."""
    blank = {}
    for name, share in entry.dials.missing_shares.items():
        sure = [SYSTEMS.index(system) for system, cell in ALWAYS_THERE.items() if cell == name]
        blank[name] = entry.draws.chance(f"missing/{name}", share, entry.key) & ~np.isin(entry.system, sure)
    return {**blank, "city": blank["address_line"], "zip3": blank["address_line"]}


def _named(differs: dict[str, np.ndarray]) -> Coded:
    """The names of the cells that differ, with commas between, in the order of the columns."""
    words = tuple(
        ",".join(name for place, name in enumerate(CELLS) if code >> place & 1) for code in range(1 << len(CELLS))
    )
    codes = np.zeros(len(differs[CELLS[0]]), np.int32)
    for place, name in enumerate(CELLS):
        codes += differs[name].astype(np.int32) << place
    return Coded(codes, words)


def _updated(entry: Entry, is_stale: np.ndarray) -> np.ndarray:
    """Within the audience lookback; what is outdated was touched in its first half."""
    span = entry.context.config.audience_config.lookback_days * DAY
    seconds = np.where(is_stale, np.int64(span // 2 // _SECOND), np.int64(span // _SECOND))
    return entry.context.start + entry.draws.below("updated", seconds, entry.key) * _SECOND
