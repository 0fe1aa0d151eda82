"""What tests of faults share: runs that can be killed, and looks at what is on disk without any engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import duckdb
from deltalake import DeltaTable

from idgraph_widgets.storage import Manifest
from idgraph_widgets.storage.folder import delta

# Loads everything once, then starts each run in a fork of its own, so that a run can be killed every second.
_NURSERY = """
import os, sys
import deltalake, pandas, pyarrow.parquet, pysail.spark, pyspark.sql.connect.session
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.engines import start_engine
from idgraph_widgets.pipeline import growth, run_pipeline
print("ready", flush=True)
for line in sys.stdin:
    out, config = line.rstrip("\\n").split("\\t")
    pid = os.fork()
    if pid == 0:
        print("pid", os.getpid(), flush=True)
        try:
            with start_engine() as engine:
                run_pipeline(
                    engine.spark, GenerationConfig.from_json(config), out,
                    on_progress=lambda event: print(event.state, event.table, flush=True),
                )
            print("published", flush=True)
        except BaseException as error:
            print("failed", repr(error).replace(chr(10), " "), flush=True)
        os._exit(0)
    os.waitpid(pid, 0)
    print("gone", flush=True)
"""


class Nursery:
    """Starts runs that can be killed, each in a process of its own."""

    def __enter__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-c", _NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._read() == "ready"
        return self

    def __exit__(self, *_exc):
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def start(self, config, out) -> Run:
        """Begin a run; returns when its process is there."""
        self._process.stdin.write(f"{out}\t{json.dumps(json.loads(config.to_json()))}\n")
        self._process.stdin.flush()
        kind, pid = self._read().split()
        assert kind == "pid"
        return Run(self, int(pid))

    def _read(self) -> str:
        line = self._process.stdout.readline()
        assert line, "the process that starts runs has ended"
        return line.rstrip("\n")


class Run:
    """One run of a `Nursery`."""

    def __init__(self, nursery: Nursery, pid: int):
        self._nursery = nursery
        self._pid = pid

    def read_until(self, wanted: str) -> None:
        """Wait until the run prints `wanted`."""
        while (line := self._nursery._read()) != wanted:
            assert not line.startswith(("failed", "gone")), line

    def kill(self) -> None:
        """kill -9, now; returns when the process is gone, which it may have been before."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        while self._nursery._read() != "gone":
            pass

    def finish(self) -> None:
        """Let it end well."""
        self.read_until("published")
        self.read_until("gone")


def digests(folder, manifest: Manifest | None = None) -> dict[str, tuple]:
    """Per table: a hash over all rows of the version that the manifest names, read by DuckDB."""
    manifest = manifest or Manifest.read(folder)
    found = {}
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, entry in manifest.tables.items():
            paths = delta.file_paths(Path(folder, entry.path), entry.delta_version)
            query = "SELECT count(*), bit_xor(hash(t)), sum(hash(t)::HUGEINT) FROM read_parquet(?) t"
            found[name] = connection.execute(query, [paths]).fetchone() if paths else (0, None, None)
            assert found[name][0] == entry.rows, name
    return found


def files_on_disk(folder) -> set[str]:
    """Everything in a dataset but Delta's logs, the manifest, the lock, and what is recorded of runs and checks."""
    folder = Path(folder)
    paths = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    control = {"manifest.json", ".idgraph/lock", ".idgraph/checks.json"}
    return {p for p in paths if "_delta_log" not in p and not p.startswith(".idgraph/logs/")} - control


def files_in_use(folder) -> set[str]:
    """Files that the manifest's versions name."""
    folder = Path(folder)
    return {
        Path(path).relative_to(folder).as_posix()
        for entry in Manifest.read(folder).tables.values()
        for path in delta.file_paths(folder / entry.path, entry.delta_version)
    }


def latest_is_published(folder) -> bool:
    """Whether every table's latest version is the one that the manifest names."""
    entries = Manifest.read(folder).tables.values()
    return all(DeltaTable(Path(folder, e.path)).version() == e.delta_version for e in entries)
