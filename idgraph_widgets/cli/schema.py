"""``idgraph schema``: the JSON Schema of the configuration, for editors."""

from __future__ import annotations

from idgraph_widgets.cli.common import DONE, command, print_json


def add(commands) -> None:
    parser = command(
        commands,
        "schema",
        "print the JSON Schema of the configuration, for editors and validators",
        "  idgraph schema > idgraph.schema.json\n"
        "  idgraph init my.yaml          writes it beside the configuration, which points to it\n",
    )
    parser.set_defaults(run=_schema, json=False)


def _schema(_args) -> int:
    from idgraph_widgets.config.json_schema import json_schema

    print_json(json_schema())
    return DONE
