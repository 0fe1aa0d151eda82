"""``idgraph generate``: make a dataset and check it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from idgraph_widgets.cli.common import (
    CHECKS_FAILED,
    DONE,
    command,
    engine_option,
    json_option,
    preset_option,
    print_json,
    progress,
    run_checks,
    table_of,
    tell_recovered,
)
from idgraph_widgets.errors import ConfigError


def add(commands) -> None:
    parser = command(
        commands,
        "generate",
        "generate a dataset into a folder",
        "  idgraph generate --households 10000 --seed 42 --out data/demo\n"
        "  idgraph generate idgraph.yaml --dry-run\n"
        "  idgraph generate --preset medium --engine spark --out data/medium\n",
    )
    parser.add_argument("config", nargs="?", metavar="CONFIG", help="a YAML or JSON file")
    preset_option(parser)
    parser.add_argument("--households", type=int, metavar="N", help="number of households")
    parser.add_argument("--seed", type=int, metavar="N", help="seed of all draws")
    parser.add_argument("--start-date", type=_day, metavar="DATE", help="first day, YYYY-MM-DD")
    parser.add_argument("--end-date", type=_day, metavar="DATE", help="day after the last, YYYY-MM-DD")
    parser.add_argument("--out", default="data/idgraph", metavar="PATH", help="default: data/idgraph")
    engine_option(parser)
    parser.add_argument("--dry-run", action="store_true", help="only validate and estimate")
    parser.add_argument("--force", action="store_true", help="write next to what is not a dataset")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    json_option(parser)
    parser.set_defaults(run=_generate)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"found {text!r}, allowed is a date like 2025-01-31") from None


def _generate(args) -> int:
    from idgraph_widgets.pipeline.preflight import preflight
    from idgraph_widgets.storage import recover
    from idgraph_widgets.storage.folder import check_target

    config = _configuration(args)
    preflight(config)
    out = Path(args.out).expanduser().absolute()
    if args.dry_run:
        return _dry_run(args, config)
    check_target(out, args.force)
    tell_recovered(args, recover(out))
    from idgraph_widgets.engines import start_engine

    with progress(args) as shown, start_engine(args.engine) as engine:
        from idgraph_widgets.pipeline import run_pipeline

        args.interrupts.install()  # PySpark has put its own handler in
        with args.interrupts.cancelling() as token:
            result = run_pipeline(
                engine.spark,
                config,
                out,
                on_progress=shown.events,
                cancel=token,
                force=args.force,
                engine=(engine.name, engine.version),
            )
        report = run_checks(engine.spark, out, shown)
    tables = result.manifest.tables
    if args.json:
        print_json(
            {
                "status": "completed",
                "path": str(out),
                "run_id": result.manifest.run_id,
                "seconds": round(result.seconds, 3),
                "tables": {name: asdict(entry) for name, entry in tables.items()},
                "checks": report.to_dict(),
            }
        )
    else:
        _print_failed_checks(report)
        print(table_of(tables.items()))
        print(f"\n{report.verdict}\nGenerated in {result.seconds:.1f} s: {args.out}")
    return DONE if report.passed else CHECKS_FAILED


def _configuration(args):
    from idgraph_widgets.config import GenerationConfig, preset

    if args.config and args.preset:
        raise ConfigError("Give either a configuration file or --preset, not both.")
    if args.config:
        config = GenerationConfig.from_file(args.config, check=False)
    else:
        config = preset(args.preset) if args.preset else GenerationConfig()
    changes = {
        name: getattr(args, name)
        for name in ("seed", "start_date", "end_date")
        if getattr(args, name) is not None
    }
    if args.households is not None:
        changes["household_config"] = replace(config.household_config, num_households=args.households)
    return replace(config, **changes)


def _dry_run(args, config) -> int:
    from idgraph_widgets.config import estimate

    expected = estimate(config)
    if args.json:
        plain = json.loads(config.to_json())
        print_json({"status": "valid", "config": plain, "estimate": expected.to_dict()})
    else:
        print("The configuration is valid. Expected:\n")
        print(_table_of_estimate(expected))
    return DONE


def _table_of_estimate(expected) -> str:
    from idgraph_widgets.terminal import columns, in_bytes

    rows = [("table", "rows", "from", "to", "size")]
    for name, table in expected.tables.items():
        counts = (table.rows, table.rows_low, table.rows_high)
        rows.append((name, *[f"{count:,}" for count in counts], in_bytes(table.bytes)))
    rows.append(("total", f"{expected.rows:,}", "", "", in_bytes(expected.bytes)))
    return columns(rows)


def _print_failed_checks(report) -> None:
    for result in report.failed:
        print(f"{result.id}: {result.violations:,} violations. {result.sentence}")
    if report.failed:
        print()
