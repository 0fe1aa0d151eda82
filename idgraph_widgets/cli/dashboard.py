"""``idgraph dashboard``: the studio in the browser."""

from __future__ import annotations

import os

from idgraph_widgets.cli.common import DONE, command, whole_number
from idgraph_widgets.errors import ConfigError

PORT, VOLUME = "DATABRICKS_APP_PORT", "IDGRAPH_VOLUME"
"""Where Databricks Apps say which port is ours, and where an app's configuration names its volume."""

_GIVEN = (
    "login",
    "header",
    "proxies",
    "address",
    "warm",
    "idle_minutes",
    "pages_per_person",
    "households",
    "runs_at_once",
    "disk_per_person",
    "disk",
    "keep_days",
    "places",
    "engines",
    "catalog",
    "volume",
)
"""Settings that have an option."""


def add(commands) -> None:
    parser = command(
        commands,
        "dashboard",
        "open the studio in the browser",
        "  idgraph dashboard\n"
        "  idgraph dashboard --port 8900 --no-browser\n"
        "  idgraph dashboard --home /srv/studio --invite ada\n"
        "                              print a token for Ada; then, for her and others:\n"
        "  idgraph dashboard --home /srv/studio --ip 0.0.0.0 --login token\n"
        "  idgraph dashboard --home /srv/studio --login proxy --proxy 127.0.0.1 --address https://studio.example.org\n"
        "                              behind a proxy that logs people in\n",
    )
    parser.add_argument(
        "--port",
        type=whole_number(1, 65_535),
        metavar="N",
        help=f"exactly this port; default: ${PORT} where a platform sets it, else 8866 or the next free one",
    )
    parser.add_argument("--ip", default="127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1, this machine only")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--home", default=".idgraph", metavar="PATH", help="folder of the session and the runs; default: .idgraph"
    )
    many = parser.add_argument_group("for many people", "Each has a workspace of their own below --home.")
    many.add_argument("--settings", metavar="FILE", help="TOML; the options here go before it")
    many.add_argument("--login", choices=("token", "proxy", "hub"), help="how people log in; off this machine, needed")
    many.add_argument("--invite", metavar="NAME", help="print a token for this person, and stop")
    many.add_argument("--dismiss", metavar="NAME", help="make this person's token void, and stop")
    many.add_argument("--proxy", dest="proxies", action="append", metavar="ADDRESS", help="a proxy whose header counts")
    many.add_argument("--user-header", dest="header", metavar="NAME", help="default: X-Forwarded-User")
    many.add_argument("--address", metavar="URL", help="that people type, where a proxy stands before the dashboard")
    many.add_argument("--warm", type=whole_number(0, 200), metavar="N", help="studios kept ready; default: 1")
    many.add_argument(
        "--idle-minutes", type=whole_number(1, 100_000), metavar="N", help="then a studio ends; default: 30"
    )
    many.add_argument("--pages-per-person", type=whole_number(1, 1_000), metavar="N", help="studios open at once")
    many.add_argument("--households", type=whole_number(1), metavar="N", help="most in a run; default: any number")
    many.add_argument("--runs-at-once", type=whole_number(1), metavar="N", help="others wait in a queue; default: 1")
    many.add_argument("--disk-per-person", metavar="SIZE", help="of one person's datasets, such as '5 GB'")
    many.add_argument("--disk", metavar="SIZE", help="of everybody's datasets")
    many.add_argument(
        "--keep-days", type=whole_number(1), metavar="N", help="then a dataset is removed; default: never"
    )
    many.add_argument(
        "--place",
        dest="places",
        action="append",
        choices=("folder", "catalog"),
        help="where runs may write: folder (default), on this machine; catalog, as jobs",
    )
    many.add_argument(
        "--engine",
        dest="engines",
        action="append",
        choices=("embedded", "spark", "connect"),
        help="that runs on this machine may work on; several: to choose from; default: embedded",
    )
    jobs = parser.add_argument_group(
        "runs as jobs", "With --place catalog: of a Databricks workspace, in the name of whoever starts the dashboard."
    )
    jobs.add_argument("--catalog", metavar="NAME", help="that jobs write to; default: that of the volume")
    jobs.add_argument(
        "--volume", metavar="PATH", help=f"keeps sessions and runs, and files of jobs; default: ${VOLUME}"
    )
    parser.set_defaults(run=_dashboard, json=False)


def _dashboard(args) -> int:
    from idgraph_widgets.dashboard.people import People, known_as
    from idgraph_widgets.dashboard.settings import read_settings
    from idgraph_widgets.storage.folder.paths import folder_path

    home = folder_path(args.home)
    if args.invite is not None:
        token = People(home).invite(args.invite)
        print(f"{known_as(args.invite)} logs in with {token}")
        if not args.quiet:
            print("It is shown this once, and kept nowhere. Inviting the same name again makes it void.")
        return DONE
    if args.dismiss is not None:
        People(home).dismiss(args.dismiss)
        print(f"{known_as(args.dismiss)} has no token any more. What they have made is still there.")
        return DONE
    given = {name: getattr(args, name) for name in _GIVEN}
    given["volume"] = given["volume"] or os.environ.get(VOLUME) or None
    settings = read_settings(args.settings and folder_path(args.settings), given)
    from idgraph_widgets.dashboard.server import serve

    shown = {"open_browser": not args.no_browser, "advice": not args.quiet}
    serve(args.port or _platforms_port(), args.ip, home, settings, **shown)
    return DONE


def _platforms_port() -> int | None:
    given = os.environ.get(PORT)
    if not given:
        return None
    if not given.isdigit() or not 1 <= int(given) <= 65_535:
        raise ConfigError(f"{PORT}: found {given!r}; allowed: a port, 1 to 65535.")
    return int(given)
