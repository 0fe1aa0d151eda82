"""``idgraph vacuum``: remove files that no version in use needs."""

from __future__ import annotations

from idgraph_widgets.cli.common import DONE, command, counted, json_option, print_json, tell_recovered, whole_number

LONGEST = 24 * 366 * 100
"""Hours that files can be kept at most: a century."""


def add(commands) -> None:
    parser = command(
        commands,
        "vacuum",
        "remove files that no version in use needs",
        "  idgraph vacuum data/demo --dry-run\n"
        "  idgraph vacuum data/demo\n"
        "  idgraph vacuum data/demo --keep-hours 0      drop all earlier versions now\n",
    )
    parser.add_argument("path", metavar="PATH", help="folder of the dataset")
    parser.add_argument(
        "--keep-hours",
        type=whole_number(0, LONGEST),
        metavar="N",
        help="keep files of earlier versions this long after they were replaced (default: 168, a week); what "
        "dead runs left goes at once",
    )
    parser.add_argument("--dry-run", action="store_true", help="only list them")
    json_option(parser)
    parser.set_defaults(run=_vacuum)


def _vacuum(args) -> int:
    from idgraph_widgets.storage import recover
    from idgraph_widgets.storage.folder.maintenance import vacuum
    from idgraph_widgets.storage.table_stats import KEEP_HOURS

    tell_recovered(args, recover(args.path))
    hours = KEEP_HOURS if args.keep_hours is None else args.keep_hours
    removed = vacuum(args.path, hours, args.dry_run)
    if args.json:
        status = "dry run" if args.dry_run else "completed"
        print_json({"status": status, "path": args.path, "files": removed})
        return DONE
    if args.dry_run:
        for path in removed:
            print(path)
    done = "Would remove" if args.dry_run else "Removed"
    print(f"{done} {counted(len(removed), 'file')} from {args.path}.")
    return DONE
