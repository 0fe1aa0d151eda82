"""``idgraph dashboard``: the studio in the browser."""

from __future__ import annotations

from idgraph_widgets.cli.common import DONE, command, whole_number


def add(commands) -> None:
    parser = command(
        commands,
        "dashboard",
        "open the studio in the browser",
        "  idgraph dashboard\n"
        "  idgraph dashboard --port 8900 --no-browser\n"
        "  idgraph dashboard --ip 0.0.0.0          reachable from other machines, with a token\n",
    )
    parser.add_argument(
        "--port",
        type=whole_number(1, 65_535),
        metavar="N",
        help="exactly this port; default: 8866 or the next free one",
    )
    parser.add_argument("--ip", default="127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1, this machine only")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--home", default=".idgraph", metavar="PATH", help="folder of the session and the runs; default: .idgraph"
    )
    parser.set_defaults(run=_dashboard, json=False)


def _dashboard(args) -> int:
    from idgraph_widgets.storage.paths import folder_path
    from idgraph_widgets.studio.dashboard.server import serve

    serve(args.port, args.ip, not args.no_browser, folder_path(args.home), advice=not args.quiet)
    return DONE
