"""What `benchmarks.versions` runs in each environment: the pipeline in a session as users have it. Prints JSON lines.

python -m benchmarks.versions_session classic default_1k
python -m benchmarks.versions_session connect default_1k days_appended --packages io.delta:delta-spark_2.12:3.2.0
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

CASE = "days_appended"
"""The golden case that goes into the catalog; its first step alone where the catalog has no Delta."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["classic", "connect", "job", "server"])
    parser.add_argument("cases", nargs="*", help="golden cases to write into folders")
    parser.add_argument("--packages", default="", help="Maven coordinates of jars, Delta among them")
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.kind == "server":
        _serve(args.packages, args.port)
        return
    names = ("pyspark", "numpy", "pandas", "pyarrow")
    _tell(python=".".join(map(str, sys.version_info[:3])), **{name: version(name) for name in names})
    if args.kind == "job":
        from benchmarks.versions_job import run

        with tempfile.TemporaryDirectory() as folder, _server(args.packages) as port:
            run(f"127.0.0.1:{port}", (CASE, "own_columns"), Path(folder), _tell)
        return
    with tempfile.TemporaryDirectory() as folder, _session(args.kind, args.packages, Path(folder)) as spark:
        _tell(spark=spark.version)
        _folders(spark, args.cases, Path(folder))
        _catalog(spark)


def _folders(spark, cases: list[str], folder: Path) -> None:
    """Golden cases into folders; the first is checked and reported."""
    from support.golden import published_hashes, run_case

    from idgraph_widgets import Dataset
    from idgraph_widgets.quality import run_checks
    from idgraph_widgets.report import write_html

    for name in cases:
        found = run_case(spark, name, folder / name)
        _tell(case=name, equal=found == published_hashes()[name])
    if not cases:
        return
    page = folder / "report.html"
    with Dataset(folder / cases[0], spark) as dataset:
        report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest)
        _tell(checks=len(report.results), failed=[found.id for found in report.results if not found.passed])
        write_html(dataset, page, report)
        _tell(report_bytes=page.stat().st_size)


def _catalog(spark) -> None:
    """A golden case into the session's catalog, grown where it has Delta; checked there, then replaced."""
    from support.golden import CASES, config_of, hashes_of, published_hashes

    from idgraph_widgets import CatalogDataset
    from idgraph_widgets.pipeline import run_pipeline
    from idgraph_widgets.quality import run_checks
    from idgraph_widgets.storage.places import place_of

    def hashes(number: int) -> dict:
        config = config_of(steps[number])
        config.catalog_name, config.schema_name, config.incremental = None, "versions", number > 0
        return hashes_of(run_pipeline(spark, config).manifest)

    place, golden = place_of(spark), published_hashes()[CASE]
    steps = CASES[CASE]["steps"] if place == "delta" else CASES[CASE]["steps"][:1]
    equal = []
    for number in range(len(steps)):
        equal.append(hashes(number) == golden[number])
        _tell(step=number + 1, of=CASE)
    with CatalogDataset(spark, None, "versions") as dataset:
        report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest)
    _tell(checks=len(report.results), failed=[found.id for found in report.results if not found.passed])
    _tell(case=f"{CASE} ({place})", equal=all(equal) and hashes(0) == golden[0])


def _tell(**found) -> None:
    print(json.dumps(found), flush=True)


# --- sessions -----------------------------------------------------------------------------------------------


def _classic(packages: str, folder: Path, **more: str):
    # Workers run what the variable names, else the first python3 of the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    settings = {
        "spark.jars.packages": packages,
        "spark.jars.ivy": str(Path(tempfile.gettempdir(), "idgraph-test-ivy")),
        "spark.driver.extraJavaOptions": f"-Duser.home={folder} -Dderby.system.home={folder} "
        # Short runs: do not spend the cores on the best machine code.
        "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC",
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "4",
        **more,
    }
    if "delta" in packages:
        settings |= {
            "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            # Small tables: the default of 50 tasks is for large ones.
            "spark.databricks.delta.snapshotPartitions": "1",
        }
    builder = SparkSession.builder.master("local[2]").appName("idgraph-versions")
    for key, value in settings.items():
        if value:
            builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def _serve(packages: str, port: int) -> None:
    """A Connect server, until its standard input ends."""
    with tempfile.TemporaryDirectory() as folder:
        spark = _classic(
            packages,
            Path(folder),
            **{
                "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
                "spark.connect.grpc.binding.address": "127.0.0.1",
                "spark.connect.grpc.binding.port": str(port),
            },
        )
        print("ready", flush=True)
        sys.stdin.read()
        spark.stop()


@contextmanager
def _session(kind: str, packages: str, folder: Path) -> Iterator:
    if kind == "classic":
        spark = _classic(packages, folder)
        try:
            yield spark
        finally:
            spark.stop()
        return
    with _server(packages) as port:
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        yield spark
        spark.stop()


@contextmanager
def _server(packages: str) -> Iterator[int]:
    """The port of a Connect server in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.versions_session", "server", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--packages", packages],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        # Its workers run this code, whatever the environment has installed.
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        if not any(line == "ready\n" for line in server.stdout):
            raise RuntimeError(f"The Connect server ended with code {server.wait()}.")
        yield port
    finally:
        server.communicate(timeout=120)


if __name__ == "__main__":
    main()
