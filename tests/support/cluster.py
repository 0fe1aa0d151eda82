"""A standalone Spark cluster on loopback: a master and two workers, each a process that can be killed.

    python -m support.cluster CASE FOLDER

generates and appends the steps of a golden case into FOLDER. While the last step runs, the worker that writes first is
killed with its executor, and the task of the other is held back for some seconds. Prints as JSON the hashes after each
step, the last run, and what was disturbed.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pyspark

HELD_SECONDS = 4.0
LEAN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Short-lived Java processes compile little and collect in one thread."""


class Cluster:
    """A master and workers; everything is stopped at the end."""

    def __init__(self, workers: int):
        self.port = _free_port()
        self.address = f"spark://127.0.0.1:{self.port}"
        self._processes: list[subprocess.Popen] = []
        self._start("master.Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", "0")
        _wait(lambda: _is_open(self.port), "the master")
        for _ in range(workers):
            more = ("--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0")
            self._start("worker.Worker", self.address, *more)

    def _start(self, name: str, *arguments: str) -> None:
        home = Path(pyspark.__file__).parent
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
        options = {"SPARK_DAEMON_MEMORY": "256m", "SPARK_DAEMON_JAVA_OPTS": LEAN}
        environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_NO_DAEMONIZE": "1", **options}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._processes.append(process)

    def kill_worker(self, number: int) -> None:
        """kill -9 for a worker and everything that it started."""
        root = psutil.Process(self._processes[1 + number].pid)
        for process in [root, *root.children(recursive=True)]:
            process.kill()

    def python_of(self, number: int) -> list[psutil.Process]:
        """The Python processes in which a worker runs tasks."""
        children = psutil.Process(self._processes[1 + number].pid).children(recursive=True)
        return [one for one in children if "pyspark.daemon" in _command(one)]

    def writes(self, number: int) -> set[str]:
        """Paths of the Parquet files that a worker's tasks have open."""
        found = set()
        for process in self.python_of(number):
            with suppress(psutil.NoSuchProcess):
                found |= {file.path for file in process.open_files() if file.path.endswith(".parquet")}
        return found

    def stop(self) -> None:
        for process in self._processes:
            try:
                tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
            for one in tree:
                one.kill()
            process.wait()


def _command(process: psutil.Process) -> str:
    """A process's command line; empty where it has just ended."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(ready, what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not start")
        time.sleep(0.01)


def disturb(cluster: Cluster, folder: Path) -> dict:
    """Kill the worker whose task of the last run is the first to begin a file; hold the other one's task back."""
    staging = folder / ".idgraph" / "staging"
    _wait(lambda: staging.is_dir() and any(staging.iterdir()), "the last run", 300)
    writer, begun = _caught_writing(cluster)
    # It has begun no file, so its task is not at its end.
    held = cluster.python_of(1 - writer)
    try:
        _signal(held, signal.SIGSTOP)
        cluster.kill_worker(writer)
        time.sleep(HELD_SECONDS)
        return {"begun": sorted(Path(path).relative_to(folder).as_posix() for path in begun), "held": len(held)}
    finally:
        # Whatever was not met: the run waits for good for a process that is left stopped.
        _signal(held, signal.SIGCONT)


def _caught_writing(cluster: Cluster) -> tuple[int, set[str]]:
    """The first worker to begin a file, and its files. Tasks move by milliseconds between looks, and stand at the end.

    Small blocks are written within milliseconds: who only looks on sees them begun at times.
    """
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        moving = [*cluster.python_of(0), *cluster.python_of(1)]
        _signal(moving, signal.SIGSTOP)
        caught = None
        try:
            caught = next(((number, begun) for number in (0, 1) if (begun := cluster.writes(number))), None)
        finally:
            if caught is None:
                _signal(moving, signal.SIGCONT)
        if caught is not None:
            return caught
        time.sleep(0.002)
    raise TimeoutError("no worker began a file")


def _signal(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def main(case: str, folder: str) -> None:
    """Run the steps of a case."""
    from pyspark.sql import SparkSession

    from idgraph_widgets.pipeline import run_pipeline
    from support.golden import CASES, config_of, hashes_of

    os.environ["PYSPARK_PYTHON"] = sys.executable
    cluster = Cluster(2)
    try:
        spark = (
            SparkSession.builder.master(cluster.address)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.extraJavaOptions", LEAN)
            .config("spark.executor.extraJavaOptions", LEAN)
            .config("spark.executor.memory", "600m")
            .config("spark.executor.cores", "1")
            .config("spark.executorEnv.PYTHONPATH", os.environ.get("PYTHONPATH", ""))
            .getOrCreate()
        )
        found, steps, disturbing = [], CASES[case]["steps"], ThreadPoolExecutor(1)
        for number, step in enumerate(steps):
            config = config_of(step)
            config.incremental = number > 0
            if number == len(steps) - 1:
                disturbed = disturbing.submit(disturb, cluster, Path(folder))
            result = run_pipeline(spark, config, folder)
            found.append(hashes_of(result.manifest))
        tasks = disturbed.result()
        spark.stop()
    finally:
        cluster.stop()
    print(json.dumps({"hashes": found, "run_id": result.manifest.run_id, **tasks}))


if __name__ == "__main__":
    main(*sys.argv[1:])
