"""Plants mutations in the tables of a sound dataset."""

from __future__ import annotations

import string
from pathlib import Path

from idgraph_widgets.schema import GENERATED
from support.mutations import Mutation
from support.nightly import NIGHTLY

BATCH = 30 if NIGHTLY else 120
"""Mutations tried at once, each on a row of its own, where it is asked which other checks they break.

The fewer, the less one can hide that another one breaks too much: as few as a night has time for.
"""

# Names in `also` that stand for a family of checks.
FAMILIES = {
    "AGGREGATES": ("viewership.", "audience.none_", "audience.score"),
    "MEMBERSHIP": ("audience.none_", "audience.one_row", "audience.score", "campaigns.holdout_eligible"),
    "TOTALS": ("outcomes.", "campaign_daily.", "exposures.budget", "exposures.block_budget"),
}


def batches(mutations: list[Mutation], most: int = BATCH) -> list[list[Mutation]]:
    """Mutations packed so that none may break what another one of the same batch is there to break."""
    packed: list[list[Mutation]] = []
    for mutation in mutations:
        for batch in packed:
            if len(batch) < most and not any(interferes(mutation, other) for other in batch):
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
    if mutation.table == "campaign_exposures":
        names.append("opportunities.")
    return (*names, "records.", "structure.truth_records.individual_fk", "wants.adults") if of_people else tuple(names)


def interferes(a: Mutation, b: Mutation) -> bool:
    """Whether the checks that one of the two breaks may hide what the other breaks."""
    return a.check == b.check or a.check.startswith(allowed(b)) or b.check.startswith(allowed(a))


def named(sql: str, views: str) -> str:
    """Table names in braces as the views ``<views>_…`` of the sound tables."""
    return "".join(text + (f"{views}_{name}" if name else "") for text, name, _, _ in string.Formatter().parse(sql))


def literal(value) -> str:
    """SQL of a key or a changed value."""
    return str(value) if isinstance(value, int) else f"'{value}'" if isinstance(value, str) else f"date'{value}'"


def target(spark, mutation: Mutation, used: set, views: str) -> str:
    """SQL that is true for the row to break: the lowest key that fits and is not yet broken."""
    table = GENERATED[mutation.table]
    keys = ", ".join(table.key)
    fits = f"select {keys} from {views}_{table.name} where {named(mutation.where, views)}"
    query = f"{fits} order by {keys} limit {len(used) + 1}"
    for row in spark.sql(query).collect():
        if (table.name, *row) not in used:
            used.add((table.name, *row))
            return " and ".join(f"{name} = {literal(value)}" for name, value in zip(table.key, row))
    raise AssertionError(f"no row of {table.name} fits the mutation for {mutation.check}")


def changed_row(spark, mutation: Mutation, match: str, views: str) -> str:
    """SELECT of the row after the mutation."""
    table = GENERATED[mutation.table]
    changed = {name: named(sql, views) for name, sql in mutation.set.items()}
    # Scalar subqueries become literals first: not every engine takes them everywhere.
    for name, sql in changed.items():
        if "select" in sql:
            query = f"select {sql} as value from {views}_{table.name} where {match}"
            changed[name] = literal(spark.sql(query).collect()[0][0])
    columns = ", ".join(f"cast({changed.get(c.name, c.name)} as {c.type}) as {c.name}" for c in table.columns)
    return f"select {columns} from {views}_{table.name} where {match}"


def break_all(spark, tables, mutations: list[Mutation], folder: Path, views: str = "sound") -> dict:
    """The tables with every mutation applied to a row of its own, written as Parquet below a folder.

    The rows are found, and what they are changed to is looked up, in the views ``<views>_<table>``: the sound tables,
    or their rows of one block.
    """
    used: set = set()
    gone: dict[str, list[str]] = {}
    new: dict[str, list[str]] = {}
    for mutation in mutations:
        match = target(spark, mutation, used, views)
        gone.setdefault(mutation.table, []).extend([] if mutation.how == "add" else [match])
        new.setdefault(mutation.table, []).extend(
            [] if mutation.how == "remove" else [changed_row(spark, mutation, match, views)]
        )
    result = dict(tables)
    for name, matches in gone.items():
        kept = " and ".join(f"not ({match})" for match in matches) or "true"
        rows = tables[name].where(kept).select(*GENERATED[name].column_names)
        for query in new[name]:
            rows = rows.unionAll(spark.sql(query))
        path = str(folder / name)
        rows.write.parquet(path)
        result[name] = spark.read.schema(GENERATED[name].struct_type()).parquet(path)
    return result


def break_values(spark, tables, views: str = "sound", stray: bool = True) -> tuple[dict, set[str]]:
    """The tables, in each a row twice more, with a null, a key out of range and words outside every vocabulary.

    Parameters
    ----------
    spark : SparkSession
    tables : mapping of str to DataFrame
    views : str
        See `break_all`.
    stray : bool
        Also where it says to which household the row belongs: the row is then one of no block.

    Returns
    -------
    tuple
        The tables, and the checks that must find it.
    """
    result, found = dict(tables), set()
    for table in GENERATED.values():
        values = {column.name: "'nonsense'" for column in table.columns if column.vocabulary}
        found |= {f"structure.{table.name}.{name}.vocabulary" for name in values}
        kept = {*table.key, *values, *([] if stray or table.cut is None else [table.cut.column])}
        required = [column.name for column in table.columns if not column.nullable and column.name not in kept]
        # Where nothing is required but the key, a third row has none.
        empty = dict.fromkeys(required[:1] or table.key[:1], "null")
        key = table.column(table.key[0])
        if key.type == "bigint" and (stray or table.cut is None or table.cut.column != key.name):
            values[key.name] = "-1"
            found.add(f"structure.{table.name}.key_range")
        found |= {f"structure.{table.name}.key_unique", f"structure.{table.name}.required"}
        rows = [{**values, **empty}] * 2 if required else [values, values, empty]
        result[table.name] = tables[table.name].select(*table.column_names)
        for row in rows:
            columns = ", ".join(f"cast({row.get(c.name, c.name)} as {c.type}) as {c.name}" for c in table.columns)
            bad = spark.sql(f"select {columns} from {views}_{table.name} limit 1")
            result[table.name] = result[table.name].unionAll(bad)
    return result, found
