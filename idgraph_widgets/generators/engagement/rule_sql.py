"""The SQL of published segment rules, evaluated on arrays.

A rule is published as text, and its text is what is evaluated here: parsed once, strictly, into small objects that
answer for rows of features. The grammar, with ``a`` for whole-number expressions::

    condition  = comparison ("and" comparison)*
    comparison = flag | text "=" 'word' | text "in" ('word', …)
               | a ("=" | "<" | "<=" | ">" | ">=") a | a "between" a "and" a
    a          = term ("+" term)*
    term       = column | 3 | 3L | "least" (a, a, …)

Nothing in it can turn a null into true, so a text that is null belongs to nobody's rule, as in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal, Protocol

import numpy as np

from idgraph_widgets.arrays import Columns

Kind = Literal["whole", "text", "flag"]
"""What a column holds: whole numbers, texts or booleans."""

_SPACE = re.compile(r"\s*")
_TOKEN = re.compile(r"(?P<word>[A-Za-z_]\w*)|(?P<whole>\d+)L?\b(?!\.)|'(?P<text>[^']*)'|(?P<sign><=|>=|[=<>+(),])")
_COMPARED = {"=": np.equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}


class RuleSqlError(ValueError):
    """A rule's SQL is not in the grammar, or not about the columns that there are."""


class Expression(Protocol):
    """Something that has a value for every row of features."""

    def of(self, rows: Columns) -> np.ndarray:
        """The values."""
        ...


@dataclass(frozen=True)
class Column:
    """A column of whole numbers or booleans."""

    name: str

    def of(self, rows: Columns) -> np.ndarray:
        """The column's values."""
        return rows[self.name]


@dataclass(frozen=True)
class Whole:
    """A number."""

    value: int

    def of(self, rows: Columns) -> np.ndarray:
        """The number, for every row."""
        return np.full(len(rows), self.value, np.int64)


@dataclass(frozen=True)
class Sum:
    """Several whole numbers added up."""

    terms: tuple[Expression, ...]

    def of(self, rows: Columns) -> np.ndarray:
        """The sums."""
        return reduce(np.add, (term.of(rows) for term in self.terms))


@dataclass(frozen=True)
class Least:
    """The least of several whole numbers."""

    terms: tuple[Expression, ...]

    def of(self, rows: Columns) -> np.ndarray:
        """The least ones."""
        return reduce(np.minimum, (term.of(rows) for term in self.terms))


@dataclass(frozen=True)
class Compared:
    """Two whole numbers compared."""

    left: Expression
    sign: str
    right: Expression

    def of(self, rows: Columns) -> np.ndarray:
        """Rows for which the comparison holds."""
        return _COMPARED[self.sign](self.left.of(rows), self.right.of(rows))


@dataclass(frozen=True)
class OneOf:
    """A text that is one of some words."""

    name: str
    words: tuple[str, ...]

    def of(self, rows: Columns) -> np.ndarray:
        """Rows that hold one of the words."""
        return rows[self.name].isin(self.words)


@dataclass(frozen=True)
class All:
    """Conditions that all hold."""

    conditions: tuple[Expression, ...]

    def of(self, rows: Columns) -> np.ndarray:
        """Rows for which every condition holds."""
        return reduce(np.logical_and, (condition.of(rows) for condition in self.conditions))


def condition(sql: str, columns: Mapping[str, Kind]) -> Expression:
    """Parse a boolean expression.

    Parameters
    ----------
    sql : str
    columns : mapping of str to {"whole", "text", "flag"}
        The columns it may name, and what they hold.

    Raises
    ------
    RuleSqlError
        With the text, the place in it and what is expected there.

    Examples
    --------
    >>> from idgraph_widgets.arrays import Coded
    >>> adults = Columns(age=np.array([18, 70]), role=Coded(np.array([1, 0], np.int32), ("spouse", "child")))
    >>> rule = condition("age between 18 and 20 and role in ('child')", {"age": "whole", "role": "text"})
    >>> rule.of(adults)
    array([ True, False])
    """
    return _Parser(sql, columns).parse(_Parser.condition)


def number(sql: str, columns: Mapping[str, Kind]) -> Expression:
    """Parse a whole-number expression; as `condition` does."""
    return _Parser(sql, columns).parse(_Parser.sum)


def names_in(*expressions: Expression) -> set[str]:
    """The columns that expressions look at."""
    found: set[str] = set()
    for expression in expressions:
        if isinstance(expression, (Column, OneOf)):
            found.add(expression.name)
        elif isinstance(expression, (Sum, Least)):
            found |= names_in(*expression.terms)
        elif isinstance(expression, All):
            found |= names_in(*expression.conditions)
        elif isinstance(expression, Compared):
            found |= names_in(expression.left, expression.right)
    return found


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, sql: str, columns: Mapping[str, Kind]):
        self.sql, self.columns = sql, columns
        self.tokens: list[tuple[str, str, int]] = []
        at = _after_space(sql, 0)
        while at < len(sql):
            match = _TOKEN.match(sql, at)
            if match is None:
                raise self._error("a name, a number, a text in quotes or a sign", at)
            # Every way to match is a group with a name.
            kind = str(match.lastgroup)
            self.tokens.append((kind, match[kind], at))
            at = _after_space(sql, match.end())
        self.tokens.append(("end", "", len(sql)))
        self.place = 0

    def parse(self, rule: Callable[[_Parser], Expression]) -> Expression:
        found = rule(self)
        if self._kind != "end":
            raise self._error("the end")
        return found

    def condition(self) -> Expression:
        conditions = [self.comparison()]
        while self._accept("and"):
            conditions.append(self.comparison())
        return conditions[0] if len(conditions) == 1 else All(tuple(conditions))

    def comparison(self) -> Expression:
        holds = self.columns.get(self._value) if self._kind == "word" else None
        if holds == "flag":
            return Column(self._next())
        if holds == "text":
            return self._text()
        left = self.sum()
        if self._accept("between"):
            low = self.sum()
            self._expect("and")
            return All((Compared(left, ">=", low), Compared(left, "<=", self.sum())))
        if self._kind != "sign" or self._value not in _COMPARED:
            raise self._error(f"one of {' '.join(_COMPARED)} or between")
        return Compared(left, self._next(), self.sum())

    def sum(self) -> Expression:
        terms = [self.term()]
        while self._accept("+"):
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def term(self) -> Expression:
        if self._kind == "whole":
            return Whole(int(self._next()))
        if self._accept("least"):
            return Least(self._listed(self.sum))
        if self._kind == "word" and self.columns.get(self._value) == "whole":
            return Column(self._next())
        raise self._error("a whole number, a column of whole numbers or least(…)")

    def _text(self) -> Expression:
        name = self._next()
        if self._accept("="):
            return OneOf(name, (self._quoted(),))
        self._expect("in")
        return OneOf(name, self._listed(self._quoted))

    def _listed(self, rule: Callable[[], Any]) -> tuple[Any, ...]:
        self._expect("(")
        found = [rule()]
        while self._accept(","):
            found.append(rule())
        self._expect(")")
        return tuple(found)

    def _quoted(self) -> str:
        if self._kind != "text":
            raise self._error("a text in single quotes")
        return self._next()

    @property
    def _kind(self) -> str:
        return self.tokens[self.place][0]

    @property
    def _value(self) -> str:
        return self.tokens[self.place][1]

    def _next(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1][1]

    def _accept(self, value: str) -> bool:
        """Step over a sign or keyword, if it is next."""
        if self._kind in ("sign", "word") and self._value == value:
            self.place += 1
            return True
        return False

    def _expect(self, value: str) -> None:
        if not self._accept(value):
            raise self._error(f"{value!r}")

    def _error(self, expected: str, at: int | None = None) -> RuleSqlError:
        at = self.tokens[self.place][2] if at is None else at
        found = f"{self.sql[at:]!r}" if at < len(self.sql) else "the end"
        return RuleSqlError(
            f"rule {self.sql!r}: expected {expected} at position {at}, found {found};"
            f" columns are {', '.join(sorted(self.columns))}"
        )


def _after_space(sql: str, at: int) -> int:
    found = _SPACE.match(sql, at)
    return found.end() if found else at
