"""A fingerprint of a table's content that no engine, file layout or row order can change.

Every value is brought into one canonical form, every row becomes one 64-bit hash, and the hashes
are combined by exact sums, so the parts of chunks add up to the whole table's.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from idgraph_widgets.schema import Table, quoted

_LOW = (1 << 32) - 1
_WORD = (1 << 64) - 1


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
    def from_text(cls, rows: int, text: str) -> HashParts:
        """What `to_text` wrote, of that many rows."""
        low, high, xor = text.split(":")
        return cls(rows, int(low), int(high), int(xor, 16))

    def digest(self, table: Table) -> str:
        """SHA-256 (hex) over the table's column names and types and these parts."""
        schema = ",".join(f"{c.name}:{c.type}" for c in table.columns)
        text = f"{schema}|{self.rows}|{self.low}|{self.high}|{self.xor & _WORD:016x}"
        return hashlib.sha256(text.encode()).hexdigest()


def hash_parts(df, table: Table) -> HashParts:
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


def batch_parts(batch, table: Table) -> HashParts:
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

    from idgraph_widgets.draws.hashing import SEED, chain, chain_text

    hashes: np.ndarray | int = SEED
    masks = [np.zeros(batch.num_rows, np.int64) for _ in range(0, len(table.columns), 62)]
    for place in range(len(table.columns)):
        values = batch.column(place)
        if values.null_count:
            masks[place // 62] += values.is_null().to_numpy(zero_copy_only=False).astype(np.int64) << (place % 62)
        if isinstance(hashes, int):
            hashes = np.full(batch.num_rows, hashes, np.uint64)
        texts = _texts(values)
        if texts is not None:
            hashes = chain_text(texts, hashes)
        else:
            mixed = chain(_longs(values), hashes)
            there = values.is_valid().to_numpy(zero_copy_only=False) if values.null_count else True
            hashes = np.where(there, mixed, hashes)
    for mask in masks:
        hashes = chain(mask, hashes)
    return HashParts(
        batch.num_rows,
        int((hashes & np.uint64(_LOW)).sum()),
        int((hashes >> np.uint64(32)).sum()),
        int(np.bitwise_xor.reduce(hashes)) if batch.num_rows else 0,
    )


def _texts(values):
    """A column as it is hashed, where that is text: strings, and decimals in their one spelling."""
    import pyarrow as pa

    if pa.types.is_dictionary(values.type) or pa.types.is_decimal(values.type):
        return values.cast(pa.string())
    return values if pa.types.is_string(values.type) else None


def _longs(values):
    """A column as it is hashed, where that is a BIGINT or a DOUBLE, as int64; anything for null."""
    import numpy as np
    import pyarrow as pa

    kind = values.type
    if pa.types.is_timestamp(kind):
        values = values.view(pa.int64())
    elif pa.types.is_date32(kind):
        values = values.view(pa.int32())
    numbers = values.fill_null(False if pa.types.is_boolean(kind) else 0).to_numpy(zero_copy_only=False)
    if pa.types.is_floating(kind):
        return (numbers + 0.0).view(np.int64)
    return numbers.astype(np.int64)


def content_hash(df, table: Table) -> tuple[int, str]:
    """Number of rows and content hash of `df` as `table`.

    Examples
    --------
    >>> rows, digest = content_hash(dataset.households, households.TABLE)  # doctest: +SKIP
    """
    parts = hash_parts(df, table)
    return parts.rows, parts.digest(table)


def _canonical(column):
    """A BIGINT, STRING or DOUBLE column that every engine hashes alike."""
    from pyspark.sql import functions as F

    value = F.col(quoted(column.name))
    if column.type == "timestamp":
        return F.unix_micros(value)
    if column.type == "date":
        return F.unix_date(value).cast("bigint")
    if column.type in ("int", "boolean"):
        return value.cast("bigint")
    if column.type.startswith("decimal"):
        # Engines hash DECIMALs of many digits differently; their text is one and the same.
        return value.cast("string")
    return value


def _null_masks(table: Table):
    """BIGINTs with one bit per column that is null: the hash function itself skips nulls."""
    from pyspark.sql import functions as F

    masks = []
    for start in range(0, len(table.columns), 62):
        mask = F.lit(0).cast("bigint")
        for bit, column in enumerate(table.columns[start : start + 62]):
            mask = mask + F.when(F.col(quoted(column.name)).isNull(), F.lit(1 << bit).cast("bigint")).otherwise(
                F.lit(0).cast("bigint")
            )
        masks.append(mask)
    return masks
