"""What a check is, and how checks over the same rows share one pass."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from idgraph_widgets.config.extra_columns import tables_of
from idgraph_widgets.quality.sql import PUBLISHED
from idgraph_widgets.schema import Table

GROUPS = ("structure", "consistency", "reconciliation")
"""Groups of guaranteed checks: every one of them must find nothing."""

DAY_US = 86_400_000_000
"""Microseconds of a day."""

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Check:
    """One promise.

    Parameters
    ----------
    id : str
        ``<table>.<promise>``; for structure ``structure.<table>.<promise>``.
    sentence : str
        The promise in words.
    keys : tuple of str
        Columns of the scan that name a violating row.
    holds : str
        SQL over the scan's columns. A row violates where this is not true; null is not true.
    given : str
        SQL; the promise speaks only about rows where this is true.
    group : {"structure", "consistency", "reconciliation"}
    """

    id: str
    sentence: str
    keys: tuple[str, ...]
    holds: str
    given: str = "true"
    group: str = "consistency"

    @property
    def violated(self) -> str:
        """SQL that is true for violating rows and never null."""
        if self.given == "true":
            return f"not coalesce(({self.holds}), false)"
        # CASE evaluates the promise only where it speaks, AND would evaluate it everywhere.
        return f"case when {self.given} then not coalesce(({self.holds}), false) else false end"


@dataclass(frozen=True)
class Scan:
    """Checks that look at the same rows, evaluated in one pass.

    Parameters
    ----------
    source : str
        A SELECT. ``{table}`` stands for a table, ``{name}`` for the rows of a `Partial`.
    checks : tuple of Check
    over : {"slices", "whole", "hashes", "all hashes"}
        One pass per range of households (tables appear cut to the range), one over everything, or
        one per residue of a hash: the source then says which rows with ``{residue:expression}``. Of a sample of
        blocks, slices and hashes see these blocks only.
    rows_of : str
        The table whose rows these are, each once, with its columns by their names: checks that look at the table alone
        are evaluated here, too. Worth it where rows are narrow: a join carries along what it does not need.
    """

    source: str
    checks: tuple[Check, ...]
    over: str = "slices"
    rows_of: str = ""

    @property
    def needs(self) -> frozenset[str]:
        """Names of the tables and partials in the source."""
        return placeholders(self.source)


@dataclass(frozen=True)
class Partial:
    """Small aggregates of every slice, stacked; later scans read them as ``{name}``.

    Parameters
    ----------
    name : str
    source : str
        A SELECT like that of a `Scan`, with few rows whatever the size of the dataset.
    group : str
        The group of the checks that read it.
    """

    name: str
    source: str
    group: str = "reconciliation"

    @property
    def needs(self) -> frozenset[str]:
        """Names of the tables in the source."""
        return placeholders(self.source)


@dataclass(frozen=True)
class Context:
    """What checks know besides the tables: the configuration the dataset was made with.

    Parameters
    ----------
    config : GenerationConfig
    manifest : mapping, optional
        The content of ``manifest.json``.
    columns : mapping of str to list
        Per given table its actual (name, type) pairs.
    rules : list of dict
        The rows of ``segment_rules``, in the order of their segments.
    caps : list of int
        The frequency caps that campaigns have, daily and weekly.
    """

    config: Any
    manifest: Any = None
    columns: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    rules: list[dict[str, Any]] = field(default_factory=list)
    caps: list[int] = field(default_factory=list)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables that the dataset has, with the columns that its configuration adds, by name."""
        return tables_of(self.config)

    @cached_property
    def start_day(self) -> int:
        """First day of the window, in days since 1970."""
        return (self.config.start_date - EPOCH).days

    @cached_property
    def end_day(self) -> int:
        """First day after the window."""
        return (self.config.end_date - EPOCH).days

    @property
    def start_us(self) -> int:
        return self.start_day * DAY_US

    @property
    def end_us(self) -> int:
        return self.end_day * DAY_US

    @property
    def lookback_end_day(self) -> int:
        """First day after the audience lookback."""
        return self.start_day + self.config.audience_config.lookback_days

    def in_window(self, column: str) -> str:
        """SQL: a TIMESTAMP column lies in the window."""
        return f"unix_micros({column}) >= {self.start_us} and unix_micros({column}) < {self.end_us}"


def placeholders(source: str) -> frozenset[str]:
    """The names in braces of a source: tables and partials, neither ``{residue:…}`` nor published facts."""
    return frozenset(_names(source) - {"residue", *PUBLISHED})


def facts_in(source: str) -> frozenset[str]:
    """The names of published facts in braces of a source."""
    return frozenset(_names(source) & PUBLISHED.keys())


def _names(source: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(source) if name}
