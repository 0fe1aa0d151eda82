"""``idgraph logs``: what a publisher's ad server logs of the people of a dataset."""

from __future__ import annotations

from idgraph_widgets.cli.common import DONE, command, engine_option, json_option, print_json, tell_recovered


def add(commands) -> None:
    parser = command(
        commands,
        "logs",
        "write a publisher's impression logs of a dataset, to build an identity graph from",
        "  idgraph logs data/demo --out data/logs\n",
    )
    parser.add_argument("path", metavar="PATH", help="folder of the dataset")
    parser.add_argument("--out", required=True, metavar="OUT", help="an empty or new folder")
    engine_option(parser)
    json_option(parser)
    parser.set_defaults(run=_logs)


def _logs(args) -> int:
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.engines import start_engine
    from idgraph_widgets.impression_logs import export_impression_logs
    from idgraph_widgets.impression_logs.export import empty_folder
    from idgraph_widgets.storage import recover

    tell_recovered(args, recover(args.path))
    Dataset(args.path)  # what is wrong with either path is said before an engine is started
    empty_folder(args.out)
    with start_engine(args.engine) as engine, Dataset(args.path, engine.spark) as dataset:
        found = export_impression_logs(dataset, args.out)
        rows = found.logs.count()
    if args.json:
        print_json({"status": "completed", "path": args.out, "rows": rows})
    else:
        print(f"Wrote {rows:,} requests and the truth of each: {args.out}")
    return DONE
