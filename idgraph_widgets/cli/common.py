"""What the commands share: exit codes, options, progress, tables, JSON."""

from __future__ import annotations

import argparse
import json
import sys

DONE, CHECKS_FAILED, WRONG_INPUT, FAILED, INTERRUPTED = 0, 1, 2, 3, 130


def command(commands, name: str, summary: str, examples: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "-v", "--verbose", action="count", default=0, help="log each step and where an error came from; -vv: more"
    )
    return parser


def preset_option(parser) -> None:
    parser.add_argument(
        "--preset", metavar="NAME", help="tiny, small, medium or large: 1 000 … 1 000 000 households; or measurement"
    )


def difficulty_option(parser) -> None:
    parser.add_argument(
        "--difficulty",
        choices=("clean", "realistic", "hard"),
        help="how noisy identities and source records are; realistic is the default of the dials",
    )


def engine_option(parser) -> None:
    parser.add_argument(
        "--engine",
        choices=("embedded", "spark", "connect"),
        default="embedded",
        help="embedded (default, no Java), spark (local PySpark) or connect (local Spark Connect)",
    )


def json_option(parser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def run_checks(spark, path, shown):
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.quality import run_checks

    with Dataset(path, spark) as dataset:
        given = dataset.tables(), dataset.config, dataset.manifest
        return run_checks(spark, *given, on_progress=shown.checks, progress=False)


def on_terminal(args) -> bool:
    """Whether a command shows its progress; with ``-v`` it is logged instead."""
    return not args.quiet and not args.verbose and sys.stderr.isatty()


def teller(args, doing: str = ""):
    """What tells the name of each thing that a command turns to: on a terminal, and to the log."""
    from idgraph_widgets.pipeline.run_log import LOGGER

    def tell(name: str) -> None:
        LOGGER.info("%s%s", doing, name)
        if on_terminal(args):
            print(f"{doing}{name}", file=sys.stderr)

    return tell


class progress:  # noqa: N801 - used as a function is
    """The progress display of a command, on a terminal; with ``-v`` its steps are logged instead.

    Parameters
    ----------
    args : argparse.Namespace
    expected : callable, optional
        Gives what to expect of a run, as `ProgressBar` takes it.
    """

    def __init__(self, args, expected=None):
        self._bar = None
        self.events = self.checks = None
        if on_terminal(args):
            from idgraph_widgets.progress_bar import ProgressBar

            self._bar = ProgressBar(expected and expected(), leave=False)
            self.events, self.checks = self._bar, self._bar.checks

    def __enter__(self):
        return self

    def __exit__(self, *_exc) -> None:
        if self._bar is not None:
            self._bar.close()


def table_of(entries) -> str:
    from idgraph_widgets.terminal import columns, in_bytes

    entries = list(entries)
    rows = [("table", "rows", "size")]
    rows += [(entry.path, f"{entry.rows:,}", in_bytes(entry.bytes)) for _, entry in entries]
    total = sum(entry.rows for _, entry in entries), sum(entry.bytes for _, entry in entries)
    rows.append(("total", f"{total[0]:,}", in_bytes(total[1])))
    return columns(rows)


def tell_recovered(run_id: str | None) -> None:
    if run_id is not None:
        print(f"Undid the unfinished run {run_id}.", file=sys.stderr)


def print_json(document: dict) -> None:
    print(json.dumps(document, indent=2, default=str))
