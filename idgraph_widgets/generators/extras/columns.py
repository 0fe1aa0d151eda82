"""Draws of columns of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets.arrays import Coded, Column, Columns, Nullable, filled, text, vocabulary
from idgraph_widgets.config.extra_specs import Expression, Pool, Range, Template, Values
from idgraph_widgets.draws import SEED, UNIT_BITS, Draws, hashed, hashed_text
from idgraph_widgets.generators.extras.evaluation import evaluated
from idgraph_widgets.generators.extras.prepared import Prepared, prepare, stream_of
from idgraph_widgets.generators.extras.quantiles import PLACE_BITS, STEPS_BITS
from idgraph_widgets.schema import GENERATED

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context

_BETWEEN_BITS = 20
"""Bits of a draw that tell where between two quantiles it lies."""


def extended(context: Context, table: str, columns: Columns) -> Columns:
    """The rows of a table with the columns of one's own that the configuration adds to it, if any.

    A value depends on the seed, the names of table and column, and the key of its row (or the columns that it is based
    on): neither on other rows nor on other columns of one's own.
    """
    added = context.of(prepare).get(table)
    if not added:
        return columns
    for one in added:
        columns = columns.with_columns(**{one.column.name: _made(context.config.seed, one, columns)})
    return columns


def _made(seed: int, one: Prepared, columns: Columns) -> Column:
    column, draws = one.column, stream_of(seed, one.column)
    if isinstance(column.made, Expression):
        found = evaluated(column.made.node, columns, column)
        keys = None
    else:
        names = column.base or GENERATED[column.table].key
        keys = _hashed([columns[name] for name in names])
        found = _drawn(draws, one, keys)
    if column.nulls:
        if keys is None:
            keys = _hashed([columns[name] for name in GENERATED[column.table].key])
        found = _with_nulls(found, ~draws.chance("null", column.nulls, keys))
    return found


def _hashed(keys: list[Column]) -> np.ndarray:
    hashes: Any = SEED
    for key in keys:
        if isinstance(key, (Coded, pa.Array)):
            hashes = hashed_text(text(key), hashes)
        else:
            hashes = hashed(_bits(filled(key, 0)), hashes)
    return hashes


def _bits(values: np.ndarray) -> np.ndarray:
    # A zero has one sign only.
    return (values + 0.0).view(np.int64) if values.dtype.kind == "f" else values.astype(np.int64, copy=False)


def _drawn(draws: Draws, one: Prepared, keys: np.ndarray) -> Column:
    made = one.column.made
    if isinstance(made, Values):
        return _values(draws, one, made, keys)
    if isinstance(made, Range):
        return _range(draws, one, made, keys)
    if isinstance(made, Pool) and one.pool is not None:
        return Coded(one.pool.codes[draws.below("pick", len(one.pool.codes), keys)], one.pool.words)
    assert isinstance(made, Template)
    return _template(draws, made, keys)


def _values(draws: Draws, one: Prepared, made: Values, keys: np.ndarray) -> Column:
    if made.weights:
        possible = np.flatnonzero(np.array(made.weights) > 0)
        place = possible[draws.index("pick", [made.weights[i] for i in possible], keys)]
    else:
        place = _place(draws, one, len(made.values), keys)
    if one.column.type == "string":
        return Coded(place.astype(np.int32), made.values)
    units = np.array(made.values)[place]
    return units / float(made.scale) if one.column.type == "double" else units


def _range(draws: Draws, one: Prepared, made: Range, keys: np.ndarray) -> Column:
    units = made.low + made.step * _place(draws, one, made.count, keys)
    if one.column.type == "double":
        return units / float(made.scale)
    if one.column.type != "string":
        return units
    numbers = pa.array(units, pa.int64()).cast(pa.string())
    return pc.binary_join_element_wise(made.prefix, numbers, made.suffix, "")


def _place(draws: Draws, one: Prepared, count: int, keys: np.ndarray) -> np.ndarray:
    """Which of `count` values, from 0: evenly, or by the column's distribution."""
    if one.quantiles is None:
        return draws.below("pick", count, keys)
    unit = draws.unit("pick", keys)
    step = unit >> np.int64(UNIT_BITS - STEPS_BITS)
    between = (unit >> np.int64(UNIT_BITS - STEPS_BITS - _BETWEEN_BITS)) & np.int64((1 << _BETWEEN_BITS) - 1)
    low, high = one.quantiles[step], one.quantiles[step + 1]
    place = low + (((high - low) * between) >> np.int64(_BETWEEN_BITS))
    return np.minimum((place * np.int64(count)) >> np.int64(PLACE_BITS), count - 1)


def _template(draws: Draws, made: Template, keys: np.ndarray) -> pa.Array:
    if len(made.alternatives) == 1:
        return _pieces(draws, made.alternatives[0], keys, 0)
    which = draws.below("alternative", len(made.alternatives), keys)
    parts = [_pieces(draws, pieces, keys, number) for number, pieces in enumerate(made.alternatives)]
    return pc.choose(pa.array(which), *parts)


def _pieces(draws: Draws, pieces: tuple[Any, ...], keys: np.ndarray, alternative: int) -> pa.Array:
    parts: list[Any] = []
    for number, piece in enumerate(pieces):
        if isinstance(piece, str):
            parts.append(piece)
        else:
            place = draws.below(f"{alternative}/{number}", len(piece), keys)
            parts.append(vocabulary(piece).take(pa.array(place)))
    if all(isinstance(part, str) for part in parts):
        return pa.array(["".join(parts)] * len(keys), pa.string())
    return pc.binary_join_element_wise(*parts, "")


def _with_nulls(column: Column, valid: np.ndarray) -> Column:
    if isinstance(column, Coded):
        return column.where(valid)
    if isinstance(column, pa.Array):
        return pc.if_else(pa.array(valid), column, pa.scalar(None, column.type))
    if isinstance(column, Nullable):
        return Nullable(column.values, column.valid & valid)
    return Nullable(column, valid)
