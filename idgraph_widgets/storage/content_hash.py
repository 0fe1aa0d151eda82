"""A fingerprint of a table's content that no engine, file layout or row order can change.

Every value becomes one BIGINT: a text its 64-bit hash, a decimal the units of its last digit, a time its microseconds,
a DOUBLE its bits. A row is the hash of these, and of one bit per column that marks nulls; the rows' hashes are combined
by exact sums, so the parts of several sets of rows add up to those of all of them. `batch_parts` makes them of Arrow
batches, `hash_parts` with an engine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from idgraph_widgets.schema import Table, quoted

if TYPE_CHECKING:
    import numpy as np

    from idgraph_widgets.schema.table import Column

_LOW = (1 << 32) - 1
_WORD = (1 << 64) - 1
_MASK = 62
"""Columns whose nulls one BIGINT marks."""


@dataclass(frozen=True)
class HashParts:
    """What a set of rows contributes.

    ``a + b`` are the parts of both sets together, ``a - b`` those of what ``a`` has more.
    """

    rows: int = 0
    low: int = 0
    high: int = 0
    xor: int = 0

    def __add__(self, other: HashParts) -> HashParts:
        return HashParts(self.rows + other.rows, self.low + other.low, self.high + other.high, self.xor ^ other.xor)

    def __sub__(self, other: HashParts) -> HashParts:
        return HashParts(self.rows - other.rows, self.low - other.low, self.high - other.high, self.xor ^ other.xor)

    def to_text(self) -> str:
        """The sums as text, from which `from_text` makes them again."""
        return f"{self.low}:{self.high}:{self.xor & _WORD:016x}"

    @classmethod
    def from_text(cls, rows: int, text: str | None) -> HashParts:
        """What `to_text` wrote, of that many rows; a table that has it can be appended to."""
        assert text is not None
        low, high, xor = text.split(":")
        return cls(rows, int(low), int(high), int(xor, 16))

    def digest(self, table: Table) -> str:
        """SHA-256 (hex) over the table's column names and types and these parts."""
        schema = ",".join(f"{c.name}:{c.type}" for c in table.columns)
        text = f"{schema}|{self.rows}|{self.low}|{self.high}|{self.xor & _WORD:016x}"
        return hashlib.sha256(text.encode()).hexdigest()


def hash_parts(df: Any, table: Table) -> HashParts:
    """The parts of all rows of `df`, in one pass on its engine.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
        Has at least the columns of `table`, with the declared types.
    table : Table

    Returns
    -------
    HashParts
    """
    from pyspark.sql import functions as F

    row_hash = F.xxhash64(*[_canonical(c) for c in table.columns], *_null_masks(table)).alias("h")
    h = F.col("h")
    found = (
        df.select(row_hash)
        .agg(
            F.count(F.lit(1)).alias("n"),
            F.sum(h.bitwiseAND(F.lit(_LOW))).alias("low"),
            F.sum(F.shiftrightunsigned(h, 32)).alias("high"),
            F.bit_xor(h).alias("x"),
        )
        .collect()[0]
    )
    return HashParts(found["n"], found["low"] or 0, found["high"] or 0, found["x"] or 0)


def batch_parts(batch: Any, table: Table) -> HashParts:
    """The parts of the rows of an Arrow batch, without an engine: equal to `hash_parts` of the same rows.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        The columns of `table`, with the declared types; texts may be dictionaries.
    table : Table

    Returns
    -------
    HashParts
    """
    import numpy as np

    from idgraph_widgets.draws import SEED, hashed, salted

    hashes: Any = SEED
    masks: list[np.ndarray | None] = [None for _ in range(0, len(table.columns), _MASK)]
    for place in range(len(table.columns)):
        values = batch.column(place)
        null = values.is_null().to_numpy(zero_copy_only=False) if values.null_count else None
        hashes = _chained(values, null, hashes)
        if null is not None:
            mask = masks[place // _MASK]
            bits = null * np.int64(1 << place % _MASK)
            masks[place // _MASK] = bits if mask is None else np.bitwise_or(mask, bits, out=mask)
    for mask in masks:
        hashes = salted(hashes, 0) if mask is None else hashed(mask, hashes)
    return HashParts(
        batch.num_rows,
        int((hashes & np.uint64(_LOW)).sum()),
        int((hashes >> np.uint64(32)).sum()),
        int(np.bitwise_xor.reduce(hashes)) if batch.num_rows else 0,
    )


def _chained(values: Any, null: np.ndarray | None, after: np.ndarray | int) -> np.ndarray:
    """Hashes of the canonical BIGINTs of an Arrow column after other hashes; `null` marks nulls, if there are any."""
    import numpy as np
    import pyarrow as pa

    from idgraph_widgets.draws import hashed, hashed_words

    if pa.types.is_dictionary(values.type):
        words = np.append(_longs_of_words(_Memory(values.dictionary)), 0)
        codes = values.indices.to_numpy(zero_copy_only=False) if null is None else _raw(values.indices)
        return hashed_words(words, codes if null is None else np.where(null, -1, codes), after)
    if pa.types.is_boolean(values.type) and null is None:
        return hashed_words(np.arange(2), values.to_numpy(zero_copy_only=False).view(np.uint8), after)
    numbers = _longs(values)
    return hashed(numbers if null is None else np.where(null, 0, numbers), after)


class _Memory:
    """An Arrow array that is equal only to those of the very same memory."""

    def __init__(self, values: Any):
        self.values = values
        addresses = (buffer.address if buffer else 0 for buffer in values.buffers())
        self._key = (*addresses, values.offset, len(values))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Memory) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=64)
def _longs_of_words(memory: _Memory) -> np.ndarray:
    """`_longs` of a dictionary: part after part has the same."""
    return _longs(memory.values)


def _raw(indices: Any) -> np.ndarray:
    """The numbers of an Arrow array, anything where null."""
    import numpy as np

    numbers = np.frombuffer(indices.buffers()[1], indices.type.to_pandas_dtype())
    return numbers[indices.offset : indices.offset + len(indices)]


def _longs(values: Any) -> np.ndarray:
    """The canonical BIGINT of each value of an Arrow column, as int64; anything for null."""
    import numpy as np
    import pyarrow as pa

    from idgraph_widgets.draws import hashed_text

    kind = values.type
    if pa.types.is_string(kind):
        return hashed_text(values).view(np.int64)
    if pa.types.is_decimal(kind):
        # Sixteen bytes each, low word first: with 18 digits, the low word is the number.
        return np.frombuffer(values.buffers()[1], np.int64)[2 * values.offset : 2 * (values.offset + len(values)) : 2]
    if pa.types.is_timestamp(kind):
        values = values.view(pa.int64())
    elif pa.types.is_date32(kind):
        values = values.view(pa.int32())
    plain = values.fill_null(False if pa.types.is_boolean(kind) else 0) if values.null_count else values
    numbers = plain.to_numpy(zero_copy_only=False)
    # A zero has one sign only.
    return (numbers + 0.0).view(np.int64) if pa.types.is_floating(kind) else numbers.astype(np.int64, copy=False)


def content_hash(df: Any, table: Table) -> tuple[int, str]:
    """Number of rows and content hash of `df` as `table`.

    Examples
    --------
    >>> rows, digest = content_hash(dataset.households, households.TABLE)  # doctest: +SKIP
    """
    parts = hash_parts(df, table)
    return parts.rows, parts.digest(table)


def _canonical(column: Column) -> Any:
    """The canonical BIGINT of a value, a DOUBLE as it is; 0 for null, which the hash function would skip."""
    from pyspark.sql import functions as F

    value = F.col(quoted(column.name))
    if column.type == "string":
        return F.when(value.isNull(), F.lit(0).cast("bigint")).otherwise(F.xxhash64(value))
    if column.type == "double":
        return F.coalesce(value, F.lit(0.0))
    if column.type == "timestamp":
        value = F.unix_micros(value)
    elif column.type == "date":
        value = F.unix_date(value)
    elif column.type.startswith("decimal"):
        scale = int(column.type.rstrip(")").split(",")[1])
        value = value * F.lit(10**scale)
    return F.coalesce(value.cast("bigint"), F.lit(0).cast("bigint"))


def _null_masks(table: Table) -> list[Any]:
    """BIGINTs with one bit per column that is null: the hash function itself skips nulls."""
    from pyspark.sql import functions as F

    masks = []
    for start in range(0, len(table.columns), _MASK):
        mask = F.lit(0).cast("bigint")
        for bit, column in enumerate(table.columns[start : start + _MASK]):
            mask = mask + F.when(F.col(quoted(column.name)).isNull(), F.lit(1 << bit).cast("bigint")).otherwise(
                F.lit(0).cast("bigint")
            )
        masks.append(mask)
    return masks
