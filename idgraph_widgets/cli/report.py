"""``idgraph report``: what came out, as a page, as JSON or as words."""

from __future__ import annotations

from pathlib import Path

from idgraph_widgets.cli.common import (
    CHECKS_FAILED,
    DONE,
    command,
    engine_option,
    progress,
    run_checks,
    tell_recovered,
    teller,
)


def add(commands) -> None:
    parser = command(
        commands,
        "report",
        "report what a dataset holds: checks, configured against generated, figures",
        "  idgraph report data/demo\n  idgraph report data/demo --html report.html --json report.json\n",
    )
    parser.add_argument("path", metavar="PATH", help="folder of the dataset")
    parser.add_argument("--html", metavar="FILE", help="write one HTML page that opens without a network")
    parser.add_argument("--json", metavar="FILE", dest="json_file", help="write every measure as JSON")
    parser.add_argument("--household", type=int, metavar="N", help="household whose identity graph the page shows")
    parser.add_argument("--person", type=int, metavar="N", help="person whose journey the page shows")
    parser.add_argument("--no-checks", action="store_true", help="leave the checks out")
    engine_option(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=_report, json=False)


def _report(args) -> int:
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.engines import start_engine
    from idgraph_widgets.report.page import plotly_script
    from idgraph_widgets.storage import recover

    path = Path(args.path)
    tell_recovered(recover(path))
    Dataset(path)  # a path without a dataset is told before an engine is started
    if args.html:
        plotly_script()  # and so is a missing package
    with start_engine(args.engine) as engine:
        args.interrupts.install()  # PySpark has put its own handler in
        checks = None
        if not args.no_checks:
            with progress(args) as shown:
                checks = run_checks(engine.spark, path, shown)
        with Dataset(path, engine.spark) as dataset:
            _write(args, dataset, checks)
    return DONE if checks is None or checks.passed else CHECKS_FAILED


def _write(args, dataset, checks) -> None:
    tell = teller(args, "measuring: ")
    if args.html:
        from idgraph_widgets.report.page import write_html

        print(f"Wrote {write_html(dataset, args.html, checks, args.household, args.person, tell)}")
    if args.json_file:
        from idgraph_widgets.report.data import write_json

        print(f"Wrote {write_json(dataset, args.json_file, checks, tell)}")
    if not args.html and not args.json_file:
        from idgraph_widgets.report.text import report_text

        print(report_text(dataset, checks))
