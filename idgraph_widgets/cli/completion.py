"""``idgraph completion``: a script by which a shell completes commands, options and file names."""

from __future__ import annotations

import argparse

from idgraph_widgets.cli.common import DONE, command
from idgraph_widgets.errors import EngineError

SHELLS = ("bash", "zsh", "tcsh")

_FOLDERS = ("PATH",)
_FILES = ("FILE", "CONFIG", "OUT")


def add(commands, whole: argparse.ArgumentParser) -> None:
    parser = command(
        commands,
        "completion",
        "print a script that makes a shell complete commands, options and files",
        "  idgraph completion bash > ~/.local/share/bash-completion/completions/idgraph\n"
        "  idgraph completion zsh > ~/.zfunc/_idgraph       with fpath=(~/.zfunc $fpath) before compinit\n"
        '  eval "$(idgraph completion bash)"                in this shell only\n',
    )
    parser.add_argument("shell", choices=SHELLS, help="the shell that reads the script")
    parser.set_defaults(run=lambda args: _completion(args, whole), json=False)


def _completion(args, whole: argparse.ArgumentParser) -> int:
    try:
        import shtab
    except ImportError as error:
        raise EngineError("Completion needs shtab. Install it with: python -m pip install shtab") from error
    _complete_paths(whole, shtab.FILE, shtab.DIRECTORY)
    print(shtab.complete(whole, args.shell))
    return DONE


def _complete_paths(parser: argparse.ArgumentParser, files, folders) -> None:
    """Mark what takes a file or a folder, by the word that the help has for it."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to walk a parser
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for child in action.choices.values():
                _complete_paths(child, files, folders)
        elif action.metavar in _FILES:
            action.complete = files  # type: ignore[attr-defined]
        elif action.metavar in _FOLDERS:
            action.complete = folders  # type: ignore[attr-defined]
