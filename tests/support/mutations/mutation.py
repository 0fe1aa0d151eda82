"""How to break a sound dataset in one place, and which check must notice.

A mutation changes one row (the one with the lowest key that fits), adds a changed copy of it, or removes it.
`also` names the checks that may break with it by the nature of things; no other check may.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DAY = 86_400_000_000

TOTALS = "TOTALS"
"""Stands for every check of outcome_metrics and campaign_daily."""

NO_CAMPAIGN = "cast(77 as bigint)"
"""SQL: the key of a campaign that there is not."""

NEIGHBOUR = "case when pmod(individual_id, 16) = 1 then individual_id + 1 else individual_id - 1 end"
"""SQL: another number of a person of the same household."""


@dataclass(frozen=True)
class Mutation:
    """One broken row.

    Parameters
    ----------
    check : str
        Id of the check that must find it.
    table : str
    where : str
        SQL over the table (and others in braces) that says which rows can be broken.
    set : dict
        Column to SQL expression over the row.
    how : {"change", "add", "remove"}
    also : tuple of str
    """

    check: str
    table: str
    where: str = "true"
    set: dict[str, str] = field(default_factory=dict)
    how: str = "change"
    also: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is done to the data, in a sentence with the SQL that does it."""
        which = "" if self.where == "true" else f" where {_bare(self.where)}"
        if self.how == "remove":
            return f"A row of `{self.table}`{which} is gone."
        values = " and ".join(f"{name} = {_bare(value)}" for name, value in self.set.items())
        if self.how == "add":
            return f"A row of `{self.table}`{which} is there again" + (f", with {values}." if values else ".")
        return f"In a row of `{self.table}`{which}: {values}."


def moved(column: str, microseconds: int | str) -> str:
    """SQL: a TIMESTAMP column moved."""
    return f"timestamp_micros(unix_micros({column}) + ({microseconds}))"


def mutation(check, table, where="true", also=(), how="change", **changes) -> Mutation:
    """A `Mutation` whose changed columns are keywords."""
    return Mutation(check, table, where, changes, how, tuple(also))


def held_out(check, rows, also=()) -> Mutation:
    """A home that is held out of a campaign which has `rows` of it: SQL with campaign_id and household_id."""
    last = f"(select max(x.campaign_id) from {rows} x)"
    home = f"(select max(x.household_id) from {rows} x where x.campaign_id = {last})"
    return mutation(check, "campaign_holdouts", how="add", campaign_id=last, household_id=home, also=also)


def _bare(sql: str) -> str:
    """SQL for readers: tables by their plain names, on one line."""
    return " ".join(sql.replace("{", "").replace("}", "").split())
