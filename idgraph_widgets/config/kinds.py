"""The kinds of value a field can hold: how each is read from a file, written to one, and judged.

``read`` turns what a YAML or JSON file, or a person in a notebook, offers into the one Python form
(a list into a tuple, an ISO text into a date). What it cannot turn it leaves alone, so that
``problems`` can name it together with everything else that is wrong.
"""

from __future__ import annotations

import math
import numbers
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from idgraph_widgets.config.problems import Problem, did_you_mean, shown

SUM_TOLERANCE = 1e-6


class Kind(ABC):
    """What one field may hold."""

    def read(self, value: Any) -> Any:
        return value

    def plain(self, value: Any) -> Any:
        """The value as YAML and JSON know it, except that dates stay dates."""
        return value

    @abstractmethod
    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        """What is wrong with a value."""

    @abstractmethod
    def bounds(self) -> str:
        """The allowed values in words."""

    def wrong(self, value: Any, path: str, suggestion: str) -> Problem:
        return Problem(path, shown(value), self.bounds(), suggestion)


def _between(low: float, high: float | None) -> str:
    if high is None:
        return f"{low:,} or more"
    return f"{low:,} to {high:,}"


@dataclass(frozen=True)
class Integer(Kind):
    """A whole number in a closed range."""

    low: int
    high: int | None = None
    optional: bool = False

    def read(self, value: Any) -> Any:
        if isinstance(value, numbers.Integral) and not isinstance(value, bool):
            return int(value)
        return value

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        value = self.read(value)
        if value is None and self.optional:
            return
        if isinstance(value, bool) or not isinstance(value, int):
            yield self.wrong(value, path, "Give a whole number, without quotes, decimals or leading zeros.")
        elif value < self.low:
            yield self.wrong(value, path, f"Raise it to at least {self.low:,}.")
        elif self.high is not None and value > self.high:
            yield self.wrong(value, path, f"Lower it to at most {self.high:,}.")

    def bounds(self) -> str:
        return f"a whole number, {_between(self.low, self.high)}{' (or null)' if self.optional else ''}"


@dataclass(frozen=True)
class Real(Kind):
    """A finite number in a closed range."""

    low: float
    high: float | None = None
    optional: bool = False

    def read(self, value: Any) -> Any:
        if isinstance(value, numbers.Real) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                return value
        return value

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        value = self.read(value)
        if value is None and self.optional:
            return
        if not isinstance(value, float):
            yield self.wrong(value, path, "Give a number, without quotes or leading zeros.")
        elif not math.isfinite(value):
            yield self.wrong(value, path, "Give a finite number.")
        elif value < self.low:
            yield self.wrong(value, path, f"Raise it to at least {self.low:g}.")
        elif self.high is not None and value > self.high:
            yield self.wrong(value, path, f"Lower it to at most {self.high:g}.")

    def bounds(self) -> str:
        return f"a number, {_between(self.low, self.high)}{' (or null)' if self.optional else ''}"


@dataclass(frozen=True)
class Flag(Kind):
    """True or false."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield self.wrong(value, path, "Give true or false, without quotes.")

    def bounds(self) -> str:
        return "true or false"


@dataclass(frozen=True)
class Name(Kind):
    """The name of a catalog or schema, or nothing."""

    pattern = re.compile(r"[A-Za-z0-9_-]{1,255}\Z")

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if value is None:
            return
        if not isinstance(value, str):
            yield self.wrong(value, path, "Give a text or leave it out.")
        elif not self.pattern.match(value):
            yield self.wrong(value, path, "Use only letters, digits, underscores and hyphens.")

    def bounds(self) -> str:
        return "nothing, or 1 to 255 letters, digits, underscores and hyphens"


@dataclass(frozen=True)
class Day(Kind):
    """A calendar day."""

    low: date
    high: date

    def read(self, value: Any) -> Any:
        if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}\Z", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                return value
        return value

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, datetime) or not isinstance(value, date):
            yield self.wrong(value, path, "Give a day that exists, as YYYY-MM-DD, without a time.")
        elif not self.low <= value <= self.high:
            yield Problem(path, value.isoformat(), self.bounds(), "Choose a day in that range.")

    def bounds(self) -> str:
        return f"a day from {self.low} to {self.high}"


@dataclass(frozen=True)
class Span(Kind):
    """A pair of whole numbers, lower first."""

    low: int
    high: int

    def read(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            part = Integer(self.low, self.high)
            return tuple(part.read(number) for number in value)
        return value

    def plain(self, value: Any) -> Any:
        value = self.read(value)
        return list(value) if isinstance(value, tuple) else value

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, tuple) or len(value) != 2:
            yield self.wrong(value, path, f"Give two numbers, for example [{self.low}, {self.high}].")
            return
        part = Integer(self.low, self.high)
        found = [p for i, number in enumerate(value) for p in part.problems(number, f"{path}[{i}]")]
        yield from found
        if not found and value[0] > value[1]:
            yield self.wrong(value, path, f"Swap the two: [{value[1]}, {value[0]}].")

    def bounds(self) -> str:
        return f"two whole numbers, {_between(self.low, self.high)}, the lower first"


@dataclass(frozen=True)
class Choice(Kind):
    """One name of a closed vocabulary."""

    names: tuple[str, ...]

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str) or value not in self.names:
            yield self.wrong(value, path, did_you_mean(value, self.names, "Choose one of these"))

    def bounds(self) -> str:
        return "one of " + ", ".join(self.names)


@dataclass(frozen=True)
class Choices(Kind):
    """A list of different names of a closed vocabulary, kept in the vocabulary's order."""

    names: tuple[str, ...]

    def read(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)) and all(name in self.names for name in value):
            return sorted(value, key=self.names.index)
        return list(value) if isinstance(value, tuple) else value

    def plain(self, value: Any) -> Any:
        return list(value) if isinstance(value, list) else value

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield self.wrong(value, path, "Give a list, for example [search].")
            return
        for i, name in enumerate(value):
            yield from Choice(self.names).problems(name, f"{path}[{i}]")
            if name in value[:i]:
                yield self.wrong(value, f"{path}[{i}]", f"Name {shown(name)} only once.")

    def bounds(self) -> str:
        return "a list of " + ", ".join(self.names)


@dataclass(frozen=True)
class Curve(Kind):
    """A fixed number of shares in order that sum to 1, for example one per hour."""

    count: int

    def read(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return tuple(Real(0, 1).read(share) for share in value)
        return value

    def plain(self, value: Any) -> Any:
        return list(value) if isinstance(value, tuple) else value

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, tuple) or len(value) != self.count:
            yield self.wrong(value, path, f"Give exactly {self.count} shares as a list.")
            return
        found = [p for i, share in enumerate(value) for p in Real(0, 1).problems(share, f"{path}[{i}]")]
        yield from found or sum_problem(self, value, path)

    def bounds(self) -> str:
        return f"{self.count} shares from 0 to 1 that sum to 1.0"


def sum_problem(kind: Kind, shares: Iterable[float], path: str) -> list[Problem]:
    """The problem that shares do not sum to 1, if they do not; says the sum."""
    total = math.fsum(shares)
    if abs(total - 1.0) <= SUM_TOLERANCE:
        return []
    step = f"Add {1 - total:.6g} somewhere" if total < 1 else f"Take {total - 1:.6g} off somewhere"
    return [Problem(path, f"a sum of {total:.9g}", kind.bounds(), f"{step}, or divide each by {total:.9g}.")]


def in_order(mapping: Mapping[Any, Any], names: tuple[Any, ...]) -> dict[Any, Any]:
    """The mapping with its known keys in the order of `names`, the others after them."""
    return {
        **{name: mapping[name] for name in names if name in mapping},
        **{name: value for name, value in mapping.items() if name not in names},
    }
