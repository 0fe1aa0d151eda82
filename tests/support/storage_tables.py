"""A table with every type, made by one SQL expression: storage tests need no generator."""

from __future__ import annotations

from idgraph_widgets.dataset import Dataset
from idgraph_widgets.schema import Column, Table
from idgraph_widgets.storage import FolderStore, Manifest, content_hash, hash_parts

EVERY_TYPE = Table(
    name="every_type",
    comment="One column of each type.",
    key=("id",),
    columns=(
        Column("id", "bigint", 'The key; it\'s called "id".'),
        Column("name", "string", "A text, äöü."),
        Column("happened_ts", "timestamp", "A time."),
        Column("day_date", "date", "A day."),
        Column("revenue", "decimal(18,2)", "Money."),
        Column("cost", "decimal(18,6)", "Small money."),
        Column("score", "double", "Ten-thousandths, sometimes null."),
        Column("is_even", "boolean", "A flag."),
        Column("size", "int", "A small number."),
    ),
)

COMPANION = Table(
    name="companion", comment="A companion.", key=("id",), columns=(Column("id", "bigint", "The key."),), kind="truth"
)

TABLES = [EVERY_TYPE, COMPANION]


def rows(spark, first: int, last: int, salt: int = 0):
    """Rows `first` to `last` (both included) of `EVERY_TYPE`; another salt gives other values."""
    df = spark.range(first, last + 1).selectExpr("id", f"pmod(xxhash64(id, {salt}L), 1000000L) as h")
    return df.selectExpr(
        "id",
        "concat('n', h) as name",
        "timestamp_micros(1735689600000000L + h * 1000001L) as happened_ts",
        "date_from_unix_date(cast(20000 + h % 90 as int)) as day_date",
        "cast(cast(h as decimal(18,0)) / 100 as decimal(18,2)) as revenue",
        "cast(cast(h as decimal(12,0)) * cast(0.000001 as decimal(7,6)) as decimal(18,6)) as cost",
        "case when h % 7 = 0 then null else cast(h % 10001 as double) / 10000 end as score",
        "h % 2 = 0 as is_even",
        "cast(h % 5 as int) as size",
    )


def write_run(spark, folder, run_id, salt=0, publish=True, force=False):
    """A run of two chunks and a companion; returns the store."""
    store = FolderStore(spark, folder, run_id, force)
    store.begin(TABLES)
    store.write(EVERY_TYPE, rows(spark, 1, 600, salt), 0)
    store.write(EVERY_TYPE, rows(spark, 601, 1000, salt), 1)
    store.write(COMPANION, spark.range(5))
    if publish:
        entries = {table.name: store.commit(table) for table in TABLES}
        store.publish(Manifest(run_id, "overwrite", {}, "f", 1, {}, "a", "b", entries))
    return store


def hashes(spark, folder):
    """Hashes of the published rows, by table."""
    with Dataset(folder, spark) as dataset:
        return {t.name: content_hash(dataset.table(t.name), t) for t in TABLES}


def stage(store, table, df) -> None:
    """Give a catalog's store the rows of a frame the way a run does: rows that carry others, and what reads them."""
    columns, kind, whole = list(table.column_names), table.name, table.struct_type()

    def pack(batches):
        import pyarrow as pa

        for batch in batches:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            payload = pa.array([sink.getvalue().to_pybytes()], pa.binary())
            yield pa.RecordBatch.from_arrays([pa.array([kind]), payload], names=["kind", "payload"])

    def unpack(batches):
        import pyarrow as pa

        for batch in batches:
            for payload in batch.column(0):
                with pa.ipc.open_stream(payload.as_buffer()) as stream:
                    yield from stream

    rows_of_table = df.select(*columns)
    store.stage(rows_of_table.mapInArrow(pack, "kind string, payload binary"))
    kept = store.staged().where(f"kind = '{kind}'").select("payload")
    store.take(kind, kept.mapInArrow(unpack, whole), hash_parts(rows_of_table, table))
