"""``datapackage.json``: what the columns of exported text files are, for readers that would otherwise guess.

A Tabular Data Package (https://specs.frictionlessdata.io): types, keys, references and what each column means. Without
it, readers take ``021`` for 21 and times for texts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from idgraph_widgets.dataset.export.source import Source
from idgraph_widgets.schema import GENERATED, RUNS, references

NAME = "datapackage.json"

_DIALECTS = {"csv": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True, "lineTerminator": "\n"}}


def write(source: Source, folder: Path, form: str, rows: dict[str, int]) -> None:
    """Describe the files ``folder/<path of a table>.<form>``; `rows` by table."""
    sizes = {name: (folder / f"{entry.path}.{form}").stat().st_size for name, entry in source.entries.items()}
    (folder / NAME).write_text(described(source, form, rows, sizes), encoding="utf-8")


def described(source: Source, form: str, rows: dict[str, int], sizes: dict[str, int]) -> str:
    """What the files ``<path of a table>.<form>`` are, as JSON.

    Parameters
    ----------
    source : Source
        What was exported.
    form : {"csv", "jsonl"}
    rows, sizes : dict of str to int
        Rows and bytes by table.
    """
    tables = {**GENERATED, RUNS.name: RUNS}
    manifest = source.manifest
    package = {
        "profile": "tabular-data-package",
        "name": f"idgraph-{manifest.run_id.lower()}",
        "title": f"Synthetic identity graph, seed {manifest.seed}",
        "description": "All of it is synthetic: no record describes a real person.",
        "created": manifest.finished_at,
        "resources": [_resource(source, name, form, (rows[name], sizes[name]), tables) for name in source.entries],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def reading(folder: Path, table: str) -> str:
    """A line of Python that reads an exported table with its types."""
    return f"frictionless.Package({str(folder / NAME)!r}).get_resource({table!r}).to_pandas()"


def _references(table: str) -> list[tuple[str, str, str]]:
    """(column, table it points to, column there) of a table."""
    return [(r.column, r.parent, r.parent_column) for r in references() if r.table == table]


def _resource(source: Source, name: str, form: str, size: tuple[int, int], tables: dict[str, Any]) -> dict[str, Any]:
    path, table = f"{source.entries[name].path}.{form}", tables.get(name)
    # JSON has a null of its own; in CSV an empty cell stands for it.
    missing = [""] if form == "csv" else []
    schema: dict[str, Any] = {
        "fields": [_field(field, table) for field in source.schema(name)],
        "missingValues": missing,
    }
    if table is not None:
        schema["primaryKey"] = list(table.key)
        # One's own table has no name in such a reference; tables that were not exported cannot be referred to.
        schema["foreignKeys"] = [
            {"fields": column, "reference": {"resource": "" if parent == name else parent, "fields": key}}
            for column, parent, key in _references(name)
            if parent in source.entries
        ]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path,
        "description": source.comment(name),
        "format": form,
        "encoding": "utf-8",
        "bytes": size[1],
        "rows": size[0],
        **({"dialect": _DIALECTS[form]} if form in _DIALECTS else {}),
        "schema": schema,
    }


def _field(field, table) -> dict[str, Any]:
    comment = (field.metadata or {}).get(b"comment")
    described = {"name": field.name, **_type(field.type)}
    if comment:
        described["description"] = comment.decode()
    column = None if table is None or field.name not in table.column_names else table.column(field.name)
    constraints: dict[str, Any] = {}
    # Readers that follow the specification take an empty text in CSV for a missing one.
    if column is not None and not column.nullable and (described["type"] != "string" or field.name in table.key):
        constraints["required"] = True
    if column is not None and column.vocabulary:
        constraints["enum"] = list(column.vocabulary)
    return {**described, "constraints": constraints} if constraints else described


def _type(found) -> dict[str, str]:
    """The specification's name of an Arrow type of ours."""
    import pyarrow as pa

    if pa.types.is_timestamp(found):
        return {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"}
    if pa.types.is_integer(found):
        return {"type": "integer"}
    if pa.types.is_decimal(found) or pa.types.is_floating(found):
        return {"type": "number"}
    return {"type": {"bool": "boolean", "date32[day]": "date"}.get(str(found), "string")}
