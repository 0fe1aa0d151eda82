"""``idgraph generate``: make a dataset and check it."""

from __future__ import annotations

from idgraph_widgets.cli.catalog_options import name_options, profile_option, replace_option
from idgraph_widgets.cli.common import (
    checking_engine,
    command,
    engine_option,
    json_option,
    progress,
    run_checks,
    sampled_blocks,
    strict_option,
    tell_recovered,
)
from idgraph_widgets.cli.run_options import FOLDER, configuration, configuration_options
from idgraph_widgets.cli.run_outcome import dry_run, new_rows, nothing_to_add, tell_generated
from idgraph_widgets.errors import ConfigError


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


def _generate(args) -> int:
    if args.engine == "session":
        from idgraph_widgets.cli.generate_session import generate_in_session

        return generate_in_session(args)
    from idgraph_widgets.pipeline.preflight import preflight
    from idgraph_widgets.storage import Manifest, recover
    from idgraph_widgets.storage.folder.paths import check_path, folder_path
    from idgraph_widgets.storage.folder.store import check_target

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
    from idgraph_widgets.forecast.run_time import expected_time

    with progress(args, lambda: expected_time(config, added)) as shown, checking_engine(args) as engine:
        from idgraph_widgets.pipeline import RunOptions, generate

        args.interrupts.install()  # PySpark has put its own handler in
        with args.interrupts.cancelling() as token:
            options = RunOptions(
                on_progress=shown.events,
                cancel=token,
                force=args.force,
                engine=(engine.name, engine.version),
                progress=False,
            )
            result = generate(engine.spark, config, out, options)
        report = None
        if args.check != "none":
            report = run_checks(engine.spark, out, shown, blocks=sampled_blocks(args, config))
    registered = target.register(out) if target is not None else None
    more = None if added is None else new_rows(result.manifest.tables, before)
    return tell_generated(args, result, report, more, target and (target, registered))


def _growth(config, before):
    """What an append will add; None where a dataset is made or replaced."""
    if not config.incremental or before is None:
        return None
    from idgraph_widgets.pipeline.growth import growth

    return growth(before, config)


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
    from idgraph_widgets.unity import CatalogTarget, connect

    return CatalogTarget(config.catalog_name, config.schema_name, connect(args.profile), args.replace)
