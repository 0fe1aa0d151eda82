"""``idgraph init``: write a configuration to edit."""

from __future__ import annotations

from pathlib import Path

from idgraph_widgets.cli.common import DONE, command, difficulty_option, json_option, preset_option, print_json
from idgraph_widgets.errors import ConfigError, StorageError


def add(commands) -> None:
    parser = command(
        commands,
        "init",
        "write a configuration with a comment on every field",
        "  idgraph init\n  idgraph init large.yaml --preset large\n",
    )
    parser.add_argument("file", nargs="?", default="idgraph.yaml", metavar="FILE", help="default: idgraph.yaml")
    preset_option(parser)
    difficulty_option(parser)
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    json_option(parser)
    parser.set_defaults(run=_init)


def _init(args) -> int:
    from idgraph_widgets.config import GenerationConfig, preset, template, with_difficulty

    path = Path(args.file)
    if path.exists() and not args.force:
        raise ConfigError(f"{path} exists. Choose another file, or use --force to replace it.")
    config = preset(args.preset) if args.preset else GenerationConfig()
    text = template(with_difficulty(config, args.difficulty) if args.difficulty else config)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
    if args.json:
        print_json({"status": "completed", "file": str(path)})
    else:
        print(f"Wrote {path}. Edit it, then: idgraph generate {path} --out data/demo")
    return DONE
