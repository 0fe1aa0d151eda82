"""Keys and tags of a dataset's tables on Databricks, where optimizers and people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from idgraph_widgets.errors import StorageError
from idgraph_widgets.schema import Table, literal, quoted, references

TAGS = {"synthetic": "true", "generator": "idgraph_widgets"}
"""What every table is tagged with."""


def drop_keys(names: dict[str, str]) -> Iterator[str]:
    """Statements that drop the primary keys that `add_keys` made, and the foreign keys with them.

    Parameters
    ----------
    names : dict of str to str
        Quoted full names by table.
    """
    for table, name in names.items():
        yield f"ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {quoted(f'pk_{table}')} CASCADE"


def add_keys(tables: dict[str, Table], name_of: Callable[[Table], str], report: Any) -> Iterator[str]:
    """Statements that add primary and foreign keys, all to be relied on.

    Parameters
    ----------
    tables : dict of str to Table
    name_of : callable
        The quoted full name of a table.
    report : CheckReport
        The checks of exactly these rows.

    Raises
    ------
    StorageError
        A check failed or was left out: nobody may rely on keys that were not checked.
    """
    if not report.holds:
        failed = [result.id for result in report.failed]
        raise StorageError(
            "Keys are declared with RELY, and only when every check passed. "
            f"Failed: {', '.join(failed) or 'none'}; left out: {', '.join(report.skipped) or 'none'}."
        )
    for table in tables.values():
        columns = ", ".join(map(quoted, table.key))
        constraint = quoted(f"pk_{table.name}")
        yield (f"ALTER TABLE {name_of(table)} ADD CONSTRAINT {constraint} PRIMARY KEY ({columns}) NOT ENFORCED RELY")
    for reference in references():
        constraint = quoted(f"fk_{reference.table}_{reference.column}")
        yield (
            f"ALTER TABLE {name_of(tables[reference.table])} ADD CONSTRAINT {constraint} "
            f"FOREIGN KEY ({quoted(reference.column)}) REFERENCES {name_of(tables[reference.parent])} "
            f"({quoted(reference.parent_column)}) NOT ENFORCED RELY"
        )


def set_tags(tables: dict[str, Table], name_of: Callable[[Table], str]) -> Iterator[str]:
    """Statements that tag every table."""
    for table in tables.values():
        tags = {**TAGS, "kind": table.kind}
        pairs = ", ".join(f"{literal(key)} = {literal(value)}" for key, value in tags.items())
        yield f"ALTER TABLE {name_of(table)} SET TAGS ({pairs})"
