"""Plants mutations in the tables of a sound dataset."""

from __future__ import annotations

import string
from pathlib import Path

from idgraph_widgets.schema import GENERATED
from support.mutations import Mutation

BATCH = 30
"""Mutations tried at once, each on a row of its own."""

# Names in `also` that stand for a family of checks.
FAMILIES = {
    "AGGREGATES": ("viewership.", "audience.none_", "audience.score"),
    "MEMBERSHIP": ("audience.none_", "audience.one_row", "audience.score"),
    "TOTALS": ("outcomes.", "campaign_daily.", "exposures.budget", "exposures.block_budget"),
}


def batches(mutations: list[Mutation]) -> list[list[Mutation]]:
    """Mutations packed so that none may break what another one of the same batch is there to break."""
    packed: list[list[Mutation]] = []
    for mutation in mutations:
        for batch in packed:
            if len(batch) < BATCH and not any(interferes(mutation, other) for other in batch):
                batch.append(mutation)
                break
        else:
            packed.append([mutation])
    return packed


def allowed(mutation: Mutation) -> tuple[str, ...]:
    """Prefixes of the checks that may break besides the named one."""
    names = [name for entry in mutation.also for name in FAMILIES.get(entry, (entry,))]
    # Every cell of a source record is compared with these two tables.
    of_people = mutation.table in ("households", "individuals")
    return (*names, "records.", "structure.truth_records.individual_fk") if of_people else tuple(names)


def interferes(a: Mutation, b: Mutation) -> bool:
    """Whether the checks that one of the two breaks may hide what the other breaks."""
    return a.check == b.check or a.check.startswith(allowed(b)) or b.check.startswith(allowed(a))


def named(sql: str) -> str:
    """Table names in braces as the views ``sound_…`` of the sound tables."""
    return "".join(text + (f"sound_{name}" if name else "") for text, name, _, _ in string.Formatter().parse(sql))


def literal(value) -> str:
    """SQL of a key or a changed value."""
    return str(value) if isinstance(value, int) else f"'{value}'" if isinstance(value, str) else f"date'{value}'"


def target(spark, mutation: Mutation, used: set) -> str:
    """SQL that is true for the row to break: the lowest key that fits and is not yet broken."""
    table = GENERATED[mutation.table]
    keys = ", ".join(table.key)
    fits = f"select {keys} from sound_{table.name} where {named(mutation.where)}"
    query = f"{fits} order by {keys} limit {BATCH + 1}"
    for row in spark.sql(query).collect():
        if (table.name, *row) not in used:
            used.add((table.name, *row))
            return " and ".join(f"{name} = {literal(value)}" for name, value in zip(table.key, row))
    raise AssertionError(f"no row of {table.name} fits the mutation for {mutation.check}")


def changed_row(spark, mutation: Mutation, match: str) -> str:
    """SELECT of the row after the mutation."""
    table = GENERATED[mutation.table]
    changed = {name: named(sql) for name, sql in mutation.set.items()}
    # Scalar subqueries become literals first: not every engine takes them everywhere.
    for name, sql in changed.items():
        if "select" in sql:
            query = f"select {sql} as value from sound_{table.name} where {match}"
            changed[name] = literal(spark.sql(query).collect()[0][0])
    columns = ", ".join(f"cast({changed.get(c.name, c.name)} as {c.type}) as {c.name}" for c in table.columns)
    return f"select {columns} from sound_{table.name} where {match}"


def break_all(spark, tables, mutations: list[Mutation], folder: Path) -> dict:
    """The tables with every mutation applied to a row of its own, written as Parquet below a folder."""
    used: set = set()
    gone: dict[str, list[str]] = {}
    new: dict[str, list[str]] = {}
    for mutation in mutations:
        match = target(spark, mutation, used)
        gone.setdefault(mutation.table, []).extend([] if mutation.how == "add" else [match])
        new.setdefault(mutation.table, []).extend(
            [] if mutation.how == "remove" else [changed_row(spark, mutation, match)]
        )
    result = dict(tables)
    for name, matches in gone.items():
        columns = ", ".join(GENERATED[name].column_names)
        kept = " and ".join(f"not ({match})" for match in matches) or "true"
        query = " union all ".join([f"select {columns} from sound_{name} where {kept}", *new[name]])
        path = str(folder / name)
        spark.sql(query).write.parquet(path)
        result[name] = spark.read.schema(GENERATED[name].struct_type()).parquet(path)
    return result
