"""``idgraph probe``: what this place can do, and what would be used."""

from __future__ import annotations

from idgraph_widgets.cli.catalog_options import name_options
from idgraph_widgets.cli.common import DONE, command, json_option, print_json


def add(commands) -> None:
    parser = command(
        commands,
        "probe",
        "tell what this place can do, and what would be used here",
        "  idgraph probe\n  idgraph probe --catalog main --schema idgraph --json\n  idgraph probe --engine embedded\n",
    )
    name_options(parser, required=False)
    parser.add_argument(
        "--engine",
        choices=("session", "embedded", "spark", "connect"),
        default="session",
        help="session (default): the one this process was given, if any; the others are started for it",
    )
    json_option(parser)
    parser.set_defaults(run=_probe)


def _probe(args) -> int:
    from idgraph_widgets.probing import probe

    if args.engine == "session":
        found = probe(None, args.catalog, args.schema)
    else:
        from idgraph_widgets.engines import start_engine

        with start_engine(args.engine) as engine:
            found = probe(engine.spark, args.catalog, args.schema)
    if args.json:
        print_json(found.to_dict())
    else:
        print(found)
    return DONE
