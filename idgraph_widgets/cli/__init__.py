"""The command ``idgraph``."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict

from idgraph_widgets import __version__
from idgraph_widgets.cli import (
    check,
    completion,
    dashboard,
    export,
    generate,
    init,
    job,
    logs,
    optimize,
    permissions,
    probe,
    register,
    report,
    schema,
    vacuum,
)
from idgraph_widgets.cli.common import FAILED, INTERRUPTED, WRONG_INPUT, print_json
from idgraph_widgets.cli.console_log import console_log
from idgraph_widgets.cli.interrupts import Interrupts
from idgraph_widgets.cli.parsing import Parser
from idgraph_widgets.errors import ConfigError, IdgraphError, RunCancelled
from idgraph_widgets.memory import memory_fault
from idgraph_widgets.pipeline.run_log import LOGGER

_COMMANDS = (
    init,
    generate,
    check,
    report,
    dashboard,
    export,
    logs,
    optimize,
    vacuum,
    permissions,
    register,
    probe,
    job,
    schema,
)
"""Modules of the commands, in the order of the help; each has ``add(commands)``."""

_INTERRUPTED = "Interrupted. What was published before is untouched."

_EXAMPLES = """\
examples:
  idgraph init idgraph.yaml                       write a commented configuration to edit
  idgraph generate --households 10000 --seed 42 --out data/demo
  idgraph generate idgraph.yaml --out data/demo   generate what the file asks for
  idgraph generate idgraph.yaml --dry-run         only validate and estimate
  idgraph check data/demo                         check what is on disk
  idgraph report data/demo --html report.html     figures of what came out, in one page
  idgraph generate --mode append --days 7 --out data/demo
  idgraph export data/demo --format csv           Parquet, CSV, JSON lines or a DuckDB database
  idgraph logs data/demo --out data/logs          a publisher's impression logs of the same people
  idgraph optimize data/demo                      few files, ordered by what queries use
  idgraph vacuum data/demo                        remove files that no version in use needs
  idgraph generate --catalog main --schema demo   generate, and register in Unity Catalog
  idgraph permissions --catalog main --schema demo
  idgraph probe                                   what this place can do, and what would be used
  idgraph job submit --households 1000000 --catalog main --schema demo --follow
  idgraph dashboard                               open the studio in the browser
  idgraph completion bash                         a script for the shell's tab completion

exit codes:
  0 done   1 a check failed, or with --strict a statistic is off target   2 wrong input
  3 run or storage failed   130 interrupted

-v with any command shows each step and where in the program an error came from; -vv also what engines log.
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        args = parser().parse_args(argv)
    except ConfigError as error:
        return _report(argparse.Namespace(json="--json" in argv), _kind(error), str(error), error.exit_code)
    args.interrupts = Interrupts()
    args.interrupts.install()
    with console_log(args.verbose):
        return _run(args)


def _run(args) -> int:
    try:
        return args.run(args)
    except KeyboardInterrupt:
        return _report(args, "interrupted", _INTERRUPTED, INTERRUPTED)
    except BrokenPipeError:
        # The reader of a pipe has gone; keep Python from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except IdgraphError as error:
        if not isinstance(error, RunCancelled):
            _log(error)
        return _report(args, _kind(error), str(error), error.exit_code, getattr(error, "problems", ()))
    except Exception as error:
        if args.interrupts.received:
            # What an engine makes of a signal in the middle of a call is its own affair.
            return _report(args, "interrupted", _INTERRUPTED, INTERRUPTED)
        _log(error)
        exhausted = memory_fault(str(error))
        if exhausted is not None:
            return _report(args, "failed", exhausted, FAILED)
        message = f"{type(error).__name__}: {error} (-v shows where it came from.)"
        return _report(args, "unexpected", message, FAILED)


def parser() -> argparse.ArgumentParser:
    """What reads the command line."""
    whole = Parser(
        prog="idgraph",
        description="Synthetic household identity graphs: ten linked Delta tables, checked.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"idgraph {__version__}")
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in _COMMANDS:
        module.add(commands)
    completion.add(commands, whole)
    return whole


def _report(args, kind: str, message: str, code: int, problems=()) -> int:
    """Tell an error to people, or as JSON, and pass its exit code on."""
    if args.json:
        found = [asdict(problem) for problem in problems]
        print_json({"status": kind, "message": message, "problems": found, "exit_code": code})
    else:
        print(f"idgraph: {message}", file=sys.stderr)
    return code


def _kind(error: IdgraphError) -> str:
    if error.exit_code == INTERRUPTED:
        return "interrupted"
    return "wrong input" if error.exit_code == WRONG_INPUT else "failed"


def _log(error: Exception) -> None:
    LOGGER.info("The command failed.", exc_info=error)
