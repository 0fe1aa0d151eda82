"""Columns of rows as numpy and Arrow arrays: what kernels take and give."""

from idgraph_widgets.arrays.columns import Coded, Column, Columns, Nullable, code_in, coded, filled, text, vocabulary
from idgraph_widgets.arrays.groups import (
    Lookup,
    among,
    count_distinct,
    explode,
    group_ids,
    group_starts,
    matches,
    numbered_groups,
    order_by,
    sum_by,
)
from idgraph_widgets.arrays.numbers import divided
from idgraph_widgets.arrays.tables import arrow_schema, arrow_type, columns_of, record_batch

__all__ = [
    "Coded",
    "Column",
    "Columns",
    "Lookup",
    "Nullable",
    "among",
    "arrow_schema",
    "arrow_type",
    "code_in",
    "coded",
    "columns_of",
    "count_distinct",
    "divided",
    "explode",
    "filled",
    "group_ids",
    "group_starts",
    "matches",
    "numbered_groups",
    "order_by",
    "record_batch",
    "sum_by",
    "text",
    "vocabulary",
]
