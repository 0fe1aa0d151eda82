"""``idgraph check``: check what is on disk."""

from __future__ import annotations

import argparse

from idgraph_widgets.cli.check_files import add_options, wanted, write_checks
from idgraph_widgets.cli.common import (
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
)
from idgraph_widgets.errors import ConfigError


def add(commands) -> None:
    parser = command(
        commands,
        "check",
        "check a dataset against what the data model promises",
        "  idgraph check data/demo\n"
        "  idgraph check data/demo --json > report.json\n"
        "  idgraph check data/demo --print-sql --schema main.demo --out checks     SQL for your own warehouse\n"
        "  idgraph check data/demo --format dbt --schema demo --out checks\n",
    )
    parser.add_argument("path", metavar="PATH", help="folder of the dataset")
    parser.add_argument("--check", action="append", metavar="ID", help="only this check; may be given several times")
    parser.add_argument(
        "--sample",
        action="store_true",
        help="above 100,000 households, read a spread of 10 blocks row by row; counts and sums are read whole",
    )
    parser.add_argument(
        "--blocks",
        metavar="N,N",
        type=block_numbers,
        help="read these blocks row by row, as an earlier report names them",
    )
    add_options(parser)
    strict_option(parser)
    engine_option(parser)
    json_option(parser)
    parser.set_defaults(run=_check)


def _check(args) -> int:
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.quality.sample import chosen, spread
    from idgraph_widgets.storage import recover
    from idgraph_widgets.storage.folder.paths import folder_path

    form, path = wanted(args), folder_path(args.path)
    tell_recovered(args, recover(path))
    dataset = Dataset(path)  # a path without a dataset is refused before an engine is started
    _refuse_unknown(args.check, dataset)
    if args.sample and args.blocks:
        raise ConfigError("--sample and --blocks: found both; choose blocks by chance or by number.")
    households = dataset.config_as_known.household_config.num_households
    blocks = spread(households) if args.sample else args.blocks and chosen(args.blocks, households)
    if form is not None:
        return write_checks(args, dataset, form)
    with progress(args) as shown, checking_engine(args) as engine:
        args.interrupts.install()  # PySpark has put its own handler in
        report = run_checks(engine.spark, path, shown, only=args.check, blocks=blocks)
    if args.json:
        print_json({"status": "completed", "path": str(path), **report.to_dict()})
    else:
        print(report.to_text())
    return checks_code(args, report)


def block_numbers(text: str) -> list[int]:
    """Numbers of blocks, with commas between them."""
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"found {text}; allowed: numbers of blocks, such as 0,4,17") from None


def _refuse_unknown(ids, dataset) -> None:
    """A check that does not exist is a mistake somebody wants to know of."""
    if not ids:
        return
    from difflib import get_close_matches

    from idgraph_widgets.quality import check_ids

    known = check_ids(dataset.config_as_known, dataset.manifest)
    for name in ids:
        if name not in known:
            near = get_close_matches(name, known, 3)
            hint = f"do you mean {' or '.join(near)}?" if near else "docs/checks.md lists them."
            raise ConfigError(f"--check: found {name}, which is no check; {hint}")
