"""What a customer system could rightly know about an adult: names, mailboxes, phones, addresses of now and before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from idgraph_widgets import reference
from idgraph_widgets.arrays import Coded, Columns, Lookup, code_in, text
from idgraph_widgets.arrays.texts import joined
from idgraph_widgets.draws import Draws, Lottery, hashed
from idgraph_widgets.generators import devices
from idgraph_widgets.generators.identity.mailboxes import mailbox_count, shares_mailbox
from idgraph_widgets.generators.people import names, places
from idgraph_widgets.generators.people.names import LAST_TICKETS
from idgraph_widgets.generators.people.places import CITY_TICKETS
from idgraph_widgets.schema.individuals import ADULT_AGE

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

STREET_TICKETS = 4096

_SUFFIXES = {
    "Street": 0.36,
    "Avenue": 0.20,
    "Drive": 0.14,
    "Road": 0.10,
    "Lane": 0.08,
    "Court": 0.05,
    "Circle": 0.03,
    "Place": 0.02,
    "Boulevard": 0.01,
    "Way": 0.01,
}
"""Street types by how often they stand in addresses (design)."""

_ABBREVIATIONS = {
    "Street": "St",
    "Avenue": "Ave",
    "Drive": "Dr",
    "Road": "Rd",
    "Lane": "Ln",
    "Court": "Ct",
    "Boulevard": "Blvd",
}

_HIGHEST_NUMBERS = np.array([999, 2999, 9999, 19999], np.int64)
"""Numbers of one to five digits, short ones more often than their count."""

_FLATS = ("", *(f" Apt {number}" for number in range(1, 61)))

_APARTMENT_SHARE = {"living_alone": 0.45, "nonfamily": 0.40}
_OTHER_APARTMENT_SHARE = 0.15
"""Homes with an apartment number, by type of household (design, near a quarter over all)."""


@dataclass(frozen=True)
class Streets:
    """Invented streets.

    Attributes
    ----------
    lottery : Lottery
        Positions in `names`.
    names, short_names : tuple of str
        In full and abbreviated.
    """

    lottery: Lottery
    names: tuple[str, ...]
    short_names: tuple[str, ...]


def prepare(_config: GenerationConfig | None = None) -> Streets:
    """Streets by how often they occur; the same for every configuration."""
    rows = reference.facts("street_names")
    lottery = Lottery.of({0: [row["weight"] for row in rows]}, STREET_TICKETS)
    names = tuple(row["street_name"] for row in rows)
    return Streets(lottery, names, tuple(map(_abbreviated, names)))


def _abbreviated(name: str) -> str:
    """The name with words, or what they begin with, abbreviated."""
    name = f" {name}"
    for word, abbreviation in _ABBREVIATIONS.items():
        name = name.replace(f" {word}", f" {abbreviation}")
    return name[1:]


def adults_of(context: Context, households: Columns, individuals: Columns) -> Columns:
    """Adults with everything their records can be made of.

    Parameters
    ----------
    context : Context
    households, individuals : Columns
        Tables 1 and 2 of the same homes.

    Returns
    -------
    Columns
        ``individual_id``, ``key`` (its hash), ``home`` (row of `households`), ``first_name``, ``last_name``,
        ``former_name`` (null but for married women), ``birth_date``, ``has_phone``, ``both`` (whether the first mailbox
        is the couple's) and ``boxes`` (number of mailboxes).
    """
    adults = individuals.where(individuals.age >= ADULT_AGE)
    home = Lookup(households.household_id)[adults.household_id]
    key, household_type = hashed(adults.individual_id), households.household_type.take(home)
    is_wife = (household_type == "married_couple") & adults.role.isin(("householder", "spouse"))
    is_wife &= adults.gender == "female"
    return Columns(
        individual_id=adults.individual_id,
        key=key,
        home=home,
        first_name=adults.first_name,
        last_name=adults.last_name,
        former_name=_former_names(context, key).where(is_wife),
        birth_date=adults.birth_date,
        has_phone=devices.has_phone(context, key, adults.age, households.annual_income[home]),
        both=shares_mailbox(context, household_type, adults.role, hashed(households.household_id)[home]),
        boxes=mailbox_count(context, key, adults.age),
    )


def _former_names(context: Context, key: np.ndarray) -> Coded:
    pool, d = context.of(names.prepare), context.draws("source_records")
    return Coded(pool.last.draw(d.below("former_name", LAST_TICKETS, key)), pool.last_names)


def homes_of(context: Context, households: Columns) -> Columns:
    """Addresses of homes, of now and of before their last move.

    Returns
    -------
    Columns
        One row per household: ``address_line``, ``city`` and ``zip3``, and ``before_`` each; the lines also
        abbreviated, ``short_``.
    """
    d, key, places_made = context.draws("source_records"), hashed(households.household_id), context.of(places.prepare)
    state = code_in(households.state, reference.STATES).astype(np.int64)
    before = places_made.cities.take(places_made.lottery.draw(d.below("before/city", CITY_TICKETS, key), state))
    line, short_line = _lines(context, d, "now", households.household_type, key)
    before_line, short_before_line = _lines(context, d, "before", households.household_type, key)
    return Columns(
        address_line=line,
        city=text(households.city),
        zip3=text(households.zip3),
        before_address_line=before_line,
        before_city=text(before.city),
        before_zip3=text(before.zip3),
        short_address_line=short_line,
        short_before_address_line=short_before_line,
    )


def _lines(
    context: Context, d: Draws, stream: str, household_type: Coded, key: np.ndarray
) -> tuple[pa.StringArray, pa.StringArray]:
    """Address lines: number, street and perhaps an apartment; in full and abbreviated."""
    streets = context.of(prepare)
    street = Coded(streets.lottery.draw(d.below(f"{stream}/street", STREET_TICKETS, key)), streets.names)
    highest = _HIGHEST_NUMBERS[d.below(f"{stream}/reach", len(_HIGHEST_NUMBERS), key)]
    number = pa.array(d.below(f"{stream}/number", highest, key) + 1).cast(pa.string())
    suffix = d.choose(f"{stream}/suffix", _SUFFIXES, key)
    which = d.between(f"{stream}/flat", 1, len(_FLATS) - 1, key)
    flat = Coded(np.where(_in_apartment(d, stream, household_type, key), which, 0).astype(np.int32), _FLATS)
    return (
        joined(number, " ", street, " ", suffix, flat),
        joined(
            number,
            " ",
            Coded(street.codes, streets.short_names),
            " ",
            Coded(suffix.codes, tuple(map(_abbreviated, suffix.words))),
            flat,
        ),
    )


def _in_apartment(d: Draws, stream: str, household_type: Coded, key: np.ndarray) -> np.ndarray:
    return np.select(
        [household_type == kind for kind in _APARTMENT_SHARE],
        [d.chance(f"{stream}/apartment", share, key) for share in _APARTMENT_SHARE.values()],
        d.chance(f"{stream}/apartment", _OTHER_APARTMENT_SHARE, key),
    )
