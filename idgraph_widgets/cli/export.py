"""``idgraph export``: a copy of a dataset in another format."""

from __future__ import annotations

from idgraph_widgets.cli.common import (
    DONE,
    command,
    counted,
    json_option,
    print_json,
    table_names,
    tables_option,
    tell_recovered,
    teller,
)


def add(commands) -> None:
    from idgraph_widgets.dataset.export import FORMATS, GRAPHS

    parser = command(
        commands,
        "export",
        "copy a dataset to Parquet, CSV, JSON lines or DuckDB, or its identity graph to GraphML, Neo4j or GraphFrames",
        "  idgraph export data/demo --format csv\n"
        "  idgraph export data/demo --format duckdb --out demo.duckdb\n"
        "  idgraph export data/demo --format neo4j --out demo-graph\n"
        "  idgraph export data/demo --format jsonl --tables households individuals --out people\n",
    )
    parser.add_argument("path", metavar="PATH", help="folder of the dataset")
    parser.add_argument("--format", choices=(*FORMATS, *GRAPHS), default="parquet", help="default: parquet")
    tables_option(parser, "all, companions included")
    parser.add_argument("--out", metavar="OUT", help="what to make; default: beside PATH, as PATH-csv or PATH.duckdb")
    json_option(parser)
    parser.set_defaults(run=_export)


def _export(args) -> int:
    from idgraph_widgets.dataset.export import GRAPHS, export_dataset
    from idgraph_widgets.notation import in_bytes
    from idgraph_widgets.storage import recover

    tell_recovered(args, recover(args.path))
    names = table_names(args)
    result = export_dataset(args.path, args.format, args.out, names, teller(args))
    total = sum(result.rows.values())
    if args.json:
        outcome = {"status": "completed", "path": str(result.path), "format": result.format}
        described = result.datapackage and str(result.datapackage)
        print_json({**outcome, "rows": result.rows, "bytes": result.bytes, "datapackage": described})
    else:
        size = in_bytes(result.bytes)
        things = "part" if result.format in GRAPHS else "table"
        print(f"Exported {counted(len(result.rows), things)}, {counted(total, 'row')}, {size}: {result.path}")
        if result.reading and not args.quiet:
            extras = "pandas" if result.format == "csv" else "json,pandas"
            print(
                f"\nTypes, keys and references are in {result.datapackage}. With them, in Python "
                f'(pip install "frictionless[{extras}]"):\n  import frictionless\n  {result.reading}'
            )
    return DONE
