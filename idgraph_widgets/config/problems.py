"""One thing that is wrong with a configuration, in words a person can act on."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from idgraph_widgets.errors import ConfigError


class _Short(reprlib.Repr):
    """Values cut short, and days as a configuration spells them."""

    def repr_date(self, value: date, _level: int) -> str:
        return value.isoformat()

    def repr_datetime(self, value: datetime, _level: int) -> str:
        return value.isoformat(" ")


_short = _Short()
_short.maxstring = _short.maxother = 60
_short.maxdict = _short.maxlist = _short.maxtuple = 4
_short.maxlevel = 3
_LONGEST = 120


@dataclass(frozen=True)
class Problem:
    """One problem of a configuration.

    Parameters
    ----------
    path : str
        The field, from the top, joined by dots: ``household_config.num_households``.
    found : str
        What stands there now.
    allowed : str
        What may stand there.
    suggestion : str
        What to do about it.
    """

    path: str
    found: str
    allowed: str
    suggestion: str

    @property
    def message(self) -> str:
        """The problem as one line."""
        # A file can hold half a surrogate pair in a name, which no terminal can print.
        where = self.path.encode("utf-8", "backslashreplace").decode("utf-8") or "configuration"
        return f"{where}: found {self.found}; allowed: {self.allowed}. {self.suggestion}"


def shown(value: object) -> str:
    """A value as a person would recognise it, cut short if it is long."""
    try:
        text = _short.repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def nearest(name: object, known: Iterable[Any], cutoff: float = 0.5) -> str | None:
    """The known name most like `name` regardless of case, or None if none is alike by `cutoff` of 1."""
    if not isinstance(name, str):
        return None
    by_fold = {str(candidate).casefold(): str(candidate) for candidate in known}
    found = difflib.get_close_matches(name[:_LONGEST].casefold(), by_fold, n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else None


def did_you_mean(name: object, known: Iterable[Any], otherwise: str = "Remove it") -> str:
    """A suggestion for a name that is not known."""
    close = nearest(name, known)
    return f"Did you mean {close!r}?" if close else f"{otherwise}."


def config_error(problems: Iterable[Problem], source: str = "the configuration") -> ConfigError:
    """The error that carries `problems` and says them all."""
    problems = tuple(problems)
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = [f"{count} in {source}:", *(f"  - {problem.message}" for problem in problems)]
    return ConfigError("\n".join(lines), problems)
