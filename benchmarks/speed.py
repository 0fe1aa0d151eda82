"""How long a run takes on each engine, how that compares with copying its result, and what memory it needs.

    python -m benchmarks.speed 10000 100000 1000000
    python -m benchmarks.speed 100000 --engines embedded spark --runs 5
    python -m benchmarks.speed 1000 10000 100000 1000000 --engines embedded --write
    python -m benchmarks.speed 100000 --engines catalog

Every run is a process of its own. *Generation* is from the start of that process to the published manifest, the
engine's start included, without checks. *Checks* (as ``idgraph generate`` makes them: above 100,000 households a spread
of blocks is read row by row) and *copy* (the finished tables read and written once more by the embedded engine, with
the same codec) follow in the same process and only on the embedded engine; their ratios say more than the seconds of a
noisy machine. *Memory* is the highest sum over the process and its children until the end of checks, in MiB. Medians of
the runs. *catalog* is classic Spark that writes to its own catalog with open-source Delta, whose jars come from Maven.
``--write`` puts the seconds where the studio's run panel estimates its time from.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

import idgraph_widgets

SECONDS = Path(idgraph_widgets.__file__).parent / "forecast" / "run_seconds.json"
ENGINES = ("embedded", "spark", "connect")
DELTA = "io.delta:delta-spark_4.1_2.13:4.3.1"
_COLUMNS = ("start", "generation", "checks", "copy", "memory")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("households", nargs="+", type=int)
    parser.add_argument("--engines", nargs="+", default=["embedded", "spark"], choices=[*ENGINES, "catalog"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--only-generation", action="store_true", help="neither checks nor copy")
    parser.add_argument("--write", action="store_true", help="put the seconds into the forecast's run_seconds.json")
    parser.add_argument("--one", metavar="ENGINE", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        measure(arguments.one, arguments.households[0], arguments.seed, not arguments.only_generation)
        return
    print("| households | engine | rows | generation | checks | copy | generation ÷ copy | rows/s | peak memory |")
    print("|---|---|---|---|---|---|---|---|---|")
    for households in arguments.households:
        for engine in arguments.engines:
            found = [
                _in_a_process(engine, households, arguments.seed, arguments.only_generation)
                for _ in range(arguments.runs)
            ]
            median = {name: statistics.median(one[name] for one in found) for name in _COLUMNS if name in found[0]}
            median["rows"] = found[0]["rows"]
            if arguments.write and engine == "embedded":
                _keep_seconds(households, median)
            print(_line(households, engine, median), flush=True)


def measure(engine_name: str, households: int, seed: int, more: bool) -> None:
    """One run in this process; prints a line of JSON when the manifest is there, and one at the end."""
    from idgraph_widgets import Dataset, start_engine
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.pipeline import run_pipeline
    from idgraph_widgets.quality.runner import AT_ONCE

    config = GenerationConfig(seed=seed)
    config.household_config.num_households = households
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if engine_name == "catalog":
            _into_a_catalog(config, folder)
            return
        # As the command line starts it.
        engine = stack.enter_context(start_engine(engine_name, queries_at_once=AT_ONCE))
        _say(event="started")
        result = run_pipeline(engine.spark, config, out=Path(folder, "dataset"))
        _say(event="published", rows=sum(entry.rows for entry in result.manifest.tables.values()))
        if not more or engine_name != "embedded":
            return
        from idgraph_widgets.quality import run_checks
        from idgraph_widgets.quality.sample import spread

        dataset = Dataset(Path(folder, "dataset"), spark=engine.spark)
        report = run_checks(engine.spark, dataset.tables(), config, dataset.manifest, blocks=spread(households))
        _say(event="checked", passed=report.passed)
        for name, table in dataset.tables().items():
            table.write.mode("overwrite").option("compression", "zstd").parquet(str(Path(folder, "copy", name)))
        _say(event="copied")


def _into_a_catalog(config, folder: str) -> None:
    """One run into the catalog of a session with Delta."""
    # Workers run what the variable names, else the first python3 of the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    from idgraph_widgets.pipeline import run_pipeline

    settings = {
        "spark.jars.packages": DELTA,
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.warehouse.dir": Path(folder, "warehouse").as_uri(),
        "spark.driver.memory": "2g",
        "spark.ui.enabled": "false",
    }
    builder = SparkSession.builder.master("local[*]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    _say(event="started")
    config.schema_name = "speed"
    result = run_pipeline(spark, config)
    _say(event="published", rows=sum(entry.rows for entry in result.manifest.tables.values()))
    spark.stop()


def _say(**event) -> None:
    print(json.dumps(event), flush=True)


def _in_a_process(engine: str, households: int, seed: int, only_generation: bool) -> dict:
    """Seconds between the events of a run in a process of its own, and the memory of its tree until the manifest."""
    command = [sys.executable, "-m", "benchmarks.speed", "--one", engine, "--seed", str(seed), str(households)]
    started = last = time.perf_counter()
    process = subprocess.Popen(
        command + ["--only-generation"] * only_generation, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    peak = _Peak(process.pid)
    found: dict = {}
    for line in process.stdout:
        if not line.startswith("{"):
            continue
        event, now = json.loads(line), time.perf_counter()
        if event["event"] == "started":
            found["start"] = now - started
        elif event["event"] == "published":
            found |= {"generation": now - started, "rows": event["rows"], "memory": peak.most}
        elif event["event"] == "checked":
            found |= {"checks": now - last, "memory": peak.most}
        else:
            found["copy"] = now - last
        last = now
    peak.stop()
    if process.wait() != 0:
        raise SystemExit(process.stderr.read())
    return found


class _Peak:
    """Looks at the memory of a process and its children ten times a second."""

    def __init__(self, pid: int):
        self._process = psutil.Process(pid)
        self.most, self._ended = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            try:
                tree = [self._process, *self._process.children(recursive=True)]
                self.most = max(self.most, sum(one.memory_info().rss for one in tree) / 2**20)
            except psutil.NoSuchProcess:  # noqa: PERF203 - a process may end at any moment
                continue

    def stop(self) -> None:
        """Look no more; `most` stays, the highest sum in MiB."""
        self._ended.set()
        self._thread.join()


def _keep_seconds(households: int, found: dict) -> None:
    """Replace what is kept for this number of households; other sizes stay."""
    kept = {one["households"]: one for one in json.loads(SECONDS.read_text())} if SECONDS.exists() else {}
    seconds = {part: round(found[part], 1) for part in ("start", "generation", "checks")}
    kept[households] = {"households": households, "rows": found["rows"], **seconds}
    lines = ",\n".join(f"  {json.dumps(kept[size])}" for size in sorted(kept))
    SECONDS.write_text(f"[\n{lines}\n]\n")


def _line(households: int, engine: str, found: dict) -> str:
    def seconds(name: str) -> str:
        return f"{found[name]:.1f} s" if name in found else "–"

    cells = [
        f"{households:,}",
        engine,
        f"{found['rows']:,}",
        *(seconds(name) for name in ("generation", "checks", "copy")),
        f"{found['generation'] / found['copy']:.1f}" if "copy" in found else "–",
        f"{found['rows'] / found['generation']:,.0f}",
        f"{found['memory']:,.0f} MiB",
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
