"""``idgraph check``: check what is on disk."""

from __future__ import annotations

from idgraph_widgets.cli.common import (
    checks_code,
    command,
    engine_option,
    json_option,
    print_json,
    progress,
    run_checks,
    strict_option,
    tell_recovered,
)


def add(commands) -> None:
    parser = command(
        commands,
        "check",
        "check a dataset against what the data model promises",
        "  idgraph check data/demo\n  idgraph check data/demo --json > report.json\n",
    )
    parser.add_argument("path", metavar="PATH", help="folder of the dataset")
    strict_option(parser)
    engine_option(parser)
    json_option(parser)
    parser.set_defaults(run=_check)


def _check(args) -> int:
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.engines import start_engine
    from idgraph_widgets.storage import recover
    from idgraph_widgets.storage.paths import folder_path

    path = folder_path(args.path)
    tell_recovered(args, recover(path))
    Dataset(path)  # a path without a dataset is told before an engine is started
    with progress(args) as shown, start_engine(args.engine) as engine:
        args.interrupts.install()  # PySpark has put its own handler in
        report = run_checks(engine.spark, path, shown)
    if args.json:
        print_json({"status": "completed", "path": str(path), **report.to_dict()})
    else:
        print(report.to_text())
    return checks_code(args, report)
