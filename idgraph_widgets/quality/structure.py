"""Structure: tables, columns and types, keys, required values, vocabularies, row counts."""

from __future__ import annotations

from idgraph_widgets.quality.checks import Check, Context, Partial, Scan
from idgraph_widgets.quality.extras import WITH_OWN
from idgraph_widgets.quality.sql import one_of, quoted
from idgraph_widgets.schema import GENERATED, Table
from idgraph_widgets.schema import quoted as name_of
from idgraph_widgets.schema.ids import BLOCK, MAX_KEY, PERSONS

RISING = ("individuals", "content_engagements", "viewership_patterns", "audience_attributes")
"""Tables whose keys rise with the household; the other keys are scrambled, or begin with the campaign."""


def column_problems(table: Table, actual: list[tuple[str, str]]) -> list[str]:
    """Columns of a table that are missing or have another type than declared."""
    types = dict(actual)
    return [
        f"{column.name}: {types.get(column.name, 'missing')}, declared {column.type}"
        for column in table.columns
        if types.get(column.name) != column.type
    ]


def queries(context: Context) -> list[Scan | Partial]:
    """Scans of what the columns say, one per table, for unique keys, for keys of blocks, for row counts."""
    checked = list(context.tables.values())
    scans: list[Scan | Partial] = [_columns(context, checked)]
    scans += [_values(table) for table in checked]
    usable = [t for t in checked if not column_problems(GENERATED[t.name], context.columns.get(t.name, []))]
    # One query for all sound tables; a table that is not is skipped on its own.
    batches = [usable, *([table] for table in checked if table not in usable)]
    scans += [_unique(batch) for batch in batches if batch]
    scans += _blocks_apart()
    scans += _row_counts(context, checked)
    return scans


def _columns(context: Context, tables) -> Scan:
    rows, checks = [], []
    for table in tables:
        actual = context.columns.get(_rows_of(table), context.columns.get(table.name))
        problems = ["the table is missing"] if actual is None else column_problems(table, actual)
        rows += [(table.name, problem) for problem in problems]
        checks.append(
            Check(
                f"structure.{table.name}.columns",
                f"{table.name} exists and has every declared column with its type.",
                ("problem",),
                holds="false",
                given=f"table_name = {quoted(table.name)}",
                group="structure",
            )
        )
    body = ", ".join(f"({quoted(name)}, {quoted(problem)})" for name, problem in rows or [("", "")])
    return Scan(f"select * from values {body} as problems(table_name, problem)", tuple(checks), "whole")


def _values(table) -> Scan:
    """Keys in range, required values there, every value in its vocabulary."""
    required = [c.name for c in table.columns if not c.nullable]
    key = table.key
    checks = [
        Check(
            f"structure.{table.name}.required",
            f"In {table.name}, columns that always have a value are never null.",
            key,
            holds=" and ".join(f"{_called(table, name)} is not null" for name in required),
            group="structure",
        )
    ]
    big = [name for name in key if table.column(name).type == "bigint"]
    if big:
        checks.append(
            Check(
                f"structure.{table.name}.key_range",
                f"Keys of {table.name} lie in 1..2^53.",
                key,
                holds=" and ".join(f"{name} between 1 and {MAX_KEY}" for name in big),
                given=" and ".join(f"{name} is not null" for name in big),
                group="structure",
            )
        )
    checks += [
        Check(
            f"structure.{table.name}.{column.name}.vocabulary",
            f"{table.name}.{column.name} is one of: {', '.join(column.vocabulary)}.",
            key,
            holds=one_of(_called(table, column.name), column.vocabulary),
            given=f"{_called(table, column.name)} is not null",
            group="structure",
        )
        for column in table.columns
        if column.vocabulary
    ]
    # What is not cut by household would be counted once for each slice.
    over = "slices" if table.range_of(1, 1) else "whole"
    return Scan("select * from {" + _rows_of(table) + "}", tuple(checks), over)


def _called(table: Table, column: str) -> str:
    """A column in SQL; a user may have called one of their own by a word of SQL."""
    return column if column in GENERATED[table.name].column_names else name_of(column)


def _rows_of(table: Table) -> str:
    """What a source calls the rows with all columns of the table."""
    return table.name if table is GENERATED[table.name] else f"{table.name}{WITH_OWN}"


def _unique(tables) -> Scan:
    """Keys that occur more than once, of all tables; hashed residues bound the memory of the counting."""
    sources, checks = [], []
    for table in tables:
        names = ", ".join(table.key)
        whole_number = table.column(table.key[0]).type == "bigint"
        where = f"where {{residue:{table.key[0]}}}" if whole_number else ""
        key = "concat_ws('/', " + ", ".join(f"cast({name} as string)" for name in table.key) + ")"
        # The text is made of what is left: an engine may make it of every key before it looks at the copies.
        sources.append(
            f"select {quoted(table.name)} as table_name, {key} as key, copies from"
            f" (select {names}, count(*) as copies from {{{table.name}}} {where} group by {names}) keys_of_{table.name}"
            " where copies > 1"
        )
        checks.append(
            Check(
                f"structure.{table.name}.key_unique",
                f"({names}) is unique in {table.name}.",
                ("key", "copies"),
                holds="copies = 1",
                given=f"table_name = {quoted(table.name)}",
                group="structure",
            )
        )
    return Scan(" union all ".join(sources), tuple(checks), "hashes")


def _blocks_apart() -> list[Scan | Partial]:
    """The lowest and highest key of each block, so that blocks need not be compared row by row."""
    sources = []
    for table in map(GENERATED.__getitem__, RISING):
        home = "household_id" if table.cut.keys_of == "households" else f"{table.cut.column} div {PERSONS}"
        block, key = f"cast(({home} - 1) div {BLOCK} as bigint)", table.key[0]
        sources.append(
            f"select {quoted(table.name)} as table_name, {block} as block, min({key}) as low, max({key}) as high"
            f" from {{{table.name}}} group by {block}"
        )
    check = Check(
        "structure.blocks_apart",
        f"In {', '.join(RISING[:-1])} and {RISING[-1]}, the keys of a block of {BLOCK:,} households lie above those of"
        " the blocks before it: no two blocks share one.",
        ("table_name", "block", "low", "before"),
        holds="low > before",
        given="before is not null",
        group="structure",
    )
    ranges = Partial("ranges_of_keys", " union all ".join(sources), group="structure")
    before = "lag(high) over (partition by table_name order by block) as before"
    return [ranges, Scan(f"select table_name, block, low, {before} from {{ranges_of_keys}}", (check,), "whole")]


def _row_counts(context: Context, tables) -> list[Scan]:
    wanted = context.config.household_config.num_households
    check = Check(
        "structure.households.count",
        "There are as many households as configured, with the ids 1..N.",
        ("actual", "lowest", "highest"),
        holds=f"actual = {wanted} and lowest = 1 and highest = {wanted}",
        group="structure",
    )
    households = (
        "select count(*) as actual, min(household_id) as lowest, max(household_id) as highest from {households}"
    )
    scans = [Scan(households, (check,), "whole")]
    if context.manifest is not None:
        # One query for the tables that are there; one that is missing is skipped on its own.
        here = [table for table in tables if table.name in context.columns]
        batches = [here, *([table] for table in tables if table not in here)]
        scans += [_counted(context.manifest.get("tables", {}), batch) for batch in batches if batch]
    return scans


def _counted(entries, tables) -> Scan:
    sources, checks = [], []
    for table in tables:
        entry = entries.get(table.path, entries.get(table.name, {}))
        expected = f"cast({entry['rows']} as bigint)" if "rows" in entry else "cast(null as bigint)"
        sources.append(
            f"select {quoted(table.name)} as table_name, count(*) as actual, {expected} as expected"
            f" from {{{table.name}}}"
        )
        checks.append(
            Check(
                f"structure.{table.name}.rows",
                f"{table.name} has as many rows as the manifest says.",
                ("actual", "expected"),
                holds="actual = expected",
                given=f"table_name = {quoted(table.name)}",
                group="structure",
            )
        )
    return Scan(" union all ".join(sources), tuple(checks), "whole")
