"""Promises of source_records, the customer records to resolve, and of the truth behind them."""

from __future__ import annotations

from idgraph_widgets.quality.checks import Check, Context, Scan

KEY = ("record_id",)

_OF_PEOPLE = ("first_name", "last_name", "birth_date")
"""Cells whose true value stands in individuals."""

_OF_HOMES = ("city", "zip3")
"""Cells whose true value stands in households."""

_CELLS = (*_OF_PEOPLE, *_OF_HOMES, "email", "phone", "address_line")

_SURE = {"web_signup": "email", "loyalty": "phone", "subscription": "address_line"}

_ROWS = """
select r.*, t.true_individual_id, t.corrupted_columns, concat(',', t.corrupted_columns, ',') as between_commas,
  i.individual_id as known_person, i.age, i.first_name as person_first_name, i.last_name as person_last_name,
  i.birth_date as person_birth_date, h.state as home_state, h.city as home_city, h.zip3 as home_zip3
from {truth_records} t join {source_records} r on t.record_id = r.record_id
left join {individuals} i on t.true_individual_id = i.individual_id
left join {households} h on i.household_id = h.household_id
"""

_PAIRED = """
select coalesce(r.record_id, t.record_id) as record_id, r.record_id as record, t.record_id as truth
from (select record_id from {source_records} where {residue:record_id}) r
full outer join (select record_id from {truth_records} where {residue:record_id}) t on r.record_id = t.record_id
"""

_COPIES = """
select t.true_individual_id, r.source_system, count(*) as copies
from {truth_records} t join {source_records} r on t.record_id = r.record_id
group by t.true_individual_id, r.source_system
"""


def queries(context: Context) -> list[Scan]:
    """Records with their person, pairs of record and truth, records per person and system."""
    copies = Check(
        "records.two_per_system",
        "A system holds at most two records of a person.",
        ("true_individual_id", "source_system"),
        holds="copies <= 2",
    )
    return [
        Scan(_PAIRED, tuple(_paired()), "all hashes"),
        Scan(_ROWS, (*_people(), *_formats(context), *_provenance())),
        Scan(_COPIES, (copies,)),
    ]


def _paired() -> list[Check]:
    return [
        Check(
            "structure.truth_records.every_record",
            "Every record has a row in truth_records.",
            KEY,
            holds="truth is not null",
            given="record is not null",
            group="structure",
        ),
        Check(
            "structure.truth_records.record_fk",
            "Every row of truth_records speaks of a record that exists.",
            KEY,
            holds="record is not null",
            given="truth is not null",
            group="structure",
        ),
    ]


def _people() -> list[Check]:
    return [
        Check(
            "structure.truth_records.individual_fk",
            "Every record's true person exists.",
            (*KEY, "true_individual_id"),
            holds="known_person is not null",
            group="structure",
        ),
        Check(
            "records.adults",
            "Only adults have records.",
            (*KEY, "true_individual_id", "age"),
            holds="age >= 18",
            given="known_person is not null",
        ),
        Check(
            "records.state",
            "state is that of the person's home.",
            (*KEY, "state"),
            holds="state = home_state",
            given="known_person is not null",
        ),
    ]


def _formats(context: Context) -> list[Check]:
    end = context.start_us + context.config.audience_config.lookback_days * 86_400_000_000
    sure = " ".join(f"when '{system}' then {column} is not null" for system, column in _SURE.items())
    return [
        Check(
            "records.email_reserved",
            "email is an address below .example.",
            (*KEY, "email"),
            holds="email rlike '^[a-z0-9.+_-]+@[a-z0-9.-]+[.]example$'",
            given="email is not null",
        ),
        Check(
            "records.phone_reserved",
            "phone has an area code that starts with 0 or 1, which no real one does.",
            (*KEY, "phone"),
            holds="phone rlike '^([+]1[01][0-9]{9}|[(][01][0-9]{2}[)] [0-9]{3}-[0-9]{4})$'",
            given="phone is not null",
        ),
        Check(
            "records.updated_in_lookback",
            "updated_ts lies within the audience lookback.",
            (*KEY, "updated_ts"),
            holds=f"unix_micros(updated_ts) >= {context.start_us} and unix_micros(updated_ts) < {end}",
        ),
        Check(
            "records.sure_cell",
            "A web sign-up always has an email, a loyalty card a phone, a subscription an address line.",
            (*KEY, "source_system"),
            holds=f"case source_system {sure} else true end",
        ),
        Check(
            "records.place_whole",
            "address_line, city and zip3 are empty together.",
            KEY,
            holds="(address_line is null) = (city is null) and (address_line is null) = (zip3 is null)",
        ),
    ]


def _provenance() -> list[Check]:
    names = f"'^(({'|'.join(_CELLS)})(,({'|'.join(_CELLS)}))*)?$'"
    known = [(name, f"person_{name}") for name in _OF_PEOPLE] + [(name, f"home_{name}") for name in _OF_HOMES]
    return [
        Check(
            "records.corrupted_names",
            "corrupted_columns holds names of columns, with commas between.",
            (*KEY, "corrupted_columns"),
            holds=f"corrupted_columns rlike {names}",
        ),
        Check(
            "records.provenance",
            "A name, birth date, city or zip3 differs from that of the person exactly where corrupted_columns"
            " names it.",
            (*KEY, "corrupted_columns"),
            holds=" and ".join(f"({cell} <=> {true}) = not {_named(cell)}" for cell, true in known),
            given="known_person is not null",
        ),
        Check(
            "records.empty_cells",
            "corrupted_columns always names empty cells.",
            (*KEY, "corrupted_columns"),
            holds=" and ".join(
                f"({cell} is not null or {_named(cell)})" for cell in ("email", "phone", "address_line")
            ),
        ),
    ]


def _named(cell: str) -> str:
    """SQL: corrupted_columns names the column."""
    return f"(between_commas like '%,{cell},%')"
