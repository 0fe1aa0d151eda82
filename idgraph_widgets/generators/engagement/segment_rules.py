"""Companion: segment_rules, the published rule of each segment that is switched on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Coded, Columns, coded
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.segments import enabled_rules, valid_from
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import rule_sql
from idgraph_widgets.generators.engagement.features import FEATURES
from idgraph_widgets.schema.segment_rules import SEGMENT_TYPES


@dataclass(frozen=True)
class Rules:
    """The rules that are switched on.

    Attributes
    ----------
    table : Columns
        Columns of the table, by rising number of the rule.
    number : ndarray of int64
        Numbers of the rules.
    condition, numerator, denominator : tuple of Expression
        The three published texts of each rule, parsed.
    """

    table: Columns
    number: np.ndarray
    condition: tuple[rule_sql.Expression, ...]
    numerator: tuple[rule_sql.Expression, ...]
    denominator: tuple[rule_sql.Expression, ...]

    @property
    def columns(self) -> set[str]:
        """The features that the rules look at."""
        return rule_sql.names_in(*self.condition, *self.numerator, *self.denominator)


def prepare(config: GenerationConfig) -> Rules:
    """The rules of the segments that are switched on."""
    rules = enabled_rules(config)
    types = np.array([SEGMENT_TYPES.index(rule.segment_type) for rule in rules], np.int32)
    days = [(valid_from(config, rule) - date(1970, 1, 1)).days for rule in rules]
    table = Columns(
        rule_id=coded(_texts(rule.rule_id for rule in rules)),
        segment_id=coded(_texts(rule.segment_id for rule in rules)),
        segment_name=coded(_texts(rule.segment_name for rule in rules)),
        segment_type=Coded(types, SEGMENT_TYPES),
        rule_sql=_texts(rule.sql for rule in rules),
        score_numerator_sql=_texts(rule.numerator for rule in rules),
        score_denominator_sql=_texts(rule.denominator for rule in rules),
        inputs=_texts(rule.inputs for rule in rules),
        valid_from_date=np.array(days, np.int64),
    )
    return Rules(
        table,
        np.array([rule.number for rule in rules], np.int64),
        tuple(rule_sql.condition(rule.sql, FEATURES) for rule in rules),
        tuple(rule_sql.number(rule.numerator, FEATURES) for rule in rules),
        tuple(rule_sql.number(rule.denominator, FEATURES) for rule in rules),
    )


def make(context: Context) -> Columns:
    """The rules of the segments that are switched on: columns of the table, by rising key."""
    return context.of(prepare).table


def _texts(values: Iterable[str]) -> pa.StringArray:
    return pa.array(list(values), pa.string())
