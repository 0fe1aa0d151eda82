"""``idgraph optimize``: few, ordered files per table."""

from __future__ import annotations

import shlex
from dataclasses import asdict

from idgraph_widgets.cli.common import (
    DONE,
    command,
    json_option,
    print_json,
    table_names,
    tables_option,
    tell_recovered,
    teller,
)


def add(commands) -> None:
    parser = command(
        commands,
        "optimize",
        "rewrite tables into few files, ordered by the columns that queries use",
        "  idgraph optimize data/demo\n  idgraph optimize data/demo --tables campaign_exposures\n",
    )
    parser.add_argument("path", metavar="PATH", help="folder of the dataset")
    tables_option(parser, "all")
    json_option(parser)
    parser.set_defaults(run=_optimize)


def _optimize(args) -> int:
    from idgraph_widgets.notation import in_bytes
    from idgraph_widgets.storage import recover
    from idgraph_widgets.storage.folder.maintenance import optimize
    from idgraph_widgets.text_table import columns

    tell_recovered(args, recover(args.path))
    names = table_names(args)
    done = optimize(args.path, names, on_table=teller(args))
    if args.json:
        tables = {name: {"before": asdict(a), "after": asdict(b)} for name, (a, b) in done.items()}
        print_json({"status": "completed", "path": args.path, "tables": tables})
        return DONE
    rows = [("table", "files", "then", "size", "then")]
    for name, (before, after) in done.items():
        sizes = in_bytes(before.size_bytes), in_bytes(after.size_bytes)
        rows.append((name, f"{before.num_files:,}", f"{after.num_files:,}", *sizes))
    print(columns(rows))
    if not args.quiet:
        print(f"\nThe old files stay for readers of earlier versions until: idgraph vacuum {shlex.quote(args.path)}")
    return DONE
