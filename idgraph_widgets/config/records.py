"""Customer records of several source systems: how many, and how dirty."""

from __future__ import annotations

from dataclasses import dataclass

from idgraph_widgets.config.kinds import Real
from idgraph_widgets.config.mappings import Numbers
from idgraph_widgets.config.section import Section, Source, setting
from idgraph_widgets.schema.source_records import SYSTEMS

BLANKS = ("email", "phone", "birth_date", "address_line")

_VOLUME, _ERRORS, _STALE = "Volume", "Errors of entry", "Out of date"
_DESIGN = Source("no published figure found; a choice made for this library", None, "design")
_PSEUDOPEOPLE = "pseudopeople 1.x, noise defaults: 1 % of cells for each kind of error"


@dataclass
class RecordsConfig(Section):
    """What source systems know about adults, with every kind of error as a dial of its own."""

    system_shares: dict[str, float] = setting(
        {"crm": 0.55, "web_signup": 0.50, "loyalty": 0.45, "subscription": 0.40},
        Numbers(SYSTEMS, 0, 1, what="source system"),
        "Adults a source system knows",
        unit="share of adults",
        group=_VOLUME,
        help="Independent of each other: an adult is in none, one or several.",
        source=_DESIGN,
    )
    duplicate_share: float = setting(
        0.08,
        Real(0, 1),
        "Records entered twice",
        unit="share of records",
        group=_VOLUME,
        help="A second record of the same person in the same system, with errors of its own.",
        source=Source("8 to 12 % of patient records are duplicates, AHIMA reports", 2009, "memory"),
    )
    error_factors: dict[str, float] = setting(
        {"crm": 0.7, "web_signup": 1.2, "loyalty": 1.5, "subscription": 0.6},
        Numbers(SYSTEMS, 0, 10, what="source system"),
        "How error-prone a system is",
        unit="factor on every share of errors",
        group=_ERRORS,
        help="1 leaves the shares below as they are; a system where clerks check has less.",
        source=_DESIGN,
    )
    other_format_share: float = setting(
        0.30,
        Real(0, 1),
        "Another way of writing",
        unit="share of records",
        group=_ERRORS,
        help="(012) 345-6789 and Elm St instead of +10123456789 and Elm Street. No error: it meets again once "
        "normalised, and corrupted_columns does not name it.",
        source=_DESIGN,
    )
    typo_share: float = setting(
        0.02,
        Real(0, 0.5),
        "Cells with a typing error",
        unit="share of names, emails, phones and address lines",
        group=_ERRORS,
        help="A character dropped, doubled, swapped with the next or replaced by a neighbour on the keyboard.",
        source=Source(
            _PSEUDOPEOPLE + "; twice that, since typing, hearing and reading errors are one dial here", 2023, "design"
        ),
    )
    nickname_share: float = setting(
        0.08,
        Real(0, 1),
        "Nicknames",
        unit="share of records whose first name has one",
        group=_ERRORS,
        help="Bill for William; from nicknames.csv.",
        source=_DESIGN,
    )
    swapped_names_share: float = setting(
        0.005,
        Real(0, 0.5),
        "First and last name swapped",
        unit="share of records",
        group=_ERRORS,
        help="The first name stands in the field of the last name, and the other way round.",
        source=_DESIGN,
    )
    swapped_birth_date_share: float = setting(
        0.01,
        Real(0, 0.5),
        "Month and day of birth swapped",
        unit="share of birth dates",
        group=_ERRORS,
        help="Only where the day can be a month.",
        source=Source(_PSEUDOPEOPLE, 2023, "seen"),
    )
    wrong_birth_date_share: float = setting(
        0.01,
        Real(0, 0.5),
        "Wrong birth date",
        unit="share of birth dates",
        group=_ERRORS,
        help="A day, a month, a year or ten years off.",
        source=Source(_PSEUDOPEOPLE, 2023, "seen"),
    )
    missing_shares: dict[str, float] = setting(
        {"email": 0.20, "phone": 0.25, "birth_date": 0.30, "address_line": 0.15},
        Numbers(BLANKS, 0, 1, what="column"),
        "Empty cells",
        unit="share of cells",
        group=_ERRORS,
        help="Without the address line, city and zip3 are empty, too. A web sign-up always has its email, a "
        "loyalty card its phone, a subscription its address. The factors of the systems do not apply.",
        source=_DESIGN,
    )
    landline_share: float = setting(
        0.10,
        Real(0, 1),
        "Phones of the home instead of the person",
        unit="share of records with a phone",
        group=_ERRORS,
        help="The home's number joins its members. People without a smartphone always give it.",
        source=Source(
            "about a quarter of homes still have a landline (NHIS); how often it is given is a choice", 2023, "design"
        ),
    )
    former_surname_share: float = setting(
        0.06,
        Real(0, 1),
        "Former surnames",
        unit="share of records of married women",
        group=_STALE,
        help="The surname of before the marriage; the same one in all records of a person that have it.",
        source=_DESIGN,
    )
    former_address_share: float = setting(
        0.06,
        Real(0, 1),
        "Former addresses",
        unit="share of records with an address",
        group=_STALE,
        help="The address of before the home's last move, in the same state; the same one for all its members.",
        source=Source(
            "12.3 % of people moved in the past year (ACS 2020-2024, DP02, derived); that half of the records "
            "follow is a choice",
            2024,
            "design",
        ),
    )
