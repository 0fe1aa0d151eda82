"""The commands with their options, from the parser that reads them."""

from __future__ import annotations

import argparse

from idgraph_widgets.cli import parser
from idgraph_widgets.config.docs import line

_CODES = (
    ("0", "done"),
    ("1", "a check failed, or with `--strict` a statistic is off target"),
    ("2", "wrong input; nothing was started"),
    ("3", "the run or the storage failed"),
    ("130", "interrupted; what was published before is untouched"),
)


def page() -> str:
    """The page as Markdown."""
    whole = parser()
    lines = [
        "# Commands",
        "",
        "Written from the command line's own parser by `python -m tools.pages`. `idgraph COMMAND --help` says the same.",
        "",
        "| exit code | means |",
        "|---|---|",
        *(line(*code) for code in _CODES),
        "",
    ]
    commands = next(a for a in whole._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001
    for name, command in commands.choices.items():
        lines += [f"## `idgraph {name}`", "", command.description, ""]
        lines += ["| argument | meaning |", "|---|---|"]
        for action in command._actions:  # noqa: SLF001
            if action.dest != "help" and action.help != argparse.SUPPRESS:
                lines.append(line(f"`{_spelled(action)}`", (action.help or "").replace("<", "&lt;")))
        examples = (command.epilog or "").partition("examples:\n")[2].rstrip()
        lines += ["", "```text", *(row.removeprefix("  ") for row in examples.splitlines()), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _spelled(action: argparse.Action) -> str:
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else "")
    if action.nargs in ("+", "*"):
        value += " …"
    if not action.option_strings:
        return f"[{value}]" if action.nargs == "?" else value
    return ", ".join(action.option_strings) + (f" {value}" if action.nargs != 0 else "")
