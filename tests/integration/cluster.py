"""A standalone Spark cluster on loopback: a master and two workers, each a process that can be killed.

    python cluster.py CASE FOLDER

generates and appends the steps of a golden case into FOLDER. While the last step runs, one worker is killed with its
executor and a task of the other is held back for some seconds. Prints the hashes after each step as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pyspark

TESTS = Path(__file__).resolve().parent.parent
HELD_SECONDS = 4.0


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
        environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_NO_DAEMONIZE": "1"}
        environment.pop("SPARK_CONNECT_MODE_ENABLED", None)
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
        return [one for one in children if "pyspark.daemon" in " ".join(one.cmdline())]

    def stop(self) -> None:
        for process in self._processes:
            try:
                tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
            for one in tree:
                one.kill()
            process.wait()


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
            raise SystemExit(f"{what} did not start")
        time.sleep(0.1)


def disturb(cluster: Cluster, seen: threading.Event, told: dict) -> None:
    """Once both workers have tasks: kill one, hold the tasks of the other back for a while."""
    seen.wait()
    _wait(lambda: cluster.python_of(0) and cluster.python_of(1), "tasks on both workers")
    held = cluster.python_of(1)
    for process in held:
        process.send_signal(signal.SIGSTOP)
    cluster.kill_worker(0)
    told["killed"] = True
    time.sleep(HELD_SECONDS)
    for process in held:
        process.send_signal(signal.SIGCONT)
    told["held"] = len(held)


def main(case: str, folder: str) -> None:
    """Run the steps of a case."""
    from pyspark.sql import SparkSession

    sys.path.insert(0, str(TESTS))
    from support.golden import CASES, config_of, hashes_of

    from idgraph_widgets.pipeline import run_pipeline

    cluster = Cluster(2)
    told: dict = {}
    begun = threading.Event()
    try:
        spark = (
            SparkSession.builder.master(cluster.address)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.executor.memory", "600m")
            .config("spark.executor.cores", "1")
            .config("spark.pyspark.python", sys.executable)
            .config("spark.executorEnv.PYTHONPATH", os.environ.get("PYTHONPATH", ""))
            .getOrCreate()
        )
        threading.Thread(target=disturb, args=(cluster, begun, told), daemon=True).start()
        found, steps = [], CASES[case]["steps"]
        for number, step in enumerate(steps):
            config = config_of(step)
            config.incremental = number > 0

            is_last = number == len(steps) - 1

            def listen(event, is_last=is_last) -> None:
                if is_last and event.rows > 0:
                    begun.set()

            found.append(hashes_of(run_pipeline(spark, config, folder, on_progress=listen).manifest))
        spark.stop()
    finally:
        cluster.stop()
    print(json.dumps({"hashes": found, **told}))


if __name__ == "__main__":
    main(*sys.argv[1:])
