"""Files of a worker: what is coded as a dictionary, what statistics tell, and a hash that looks at no coding."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from idgraph_widgets.arrays import Coded, Columns, Nullable, arrow_schema, divided, record_batch
from idgraph_widgets.schema import Column, Table
from idgraph_widgets.storage.content_hash import batch_parts
from idgraph_widgets.storage.folder.block_files import BlockFiles, data_folder

pytestmark = pytest.mark.quick

N = 30_000
TABLE = Table(
    "things",
    "Things.",
    ("thing_id",),
    (
        Column("thing_id", "bigint", "Key"),
        Column("kind", "string", "A kind, or null"),
        Column("name", "string", "A name of its own, or null"),
        Column("share", "double", "In hundredths, or null"),
        Column("weight", "double", "Of its own"),
        Column("content_id", "bigint", "Item", references="content_catalog"),
        Column("is_even", "boolean", "A flag, or null"),
    ),
)


@pytest.fixture(scope="module")
def batch():
    number = np.arange(N, dtype=np.int64)
    there = number % 7 > 0
    return record_batch(
        TABLE,
        Columns(
            thing_id=number * 3,
            kind=Coded((number % 4 - 1).astype(np.int32), ("one", "zwei", "trois")),
            name=pa.array([f"n{n}" if n % 5 else None for n in range(N)]),
            share=Nullable(number % 100 / 100, there),
            weight=number / 7,
            content_id=number % 300 + 1,
            is_even=Nullable(number % 2 == 0, there),
        ),
    )


def test_numbers_that_repeat_are_dictionaries_and_vocabularies_have_no_statistics(batch, tmp_path):
    data_folder(tmp_path, "run").mkdir(parents=True)
    files = BlockFiles(tmp_path, "run", TABLE, "0")
    for part in (batch.slice(0, 20_000), batch.slice(20_000)):
        files.add(part)
    (file,) = files.close()
    path = tmp_path / file.path
    assert pq.read_table(path).cast(arrow_schema(TABLE)).equals(plain(batch))
    group = pq.read_metadata(path).row_group(0)
    columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    coded = {name for name, column in columns.items() if column.has_dictionary_page}
    assert coded == {"kind", "share", "content_id"}
    stats = json.loads(file.stats)
    assert "kind" not in {**stats["minValues"], **stats["nullCount"]}
    assert (stats["minValues"]["thing_id"], stats["maxValues"]["thing_id"]) == (0, 3 * (N - 1))
    assert stats["nullCount"]["share"] == sum(n % 7 == 0 for n in range(N))


def test_a_hash_looks_at_values_and_not_at_how_they_are_coded(batch):
    rows = plain(batch).to_batches()[0]
    whole = batch_parts(batch, TABLE)
    assert batch_parts(rows, TABLE) == whole
    coded = rows.set_column(2, "name", rows.column("name").dictionary_encode())
    assert batch_parts(coded, TABLE) == whole
    assert batch_parts(batch.slice(0, 7), TABLE) + batch_parts(batch.slice(7), TABLE) == whole
    other = rows.set_column(1, "kind", rows.column("kind").fill_null("one"))
    assert batch_parts(other, TABLE) != whole


@pytest.mark.parametrize("by", [1, 7, 1440, 10**12])
def test_division_by_one_number_is_that_of_numpy(by):
    values = np.concatenate([np.arange(-50, 50), np.random.default_rng(1).integers(-(2**62), 2**62, 1_000)])
    for found, expected in zip(divided(values, by), np.divmod(values, by), strict=True):
        assert (found == expected).all()


def plain(batch) -> pa.Table:
    """The rows without dictionaries."""
    return pa.Table.from_batches([batch]).cast(arrow_schema(TABLE))
