"""Small relations: how a session gets them."""

from __future__ import annotations

from idgraph_widgets.quality.local import undivided

CLASSIC = """
import json
from idgraph_widgets.engines import start_engine
from idgraph_widgets.quality.local import undivided

with start_engine("spark") as engine:
    rows = engine.spark.range(0, 100, 1, 4)
    print(json.dumps([rows.rdd.getNumPartitions(), undivided(rows).rdd.getNumPartitions(), undivided(rows).count()]))
"""


def test_classic_spark_reads_a_small_table_in_one_task(require_java, run_python):
    assert run_python(CLASSIC) == [4, 1, 100]


def test_an_engine_behind_connect_gets_a_small_table_as_it_is(spark):
    rows = spark.range(3)
    assert undivided(rows) is rows
