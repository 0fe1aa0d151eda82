"""What the commands share: exit codes, options, progress, tables, JSON."""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import date

from idgraph_widgets.errors import ConfigError

DONE, CHECKS_FAILED, WRONG_INPUT, FAILED, INTERRUPTED = 0, 1, 2, 3, 130


def command(commands, name: str, summary: str, examples: str) -> argparse.ArgumentParser:
    """The parser of a command, with the options that every command has."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quiet", action="store_true", help="no progress and no advice, only the outcome")
    parser.add_argument(
        "-v", "--verbose", action="count", default=0, help="log each step and where an error came from; -vv: more"
    )
    return parser


def whole_number(low: int | None = None, high: int | None = None):
    """The type of an option that takes a whole number, `low` to `high`."""
    allowed = "a whole number"
    if low is not None:
        allowed += f", {low:,} or more" if high is None else f", {low:,} to {high:,}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = None
        if number is None or (low is not None and number < low) or (high is not None and number > high):
            raise argparse.ArgumentTypeError(f"found {text or 'nothing'}; allowed: {allowed}")
        return number

    return read


def day(text: str) -> date:
    """The type of an option that takes a day."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"found {text or 'nothing'}; allowed: a day that exists, as 2025-01-31")


def tables_option(parser, default: str) -> None:
    parser.add_argument("--tables", nargs="+", metavar="TABLE", help=f"default: {default}")


def table_names(args) -> list[str] | None:
    """The names behind ``--tables``, also where commas part them; None without the option."""
    if args.tables is None:
        return None
    names = [name.strip() for given in args.tables for name in given.split(",") if name.strip()]
    if not names:
        raise ConfigError("--tables: found no name. Name one or more tables, or leave the option out for all.")
    return list(dict.fromkeys(names))


def counted(number: int, thing: str) -> str:
    """A number of things in words, as in "1 file" or "1,200 files"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def preset_option(parser) -> None:
    parser.add_argument(
        "--preset", metavar="NAME", help="tiny, small, medium or large: 1,000 to 1,000,000 households; or measurement"
    )


def difficulty_option(parser) -> None:
    parser.add_argument(
        "--difficulty",
        choices=("clean", "realistic", "hard"),
        help="how noisy identities and source records are; realistic is the default of the dials",
    )


def engine_option(parser, session: bool = False) -> None:
    """``--engine``, with `session` also the one that the process was given."""
    given = "; session: the Spark session there is, as in a job's task, and its catalog" if session else ""
    parser.add_argument(
        "--engine",
        choices=("embedded", "spark", "connect", *(["session"] if session else [])),
        default="embedded",
        help=f"embedded (default, no Java), spark (local PySpark) or connect (local Spark Connect){given}",
    )


def strict_option(parser) -> None:
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit with 1 also where a statistic is off its target, not only for checks",
    )


def checks_code(args, report) -> int:
    """The exit code for what the checks found: a statistic off target is no failure, unless ``--strict`` says so."""
    return DONE if report.holds and not (args.strict and report.off_target) else CHECKS_FAILED


def json_option(parser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def checking_engine(args):
    """The engine a command was asked for, for checks, which make several passes at the same time."""
    from idgraph_widgets.engines import start_engine
    from idgraph_widgets.quality.runner import AT_ONCE

    return start_engine(args.engine, queries_at_once=AT_ONCE)


def run_checks(spark, path, shown, only=None, blocks=None):
    """Check what is in a folder, as it is found; of blocks of households, all or those."""
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.report.measures import run_dataset_checks

    with Dataset(path, spark) as dataset:
        return run_dataset_checks(dataset, shown.checks, only, blocks)


def sampled_blocks(args, config):
    """The blocks that ``--check`` asks to read row by row; None for all."""
    from idgraph_widgets.quality.sample import spread

    return spread(config.household_config.num_households) if args.check == "sample" else None


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
    from idgraph_widgets.notation import in_bytes
    from idgraph_widgets.text_table import columns

    entries = list(entries)
    rows = [("table", "rows", "size")]
    rows += [(entry.path, f"{entry.rows:,}", in_bytes(entry.bytes)) for _, entry in entries]
    total = sum(entry.rows for _, entry in entries), sum(entry.bytes for _, entry in entries)
    rows.append(("total", f"{total[0]:,}", in_bytes(total[1])))
    return columns(rows)


def tell_recovered(args, run_id: str | None) -> None:
    if run_id is not None and not args.quiet:
        print(f"Undid the unfinished run {run_id}.", file=sys.stderr)


def print_json(document: dict) -> None:
    print(json.dumps(document, indent=2, default=str))
