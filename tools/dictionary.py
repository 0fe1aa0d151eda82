"""The data dictionary and the entity-relationship diagram, from the schema."""

from __future__ import annotations

from idgraph_widgets.config.docs import line
from idgraph_widgets.schema import GENERATED, META, RUNS, TABLES, TRUTH, Table, references

_GROWS = {
    "fixed": "Is the same for every number of households and days.",
    "lasting": "A later end of the window leaves the rows of a known household as they are.",
    "dated": "A later end of the window adds rows and leaves the earlier ones as they are.",
    "window": "Speaks of the whole window: a later end makes the rows anew.",
}


def diagram() -> str:
    """The ten tables with their keys, as a diagram in Mermaid's language."""
    links: dict[tuple[str, str], list[str]] = {}
    for reference in references():
        if reference.table in TABLES and reference.parent in TABLES and reference.table != reference.parent:
            links.setdefault((reference.parent, reference.table), []).append(reference.column)
    lines = ["```mermaid", "erDiagram"]
    for name, table in TABLES.items():
        lines.append(f"    {name} {{")
        for column in table.columns:
            marks = [mark for mark, found in (("PK", column.name in table.key), ("FK", column.references)) if found]
            if marks:
                lines.append(f"        {column.type} {column.name} {', '.join(marks)}")
        lines.append("    }")
    lines += [
        f"    {parent} {'|o' if _may_be_null(child, columns) else '||'}--o{{ {child} : {' '.join(columns)}"
        for (parent, child), columns in links.items()
    ]
    return "\n".join([*lines, "```"])


def _may_be_null(child: str, columns: list[str]) -> bool:
    return all(TABLES[child].column(name).nullable for name in columns)


def page() -> str:
    """Every table with every column, as Markdown."""
    lines = [
        "# Tables and columns",
        "",
        "Written from `idgraph_widgets/schema` by `python -m tools.pages`; the comments stand in the Delta tables, too.",
        "*May be null* names the columns that have no value in some rows; all others always have one. A configuration may add",
        "[columns of your own](../how-to/own-columns.md), with their comments.",
        "",
        "## How they hang together",
        "",
        diagram(),
        "",
        "## The ten tables",
        "",
    ]
    for title, tables in (
        ("", TABLES),
        ("Companions that could be observed: `meta/`", {**META, RUNS.name: RUNS}),
        ("Companions that only a generator can know: `truth/`", TRUTH),
    ):
        lines += [f"## {title}", ""] if title else []
        for table in tables.values():
            lines += _table(table)
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> list[str]:
    lines = [f"### `{table.name}`", "", table.comment]
    if table.name in GENERATED:
        lines += ["", f"Key: {', '.join(f'`{name}`' for name in table.key)}. {_GROWS[table.grows]}"]
    lines += ["", "| column | type | meaning | may be null | values |", "|---|---|---|---|---|"]
    for column in table.columns:
        values = ", ".join(f"`{word}`" for word in column.vocabulary)
        to = f"key of [`{column.references}`](#{column.references})" if column.references else ""
        lines.append(
            line(f"`{column.name}`", column.type, column.comment, "yes" if column.nullable else "", values or to)
        )
    return [*lines, ""]
