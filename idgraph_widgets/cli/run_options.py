"""What a run is asked for on the command line."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta

from idgraph_widgets.cli.common import day, difficulty_option, preset_option, whole_number
from idgraph_widgets.errors import ConfigError

FOLDER = "data/idgraph"
"""Where a dataset goes if nobody says."""


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
