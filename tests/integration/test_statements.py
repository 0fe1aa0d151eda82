"""Checks as statements to run elsewhere: on DuckDB they find the very rows that they find on Spark."""

from __future__ import annotations

import duckdb
import pytest
from pyarrow import parquet
from pyspark.sql import types as T
from support.mutations import MUTATIONS
from support.planting import batches, break_all

from idgraph_widgets.quality import all_checks
from idgraph_widgets.quality.dialects import translated
from idgraph_widgets.quality.statements import context_from_rows, statements
from idgraph_widgets.schema import GENERATED, RUNS

TABLES = {**GENERATED, RUNS.name: RUNS}


def context_of(busy, files):
    """What the statements know of these files."""
    rules = parquet.read_table(files["segment_rules"]).to_pylist()
    caps = parquet.read_table(files["campaigns"], columns=["frequency_cap_daily", "frequency_cap_weekly"])
    return context_from_rows(
        busy.config, busy.manifest, rules, [cap for column in caps.columns for cap in column.to_pylist()]
    )


def on_duckdb(found, files) -> dict[str, int]:
    """Rows that each statement returns over Parquet files, in DuckDB's dialect."""
    with duckdb.connect() as db:
        for name, paths in files.items():
            db.from_parquet(paths).create_view(name)
        counted = {s.check.id: f"select count(*) from ({translated(s.sql, 'duckdb')}) q" for s in found}
        return {name: db.execute(sql).fetchone()[0] for name, sql in counted.items()}


def on_spark(spark, found, files) -> dict[str, int]:
    """Rows that each statement returns over Parquet files on the session's engine, as it is."""
    for name, paths in files.items():
        # Columns without comments: the embedded engine may refuse to unite columns whose comments differ.
        plain = T.StructType([T.StructField(f.name, f.dataType) for f in TABLES[name].struct_type()])
        spark.read.schema(plain).parquet(*paths).createOrReplaceTempView(sql_name(name))
    try:
        return {s.check.id: spark.sql(s.sql).count() for s in found}
    finally:
        for name in files:
            spark.catalog.dropTempView(sql_name(name))


def sql_name(name: str) -> str:
    return f"stated_{name}"


def test_there_is_a_statement_for_every_check_of_rows(busy):
    checks = [check for check in all_checks(busy.config) if not check.id.endswith(".columns")]
    counts = {f"structure.{name}.rows" for name in busy.table_names()}
    found = {statement.check.id for statement in statements(context_from_rows(busy.config, busy.manifest, [], []))}
    assert {check.id for check in checks} <= found
    assert found - {check.id for check in checks} <= counts


def test_a_sound_dataset_gives_no_row_anywhere(busy):
    files = {name: busy.files(name) for name in busy.table_names()}
    context = context_of(busy, files)
    assert set(on_duckdb(statements(context), files).values()) == {0}
    assert set(on_spark(busy.spark, statements(context, sql_name), files).values()) == {0}


@pytest.mark.parametrize("batch", batches(MUTATIONS), ids=lambda batch: f"{batch[0].check}_and_{len(batch) - 1}_more")
def test_planted_rows_are_counted_alike(sound, busy, batch, tmp_path):
    spark, tables, _ = sound
    break_all(spark, tables, batch, tmp_path)
    planted = {name: [str(path) for path in sorted((tmp_path / name).glob("*.parquet"))] for name in tables}
    files = {name: planted[name] or busy.files(name) for name in tables}
    context, only = context_of(busy, files), {mutation.check for mutation in batch}
    duck = on_duckdb(statements(context, only=only), files)
    assert duck == on_spark(spark, statements(context, sql_name, only), files)
    assert set(duck) == only and {name for name, count in duck.items() if not count} == set()
