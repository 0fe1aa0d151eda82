"""Checks as a dbt project: what dbt knows by name in YAML, from the declared tables, and the rest as singular tests.

A project of dbt reads tables that somebody else makes as sources; so do the tests here.
"""

from __future__ import annotations

import re
from typing import Any

from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.dialects import translated
from idgraph_widgets.quality.statements import statements
from idgraph_widgets.schema import GENERATED, Table, references

PROJECT = "idgraph_checks"

_NAMED = ("required", "vocabulary")
"""Ends of the ids of checks that dbt's own tests make."""

_SOURCE = "idgraph_source_of_"


def dbt_project(context: Context, schemas: dict[str, str], dialect: str) -> dict[str, str]:
    """The project's files by their path.

    Parameters
    ----------
    context : Context
    schemas : mapping of str to str
        The schema, with the catalog before it where one is named, of each kind of table: table, meta, truth.
    dialect : str
        What the project's connection speaks.
    """
    import yaml

    def dumped(document: dict[str, Any]) -> str:
        return yaml.safe_dump(document, sort_keys=False, width=110, allow_unicode=True)

    project = {
        "name": PROJECT,
        "version": "1.0.0",
        "config-version": 2,
        "profile": PROJECT,
        "model-paths": ["models"],
        "test-paths": ["tests"],
        # Arguments of tests stand below `arguments`, from dbt 1.10.5 on.
        "flags": {"require_generic_test_arguments_property": True},
    }
    files = {
        "dbt_project.yml": dumped(project),
        "models/idgraph_sources.yml": dumped(_sources(schemas, context.tables)),
    }
    for statement in statements(context, lambda name: f"{_SOURCE}{name}"):
        check = statement.check
        if not check.id.endswith(_NAMED) and not _unique_by_name(check.id):
            sql = re.sub(rf'"?{_SOURCE}(\w+)"?', _reference, translated(statement.sql, dialect))
            name = check.id.replace(".", "_")
            files[f"tests/idgraph_{name}.sql"] = f"-- {check.id}: {check.sentence}\n{sql}\n"
    return files


def _reference(match: re.Match[str]) -> str:
    table = GENERATED[match[1]]
    return f"{{{{ source('{_source_of(table)}', '{table.name}') }}}}"


def _source_of(table: Table) -> str:
    return "idgraph" if table.kind == "table" else f"idgraph_{table.kind}"


def _unique_by_name(check_id: str) -> bool:
    """Whether the check is that a key of one column is unique."""
    words = check_id.split(".")
    return words[-1] == "key_unique" and len(GENERATED[words[1]].key) == 1


def _sources(schemas: dict[str, str], declared: dict[str, Table]) -> dict[str, Any]:
    sources = []
    for kind, schema in schemas.items():
        tables = [table for table in declared.values() if table.kind == kind]
        database, _, name = schema.rpartition(".")
        sources.append(
            {
                "name": _source_of(tables[0]),
                **({"database": database} if database else {}),
                "schema": name,
                "tables": [_table(table) for table in tables],
            }
        )
    return {"version": 2, "sources": sources}


def _table(table: Table) -> dict[str, Any]:
    columns = []
    for column in table.columns:
        tests: list[Any] = [] if column.nullable else ["not_null"]
        if table.key == (column.name,):
            tests.append("unique")
        if column.vocabulary:
            tests.append({"accepted_values": _with(values=list(column.vocabulary))})
        tests += [
            {"relationships": _with(to=_in_yaml(reference.parent), field=reference.parent_column)}
            for reference in references()
            if (reference.table, reference.column) == (table.name, column.name)
        ]
        entry = {"name": column.name, "description": column.comment}
        columns.append({**entry, "data_tests": tests} if tests else entry)
    return {"name": table.name, "description": table.comment, "columns": columns}


def _in_yaml(table: str) -> str:
    return f"source('{_source_of(GENERATED[table])}', '{table}')"


def _with(**arguments: Any) -> dict[str, Any]:
    """Arguments of a test, where dbt looks for them."""
    return {"arguments": arguments}
