"""What a run will give, and what it gave, printed on the command line."""

from __future__ import annotations

import json
from dataclasses import asdict

from idgraph_widgets.cli.common import DONE, checks_code, print_json, table_of
from idgraph_widgets.cli.register import summary, tell


def tell_generated(args, result, report, more: int | None = None, registered=None) -> int:
    """Tell what a run wrote and what its checks found; the exit code.

    Parameters
    ----------
    args : argparse.Namespace
        ``out`` names the place for people.
    result : RunResult
    report : CheckReport or None
    more : int, optional
        Rows that an append added.
    registered : (CatalogTarget, Registration), optional
    """
    tables = result.manifest.tables
    if args.json:
        print_json(
            {
                "status": "completed",
                "path": str(result.folder or result.place),
                "mode": result.manifest.mode,
                "run_id": result.manifest.run_id,
                "seconds": round(result.seconds, 3),
                "tables": {name: asdict(entry) for name, entry in tables.items()},
                "checks": report and report.to_dict(),
                **({"catalog": summary(*registered)} if registered else {}),
            }
        )
    else:
        complaints = report.complaints if report else []
        for line in complaints:
            print(line)
        if complaints:
            print()
        print(table_of(tables.items()))
        if registered:
            tell(*registered)
        done = "Generated" if more is None else f"Added {more:,} rows"
        verdict = "\n".join(filter(None, [report.read, report.verdict])) if report else "Nothing was checked."
        print(f"\n{verdict}\n{done} in {result.seconds:.1f} s: {args.out}")
    return checks_code(args, report) if report else DONE


def nothing_to_add(args, config, before) -> int:
    """Tell that an append found everything there."""
    homes = config.household_config.num_households
    if args.json:
        print_json({"status": "unchanged", "path": args.out, "run_id": before.run_id})
    else:
        print(f"Nothing to add: {args.out} has {homes:,} households up to {config.end_date} already.")
    return DONE


def new_rows(tables, before) -> int:
    """Rows more than before, all tables together."""
    return sum(entry.rows for entry in tables.values()) - sum(entry.rows for entry in before.tables.values())


def dry_run(args, config) -> int:
    """Tell what a configuration will give."""
    from idgraph_widgets.forecast import estimate

    expected = estimate(config)
    if args.json:
        plain = json.loads(config.to_json())
        print_json({"status": "valid", "config": plain, "estimate": expected.to_dict()})
    else:
        print("The configuration is valid. Expected:\n")
        print(_table_of_estimate(expected))
    return DONE


def _table_of_estimate(expected) -> str:
    from idgraph_widgets.notation import in_bytes
    from idgraph_widgets.text_table import columns

    rows = [("table", "rows", "from", "to", "size")]
    for name, table in expected.tables.items():
        counts = (table.rows, table.rows_low, table.rows_high)
        rows.append((name, *[f"{count:,}" for count in counts], in_bytes(table.bytes)))
    rows.append(("total", f"{expected.rows:,}", "", "", in_bytes(expected.bytes)))
    return columns(rows)
