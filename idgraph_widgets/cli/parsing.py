"""What reads the command line, and says in our words what is wrong with it: what was found, what is allowed.

Every command is read by the same class, so that none has words of its own, and none those of `argparse`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import NoReturn

from idgraph_widgets.config.problems import nearest, shown
from idgraph_widgets.errors import ConfigError

_MISSING = re.compile(r"the following arguments are required: (.*)", re.DOTALL)
_AMBIGUOUS = re.compile(r"ambiguous option: (.*) could match (.*)", re.DOTALL)
_UNWANTED = re.compile(r"(?:argument )?(.*): ignored explicit argument (.*)", re.DOTALL)


_ALIKE = 0.6
"""How like each other, of 1, a mistyped word and what it was meant to be are: options are short."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are those of the rest of the program: a sentence, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        raise ConfigError(f"{self._in_our_words(message)} See: {self.prog} --help")

    def parse_known_args(self, args=None, namespace=None):
        """As the base class, but what is not known is refused by the command that it was given to."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._unknown(unknown))
        return found, []

    def _check_value(self, action: argparse.Action, value) -> None:
        if action.choices is None or value in action.choices:
            return
        close = nearest(value, action.choices, _ALIKE)
        hint = f" Did you mean {close}?" if close else ""
        raise argparse.ArgumentError(action, f"found {_told(value)}; allowed: {either(action.choices)}.{hint}")

    def _match_argument(self, action: argparse.Action, arg_strings_pattern: str) -> int:
        try:
            return super()._match_argument(action, arg_strings_pattern)
        except argparse.ArgumentError:
            raise argparse.ArgumentError(action, f"found no value. Give {_form(action)}.") from None

    def _unknown(self, words: list[str]) -> str:
        option = next((word for word in words if word.startswith("-")), None)
        if option is None:
            takes = [_form(action) for action in self._actions if not action.option_strings]
            return f"found {_told(words[0])}, which is too much: {self.prog} takes {' '.join(takes) or 'options only'}."
        name = option.split("=")[0]
        close = nearest(name, [known for known in self._option_string_actions if known.startswith("--")], _ALIKE)
        return f"{_told(name)}: {self.prog} has no such option.{f' Did you mean {close}?' if close else ''}"

    def _in_our_words(self, message: str) -> str:
        """A message, with those that `argparse` has made itself put in other words."""
        if found := _MISSING.fullmatch(message):
            names = found[1].split(", ")
            return " ".join(f"{name}: found nothing{self._wanted(name)}" for name in names)
        if found := _AMBIGUOUS.fullmatch(message):
            return f"{found[1]}: found the beginning of {either(found[2].split(', '))}. Write the option in full."
        if found := _UNWANTED.fullmatch(message):
            return f"{found[1]}: found the value {found[2]}, but it takes none. Leave the value out."
        message = message.removeprefix("argument ")
        return message if message.endswith((".", "?")) else f"{message}."

    def _wanted(self, name: str) -> str:
        """What to give where nothing is."""
        for action in self._actions:
            if name in ("/".join(action.option_strings), action.metavar, action.dest):
                return f"; allowed: {either(action.choices)}." if action.choices else f". Give {_form(action)}."
        return ". Give it."


def either(words: Iterable) -> str:
    """Words with "or" before the last.

    Examples
    --------
    >>> either(["csv", "json", "parquet"])
    'csv, json or parquet'
    """
    *others, last = map(str, words)
    return f"{', '.join(others)} or {last}" if others else last


def _form(action: argparse.Action) -> str:
    """How an argument is written: ``--seed N``, ``PATH``."""
    value = action.metavar if isinstance(action.metavar, str) else "|".join(map(str, action.choices or ()))
    if not action.option_strings:
        return value or action.dest
    return f"{action.option_strings[-1]} {value or action.dest.upper()}"


def _told(value: object) -> str:
    """A word of the command line, cut short if it is long."""
    return shown(value)[1:-1] if isinstance(value, str) and value else shown(value)
