"""Rows as named columns of equal length.

A column is one of four things: a numpy array without nulls (whole numbers as int64, also times in microseconds since
1970, dates in days since 1970 and money in units of its last decimal; booleans; doubles), a `Nullable` of those, a
`Coded` text, or an Arrow array of texts, which may be a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Union

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Coded:
    """Text from a small vocabulary.

    Attributes
    ----------
    codes : ndarray of int32
        Index of each row's text in `words`, -1 for null.
    words : tuple of str
    """

    codes: np.ndarray
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def __eq__(self, word: object) -> np.ndarray:  # type: ignore[override]  # row by row, as numpy's
        """Rows that hold this text."""
        return self.codes == (self.words.index(word) if word in self.words else -2)

    def __ne__(self, word: object) -> np.ndarray:  # type: ignore[override]  # row by row, as numpy's
        return ~(self == word)

    __hash__: ClassVar[None]  # type: ignore[assignment]  # what compares row by row has none

    def isin(self, words: Iterable[str]) -> np.ndarray:
        """Rows that hold one of these texts."""
        wanted = set(words)
        # The entry behind the last word answers for null, whose code is -1.
        found = np.array([*(word in wanted for word in self.words), False])
        return found[self.codes]

    def is_null(self) -> np.ndarray:
        """Rows that hold nothing."""
        return self.codes < 0

    def take(self, rows: np.ndarray) -> Coded:
        """These rows, in this order."""
        return Coded(self.codes.take(rows), self.words)

    def where(self, mask: np.ndarray) -> Coded:
        """The same, null where `mask` is false."""
        return Coded(np.where(mask, self.codes, np.int32(-1)), self.words)

    def to_arrow(self) -> pa.DictionaryArray:
        """As a dictionary array; codes of -1 become null."""
        return pa.DictionaryArray.from_arrays(self._indices(), vocabulary(self.words))

    def to_text(self) -> pa.StringArray:
        """As an array of texts; codes of -1 become null."""
        return vocabulary(self.words).take(self._indices())

    def _indices(self) -> pa.Int32Array:
        mask = None if len(self.codes) == 0 or self.codes.min() >= 0 else self.codes < 0
        return pa.array(self.codes, pa.int32(), mask=mask)


@lru_cache(maxsize=64)
def vocabulary(words: tuple[str, ...]) -> pa.StringArray:
    """Words as an array: part after part has the same."""
    return pa.array(words, pa.string())


@dataclass(frozen=True)
class Nullable:
    """Numbers, times, dates or booleans with nulls.

    Attributes
    ----------
    values : ndarray
        Anything where not valid.
    valid : ndarray of bool
    """

    values: np.ndarray
    valid: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: np.ndarray) -> Nullable:
        """These rows, in this order."""
        return Nullable(self.values.take(rows), self.valid.take(rows))

    def fill(self, value: Any) -> np.ndarray:
        """The values, `value` in place of nulls."""
        return np.where(self.valid, self.values, value)


Column = Union[np.ndarray, Coded, Nullable, pa.Array]  # noqa: UP007 - evaluated, on Python 3.10, too


class Columns:
    """Columns of equal length, read as attributes.

    Examples
    --------
    >>> people = Columns(individual_id=np.array([17, 18]), role=Coded(np.array([0, 1], np.int32), ("spouse", "child")))
    >>> len(people), people.role == "child"
    (2, array([False,  True]))
    >>> people.take(np.array([1])).individual_id
    array([18])
    """

    def __init__(self, **columns: Column):
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns of different lengths: {lengths}")
        self.__dict__["_columns"] = columns

    # Which kind of column it is, its table says: no type can.
    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_columns"][name]
        except KeyError:
            raise AttributeError(f"no column {name}; there are {', '.join(self.names)}") from None

    def __getitem__(self, name: str) -> Any:
        return self._columns[name]

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __reduce__(self) -> tuple[Any, ...]:
        return _columns, (self._columns,)

    def __len__(self) -> int:
        return next((len(column) for column in self._columns.values()), 0)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self._columns)

    def take(self, rows: np.ndarray) -> Columns:
        """These rows, in this order."""
        return Columns(**{name: take(column, rows) for name, column in self._columns.items()})

    def where(self, mask: np.ndarray) -> Columns:
        """The rows for which `mask` is true."""
        return self if mask.all() else self.take(np.flatnonzero(mask))

    def select(self, *names: str) -> Columns:
        """Some of the columns."""
        return Columns(**{name: self._columns[name] for name in names})

    def with_columns(self, **columns: Column) -> Columns:
        """With these columns added or replaced."""
        return Columns(**{**self._columns, **columns})

    @classmethod
    def concat(cls, parts: Sequence[Columns]) -> Columns:
        """The rows of several, below one another; all have the columns of the first."""
        if len(parts) == 1:
            return parts[0]
        return cls(**{name: concat([part[name] for part in parts]) for name in parts[0].names})


def filled(column: np.ndarray | Nullable, value: Any) -> np.ndarray:
    """A column's values, `value` in place of nulls, if there can be any."""
    return column.fill(value) if isinstance(column, Nullable) else column


def _columns(columns: dict[str, Column]) -> Columns:
    return Columns(**columns)


def take(column: Column, rows: np.ndarray) -> Column:
    """Some rows of a column."""
    # Of numpy arrays, too: a third faster than by subscript.
    return column.take(pa.array(rows) if isinstance(column, pa.Array) else rows)


def concat(columns: Sequence[Any]) -> Column:
    """Columns of one kind, below one another."""
    first = columns[0]
    if isinstance(first, Coded):
        words = tuple(dict.fromkeys(word for column in columns for word in column.words))
        same = all(column.words == words for column in columns)
        return Coded(np.concatenate([c.codes if same else recode(c, words) for c in columns]), words)
    if isinstance(first, Nullable):
        return Nullable(np.concatenate([c.values for c in columns]), np.concatenate([c.valid for c in columns]))
    if isinstance(first, pa.Array):
        return pa.concat_arrays(columns)
    return np.concatenate(columns)


def recode(column: Coded, words: Sequence[str]) -> np.ndarray:
    """Codes (int32) of a column's texts among other words, -1 for null and for texts that are not there."""
    return _recoding(tuple(column.words), tuple(words))[column.codes]


@lru_cache(maxsize=64)
def _recoding(words: tuple[str, ...], others: tuple[str, ...]) -> np.ndarray:
    """Position of each word among others, -1 for those that are not there and, behind the last, for null."""
    place = {word: i for i, word in enumerate(others)}
    return np.array([*(place.get(word, -1) for word in words), -1], np.int32)


def code_in(column: Coded | pa.Array, words: Sequence[str]) -> np.ndarray:
    """Codes (int32) of texts among `words`, -1 for null and for texts that are not there."""
    if isinstance(column, Coded):
        return recode(column, words)
    found = pc.fill_null(pc.index_in(column, pa.array(words, pa.string())), -1)
    return found.to_numpy(zero_copy_only=False).astype(np.int32)


def coded(column: Coded | pa.Array) -> Coded:
    """A text column as codes and words."""
    if isinstance(column, Coded):
        return column
    found = column.dictionary_encode()
    codes = pc.fill_null(found.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Coded(codes, tuple(found.dictionary.to_pylist()))


def text(column: Coded | pa.Array) -> pa.StringArray:
    """A text column as an Arrow array of texts."""
    if isinstance(column, Coded):
        return column.to_text()
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
