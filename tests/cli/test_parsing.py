"""What is wrong with a command line is said in the words of the rest of the program, whatever the command."""

from __future__ import annotations

import argparse
import re

import pytest

from idgraph_widgets.cli import main, parser, task
from idgraph_widgets.errors import ConfigError

pytestmark = pytest.mark.quick

ARGPARSE = re.compile(r"usage:|invalid|unrecognized|expected|are required|could match|ignored explicit|choose from|\[")


def commands(found=None, names=()):
    """Each command with its words; what has actions of its own is one, too."""
    found = found or parser()
    below = [action for action in found._actions if isinstance(action, argparse._SubParsersAction)]
    yield names, found
    for action in below:
        for name, one in action.choices.items():
            yield from commands(one, (*names, name))


COMMANDS = {" ".join(names): found for names, found in commands()}


def refused(capsys, *words: str) -> str:
    """What the command says on the one line that it ends with, and with 2."""
    assert main(list(words)) == 2
    out, said = capsys.readouterr()
    assert out == "" and said.count("\n") == 1 and said.startswith("idgraph: "), said
    assert not ARGPARSE.search(said), said
    return said.removeprefix("idgraph: ").strip()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("generate --engine foo", "--engine: found foo; allowed: embedded, spark, connect or session."),
        (
            "generate --engine sprak",
            "--engine: found sprak; allowed: embedded, spark, connect or session. Did you mean spark?",
        ),
        ("generate --engine=", "--engine: found ''; allowed: embedded, spark, connect or session."),
        ("export d --format cvs", "Did you mean csv?"),
        ("completion fish", "shell: found fish; allowed: bash, zsh or tcsh."),
        ("generate --huseholds 5", "--huseholds: idgraph generate has no such option. Did you mean --households?"),
        ("generate --huseholds=5", "--huseholds: idgraph generate has no such option. Did you mean --households?"),
        ("generate -x", "-x: idgraph generate has no such option."),
        ("job submit --shcema s", "--shcema: idgraph job submit has no such option. Did you mean --schema?"),
        ("report d x.json", "found x.json, which is too much: idgraph report takes PATH."),
        ("probe d", "found d, which is too much: idgraph probe takes options only."),
        ("check", "PATH: found nothing. Give PATH."),
        ("register d", "--catalog: found nothing. Give --catalog NAME. --schema: found nothing. Give --schema NAME."),
        ("job status", "RUN: found nothing. Give RUN."),
        ("completion", "shell: found nothing; allowed: bash, zsh or tcsh."),
        ("generate --households", "--households: found no value. Give --households N."),
        ("generate --engine", "--engine: found no value. Give --engine embedded|spark|connect|session."),
        ("optimize d --tables", "--tables: found no value. Give --tables TABLE."),
        ("generate --households abc", "--households: found abc; allowed: a whole number."),
        ("check d --blocks x", "--blocks: found x; allowed: numbers of blocks, such as 0,4,17."),
        ("generate --quiet=3", "--quiet: found the value '3', but it takes none. Leave the value out."),
        (
            "generate --s 5",
            "--s: found the beginning of --seed, --start-date, --schema or --strict. Write the option in full.",
        ),
        ("genrate", "COMMAND: found genrate; allowed: init, generate,"),
        ("genrate", "schema or completion. Did you mean generate?"),
        ("", "COMMAND: found nothing; allowed: init, generate,"),
        ("job", "ACTION: found nothing; allowed: submit, status, cancel or logs."),
        ("job stats", "ACTION: found stats; allowed: submit, status, cancel or logs. Did you mean status?"),
        ("generate --engine " + "x" * 500, "xxx...xxx"),
    ],
)
def test_what_was_found_what_is_allowed_and_what_to_do(line, said, capsys):
    told = refused(capsys, *line.split())
    command = max((name for name in COMMANDS if line.startswith(name)), key=len)
    assert said in told and len(told) < 400
    assert told.endswith(f"See: {f'idgraph {command}'.strip()} --help"), told


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_speaks_so(name, capsys):
    """By one mechanism: a command that is read by another class would show the usage."""
    needed = [action for action in COMMANDS[name]._actions if action.required]
    given = [word for action in needed if not action.choices for word in (*action.option_strings[-1:], "1")]
    told = refused(capsys, *name.split(), *given, "--no-such-thing")
    asked = next((action.metavar or action.dest for action in needed if action.choices), "--no-such-thing")
    assert told.startswith(f"{asked}: "), told
    if needed:
        told = refused(capsys, *name.split())
        for action in needed:
            assert f"{'/'.join(action.option_strings) or action.metavar or action.dest}: found nothing" in told


def test_a_task_that_is_given_half_an_option_raises_in_words():
    """A task fails by an exception: `SystemExit` is success to some runtimes."""
    with pytest.raises(ConfigError, match=r"^--outcome: found no value\. Give --outcome OUTCOME\. See: idgraph-task"):
        task.main(["--schema", "s", "--outcome"])


def test_as_json_it_is_a_document(capsys):
    assert main(["generate", "--engin", "flink", "--json"]) == 2
    out, said = capsys.readouterr()
    assert said == "" and '"message": "--engine: found flink; allowed:' in out
