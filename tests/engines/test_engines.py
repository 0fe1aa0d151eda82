"""Engines: started, stopped, side by side, and equal in what they compute."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from support.processes import TESTS
from support.storage_tables import EVERY_TYPE, rows

from idgraph_widgets.engines import describe_session, start_engine
from idgraph_widgets.errors import EngineError
from idgraph_widgets.storage import HashParts, content_hash, hash_parts

PROBE = (TESTS / "support" / "engine_probe.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reference(run_python):
    """What the embedded engine makes of the probe."""
    return run_python(PROBE, "embedded", "UTC", "true")


def test_hash_does_not_depend_on_partitions_or_files(reference):
    assert len({tuple(d) for d in reference["digests"]}) == 1
    assert reference["digests"][0][0] == 3000


@pytest.mark.parametrize(
    ("name", "time_zone", "ansi"),
    [
        ("embedded", "America/New_York", "false"),
        ("spark", "America/New_York", "false"),
        pytest.param("connect", "UTC", "true", marks=pytest.mark.nightly),
    ],
)
def test_engines_agree(request, run_python, reference, name, time_zone, ansi):
    """Same hashes everywhere; Delta tables with Spark's INT96 timestamps read right."""
    if name != "embedded":
        request.getfixturevalue("require_java")
    found = run_python(PROBE, name, time_zone, ansi)
    assert found["digests"] == reference["digests"]
    assert found["by_deltalake"] == reference["by_deltalake"]
    if name == "spark":
        assert "A classic Spark session is running in this process" in found["second"]
        assert found["active"] == [False, True]  # Spark 3.5 overwrites a table by another way where it is not
    else:
        assert found["second"] == "second engine started"


def test_two_embedded_engines_do_not_collide(engine):
    with start_engine("embedded") as second:
        rows(second.spark, 1, 3).createOrReplaceTempView("only_here")
        assert second.spark.table("only_here").count() == 3
        assert not engine.spark.catalog.tableExists("only_here")
    assert engine.spark.range(2).count() == 2
    second.stop()  # a second time does nothing


def test_engine_is_not_the_default_session(engine):
    """A later getOrCreate() of the user's must not get ours."""
    assert SparkSession.getActiveSession() is not engine.spark
    assert describe_session(engine.spark)[0] == "session (connect)"


def test_embedded_engine_is_silent_and_leaves_no_trace():
    source = (
        "import os; before = dict(os.environ)\n"
        "from idgraph_widgets.engines import start_engine\n"
        "with start_engine() as e: assert e.spark.range(3).count() == 3\n"
        "assert dict(os.environ) == before\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_missing_java_is_explained(monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineError, match=r"no java was found.*openjdk-17.*embedded"):
        start_engine("spark")
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(EngineError, match="JAVA_HOME is /nowhere"):
        start_engine("connect")


def test_unknown_engine_is_named():
    with pytest.raises(EngineError, match="found 'flink', allowed is one of embedded, spark, connect"):
        start_engine("flink")


def test_a_connect_client_that_is_too_old_is_explained(monkeypatch):
    monkeypatch.setitem(sys.modules, "idgraph_widgets.engines.own_server", None)  # as if it could not be imported
    for name in ("embedded", "connect"):
        with pytest.raises(EngineError, match=rf"engine '{name}' needs the Connect client.*Pass the session you have"):
            start_engine(name)


def test_hash_notices_every_kind_of_change(spark):
    df = rows(spark, 1, 50)
    whole = content_hash(df, EVERY_TYPE)
    changes = {
        "name": F.concat("name", F.lit("x")),
        "happened_ts": F.timestamp_micros(F.unix_micros("happened_ts") + F.lit(1)),
        "day_date": F.date_add("day_date", 1),
        "revenue": (F.col("revenue") + F.lit(1)).cast("decimal(18,2)"),
        "score": F.coalesce("score", F.lit(0.0)),
        "is_even": ~F.col("is_even"),
        "size": (F.col("size") + F.lit(1)).cast("int"),
    }
    digests = {whole[1]}
    for column, changed in changes.items():
        new = F.when(F.col("id") == 7, changed).otherwise(F.col(column))
        if column == "score":
            new = changed  # null against zero, in all rows
        digests.add(content_hash(df.withColumn(column, new), EVERY_TYPE)[1])
    digests.add(content_hash(df.unionByName(rows(spark, 7, 7)), EVERY_TYPE)[1])
    digests.add(content_hash(df.where("id <> 7"), EVERY_TYPE)[1])
    digests.add(content_hash(df.where("false"), EVERY_TYPE)[1])
    assert len(digests) == len(changes) + 4


def test_hashes_of_parts_add_up(spark):
    parts = [hash_parts(rows(spark, a, b), EVERY_TYPE) for a, b in ((1, 20), (21, 21), (22, 50))]
    total = sum(parts, HashParts())
    assert (total.rows, total.digest(EVERY_TYPE)) == content_hash(rows(spark, 1, 50), EVERY_TYPE)
