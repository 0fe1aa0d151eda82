"""Promises of individuals: households, ages, roles, and what minors never are."""

from __future__ import annotations

from idgraph_widgets.quality.checks import Check, Context, Scan
from idgraph_widgets.quality.sql import date_number, one_of

KEY = ("individual_id",)

DEGREES = ("associate", "bachelors", "graduate")
JOBS = ("employed_full_time", "employed_part_time")

# Differences of yyyymmdd numbers: 15 years are 150000.
_FIFTEEN_YEARS = 150_000

_SOURCE = f"""
select i.*, h.household_id as parent_household, h.household_size,
  {date_number("i.birth_date")} as born, f.householder_born, f.youngest_of_couple_born, f.members, f.numbers
from {{individuals}} i
left join {{households}} h on i.household_id = h.household_id
left join (
  select household_id as family_household,
    max(case when role = 'householder' then {date_number("birth_date")} end) as householder_born,
    max(case when role in ('householder', 'spouse', 'partner') then {date_number("birth_date")} end)
      as youngest_of_couple_born,
    count(*) as members, bit_count(bit_or(shiftleft(cast(1 as bigint), cast(person_number as int)))) as numbers
  from {{individuals}} group by household_id
) f on i.household_id = f.family_household
"""

SPACING = 280
"""Least days between siblings who are not born on one day: a pregnancy of 40 weeks."""

_SIBLINGS = """
select individual_id, household_id, birth_date,
  datediff(birth_date, lag(birth_date) over (partition by household_id order by birth_date, individual_id)) as apart
from {individuals} where role = 'child'
"""


def queries(context: Context) -> list[Scan]:
    """One pass over people with their household and family, one over siblings."""
    unique = Check(
        "individuals.person_number_unique",
        "No two people of a household have the same person_number.",
        (*KEY, "household_id", "person_number"),
        # Numbers are below 16, so a bit each counts the different ones.
        holds="numbers = members",
        given="person_number between 1 and 15",
    )
    spaced = Check(
        "individuals.siblings_apart",
        f"Children of one householder are born on one day or at least {SPACING} days apart.",
        (*KEY, "household_id", "birth_date"),
        holds=f"apart = 0 or apart >= {SPACING}",
        given="apart is not null",
    )
    checks = (*_keys(), *_ages(context), *_roles(), *_configured(context))
    return [Scan(_SOURCE, (*checks, unique), rows_of="individuals"), Scan(_SIBLINGS, (spaced,))]


def _keys() -> list[Check]:
    return [
        Check(
            "structure.individuals.household_fk",
            "Every individual's household exists.",
            (*KEY, "household_id"),
            holds="parent_household is not null",
            group="structure",
        ),
        Check(
            "structure.individuals.key_of_household",
            "individual_id is household_id * 16 + person_number.",
            KEY,
            holds="individual_id = household_id * 16 + person_number",
            group="structure",
        ),
        Check(
            "individuals.person_number",
            "person_number lies in 1..household_size.",
            (*KEY, "person_number", "household_size"),
            holds="person_number between 1 and household_size",
            given="household_size is not null",
        ),
    ]


def _ages(context: Context) -> list[Check]:
    start = context.config.start_date
    low, high = context.config.demographics_config.age_range
    birthday_passed = f"month(birth_date) * 100 + day(birth_date) <= {start.month * 100 + start.day}"
    age = f"{start.year} - year(birth_date) - case when {birthday_passed} then 0 else 1 end"
    return [
        Check(
            "individuals.age_of_birth_date",
            "age is the whole number of years from birth_date to start_date.",
            (*KEY, "birth_date", "age"),
            holds=f"age = {age}",
        ),
        Check(
            "individuals.age_range",
            "Every age lies in age_range.",
            (*KEY, "age"),
            holds=f"age between {int(low)} and {int(high)}",
        ),
        Check(
            "individuals.child_younger",
            "A child is at least 15 years younger than the householder and the spouse or partner.",
            (*KEY, "household_id", "birth_date"),
            holds=f"born - youngest_of_couple_born >= {_FIFTEEN_YEARS}",
            given="role = 'child' and youngest_of_couple_born is not null",
        ),
        Check(
            "individuals.parent_older",
            "A parent is at least 15 years older than the householder.",
            (*KEY, "household_id", "birth_date"),
            holds=f"householder_born - born >= {_FIFTEEN_YEARS}",
            given="role = 'parent' and householder_born is not null",
        ),
    ]


def _roles() -> list[Check]:
    return [
        Check(
            "individuals.minor_not_householder",
            "A minor is never householder.",
            (*KEY, "age"),
            holds="age >= 18",
            given="role = 'householder'",
        ),
        Check(
            "individuals.minor_no_degree",
            "A minor never has a degree.",
            (*KEY, "age", "education"),
            holds=f"education is null or not {one_of('education', DEGREES)}",
            given="age < 18",
        ),
        Check(
            "individuals.no_job_before_16",
            "Nobody has a job before 16.",
            (*KEY, "age", "employment_status"),
            holds=f"employment_status is null or not {one_of('employment_status', JOBS)}",
            given="age < 16",
        ),
    ]


def _configured(context: Context) -> list[Check]:
    config = context.config.demographics_config
    result = []
    for column, shares, given, people in (
        ("gender", config.gender_distribution, "true", "everybody"),
        ("education", config.education_distribution, "age >= 25", "everybody 25 and older"),
        ("employment_status", config.employment_distribution, "age >= 16", "everybody 16 and older"),
    ):
        values = [value for value, share in shares.items() if share > 0]
        result.append(
            Check(
                f"individuals.{column}_configured",
                f"{column} of {people} is a configured value: {', '.join(map(str, values))}.",
                (*KEY, column),
                holds=one_of(column, values),
                given=given,
            )
        )
    return result
