"""``idgraph report``: what came out, as a page, as JSON or as words."""

from __future__ import annotations

from idgraph_widgets.cli.common import (
    DONE,
    checking_engine,
    checks_code,
    command,
    engine_option,
    json_option,
    print_json,
    progress,
    run_checks,
    strict_option,
    tell_recovered,
    teller,
    whole_number,
)
from idgraph_widgets.errors import ConfigError


def add(commands) -> None:
    parser = command(
        commands,
        "report",
        "report what a dataset holds: checks, wanted against found, figures",
        "  idgraph report data/demo\n"
        "  idgraph report data/demo --html report.html\n"
        "  idgraph report data/demo --json > report.json      every measure\n",
    )
    parser.add_argument("path", metavar="PATH", help="folder of the dataset")
    parser.add_argument("--html", metavar="FILE", help="write one HTML page that opens without a network")
    parser.add_argument(
        "--household", type=whole_number(), metavar="N", help="with --html: whose identity graph the page shows"
    )
    parser.add_argument("--person", type=whole_number(), metavar="N", help="with --html: whose journey the page shows")
    parser.add_argument(
        "--no-checks",
        action="store_true",
        help="run no check of rows; the statistics that figures draw are still judged",
    )
    strict_option(parser)
    engine_option(parser)
    json_option(parser)
    parser.set_defaults(run=_report)


def _report(args) -> int:
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.report.kept import kept_checks
    from idgraph_widgets.report.page import plotly_script
    from idgraph_widgets.storage import recover
    from idgraph_widgets.storage.folder.paths import file_path, folder_path

    path = folder_path(args.path)
    tell_recovered(args, recover(path))
    checks = kept_checks(Dataset(path))  # what is wrong with the paths is said before an engine is started
    if args.html is not None:
        args.html = file_path(args.html)
        plotly_script()  # and so is a missing package
    for name in ("household", "person"):
        if getattr(args, name) is not None and args.html is None:
            raise ConfigError(f"--{name} says whom the page shows: give --html FILE too, or leave it out.")
    with checking_engine(args) as engine:
        args.interrupts.install()  # PySpark has put its own handler in
        if args.no_checks:
            checks = None
        elif checks is None:
            with progress(args) as shown:
                checks = run_checks(engine.spark, path, shown)
        with Dataset(path, engine.spark) as dataset:
            _write(args, dataset, checks)
    return DONE if checks is None else checks_code(args, checks)


def _write(args, dataset, checks) -> None:
    tell = teller(args, "measuring: ")
    if args.html is not None:
        from idgraph_widgets.report.page import write_html

        write_html(dataset, args.html, checks, args.household, args.person, tell)
    if args.json:
        from idgraph_widgets.report.data import plain_values, report_data

        outcome = {"status": "completed", "path": str(dataset.path), "html": args.html and str(args.html)}
        print_json({**outcome, **plain_values(report_data(dataset, checks, tell))})
    elif args.html is not None:
        print(f"Wrote {args.html}")
    else:
        from idgraph_widgets.report.text import report_text

        print(report_text(dataset, checks))
