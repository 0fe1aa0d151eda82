"""A statement in which frames are known by names of their own, through views of the session.

The engine gets the text as it was written, so comments, ``WITH``, ``EXPLAIN`` and the places in its errors are the
user's. The views stand only while the text is read: what the session's user called the same is put aside meanwhile.
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_one_at_a_time = threading.RLock()
"""While one statement is read, another one of this process must not take its names away."""

_DESCRIBE = re.compile(
    r"((?:\s|--[^\n]*\n|/\*.*?\*/)*DESC(?:RIBE)?\s+)((?:EXTENDED\s+)?`?(\w+)`?\s*;?\s*)\Z", re.IGNORECASE | re.DOTALL
)


def named_query(spark, query: str, frames: Mapping[str, Callable[[], Any]]) -> tuple[Any, str | None]:
    """The result of a statement in which `frames` are known by their names, in any case.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    query : str
    frames : mapping of str to callable
        Name, in lower case, to a function that makes the frame; called only where the statement has the word.

    Returns
    -------
    DataFrame
        It keeps meaning these frames, also where the session reads its plan again later.
    str or None
        A temporary view that it needs for that, to be dropped when nobody uses it any more.
    """
    # In the spelling of the query: not every engine ignores the case of such names.
    words = dict.fromkeys(re.findall(r"\w+", query))
    used = {word: frames[word.lower()] for word in words if word.lower() in frames}
    if not used:
        return spark.sql(query), None
    described = _DESCRIBE.match(query)
    if described and described[3].lower() in frames:
        query = f"{described[1]}TABLE {described[2]}"  # the same; the embedded engine knows no other form
    with _one_at_a_time, _views(spark, used):
        df = spark.sql(query)
        # Classic Spark has resolved the names by now; a Connect client sends the text anew with every action.
        lazy = type(df).__module__.startswith("pyspark.sql.connect") and df.columns
        return _resolved(spark, df) if lazy else (df, None)


def _resolved(spark, df) -> tuple[Any, str]:
    """The frame by way of a view, which holds what the names mean now."""
    view, names = _unused("query"), df.columns
    if len({name.lower() for name in names}) == len(names):
        df.createTempView(view)
        return spark.table(view), view
    # Not every engine makes a view of columns with equal names.
    df.toDF(*[f"c{i}" for i in range(len(names))]).createTempView(view)
    return spark.table(view).toDF(*names), view


@contextmanager
def _views(spark, frames: Mapping[str, Callable[[], Any]]) -> Iterator[None]:
    """The frames as temporary views; afterwards the session's views are as they were."""
    aside: dict[str, str | None] = {}
    try:
        for name, make in frames.items():
            df = make()
            aside[name] = _put_aside(spark, name)
            df.createOrReplaceTempView(name)
        yield
    finally:
        for name in reversed(aside):
            drop_view(spark, name)
            kept = aside[name]
            if kept is not None:
                spark.table(kept).createOrReplaceTempView(name)
                drop_view(spark, kept)


def _put_aside(spark, name: str) -> str | None:
    """Another name for the session's temporary view `name`; None where there is none."""
    if not spark.catalog.tableExists(name):
        return None
    kept = _unused(name)
    spark.table(name).createTempView(kept)
    if drop_view(spark, name):
        return kept
    drop_view(spark, kept)  # a table of the current schema: a view may stand before it
    return None


def drop_view(spark, name: str) -> bool:
    """Drop a temporary view; whether there was one, which some engines make an error."""
    try:
        return bool(spark.catalog.dropTempView(name))
    except Exception:
        return False


def _unused(name: str) -> str:
    return f"idgraph_{uuid.uuid4().hex[:12]}_{name}"
