"""``idgraph permissions``: whether this user may write a dataset to a catalog's schema."""

from __future__ import annotations

from idgraph_widgets.cli.catalog_options import name_options, profile_option, service_of
from idgraph_widgets.cli.common import DONE, FAILED, command, json_option, print_json


def add(commands) -> None:
    parser = command(
        commands,
        "permissions",
        "tell whether you may write to a catalog, and which GRANTs are missing",
        "  idgraph permissions --catalog main --schema idgraph\n",
    )
    name_options(parser)
    profile_option(parser)
    json_option(parser)
    parser.set_defaults(run=_permissions)


def _permissions(args) -> int:
    from idgraph_widgets.unity import permission_report

    report = permission_report(args.catalog, args.schema, service=service_of(args))
    if args.json:
        print_json(
            {
                "ok": report.ok,
                "principal": report.principal,
                "target": report.target,
                "privileges": {str(r): verdict.value for r, verdict in report.verdicts.items()},
                "missing": report.missing,
                "statements": report.statements,
                "tried": report.tried,
            }
        )
    else:
        print(report.message())
    return DONE if report.ok else FAILED
