"""Whoever holds a session or a frame holds the engine; who holds nothing leaves nothing; a lost server is reported."""

from __future__ import annotations

import pytest

HEAD = """
import gc, json, os, sys, time, psutil
from idgraph_widgets import Dataset, start_engine
from idgraph_widgets.errors import EngineError

def kept(frame):
    for _ in range(3):
        gc.collect()
    return frame
"""

ONE_LINERS = """
path = sys.argv[1]
print(json.dumps([
    start_engine().spark.range(3).count(),
    Dataset(path).households.count(),
    kept(start_engine().spark.range(4)).count(),
    kept(Dataset(path).sql("SELECT * FROM households WHERE household_id <= 5")).count(),
    kept(Dataset(path).tables()["households"]).count(),
    len(list(kept(start_engine().spark.range(6).toLocalIterator()))),
    kept(start_engine().spark.range(7).groupBy("id")).count().count(),
]))
"""


def test_a_frame_or_session_holds_the_embedded_engine(run_python, dataset_1k_path):
    """Each line hung for good: the server was collected, and the client tried a dead port again and again."""
    found = run_python(HEAD + ONE_LINERS, dataset_1k_path, timeout=120)
    assert found == [3, 1_000, 4, 5, 1_000, 6, 7]


IDLE = """
from idgraph_widgets.engines import embedded
years = embedded.IDLE_SECONDS / (365 * 24 * 3600)
embedded.IDLE_SECONDS = 1
spark = start_engine().spark
spark.range(3).count()
time.sleep(4)
try:
    found = spark.range(4).count()
except Exception as error:
    found = str(error)
print(json.dumps([years, found]))
"""


def test_when_an_idle_session_ends_is_ours_to_say_and_years_away(run_python):
    """The server would end it after a quarter of an hour, while a person reads the report."""
    years, found = run_python(HEAD + IDLE, timeout=120)
    assert years >= 1
    assert "is not running" in found


CUT = """
from idgraph_widgets.engines import embedded
embedded.cores = lambda: 4
question = "select id % 7 as k, count(*) from range(0, 100000, 1, 4) group by 1"
print(json.dumps([
    "RepartitionExec" in start_engine(queries_at_once=many).spark.sql("explain " + question).collect()[0][0]
    for many in (1, 4)
]))
"""


def test_queries_that_run_side_by_side_are_cut_for_their_share_of_the_cores(run_python):
    assert run_python(HEAD + CUT, timeout=120) == [True, False]


KEPT_FREED = """
import os, re
from pathlib import Path
from idgraph_widgets.engines import embedded
embedded.PLENTY_BYTES = int(sys.argv[2])
os.dup2(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), 2)
start_engine()
told = re.findall(r"'purge_delay': (-?[0-9]+)", Path(sys.argv[1]).read_text())
print(json.dumps([int(told[-1]), embedded.KEEPS_FREED_MS, os.environ.get("MIMALLOC_PURGE_DELAY")]))
"""


@pytest.mark.parametrize(("plenty", "set_by_user"), [(0, None), (1 << 60, None), (0, "77")])
def test_what_queries_have_freed_stays_where_memory_is_plenty(run_python, tmp_path, plenty, set_by_user):
    """As the engine's allocator says itself, when it is loaded."""
    environment = {"MIMALLOC_VERBOSE": "1"} | ({"MIMALLOC_PURGE_DELAY": set_by_user} if set_by_user else {})
    told, ours, left = run_python(HEAD + KEPT_FREED, tmp_path / "told", plenty, timeout=120, **environment)
    assert left == set_by_user
    assert (told == ours) is (plenty == 0 and not set_by_user)
    assert not set_by_user or told == int(set_by_user)


def test_an_engine_that_nobody_holds_is_gone(run_python):
    """Otherwise each would keep its memory, and no classic Spark could be started any more."""
    source = """
counts, threads = [], []
for _ in range(4):
    counts.append(start_engine().spark.range(3).count())
    gc.collect()
    threads.append(psutil.Process().num_threads())
print(json.dumps([counts, threads[-1] - threads[0], "SPARK_CONNECT_MODE_ENABLED" in os.environ]))
"""
    counts, more_threads, marked = run_python(HEAD + source, timeout=120)
    assert counts == [3] * 4 and more_threads <= 2 and not marked


def test_a_stopped_engine_says_so_at_once(run_python, dataset_1k_path):
    source = """
def values_of(frame):
    began = time.monotonic()
    try:
        frame.count()
    except Exception as error:
        return [str(error), time.monotonic() - began]

with start_engine() as engine:
    left = engine.spark.range(3)
with Dataset(sys.argv[1]) as dataset:
    read = dataset.households
print(json.dumps([values_of(left), values_of(read)]))
"""
    for message, seconds in run_python(HEAD + source, dataset_1k_path, timeout=120):
        assert "No active Spark session found" in message and seconds < 2


LOST = """
engine = start_engine()
spark = engine.spark
import weakref
# What becomes of a server that ends by itself.
ended = next(f for f in weakref.finalize._registry if f.peek() and f.peek()[0] is spark)
ended()
seconds = []
for _ in range(2):
    began = time.monotonic()
    try:
        spark.range(3).count()
    except EngineError as error:
        seconds.append(time.monotonic() - began)
        message = str(error)
print(json.dumps([message, *seconds]))
"""


def test_a_lost_server_is_told_in_seconds(run_python):
    """PySpark's own client tries for ten minutes and more."""
    message, first, second = run_python(HEAD + LOST, timeout=60)
    assert "The engine's server at 127.0.0.1:" in message and "is gone" in message and "start_engine" in message
    assert first < 20 and second < 2


CONNECT = """
counts = [start_engine("connect").spark.range(3).count()]
gc.collect()
spark = start_engine("connect").spark  # refused while the first one runs
clone = kept(spark.cloneSession())
del spark
counts.append(kept(clone).range(4).count())
[java] = [p for p in psutil.Process().children(recursive=True) if "java" in p.name()]
java.kill()
began = time.monotonic()
try:
    clone.range(3).count()
except EngineError as error:
    print(json.dumps([counts, str(error), time.monotonic() - began]))
"""


@pytest.mark.nightly
@pytest.mark.usefixtures("require_java")
def test_local_connect_is_held_let_go_and_told_when_lost(run_python, tmp_path):
    counts, message, seconds = run_python(HEAD + CONNECT, timeout=300, TMPDIR=str(tmp_path))
    assert counts == [3, 4] and "is gone" in message and seconds < 20
    assert not list(tmp_path.glob("idgraph-spark-*"))


@pytest.mark.usefixtures("require_java")
def test_classic_spark_leaves_no_scratch_folder(run_python, tmp_path):
    source = 'print(json.dumps(kept(start_engine("spark").spark.range(3)).count()))'
    assert run_python(HEAD + source, timeout=300, TMPDIR=str(tmp_path)) == 3
    assert not list(tmp_path.glob("idgraph-spark-*"))
