"""What a column of one's own is made by, once its options are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Union

from idgraph_widgets.config.expressions import Node

MICROS_OF_DAY = 86_400_000_000


@dataclass(frozen=True)
class Distribution:
    """How draws lie between the first and the last of several values.

    Parameters
    ----------
    name : {"normal", "exponential", "gamma", "beta"}
    parameters : tuple of float
        The shape of a gamma distribution; alpha and beta of a beta distribution.
    """

    name: str
    parameters: tuple[float, ...] = ()


@dataclass(frozen=True)
class Values:
    """One of some values.

    Parameters
    ----------
    values : tuple
        Texts, booleans, or whole numbers: units of the last decimal, days since 1970.
    scale : int
        What a DOUBLE's units are divided by.
    weights : tuple of float
        One for each value; empty where all are alike.
    distribution : Distribution, optional
    """

    values: tuple[Any, ...]
    scale: int = 1
    weights: tuple[float, ...] = ()
    distribution: Distribution | None = None


@dataclass(frozen=True)
class Range:
    """A number, day or time from a range.

    Parameters
    ----------
    low, step, count : int
        The first value, the way to the next and how many there are: in units of the last decimal, days or microseconds
        since 1970.
    scale : int
        What a DOUBLE's units are divided by.
    distribution : Distribution, optional
    prefix, suffix : str
        What stands before and after the number, in a column of texts.
    """

    low: int
    step: int
    count: int
    scale: int = 1
    distribution: Distribution | None = None
    prefix: str = ""
    suffix: str = ""

    @property
    def high(self) -> int:
        """The last value."""
        return self.low + self.step * (self.count - 1)


Piece = Union[str, tuple[str, ...]]  # noqa: UP007 - evaluated, on Python 3.10, too
"""Of a template: text as it is, or the characters of which one is drawn."""


@dataclass(frozen=True)
class Template:
    """Texts by a pattern.

    Parameters
    ----------
    alternatives : tuple of tuple of Piece
        One of them is drawn, and each of its pieces.
    """

    alternatives: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True)
class Pool:
    """Texts that Faker gives.

    Parameters
    ----------
    provider, locale : str
    size : int
        Calls of the provider; texts that it gives more often are drawn more often.
    """

    provider: str
    locale: str
    size: int


@dataclass(frozen=True)
class Expression:
    """What SQL makes of the other columns of the row."""

    node: Node


Made = Union[Values, Range, Template, Pool, Expression]  # noqa: UP007 - evaluated, on Python 3.10, too


@dataclass(frozen=True)
class ExtraColumn:
    """A column of one's own.

    Parameters
    ----------
    name, table, type, description : str
    made : Values, Range, Template, Pool or Expression
    nulls : float
        Share of rows that have none.
    base : tuple of str
        Columns whose values decide, in place of the table's key.
    """

    name: str
    table: str
    type: str
    made: Made
    nulls: float = 0.0
    base: tuple[str, ...] = ()
    description: str = field(default="", compare=False)

    @property
    def nullable(self) -> bool:
        """Whether it may hold nothing."""
        return self.nulls > 0 or isinstance(self.made, Expression)

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """All its texts, where the configuration lists them."""
        return self.made.values if isinstance(self.made, Values) and self.type == "string" else ()
