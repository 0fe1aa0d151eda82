"""Checks as statements to run elsewhere: DuckDB and Spark find the very rows that the checks find."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass

import duckdb
import pytest
from pyarrow import parquet
from pyspark.sql import types as T
from support.mutations import MUTATIONS
from support.nightly import NIGHTLY, but_first
from support.planting import batches, break_all, break_values

from idgraph_widgets.quality import all_checks, run_checks
from idgraph_widgets.quality.dialects import translated
from idgraph_widgets.quality.statements import Statement, context_from_rows, statements
from idgraph_widgets.schema import GENERATED, RUNS

TABLES = {**GENERATED, RUNS.name: RUNS}

CLASSIC = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from idgraph_widgets.engines import start_engine

with start_engine("spark") as engine:
    spark = engine.spark
    # Little data: what is not compiled and not spread over tasks is read sooner.
    for name in ("codegen.wholeStage", "adaptive.enabled"):
        spark.conf.set(f"spark.sql.{name}", "false")
    spark.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def counted(files, texts):
        for name, paths in files.items():
            spark.read.parquet(*paths).createOrReplaceTempView(name)
        with ThreadPoolExecutor(2) as pool:
            return dict(zip(texts, pool.map(lambda text: spark.sql(text).count(), texts.values())))

    print(json.dumps([counted(*asked) for asked in json.loads(Path(sys.argv[1]).read_text())]))
"""
"""Counts of statements, as they are printed, over Parquet files; prints one mapping per set of files."""

QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m"
"""For a JVM that lives for half a minute."""


def context_of(busy, files):
    """What the statements know of these files."""
    rules = parquet.read_table(files["segment_rules"]).to_pylist()
    caps = parquet.read_table(files["campaigns"], columns=["frequency_cap_daily", "frequency_cap_weekly"])
    return context_from_rows(
        busy.config, busy.manifest, rules, [cap for column in caps.columns for cap in column.to_pylist()]
    )


@functools.cache
def in_duckdb(sql: str) -> str:
    """A statement in DuckDB's dialect, worked out once for all sets of files."""
    return translated(sql, "duckdb")


def on_duckdb(found, files) -> dict[str, int]:
    """Rows that each statement returns over Parquet files, in DuckDB's dialect."""
    with duckdb.connect() as db:
        for name, paths in files.items():
            db.from_parquet(paths).create_view(sql_name(name))
        counted = {s.check.id: f"select count(*) from ({in_duckdb(s.sql)}) q" for s in found}
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


@pytest.mark.parametrize("reader", but_first(["duckdb", "embedded"]))
def test_a_sound_dataset_gives_no_row_anywhere(busy, reader):
    files = {name: busy.files(name) for name in busy.table_names()}
    found = statements(context_of(busy, files), sql_name)
    counted = on_duckdb(found, files) if reader == "duckdb" else on_spark(busy.spark, found, files)
    assert set(counted.values()) == {0}


@dataclass(frozen=True)
class Planted:
    """Files with faults, what the checks count in them, and the statements that are to count the same."""

    files: dict[str, list[str]]
    counted: dict[str, int]
    statements: list[Statement]


@pytest.fixture(scope="module")
def planted(sound, busy, tmp_path_factory):
    """A fault for every check: those of rows in as few datasets as they need, those of values in one of their own."""
    spark, tables, config = sound
    good = {name: [str(path) for path in busy.files(name)] for name in tables}
    found = []

    def keep(folder, broken, checks, known=None):
        files = {name: [str(path) for path in (folder / name).glob("*.parquet")] or good[name] for name in tables}
        counted = {result.id: result.violations for result in run_checks(spark, broken, config, only=checks).results}
        asked = statements(context_of(busy, known or files), sql_name, checks)
        found.append(Planted(files, counted, asked))

    for batch in batches(MUTATIONS, len(MUTATIONS)):
        folder = tmp_path_factory.mktemp("planted")
        keep(folder, break_all(spark, tables, batch, folder), {mutation.check for mutation in batch})
    folder = tmp_path_factory.mktemp("planted")
    broken, checks = break_values(spark, tables)
    for name in GENERATED:
        broken[name].write.parquet(str(folder / name))
    keep(folder, broken, checks, known=good)
    return found


def test_every_check_has_rows_to_count(planted, busy):
    counted = {name: count for each in planted for name, count in each.counted.items()}
    assert 0 not in counted.values()
    assert {check.id for check in all_checks(busy.config) if not check.id.endswith(".columns")} == set(counted)


def test_duckdb_counts_what_the_checks_count(planted):
    assert [on_duckdb(each.statements, each.files) for each in planted] == [each.counted for each in planted]


def test_the_embedded_engine_counts_what_the_checks_count(planted, spark):
    assert [on_spark(spark, each.statements, each.files) for each in planted] == [each.counted for each in planted]


def test_classic_spark_counts_what_the_checks_count(planted, require_java, run_python, tmp_path):
    """All of them at night, otherwise one of four of each set."""
    asked = [
        (
            {sql_name(name): paths for name, paths in each.files.items()},
            {one.check.id: one.text(one.sql) for one in each.statements[:: 1 if NIGHTLY else 4]},
        )
        for each in planted
    ]
    path = tmp_path / "asked.json"
    path.write_text(json.dumps(asked), encoding="utf-8")
    expected = [{name: each.counted[name] for name in texts} for each, (_, texts) in zip(planted, asked)]
    assert run_python(CLASSIC, path, JAVA_TOOL_OPTIONS=QUICK_START) == expected
