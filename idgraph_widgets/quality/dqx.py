"""The simple checks as rules of Databricks Labs' DQX: one YAML file per table, to be applied to that table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from idgraph_widgets.quality.checks import Check, Context, Scan
from idgraph_widgets.quality.extras import WITH_OWN
from idgraph_widgets.quality.registry import REGISTRY
from idgraph_widgets.quality.sql import one_of
from idgraph_widgets.schema import Column, Reference, Table, references
from idgraph_widgets.schema.ids import MAX_KEY


def dqx_rules(context: Context, name_of: Callable[[str], str] = str) -> dict[str, list[dict[str, Any]]]:
    """Rules per table, as `DQEngine.validate_checks` takes them.

    Parameters
    ----------
    context : Context
    name_of : callable
        From a table's name to what it is called where the rules are applied; for keys of other tables.
    """
    alone = _of_one_table(context)
    return {
        name: [*_declared(table, name_of), *map(_expression, alone.get(name, []))]
        for name, table in context.tables.items()
    }


def dqx_files(context: Context, name_of: Callable[[str], str] = str) -> dict[str, str]:
    """The rules as YAML, a file per table, by path."""
    import yaml

    rules = dqx_rules(context, name_of)
    return {
        f"{name}.yml": yaml.safe_dump(found, sort_keys=False, width=110, allow_unicode=True)
        for name, found in rules.items()
    }


def _declared(table: Table, name_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """What the declaration of a table says: required values, keys, vocabularies, keys of other tables."""
    about = f"structure.{table.name}"
    return [
        *[_required(about, column.name) for column in table.columns if not column.nullable],
        _rule(f"{about}.key_unique", f"({', '.join(table.key)}) is unique.", "is_unique", columns=list(table.key)),
        *[_in_range(about, name) for name in table.key if table.column(name).type == "bigint"],
        *[_one_of(about, column) for column in table.columns if column.vocabulary],
        *[_reference(about, found, name_of) for found in references() if found.table == table.name],
    ]


def _required(about: str, name: str) -> dict[str, Any]:
    return _rule(f"{about}.required", f"{name} always has a value.", "is_not_null", part=name, column=name)


def _in_range(about: str, name: str) -> dict[str, Any]:
    limits = {"column": name, "min_limit": 1, "max_limit": MAX_KEY}
    return _rule(f"{about}.key_range", f"{name} lies in 1..2^53.", "is_in_range", part=name, **limits)


def _one_of(about: str, column: Column) -> dict[str, Any]:
    # As an expression: what a bare text in the list of `is_in_list` means has changed between versions of DQX.
    sentence = f"{column.name} is one of: {', '.join(column.vocabulary)}."
    expression = f"{column.name} is null or {one_of(column.name, column.vocabulary)}"
    return _rule(f"{about}.{column.name}.vocabulary", sentence, "sql_expression", expression=expression, msg=sentence)


def _reference(about: str, found: Reference, name_of: Callable[[str], str]) -> dict[str, Any]:
    return _rule(
        f"{about}.{found.column}.references",
        f"{found.column} is a {found.parent_column} of {found.parent}, or null.",
        "foreign_key",
        columns=[found.column],
        ref_columns=[found.parent_column],
        ref_table=name_of(found.parent),
    )


def _of_one_table(context: Context) -> dict[str, list[Check]]:
    """Checks that look at the rows of one table as they are."""
    found: dict[str, list[Check]] = {}
    for module, queries in REGISTRY.items():
        for query in queries(context):
            name = next(iter(query.needs), "")
            if module != "structure" and isinstance(query, Scan) and query.source == f"select * from {{{name}}}":
                found.setdefault(name.removesuffix(WITH_OWN), []).extend(query.checks)
    return found


def _expression(check: Check) -> dict[str, Any]:
    # Null is no promise kept.
    kept = f"coalesce(({check.holds}), false)"
    rule = _rule(check.id, check.sentence, "sql_expression", expression=kept, msg=check.sentence)
    return rule if check.given == "true" else {**rule, "filter": check.given}


def _rule(check_id: str, sentence: str, function: str, part: str = "", **arguments: Any) -> dict[str, Any]:
    """A rule; `part` tells rules of one check apart."""
    return {
        "name": "_".join([*check_id.split("."), *([part] if part else [])]),
        "criticality": "error",
        "check": {"function": function, "arguments": arguments},
        "user_metadata": {"check": check_id, "promise": sentence},
    }
