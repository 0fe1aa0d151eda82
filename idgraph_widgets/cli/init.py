"""``idgraph init``: write a configuration to edit."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from idgraph_widgets.cli.common import DONE, command, difficulty_option, json_option, preset_option, print_json
from idgraph_widgets.errors import ConfigError, StorageError


def add(commands) -> None:
    parser = command(
        commands,
        "init",
        "write a configuration with a comment on every field, and a schema for editors beside it",
        "  idgraph init\n"
        "  idgraph init large.yaml --preset large\n"
        "  idgraph init small.json --preset small          JSON, which holds no comments\n"
        "  idgraph init - --difficulty hard | idgraph generate - --dry-run\n",
    )
    parser.add_argument(
        "file",
        nargs="?",
        default="idgraph.yaml",
        metavar="FILE",
        help="a .yaml, .yml or .json file, or - for standard output; default: idgraph.yaml",
    )
    preset_option(parser)
    difficulty_option(parser)
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    json_option(parser)
    parser.set_defaults(run=_init)


def _init(args) -> int:
    from idgraph_widgets.config import GenerationConfig, json_schema, preset, template, with_difficulty
    from idgraph_widgets.config.files import dump_json, file_form, replace_text
    from idgraph_widgets.storage.folder.paths import file_path

    on_output = args.file == "-"
    path = None if on_output else file_path(args.file)
    is_json = not on_output and file_form(Path(args.file)) == "json"
    if path is not None and path.exists() and not args.force:
        raise ConfigError(f"{args.file} exists. Choose another file, or use --force to replace it.")
    config = preset(args.preset) if args.preset else GenerationConfig()
    config = with_difficulty(config, args.difficulty) if args.difficulty else config
    if on_output:
        if args.json:
            print_json({"status": "completed", "file": None, "config": json.loads(config.to_json())})
        else:
            print(template(config), end="")
        return DONE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
    beside = json_schema.FILE_NAME
    replace_text(path.with_name(beside), json.dumps(json_schema.json_schema(), indent=1) + "\n")
    if is_json:
        replace_text(path, dump_json({"$schema": f"./{beside}", **config.to_dict()}))
    else:
        replace_text(path, f"# yaml-language-server: $schema=./{beside}\n{template(config)}")
    if args.json:
        print_json({"status": "completed", "file": args.file})
    elif args.quiet:
        print(f"Wrote {args.file}.")
    else:
        print(f"Wrote {args.file}. Edit it, then: idgraph generate {shlex.quote(args.file)} --out data/demo")
    return DONE
