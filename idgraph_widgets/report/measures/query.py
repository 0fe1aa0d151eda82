"""How measures ask: SQL over a dataset's tables, answers small and remembered per dataset."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd

SECOND = 1_000_000
"""Microseconds of a second."""

DAY_SECONDS = 86_400

_remembered: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
_lock = threading.RLock()


def once_per_dataset(function: Callable) -> Callable:
    """Remember what a measure without further arguments found: an open dataset does not change.

    The remembered frame is handed out as a copy.
    """

    @functools.wraps(function)
    def remembered(dataset):
        with _lock:
            found = _remembered.setdefault(dataset, {})
            if function not in found:
                found[function] = function(dataset)
            value = found[function]
        return value.copy() if isinstance(value, pd.DataFrame) else value

    return remembered


def ask(dataset, sql: str) -> pd.DataFrame:
    """The answer to a query in which tables are known by their names; decimals come as floats."""
    frame = dataset.sql(sql).toPandas()
    for name in frame.columns:
        if any(isinstance(value, Decimal) for value in frame[name]):
            frame[name] = frame[name].astype(float)
    return frame


def literal(value: Any) -> str:
    """A value as a SQL literal that every engine reads alike.

    Raises
    ------
    TypeError
        For anything but a text, a number, a truth value or None.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"cast('{value!r}' as double)"
    if isinstance(value, str):
        # As the bytes of the text, so that no quote or backslash of it is read as SQL.
        return f"cast(unhex('{value.encode().hex()}') as string)"
    raise TypeError(f"no SQL literal for a {type(value).__name__}")


def quoted(name: str) -> str:
    """A column's name for SQL."""
    return "`" + name.replace("`", "``") + "`"
