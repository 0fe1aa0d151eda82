"""``idgraph generate``: make a dataset and check it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from datetime import date, timedelta

from idgraph_widgets.cli.catalog_options import name_options, profile_option, replace_option
from idgraph_widgets.cli.common import (
    DONE,
    checks_code,
    command,
    day,
    difficulty_option,
    engine_option,
    json_option,
    preset_option,
    print_json,
    progress,
    run_checks,
    strict_option,
    table_of,
    tell_recovered,
    whole_number,
)
from idgraph_widgets.cli.register import summary, tell
from idgraph_widgets.errors import ConfigError

FOLDER = "data/idgraph"
"""Where a dataset goes if nobody says."""


def add(commands) -> None:
    parser = command(
        commands,
        "generate",
        "generate a dataset into a folder, or with --engine session into its catalog",
        "  idgraph generate --households 10000 --seed 42 --out data/demo\n"
        "  idgraph generate idgraph.yaml --dry-run\n"
        "  idgraph generate --preset medium --engine spark --out data/medium\n"
        "  idgraph generate --mode append --days 7 --out data/demo\n"
        "  idgraph generate --mode append --households 20000 --out data/demo\n"
        "  idgraph generate --catalog main --schema demo --out data/demo\n"
        "  idgraph generate idgraph.yaml --engine session --catalog main --schema demo\n",
    )
    configuration_options(parser)
    parser.add_argument("--out", default=FOLDER, metavar="PATH", help=f"default: {FOLDER}")
    name_options(parser, required=False)
    replace_option(parser)
    profile_option(parser)
    engine_option(parser, session=True)
    parser.add_argument("--dry-run", action="store_true", help="only validate and estimate")
    parser.add_argument(
        "--check",
        choices=("none", "sample", "full"),
        default="sample",
        help="sample (default): above 100,000 households, a spread of blocks is read row by row; full: everything",
    )
    strict_option(parser)
    parser.add_argument("--force", action="store_true", help="write next to what is not a dataset")
    json_option(parser)
    parser.set_defaults(run=_generate)


def configuration_options(parser) -> None:
    """The options that `configuration` reads."""
    parser.add_argument("config", nargs="?", metavar="CONFIG", help="a YAML or JSON file, or - for standard input")
    preset_option(parser)
    difficulty_option(parser)
    parser.add_argument("--households", type=whole_number(), metavar="N", help="number of households")
    parser.add_argument("--seed", type=whole_number(), metavar="N", help="seed of all draws")
    parser.add_argument("--start-date", type=day, metavar="DATE", help="first day, YYYY-MM-DD")
    parser.add_argument("--end-date", type=day, metavar="DATE", help="day after the last, YYYY-MM-DD")
    parser.add_argument(
        "--mode",
        choices=("overwrite", "append"),
        help="replace the dataset (default), or add to it: --households is then the total afterwards, and "
        "without CONFIG everything else is as in the dataset",
    )
    parser.add_argument("--days", type=whole_number(), metavar="N", help="with --mode append: days to add at the end")


def _generate(args) -> int:
    if args.engine == "session":
        from idgraph_widgets.cli.generate_session import generate_in_session

        return generate_in_session(args)
    from idgraph_widgets.pipeline.preflight import preflight
    from idgraph_widgets.storage import Manifest, recover
    from idgraph_widgets.storage.folder import check_target
    from idgraph_widgets.storage.paths import check_path, folder_path

    out = folder_path(args.out)
    check_path(out)
    before = Manifest.read(out)
    config = configuration(args, before)
    preflight(config)
    _refuse_idle_options(args, config)
    added = _growth(config, before)
    if args.dry_run:
        return dry_run(args, config)
    check_target(out, args.force)
    target = _target(args, config)
    if target is not None:
        target.prepare(out)
    tell_recovered(args, recover(out))
    if added is not None and added.is_nothing:
        if target is not None:
            target.register(out)  # an earlier run may not have come so far
        return nothing_to_add(args, config, before)
    from idgraph_widgets.engines import start_engine
    from idgraph_widgets.pipeline.run_time import expected_time
    from idgraph_widgets.quality.sample import spread

    with progress(args, lambda: expected_time(config, added)) as shown, start_engine(args.engine) as engine:
        from idgraph_widgets.pipeline import run_pipeline

        args.interrupts.install()  # PySpark has put its own handler in
        with args.interrupts.cancelling() as token:
            result = run_pipeline(
                engine.spark,
                config,
                out,
                on_progress=shown.events,
                progress=False,
                cancel=token,
                force=args.force,
                engine=(engine.name, engine.version),
            )
        report = None
        if args.check != "none":
            blocks = spread(config.household_config.num_households) if args.check == "sample" else None
            report = run_checks(engine.spark, out, shown, blocks=blocks)
    registered = target.register(out) if target is not None else None
    more = None if added is None else new_rows(result.manifest.tables, before)
    return tell_generated(args, result, report, more, target and (target, registered))


def tell_generated(args, result, report, more: int | None = None, registered=None) -> int:
    """Tell what a run wrote and what its checks found; the exit code.

    Parameters
    ----------
    args : argparse.Namespace
        ``out`` names the place for people.
    result : RunResult
    report : Report or None
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


def _growth(config, before):
    """What an append will add; None where a dataset is made or replaced."""
    if not config.incremental or before is None:
        return None
    from idgraph_widgets.pipeline.growth import growth

    return growth(before, config)


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


def configuration(args, before):
    """What a run is asked for, by a file, a preset or the dataset that shall grow, and by options over it."""
    from idgraph_widgets.config import with_difficulty

    config = given(args, before)
    if args.mode is not None:
        config = replace(config, incremental=args.mode == "append")
    if args.days is not None:
        args.end_date = _end_after(args, config, before)
    changes = {
        name: getattr(args, name) for name in ("seed", "start_date", "end_date") if getattr(args, name) is not None
    }
    for name in ("catalog", "schema"):
        if getattr(args, name) is not None:
            changes[f"{name}_name"] = getattr(args, name)
    if args.households is not None:
        changes["household_config"] = replace(config.household_config, num_households=args.households)
    config = replace(config, **changes)
    return with_difficulty(config, args.difficulty) if args.difficulty else config


def given(args, before):
    """What the options start from: a file, standard input, a preset, the dataset that shall grow, or the defaults."""
    from idgraph_widgets.config import GenerationConfig, preset
    from idgraph_widgets.config.files import read_stream

    if args.config and args.preset:
        raise ConfigError("Give either a configuration file or --preset, not both.")
    if args.config == "-":
        return GenerationConfig.from_dict(read_stream(sys.stdin.buffer, "standard input"), check=False)
    if args.config:
        return GenerationConfig.from_file(args.config, check=False)
    if args.preset:
        return preset(args.preset)
    if args.mode == "append" and before is not None:
        return GenerationConfig.from_dict(before.config, check=False)
    return GenerationConfig()


def _end_after(args, config, before) -> date:
    """The end of the window that ``--days`` asks for."""
    if args.end_date is not None:
        raise ConfigError("Give either --days or --end-date, not both.")
    if not config.incremental or before is None:
        raise ConfigError(
            f"--days: found {args.days}, but there is nothing to add days to. It needs --mode append and a "
            f"dataset at {args.out}; for a new dataset give --end-date."
        )
    if args.days < 1:
        raise ConfigError(f"--days: found {args.days}; allowed: 1 or more.")
    try:
        return date.fromisoformat(before.config["end_date"]) + timedelta(days=args.days)
    except OverflowError:
        raise ConfigError(f"--days: found {args.days}, which leads beyond any calendar.") from None


def _refuse_idle_options(args, config) -> None:
    """An option that would do nothing is a mistake somebody wants to know of."""
    if config.catalog_name or config.schema_name:
        return
    for name in ("replace", "profile"):
        if getattr(args, name):
            raise ConfigError(f"--{name} is about a catalog: give --catalog and --schema too, or leave it out.")


def _target(args, config):
    """The catalog that the options or the configuration name; None where they name none."""
    if not (config.catalog_name or config.schema_name):
        return None
    from idgraph_widgets.catalog import CatalogTarget, connect

    return CatalogTarget(config.catalog_name, config.schema_name, connect(args.profile), args.replace)


def dry_run(args, config) -> int:
    """Tell what a configuration will give."""
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
