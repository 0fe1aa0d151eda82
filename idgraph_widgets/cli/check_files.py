"""``idgraph check --print-sql`` and ``--format``: checks as files for other places, made without an engine."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from idgraph_widgets.cli.common import counted, print_json
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.schema import GENERATED, quoted

FORMATS = ("sql", "dqx", "dbt")


def add_options(parser) -> None:
    """The options that write checks instead of running them."""
    group = parser.add_argument_group("checks for other places, written and not run")
    group.add_argument(
        "--print-sql", action="store_true", help="print each check as a SELECT of the rows that break it (--format sql)"
    )
    group.add_argument(
        "--format",
        choices=FORMATS,
        help="sql; dqx: rules of Databricks Labs' DQX, of the simple checks; dbt: a project with sources and tests",
    )
    group.add_argument("--dialect", help="SQL of spark (default, also Databricks) or duckdb")
    group.add_argument("--schema", metavar="[CATALOG.]SCHEMA", help="where the tables are; default: plain table names")
    for kind in ("meta", "truth"):
        group.add_argument(
            f"--{kind}-schema",
            metavar="[CATALOG.]SCHEMA",
            help=f"where the companions in {kind}/ are; default: the schema of the tables and _{kind}",
        )
    group.add_argument("--out", metavar="DIR", help="a file per check, or the files of the format, in this folder")


def wanted(args) -> str | None:
    """The format in which checks are to be written; None where they are to be run.

    Raises
    ------
    ConfigError
        An option would do nothing, or one is lacking.
    """
    form = args.format or ("sql" if args.print_sql else None)
    if form is None:
        _refuse(args, ("dialect", *_SCHEMAS, "out"), "is about checks that are written: give --print-sql or --format.")
        return None
    if args.print_sql and form != "sql":
        raise ConfigError(f"Give either --print-sql or --format {form}, not both.")
    if form != "sql" and args.out is None:
        raise ConfigError(f"--format {form} makes several files: name their folder with --out DIR.")
    if form != "sql":
        _refuse(args, ("check",), f"chooses statements, but --format {form} writes all. Leave one of the two out.")
    if form == "dqx":
        _refuse(args, ("dialect",), "is about SQL in files, and rules of DQX are Spark SQL. Leave it out.")
    if form == "dbt" and args.schema is None:
        raise ConfigError("--format dbt declares sources: name the schema of the tables with --schema.")
    for name in _SCHEMAS:
        given = getattr(args, name)
        if given is not None and not all(given.split(".")):
            raise ConfigError(f"{_option(name)}: found {given or 'nothing'}; allowed: SCHEMA, or CATALOG.SCHEMA.")
    return form


_SCHEMAS = ("schema", "meta_schema", "truth_schema")


def _refuse(args, names: tuple[str, ...], why: str) -> None:
    """An option that would do nothing is a mistake somebody wants to know of."""
    for name in names:
        if getattr(args, name) is not None:
            raise ConfigError(f"{_option(name)} {why}")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def write_checks(args, dataset, form: str) -> int:
    """Print or write the checks of a dataset; returns the exit code."""
    files = _files(args, dataset, form)
    if args.out is None:
        sys.stdout.write("\n".join(files.values()))
        return 0
    from idgraph_widgets.storage.folder.paths import folder_path

    folder = folder_path(args.out)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if args.json:
        print_json({"status": "completed", "path": str(folder), "format": form, "files": list(files)})
    else:
        print(f"Wrote {counted(len(files), 'file')} to {folder}")
    return 0


def _files(args, dataset, form: str) -> dict[str, str]:
    """Text of each file by its name."""
    from idgraph_widgets.quality.dbt import dbt_project
    from idgraph_widgets.quality.dialects import translated
    from idgraph_widgets.quality.dqx import dqx_files
    from idgraph_widgets.quality.statements import statements

    context, schemas, dialect = _context(dataset), _schemas(args), args.dialect or "spark"

    def name_of(table: str) -> str:
        return _full_name(schemas.get(GENERATED[table].kind), table)

    if form == "dqx":
        return dqx_files(context, name_of)
    if form == "dbt":
        return dbt_project(context, schemas, dialect)
    remark = f"Values are those of the configuration of run {dataset.manifest['run_id']}."
    return {
        f"{statement.check.id}.sql": statement.text(translated(statement.sql, dialect), remark)
        for statement in statements(context, name_of, args.check)
    }


def _schemas(args) -> dict[str, str]:
    """The schema of each kind of table; of none that is called by its plain name."""
    given = {"table": args.schema, "meta": args.meta_schema, "truth": args.truth_schema}
    if args.schema is not None:
        given = {kind: name or f"{args.schema}_{kind}" for kind, name in given.items()}
    return {kind: name for kind, name in given.items() if name is not None}


def _full_name(schema: str | None, table: str) -> str:
    """A table's name where the statements run; in backticks only what needs them."""
    parts = [*(schema.split(".") if schema else []), table]
    return ".".join(part if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", part) else quoted(part) for part in parts)


def _context(dataset):
    """What the checks know besides the tables, read from the files as they are."""
    from pyarrow import parquet

    from idgraph_widgets.quality.statements import context_from_rows

    def rows(table: str, columns: list[str]) -> list[dict]:
        return [
            row for file in dataset.files(table) for row in parquet.read_table(Path(file), columns=columns).to_pylist()
        ]

    rules = rows("segment_rules", list(GENERATED["segment_rules"].column_names))
    campaigns = rows("campaigns", ["frequency_cap_daily", "frequency_cap_weekly"])
    return context_from_rows(
        dataset.config_as_known, dataset.manifest, rules, [cap for row in campaigns for cap in row.values()]
    )
