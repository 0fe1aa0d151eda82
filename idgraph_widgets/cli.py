"""The command ``idgraph``: init, generate, check."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import traceback
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from idgraph_widgets import __version__
from idgraph_widgets.errors import ConfigError, IdgraphError, StorageError
from idgraph_widgets.interrupts import Interrupts

DONE, CHECKS_FAILED, WRONG_INPUT, FAILED, INTERRUPTED = 0, 1, 2, 3, 130

_INTERRUPTED = "Interrupted. What was published before is untouched."

_EXAMPLES = """\
examples:
  idgraph init idgraph.yaml                       write a commented configuration to edit
  idgraph generate --households 10000 --seed 42 --out data/demo
  idgraph generate idgraph.yaml --out data/demo   generate what the file asks for
  idgraph generate idgraph.yaml --dry-run         only validate and estimate
  idgraph check data/demo                         check what is on disk

exit codes:
  0 done   1 checks failed   2 wrong input   3 run or storage failed   130 interrupted

IDGRAPH_DEBUG=1 shows where in the program an error came from.
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    args = _parser().parse_args(argv)
    args.interrupts = Interrupts()
    args.interrupts.install()
    if not _debugging():
        # Engines log what they also raise.
        logging.disable(logging.CRITICAL)
    try:
        return args.run(args)
    except KeyboardInterrupt:
        return _report(args, "interrupted", _INTERRUPTED, INTERRUPTED)
    except BrokenPipeError:
        # The reader of a pipe has gone; keep Python from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except IdgraphError as error:
        _debug()
        return _report(args, _kind(error), str(error), error.exit_code, getattr(error, "problems", ()))
    except Exception as error:
        if args.interrupts.received:
            # What an engine makes of a signal in the middle of a call is its own affair.
            return _report(args, "interrupted", _INTERRUPTED, INTERRUPTED)
        _debug()
        message = f"{type(error).__name__}: {error} (IDGRAPH_DEBUG=1 shows where it came from.)"
        return _report(args, "unexpected", message, FAILED)
    finally:
        logging.disable(logging.NOTSET)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="idgraph",
        description="Synthetic household identity graphs: ten linked Delta tables, checked.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"idgraph {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_init(commands)
    _add_generate(commands)
    _add_check(commands)
    return parser


def _command(commands, name: str, summary: str, examples: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_init(commands) -> None:
    parser = _command(
        commands,
        "init",
        "write a configuration with a comment on every field",
        "  idgraph init\n  idgraph init large.yaml --preset large\n",
    )
    parser.add_argument(
        "file", nargs="?", default="idgraph.yaml", metavar="FILE", help="default: idgraph.yaml"
    )
    _preset_option(parser)
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    _json_option(parser)
    parser.set_defaults(run=_init)


def _add_generate(commands) -> None:
    parser = _command(
        commands,
        "generate",
        "generate a dataset into a folder",
        "  idgraph generate --households 10000 --seed 42 --out data/demo\n"
        "  idgraph generate idgraph.yaml --dry-run\n"
        "  idgraph generate --preset medium --engine spark --out data/medium\n",
    )
    parser.add_argument("config", nargs="?", metavar="CONFIG", help="a YAML or JSON file")
    _preset_option(parser)
    parser.add_argument("--households", type=int, metavar="N", help="number of households")
    parser.add_argument("--seed", type=int, metavar="N", help="seed of all draws")
    parser.add_argument("--start-date", type=_day, metavar="DATE", help="first day, YYYY-MM-DD")
    parser.add_argument("--end-date", type=_day, metavar="DATE", help="day after the last, YYYY-MM-DD")
    parser.add_argument("--out", default="data/idgraph", metavar="PATH", help="default: data/idgraph")
    _engine_option(parser)
    parser.add_argument("--dry-run", action="store_true", help="only validate and estimate")
    parser.add_argument("--force", action="store_true", help="write next to what is not a dataset")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    _json_option(parser)
    parser.set_defaults(run=_generate)


def _add_check(commands) -> None:
    parser = _command(
        commands,
        "check",
        "check a dataset against what the data model promises",
        "  idgraph check data/demo\n  idgraph check data/demo --json > report.json\n",
    )
    parser.add_argument("path", metavar="PATH", help="folder of the dataset")
    _engine_option(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress")
    _json_option(parser)
    parser.set_defaults(run=_check)


def _preset_option(parser) -> None:
    parser.add_argument(
        "--preset", metavar="NAME", help="tiny, small, medium or large: 1 000 … 1 000 000 households"
    )


def _engine_option(parser) -> None:
    parser.add_argument(
        "--engine",
        choices=("embedded", "spark", "connect"),
        default="embedded",
        help="embedded (default, no Java), spark (local PySpark) or connect (local Spark Connect)",
    )


def _json_option(parser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"found {text!r}, allowed is a date like 2025-01-31") from None


def _init(args) -> int:
    from idgraph_widgets.config import preset, template

    path = Path(args.file)
    if path.exists() and not args.force:
        raise ConfigError(f"{path} exists. Choose another file, or use --force to replace it.")
    text = template(preset(args.preset) if args.preset else None)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
    if args.json:
        _print_json({"status": "completed", "file": str(path)})
    else:
        print(f"Wrote {path}. Edit it, then: idgraph generate {path} --out data/demo")
    return DONE


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
    _tell_recovered(args, recover(out))
    from idgraph_widgets.engines import start_engine

    with _progress(args) as shown, start_engine(args.engine) as engine:
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
        report = _run_checks(engine.spark, out, shown)
    tables = result.manifest.tables
    if args.json:
        _print_json(
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
        print(_table_of(tables.items()))
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
        _print_json({"status": "valid", "config": plain, "estimate": expected.to_dict()})
    else:
        print("The configuration is valid. Expected:\n")
        print(_table_of_estimate(expected))
    return DONE


def _check(args) -> int:
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.engines import start_engine
    from idgraph_widgets.storage import recover

    path = Path(args.path)
    _tell_recovered(args, recover(path))
    Dataset(path)  # a path without a dataset is told before an engine is started
    with _progress(args) as shown, start_engine(args.engine) as engine:
        args.interrupts.install()  # PySpark has put its own handler in
        report = _run_checks(engine.spark, path, shown)
    if args.json:
        _print_json({"status": "completed", "path": str(path), **report.to_dict()})
    else:
        print(report.to_text())
    return DONE if report.passed else CHECKS_FAILED


def _run_checks(spark, path, shown):
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.quality import run_checks

    with Dataset(path, spark) as dataset:
        return run_checks(
            spark, dataset.tables(), dataset.config, dataset.manifest, on_progress=shown.checks
        )


class _progress:
    """The progress display of a command: on stdout, or on stderr where stdout is for JSON."""

    def __init__(self, args):
        self._printer = None
        self.events = self.checks = None
        if not args.quiet:
            from idgraph_widgets.terminal import ProgressPrinter

            self._printer = ProgressPrinter(sys.stderr if args.json else sys.stdout)
            self.events, self.checks = self._printer, self._printer.checks

    def __enter__(self):
        return self

    def __exit__(self, *_exc) -> None:
        if self._printer is not None:
            self._printer.close()


def _table_of(entries) -> str:
    from idgraph_widgets.terminal import columns, in_bytes

    entries = list(entries)
    rows = [("table", "rows", "size")]
    rows += [(entry.path, f"{entry.rows:,}", in_bytes(entry.bytes)) for _, entry in entries]
    total = sum(entry.rows for _, entry in entries), sum(entry.bytes for _, entry in entries)
    rows.append(("total", f"{total[0]:,}", in_bytes(total[1])))
    return columns(rows)


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


def _tell_recovered(args, run_id: str | None) -> None:
    if run_id is not None:
        print(f"Undid the unfinished run {run_id}.", file=sys.stderr)


def _report(args, kind: str, message: str, code: int, problems=()) -> int:
    """Tell an error to people, or as JSON, and pass its exit code on."""
    if args.json:
        found = [asdict(problem) for problem in problems]
        _print_json({"status": kind, "message": message, "problems": found, "exit_code": code})
    else:
        print(f"idgraph: {message}", file=sys.stderr)
    return code


def _kind(error: IdgraphError) -> str:
    if error.exit_code == INTERRUPTED:
        return "interrupted"
    return "wrong input" if error.exit_code == WRONG_INPUT else "failed"


def _print_json(document: dict) -> None:
    print(json.dumps(document, indent=2, default=str))


def _debugging() -> bool:
    return os.environ.get("IDGRAPH_DEBUG") == "1"


def _debug() -> None:
    if _debugging():
        traceback.print_exc()


if __name__ == "__main__":
    sys.exit(main())
